"""`catalog.sqlite`: what bars there are, in which versions, and which version counts.

Every process opens it for a moment and closes it again. Readers never wait (WAL); a writer takes
the lock with BEGIN IMMEDIATE, and files become visible inside that same short transaction, so
nobody ever sees a version without its file. Old versions stay listed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog_file import connected, told_plainly


@dataclass(frozen=True)
class SeriesVersion:
    """One version of the bars of one symbol, as the catalog lists it.

    `first` and `last` are dates, or UTC times when intraday. `bar_stamp` says which end of the bar
    the file's times named ("open" or "close"); stored times are always the open. `lineage` says in
    lines what was done to get here: by the import, and by each repair.
    """

    dataset: str
    symbol: str
    timeframe: str
    sha256: str
    rows: int
    first: str
    last: str
    market: str
    source: str
    bar_stamp: str
    has_events: bool
    imported_at: str
    lineage: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Which series this is a version of."""
        return self.dataset, self.symbol, self.timeframe


@dataclass(frozen=True)
class KeptCheck:
    """What a check of some content found, as text. `asked` is what the check was told beside the
    bars, and `thorough` whether it left nothing out; the catalog reads none of it."""

    sha256: str
    timeframe: str
    asked: str
    thorough: bool
    calendar: str
    findings: str


@dataclass(frozen=True)
class ListedVersion:
    """A version, whether it counts, and the UTC time since when it does not ("" if unknown)."""

    version: SeriesVersion
    is_current: bool
    left_at: str


_NAMES = tuple(field.name for field in fields(SeriesVersion))
_COLUMNS = ", ".join(f"versions.{name}" for name in _NAMES)


