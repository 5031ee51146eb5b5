"""Tables of events in the library: named, versioned, each version a Parquet file named by content.

`events.sqlite` lists them as `catalog.sqlite` lists bars: a file is moved to its name inside the
short transaction that lists it, so that nobody sees the one without the other. Old versions stay.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.events import Events, content_sha256, ordered
from alphintra_desktop.market.library import library
from alphintra_desktop.market.listing import Listing
from alphintra_desktop.market.snapshots import PARQUET_FAULTS

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
FINGERPRINT = "fingerprint "  # in a source, before the fingerprint of what a model was trained on
_OWN = ("known_from", "time", "symbol")
_TABLES = """
CREATE TABLE IF NOT EXISTS versions (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE,
    sha256 TEXT NOT NULL,
    rows INTEGER NOT NULL,
    symbols TEXT NOT NULL,
    fields TEXT NOT NULL,
    first_known TEXT NOT NULL,
    last_known TEXT NOT NULL,
    source TEXT NOT NULL,
    stored_at TEXT NOT NULL
)
"""
_LISTING = Listing("events.sqlite", _TABLES, "events")


@dataclass(frozen=True)
class EventTable:
    """One version of a table. `first_known` and `last_known` are UTC times, between which its rows
    became known."""

    name: str
    sha256: str
    rows: int
    symbols: tuple[str, ...]
    fields: tuple[str, ...]
    first_known: str
    last_known: str
    source: str
    stored_at: str


_COLUMNS = ", ".join(field.name for field in fields(EventTable))


def store_events(name: str, events: Events, source: str) -> EventTable:
    """Make these rows the current version of a table, whole or not at all.

    The same rows again make no new version. Raises `AlphintraError` if the name cannot be one, if
    there are no rows, or if they cannot be written.
    """
    _check(name, events)
    folder = library().folder / "events"
    sha256 = content_sha256(events)
    table = EventTable(
        name,
        sha256,
        len(events.times),
        tuple(np.unique(events.symbols).tolist()),
        tuple(events.fields),
        _shown(events.known_from.min()),
        _shown(events.known_from.max()),
        source,
        datetime.now(UTC).isoformat(timespec="seconds"),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _staged(folder, events) as draft, _LISTING.writing() as db:
            current = _newest(db, name)
            if current and current.sha256 == sha256:
                return current
            draft.replace(folder / f"{sha256}.parquet")
            _list(db, table)
    except OSError as error:
        raise AlphintraError(
            f"The events cannot be written to the market library: {error.strerror or error}.",
            hint=f"Check that {folder} is writable and its disk is not full.",
        ) from error
    return table


def load_events(name: str, *, symbol: str = "", sha256: str = "") -> Events:
    """The rows of a table's current version, or of the one with that content; of one symbol if
    named. Raises `AlphintraError` if there is no such table, version or symbol."""
    versions = event_versions(name)
    if not versions:
        known = ", ".join(table.name for table in event_tables()) or "none yet"
        raise AlphintraError(
            f"There is no table of events '{name[:64]}'.", hint=f"There are: {known}."
        )
    table = next((v for v in versions if sha256 in ("", v.sha256)), None)
    if table is None:
        raise AlphintraError(
            f"The events of '{name}' that were used ({sha256[:12]}…) are not in the library.",
            hint="Fetch or import them again: events go by their content.",
        )
    events = _read(table)
    if not symbol:
        return events
    if symbol not in table.symbols:
        raise AlphintraError(
            f"The table '{name}' has no events of '{symbol}'.",
            hint=f"It has {', '.join(table.symbols[:12])}.",
        )
    return events.of(symbol)


def event_tables() -> tuple[EventTable, ...]:
    """The current version of every table, by name."""
    where = "WHERE id IN (SELECT max(id) FROM versions GROUP BY name) ORDER BY name"
    with _LISTING.reading() as db:
        return _tables(db, where)


def event_versions(name: str) -> tuple[EventTable, ...]:
    """Every version of a table, newest first."""
    with _LISTING.reading() as db:
        return _tables(db, "WHERE name = ? ORDER BY id DESC", name)


def _check(name: str, events: Events) -> None:
    if not _NAME.fullmatch(name):
        raise AlphintraError(
            f"{name[:80]!r} cannot be the name of a table.",
            hint="Use up to 64 letters, digits, dots, dashes and underscores.",
        )
    if not len(events.times):
        raise AlphintraError("There are no events to store.", hint="Check what they came from.")
    if set(_OWN) & set(events.fields):
        raise AlphintraError(
            f"A field of events cannot be called {', '.join(_OWN)}.", hint="Rename it."
        )


def _shown(moment: np.datetime64) -> str:
    return f"{moment.astype('datetime64[s]')}Z"


# ---------------------------------------------------------------- files


@contextmanager
def _staged(folder: Path, events: Events) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder))
    try:
        draft = place / "events.parquet"
        with draft.open("wb") as file:
            pq.write_table(_as_table(events), file, compression="zstd", write_page_checksum=True)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _as_table(events: Events) -> pa.Table:
    utc = pa.timestamp("ns", tz="UTC")
    own = {
        "known_from": pa.array(events.known_from).cast(utc),
        "time": pa.array(events.times).cast(utc),
        "symbol": pa.array(events.symbols.tolist(), pa.string()),
    }
    return pa.table({**own, **{name: pa.array(v) for name, v in events.fields.items()}})


def _read(table: EventTable) -> Events:
    path = library().folder / "events" / f"{table.sha256}.parquet"
    try:
        read = pq.read_table(path, page_checksum_verification=True)
        stamps = [np.asarray(read[name].to_numpy(), dtype="datetime64[ns]") for name in _OWN[:2]]
        symbols = np.array(read["symbol"].to_pylist(), dtype=np.str_)
        values = {name: np.array(read[name].to_numpy(), np.float64) for name in table.fields}
        return ordered(stamps[0], stamps[1], symbols, values)
    except PARQUET_FAULTS as error:
        raise AlphintraError(
            f"The file with the events of {table.name} is missing or damaged ({path.name}).",
            hint="Fetch or import them again, which replaces the file.",
        ) from error


# ---------------------------------------------------------------- the list


def _list(db: sqlite3.Connection, table: EventTable) -> None:
    row = [json.dumps(value) if isinstance(value, tuple) else value for value in astuple(table)]
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT INTO versions ({_COLUMNS}) VALUES ({marks})", row)


def _newest(db: sqlite3.Connection, name: str) -> EventTable | None:
    found = _tables(db, "WHERE name = ? ORDER BY id DESC LIMIT 1", name)
    return found[0] if found else None


def _tables(db: sqlite3.Connection, rest: str, *values: str) -> tuple[EventTable, ...]:
    rows = db.execute(f"SELECT {_COLUMNS} FROM versions {rest}", values).fetchall()
    return tuple(_table(row) for row in rows)


def _table(row: tuple[Any, ...]) -> EventTable:
    name, sha256, count, symbols, names, *others = row
    return EventTable(
        name, sha256, count, tuple(json.loads(symbols)), tuple(json.loads(names)), *others
    )
