"""Feature sets in the library: named, versioned, computed once for each version of their bars.

A set is a definition: which outputs of which drawing, and the code that computes them. Another
definition under the same name is another version. A snapshot of a set holds its values on bars of
exactly known content, in a Parquet file named by its own. `features.sqlite` lists both, and with
each snapshot the SQL of a view that puts the values beside the bars they were computed from: so
whoever looks at a feature sees what it was made of.

`catalog.sqlite` says how such files and lists are kept whole whoever else writes meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.library import library
from alphintra_desktop.market.listing import Listing
from alphintra_desktop.market.snapshots import PARQUET_FAULTS

FOLDER = "features"
LIBRARY = "$library"  # stands for the library's folder in the SQL of a view
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_KEYS = ("timestamp", "symbol")
_TABLES = """
CREATE TABLE IF NOT EXISTS sets (
    name TEXT NOT NULL COLLATE NOCASE,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (name, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshots (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    UNIQUE (name, version, data)
);
"""
_LISTING = Listing("features.sqlite", _TABLES, "features")


@dataclass(frozen=True)
class FeatureSet:
    """A definition. `features` says by name which "node.output" of the drawing it is, and
    `expressions` what that computes, in words. `code` is the file that computes all of them,
    `code_hash` its SHA-256. `graph` is the drawing's text."""

    name: str
    version: int
    dataset: str
    timeframe: str
    symbols: tuple[str, ...]
    adjusted: bool
    features: Mapping[str, str]
    expressions: Mapping[str, str]
    graph: str
    code: str
    code_hash: str
    created: str = ""

    @property
    def view(self) -> str:
        """What its view is called in SQL."""
        return f"{self.name}_v{self.version}"


@dataclass(frozen=True)
class FeatureSnapshot:
    """The values of a set on some bars. `data` names their content by symbol, `sha256` its own;
    `sql` is the view, in which `LIBRARY` stands for the folder."""

    sha256: str
    data: Mapping[str, str]
    sql: str
    rows: int
    first: str
    last: str
    made_at: str


@dataclass(frozen=True, eq=False)
class FeatureValues:
    """Values by feature, each (T, N), NaN where the symbol has no bar or there is no value yet."""

    timestamps: Any
    symbols: tuple[str, ...]
    present: Any
    columns: Mapping[str, Floats]


def keep_set(wanted: FeatureSet) -> FeatureSet:
    """Make this the newest version of its name, unless the newest is the same already.

    `version` and `created` of `wanted` are not looked at. Raises `AlphintraError` for a name that
    cannot be one, or when the library cannot be written.
    """
    for name in (wanted.name, *wanted.features):
        if not NAME.fullmatch(name) or name.lower() in _KEYS:
            raise AlphintraError(
                f"{name[:80]!r} cannot be the name of features.",
                hint="Begin with a letter, then use letters, digits and underscores, 64 at most.",
            )
    with _LISTING.writing() as db:
        newest = _sets(db, "WHERE name = ? ORDER BY version DESC LIMIT 1", wanted.name)
        if newest and _same(newest[0], wanted):
            return newest[0]
        made = replace(
            wanted,
            name=newest[0].name if newest else wanted.name,
            version=newest[0].version + 1 if newest else 1,
            created=_now(),
        )
        row = (made.name, made.version, json.dumps(asdict(made), sort_keys=True))
        db.execute("INSERT INTO sets VALUES (?, ?, ?)", row)
    return made


def _same(one: FeatureSet, other: FeatureSet) -> bool:
    alike = replace(other, name=one.name, version=one.version, created=one.created, graph=one.graph)
    return one == alike


def feature_sets() -> tuple[FeatureSet, ...]:
    """Every version of every set, by name, the newest version first."""
    with _LISTING.reading() as db:
        return _sets(db, "ORDER BY name, version DESC")


def find_set(name: str, version: int = 0) -> FeatureSet:
    """A set by name, its newest version unless one is named. Raises `AlphintraError`."""
    with _LISTING.reading() as db:
        found = _sets(db, "WHERE name = ? ORDER BY version DESC", name)
    chosen = next((one for one in found if version in (0, one.version)), None)
    if chosen is not None:
        return chosen
    if found:
        known = ", ".join(str(one.version) for one in reversed(found))
        raise AlphintraError(
            f"The feature set {found[0].name} has no version {version}.", hint=f"It has {known}."
        )
    known = ", ".join(sorted({one.name for one in feature_sets()})) or "none yet"
    raise AlphintraError(
        f"There is no feature set '{name[:64]}'.",
        hint=f"There are: {known}. `alphintra features save` makes one.",
    )


def snapshots_of(made: FeatureSet) -> tuple[FeatureSnapshot, ...]:
    """Every snapshot of a set's version, the newest first."""
    with _LISTING.reading() as db:
        rows = db.execute(
            "SELECT snapshot FROM snapshots WHERE name = ? AND version = ? ORDER BY id DESC",
            (made.name, made.version),
        )
        return tuple(FeatureSnapshot(**json.loads(row[0])) for row in rows)


def snapshot_on(made: FeatureSet, data: Mapping[str, str]) -> FeatureSnapshot | None:
    """The snapshot of a set on bars of this content by symbol, if it was made."""
    return next((one for one in snapshots_of(made) if dict(one.data) == dict(data)), None)


def keep_values(
    made: FeatureSet, bars: Bars, columns: Mapping[str, Floats], data: Mapping[str, str]
) -> FeatureSnapshot:
    """Store the values of a set on some bars, whole or not at all.

    `columns` are (T, N) by feature, in the order of the set. The same bars again are no new
    snapshot. Raises `AlphintraError` when the library cannot be written.
    """
    ordered = {name: columns[name] for name in made.features}
    values = FeatureValues(bars.timestamps, bars.symbols, bars.present, ordered)
    table = table_of(values, intraday=is_intraday(made.timeframe))
    sha256 = _content(table)
    stamps = bars.timestamps
    snapshot = FeatureSnapshot(
        sha256=sha256,
        data=dict(data),
        sql=_sql(made, sha256, data),
        rows=table.num_rows,
        first=str(stamps[0].astype("datetime64[s]")),
        last=str(stamps[-1].astype("datetime64[s]")),
        made_at=_now(),
    )
    folder = library().folder / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _staged(folder, table) as draft, _LISTING.writing() as db:
            draft.replace(folder / f"{sha256}.parquet")
            db.execute(
                "INSERT OR REPLACE INTO snapshots (name, version, data, snapshot)"
                " VALUES (?, ?, ?, ?)",
                (made.name, made.version, _text(data), json.dumps(asdict(snapshot))),
            )
    except OSError as error:
        raise AlphintraError(
            f"The features cannot be written to the market library: {error.strerror or error}.",
            hint=f"Check that {folder} is writable and its disk is not full.",
        ) from error
    return snapshot


def read_values(made: FeatureSet, snapshot: FeatureSnapshot, bars: Bars) -> FeatureValues:
    """The values of a snapshot on the calendar of the bars it was made from.

    Raises `AlphintraError` where the file is gone or is not what was written.
    """
    path = library().folder / FOLDER / f"{snapshot.sha256}.parquet"
    try:
        table = pq.read_table(path, page_checksum_verification=True)
        columns = {}
        for name in made.features:
            values = np.full(bars.present.shape, np.nan)
            values.T[bars.present.T] = table[name].to_numpy()
            columns[name] = values
    except PARQUET_FAULTS as error:
        raise AlphintraError(
            f"The values of {made.view} are missing or damaged ({path.name}).",
            hint=f"`alphintra features update {made.name}` computes them again.",
        ) from error
    return FeatureValues(bars.timestamps, bars.symbols, bars.present, columns)


def feature_views() -> dict[str, str]:
    """The SQL of the view of every set's version with its newest snapshot, by the view's name."""
    place = library().folder
    if not (place / "features.sqlite").exists():
        return {}
    with _LISTING.reading() as db:
        rows = db.execute("SELECT name, version, snapshot FROM snapshots ORDER BY id").fetchall()
    folder = str(place).replace("'", "''")
    return {
        f"{name}_v{version}": FeatureSnapshot(**json.loads(text)).sql.replace(LIBRARY, folder)
        for name, version, text in rows
    }


# ---------------------------------------------------------------- files


def table_of(values: FeatureValues, *, intraday: bool = True) -> pa.Table:
    """One row a bar of a symbol, symbol after symbol; times of `intraday` bars are UTC."""
    rows, numbers = np.nonzero(values.present.T)[::-1]
    stamp = pa.timestamp("ns", tz="UTC" if intraday else None)
    names = pa.array(values.symbols, pa.string()).take(pa.array(numbers))
    columns = {
        name: pa.array(np.broadcast_to(column, values.present.shape)[rows, numbers])
        for name, column in values.columns.items()
    }
    stamps = pa.array(values.timestamps[rows].astype("datetime64[ns]")).cast(stamp)
    return pa.table({"timestamp": stamps, "symbol": names, **columns})


def _content(table: pa.Table) -> str:
    """The hash of the decoded columns, whatever the file's compression."""
    digest = hashlib.sha256(f"features 1\n{table.num_rows}\n".encode())
    for name in table.column_names:
        digest.update(f"{name}\n".encode())
        column = table[name]
        if pa.types.is_string(column.type):
            digest.update("\n".join(column.to_pylist()).encode())
        else:
            digest.update(column.to_numpy().tobytes())
    return digest.hexdigest()


def _sql(made: FeatureSet, sha256: str, data: Mapping[str, str]) -> str:
    bars = ", ".join(f"'{LIBRARY}/bars/{sha}.parquet'" for sha in sorted(set(data.values())))
    listed = ", ".join(f'features."{name}"' for name in made.features)
    return (
        f"SELECT bars.timestamp, bars.symbol, bars.close, {listed}"
        f" FROM read_parquet([{bars}]) AS bars"
        f" JOIN read_parquet('{LIBRARY}/{FOLDER}/{sha256}.parquet') AS features"
        " ON bars.timestamp = features.timestamp AND bars.symbol = features.symbol"
    )


@contextmanager
def _staged(folder: Path, table: pa.Table) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder))
    try:
        draft = place / "features.parquet"
        with draft.open("wb") as file:
            pq.write_table(table, file, compression="lz4", write_page_checksum=True)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        shutil.rmtree(place, ignore_errors=True)


# ---------------------------------------------------------------- the list


def _sets(db: sqlite3.Connection, rest: str, *values: str) -> tuple[FeatureSet, ...]:
    rows = db.execute(f"SELECT definition FROM sets {rest}", values).fetchall()
    found = (json.loads(row[0]) for row in rows)
    return tuple(FeatureSet(**{**one, "symbols": tuple(one["symbols"])}) for one in found)


def _text(data: Mapping[str, str]) -> str:
    return json.dumps(dict(data), sort_keys=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