class Catalog:
    """The list of all bars in a library."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def series(self) -> tuple[SeriesVersion, ...]:
        """The current version of every series, by dataset, timeframe and symbol."""
        return self._current("ORDER BY versions.dataset, versions.timeframe, versions.symbol", ())

    def series_of(self, dataset: str) -> tuple[SeriesVersion, ...]:
        """The current version of every series of one dataset."""
        return self._current("WHERE current.dataset = ? ORDER BY versions.symbol", (dataset,))

    def found(
        self, dataset: str, timeframe: str, symbols: tuple[str, ...]
    ) -> dict[str, SeriesVersion]:
        """The current versions of those symbols, as far as they are there."""
        where = (
            "WHERE current.dataset = ? AND current.timeframe = ?"
            " AND current.symbol IN (SELECT value FROM json_each(?))"
        )
        found = self._current(where, (dataset, timeframe, json.dumps(symbols)))
        return {version.symbol: version for version in found}

    def versions(self, dataset: str, symbol: str) -> tuple[SeriesVersion, ...]:
        """Every version ever imported of a symbol, newest first."""
        sql = f"SELECT {_COLUMNS} FROM versions WHERE dataset = ? AND symbol = ? ORDER BY id DESC"
        with self._open() as db:
            return _versions(db.execute(sql, (dataset, symbol)))

    def listed(self) -> tuple[ListedVersion, ...]:
        """Every version of every series, the newest first."""
        joined = "LEFT JOIN current ON current.version = versions.id ORDER BY versions.id DESC"
        sql = f"SELECT {_COLUMNS}, current.version, versions.left_at FROM versions {joined}"
        with self._open() as db:
            rows = db.execute(sql).fetchall()
        versions = _versions(row[: len(_NAMES)] for row in rows)
        return tuple(
            ListedVersion(version, current is not None, left_at)
            for version, (*_, current, left_at) in zip(versions, rows, strict=True)
        )

    def forget(self, chosen: Callable[[], Iterable[str]]) -> None:
        """Take versions off the list whose contents are `chosen`, which runs while no other process
        can write. Versions that count stay."""
        gone = "sha256 IN (SELECT value FROM json_each(?))"
        with self._writing() as db:
            hashes = (json.dumps(list(chosen())),)
            current = "(SELECT version FROM current)"
            db.execute(f"DELETE FROM versions WHERE {gone} AND id NOT IN {current}", hashes)
            unlisted = "sha256 NOT IN (SELECT sha256 FROM versions)"
            db.execute(f"DELETE FROM checks WHERE {gone} AND {unlisted}", hashes)
            db.execute("UPDATE generation SET number = number + 1")

    def unlisted(self, hashes: Iterable[str], remove: Callable[[str], None]) -> None:
        """Call `remove` for each content that no version has, while no process can list another."""
        with self._writing() as db:
            listed = {row[0] for row in db.execute("SELECT sha256 FROM versions")}
            for sha256 in hashes:
                if sha256 not in listed:
                    remove(sha256)

    def version_counts(self) -> dict[tuple[str, str, str], int]:
        """How many versions each series has, by its key."""
        sql = "SELECT dataset, symbol, timeframe, count(*) FROM versions GROUP BY 1, 2, 3"
        with self._open() as db:
            return {(dataset, symbol, frame): n for dataset, symbol, frame, n in db.execute(sql)}

    def generation(self) -> int:
        """A number that grows with every change."""
        with self._open() as db:
            return _generation(db)

    def pictured(self) -> tuple[int, tuple[SeriesVersion, ...]]:
        """The generation and the current series, both of one moment."""
        with self._open() as db:
            db.execute("BEGIN")
            picture = _generation(db), _versions(db.execute(_current_sql("ORDER BY versions.id")))
            db.execute("COMMIT")
            return picture

    def add(
        self, added: Iterable[SeriesVersion], publish: Callable[[], None]
    ) -> tuple[SeriesVersion, ...]:
        """Make these versions the current ones, all or none, and return them as they are listed.

        `publish` moves their files into place and runs while no other process can write; if it
        raises, nothing is listed. A dataset keeps its first spelling. Bars that are current
        already get no second version.
        """
        with self._writing() as db:
            publish()
            listed = tuple(_add(db, version) for version in added)
            db.execute("UPDATE generation SET number = number + 1")
        return listed

    def choose(self, version: SeriesVersion) -> None:
        """Make a version that is listed the current one, as after its import."""
        where = "dataset = ? AND symbol = ? AND timeframe = ? AND sha256 = ?"
        with self._writing() as db:
            row = db.execute(
                f"SELECT max(id) FROM versions WHERE {where}", (*version.key, version.sha256)
            ).fetchone()
            if row[0] is None:
                raise AlphintraError(
                    f"That version of {version.symbol} is not in the library.",
                    hint="`alphintra data show` lists the versions of a symbol.",
                )
            _make_current(db, version, row[0])
            db.execute("UPDATE generation SET number = number + 1")

    def kept_checks(self, sha256s: Iterable[str]) -> tuple[KeptCheck, ...]:
        """What checks of those contents found, the thorough ones last."""
        sql = (
            "SELECT sha256, timeframe, asked, thorough, calendar, findings FROM checks"
            " WHERE sha256 IN (SELECT value FROM json_each(?)) ORDER BY thorough"
        )
        with self._open() as db:
            rows = db.execute(sql, (json.dumps(list(sha256s)),)).fetchall()
        return tuple(
            KeptCheck(sha, timeframe, asked, bool(thorough), calendar, findings)
            for sha, timeframe, asked, thorough, calendar, findings in rows
        )

    def keep_checks(self, checks: Iterable[KeptCheck]) -> None:
        """Keep what checks found."""
        rows = [astuple(check) for check in checks]
        with self._writing() as db:
            db.executemany("INSERT OR REPLACE INTO checks VALUES (?, ?, ?, ?, ?, ?)", rows)

    def calendars(self, dataset: str) -> dict[str, str]:
        """The calendars that the user chose, by symbol."""
        with self._open() as db:
            rows = db.execute(
                "SELECT symbol, calendar FROM calendars WHERE dataset = ?", (dataset,)
            )
            return dict(rows.fetchall())

    def choose_calendar(self, dataset: str, symbol: str, calendar: str) -> None:
        """Hold the bars of a symbol against that calendar; empty: against a guessed one again."""
        with self._writing() as db:
            db.execute("DELETE FROM calendars WHERE dataset = ? AND symbol = ?", (dataset, symbol))
            if calendar:
                db.execute("INSERT INTO calendars VALUES (?, ?, ?)", (dataset, symbol, calendar))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is the only one to write."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise

    def _current(self, rest: str, values: tuple[str, ...]) -> tuple[SeriesVersion, ...]:
        with self._open() as db:
            return _versions(db.execute(_current_sql(rest), values))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with told_plainly(self._path), closing(connected(self._path)) as db:
            yield db


def _current_sql(rest: str) -> str:
    joined = f"SELECT {_COLUMNS} FROM current JOIN versions ON versions.id = current.version"
    return f"{joined} {rest}"


def _generation(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT number FROM generation").fetchone()[0])


def _versions(rows: Iterable[tuple[object, ...]]) -> tuple[SeriesVersion, ...]:
    found = (dict(zip(_NAMES, row, strict=True)) for row in rows)
    return tuple(
        SeriesVersion(**{**row, "has_events": bool(row["has_events"])})  # type: ignore[arg-type]
        for row in found
    )


def _add(db: sqlite3.Connection, added: SeriesVersion) -> SeriesVersion:
    db.execute("INSERT OR IGNORE INTO datasets VALUES (?)", (added.dataset,))
    spelled = db.execute("SELECT name FROM datasets WHERE name = ?", (added.dataset,)).fetchone()[0]
    version = replace(added, dataset=spelled)
    where = "WHERE current.dataset = ? AND current.symbol = ? AND current.timeframe = ?"
    current = _versions(db.execute(_current_sql(where), version.key))
    if current and (current[0].sha256, current[0].market) == (version.sha256, version.market):
        return current[0]
    marks = ", ".join("?" * len(_NAMES))
    number = db.execute(
        f"INSERT INTO versions ({', '.join(_NAMES)}) VALUES ({marks})", astuple(version)
    ).lastrowid
    _make_current(db, version, number)
    return version


def _make_current(db: sqlite3.Connection, version: SeriesVersion, number: int | None) -> None:
    which = "(SELECT version FROM current WHERE dataset = ? AND symbol = ? AND timeframe = ?)"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(f"UPDATE versions SET left_at = ? WHERE id = {which}", (now, *version.key))
    db.execute("INSERT OR REPLACE INTO current VALUES (?, ?, ?, ?)", (*version.key, number))
