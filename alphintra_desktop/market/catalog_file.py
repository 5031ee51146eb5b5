"""`catalog.sqlite` as a file: its tables, opening it while others do, its faults told plainly."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    "ALTER TABLE versions ADD COLUMN left_at TEXT NOT NULL DEFAULT ''",
)


def connected(path: Path) -> sqlite3.Connection:
    """A new connection to the catalog, made or brought to this version first where needed."""
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
def told_plainly(path: Path) -> Iterator[None]:
    """Inside, what SQLite or the disk says becomes an `AlphintraError`."""
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
