"""`catalog.sqlite`: what bars there are, in which versions, and which version counts.

Every process opens it for a moment and closes it again. Readers never wait (WAL); a writer takes
the lock with BEGIN IMMEDIATE, and files become visible inside that same short transaction, so
nobody ever sees a version without its file. Old versions stay listed.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

from alphintra_desktop.errors import AlphintraError

_BUSY_SECONDS = 30.0

_MIGRATIONS = (
    """
    CREATE TABLE datasets (name TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID;
    CREATE TABLE versions (
        id INTEGER PRIMARY KEY,
        dataset TEXT NOT NULL COLLATE NOCASE REFERENCES datasets (name),
        symbol TEXT NOT NULL,
        timeframe TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        rows INTEGER NOT NULL,
        first TEXT NOT NULL,
        last TEXT NOT NULL,
        market TEXT NOT NULL,
        source TEXT NOT NULL,
        bar_stamp TEXT NOT NULL,
        has_events INTEGER NOT NULL,
        imported_at TEXT NOT NULL
    );
    CREATE INDEX versions_of_series ON versions (dataset, symbol, timeframe);
    CREATE TABLE current (
        dataset TEXT NOT NULL COLLATE NOCASE,
        symbol TEXT NOT NULL,
        timeframe TEXT NOT NULL,
        version INTEGER NOT NULL REFERENCES versions (id),
        PRIMARY KEY (dataset, symbol, timeframe)
    ) WITHOUT ROWID;
    CREATE TABLE generation (number INTEGER NOT NULL);
    INSERT INTO generation VALUES (0);
    """,
    """
    ALTER TABLE versions ADD COLUMN lineage TEXT NOT NULL DEFAULT '';
    CREATE TABLE checks (
        sha256 TEXT NOT NULL,
        timeframe TEXT NOT NULL,
        asked TEXT NOT NULL,
        thorough INTEGER NOT NULL,
        calendar TEXT NOT NULL,
        findings TEXT NOT NULL,
        PRIMARY KEY (sha256, timeframe, asked, thorough)
    ) WITHOUT ROWID;
    CREATE TABLE calendars (
        dataset TEXT NOT NULL COLLATE NOCASE,
        symbol TEXT NOT NULL,
        calendar TEXT NOT NULL,
        PRIMARY KEY (dataset, symbol)
    ) WITHOUT ROWID;
    """,
)


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
            key = (*version.key, row[0])
            db.execute("INSERT OR REPLACE INTO current VALUES (?, ?, ?, ?)", key)
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
        with _told_plainly(self._path), closing(_connected(self._path)) as db:
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
    db.execute("INSERT OR REPLACE INTO current VALUES (?, ?, ?, ?)", (*version.key, number))
    return version


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        if _version(db) != len(_MIGRATIONS):
            _prepare(db)
        db.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        db.close()
        raise
    return db


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _prepare(db: sqlite3.Connection) -> None:
    """Bring a new or an older catalog to this version's tables."""
    _write_ahead(db)
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db)
        if version > len(_MIGRATIONS):
            raise AlphintraError(
                "The market library was written by a newer version of Alphintra.",
                hint="Update Alphintra, or set ALPHINTRA_HOME to another folder.",
            )
        for script in _MIGRATIONS[version:]:
            for statement in filter(str.strip, script.split(";")):
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _write_ahead(db: sqlite3.Connection) -> None:
    # Changing the journal mode does not honour the busy timeout, and two processes may be first.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextmanager
def _told_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise AlphintraError(
            f"The market library's catalog cannot be used: {error}.",
            hint=f"Check that {path.parent} is writable and its disk is not full, and try again.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise AlphintraError(
            "The market library's catalog is damaged.",
            hint=f"Put a backup of {path} in its place, or move it away and import again.",
        ) from error
    except OSError as error:
        raise AlphintraError(
            f"The market library cannot be written: {error.strerror or error}.",
            hint=f"Check that {path.parent} is writable and its disk is not full.",
        ) from error
