"""The database of a project, `project.sqlite`: opening, migrating and changing it.

Many processes write to it at once (windows, commands, workers), so it is kept in write-ahead mode,
every change is one short `BEGIN IMMEDIATE` transaction, and nobody gives up before
`PATIENCE_SECONDS`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from alphintra_desktop.errors import AlphintraError

PATIENCE_SECONDS = 30.0
APPLICATION_ID = 0x416C7068  # "Alph": tells our file from any other SQLite file
FILE_NAME = "project.sqlite"

_RESTORE = "Restore {path} from a backup, or move it away to start a new ledger."
_EXPLANATIONS = {
    sqlite3.SQLITE_BUSY: (
        f"{{name}} has been in use by another program for {PATIENCE_SECONDS:.0f} s.",
        "Close other programs that have this project open, then run again.",
    ),
    sqlite3.SQLITE_FULL: (
        "The disk is full: {name} could not be written.",
        "Make room on the disk, then run again; nothing was half-written.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk failed while {name} was read or written.",
        "Keep the project on a local disk with free room ({folder}), then run again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "{name} may not be written.",
        "Give yourself the right to write to {folder}, or copy the project.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "{name} could not be opened.",
        "Check that {folder} exists and that you may write to it.",
    ),
    sqlite3.SQLITE_NOTADB: ("{name} is not a database.", _RESTORE),
    sqlite3.SQLITE_CORRUPT: ("{name} is damaged.", _RESTORE),
}

T = TypeVar("T")

# Each entry takes a database one version further; entries are only ever added. The ledger's row
# is the text of `content`, whose hash is chained, so that nothing is left out of the hash; the
# other columns are read out of it by SQLite, so that they cannot say anything else.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE runs (
            id TEXT PRIMARY KEY,
            created TEXT NOT NULL,
            name TEXT NOT NULL,
            graph_hash TEXT NOT NULL,
            code_hash TEXT NOT NULL,
            data_hashes TEXT NOT NULL,
            settings TEXT NOT NULL,
            engine TEXT NOT NULL,
            metrics TEXT NOT NULL,
            equity_hash TEXT NOT NULL,
            state TEXT NOT NULL,
            job_folder TEXT NOT NULL,
            seconds REAL NOT NULL,
            manifest TEXT NOT NULL,
            trial INTEGER NOT NULL REFERENCES trials (number)
        )""",
        "CREATE INDEX runs_by_time ON runs (created)",
        """CREATE TABLE trials (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            content TEXT NOT NULL CHECK (json_valid(content)),
            hash TEXT NOT NULL,
            run TEXT AS (json_extract(content, '$.run')),
            kind TEXT AS (json_extract(content, '$.kind')),
            dataset TEXT AS (json_extract(content, '$.dataset')),
            start TEXT AS (json_extract(content, '$.start')),
            "end" TEXT AS (json_extract(content, '$.end')),
            trials INTEGER AS (json_extract(content, '$.trials'))
        )""",
        "CREATE INDEX trials_by_dataset ON trials (dataset, start)",
        """CREATE TRIGGER trials_are_never_changed BEFORE UPDATE ON trials BEGIN
            SELECT RAISE(ABORT, 'the trial ledger is append-only');
        END""",
        """CREATE TRIGGER trials_are_never_deleted BEFORE DELETE ON trials BEGIN
            SELECT RAISE(ABORT, 'the trial ledger is append-only');
        END""",
        # INSERT OR REPLACE deletes without asking the trigger above.
        """CREATE TRIGGER trials_are_only_appended BEFORE INSERT ON trials
        WHEN NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM trials) BEGIN
            SELECT RAISE(ABORT, 'the trial ledger is append-only');
        END""",
    ),
)


def open_database(path: Path) -> sqlite3.Connection:
    """The database at `path`, made or brought to this program's version where needed.

    Safe to call from many processes at once. Raises AlphintraError when the file is not a project
    database, belongs to a newer program, or cannot be opened.
    """
    try:
        database = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)
    except sqlite3.Error as error:
        raise _explained(error, path) from error
    database.row_factory = sqlite3.Row
    try:
        _prepare(database, path)
    except sqlite3.Error as error:
        database.close()
        raise _explained(error, path) from error
    except AlphintraError:
        database.close()
        raise
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All that is done inside happens, or nothing of it; no other process writes meanwhile.

    Raises AlphintraError when the database is busy, full or broken.
    """
    try:
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise _explained(error, _path_of(database)) from error


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    # In this order, because another process may be making the tables, and the mark with them.
    tables = database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
    version = _pragma(database, "user_version")
    if tables and _pragma(database, "application_id") != APPLICATION_ID:
        raise AlphintraError(
            f"{path.name} is a database of some other program.",
            hint=f"Move {path} away; the runs of this project were never in it.",
        )
    if version > len(MIGRATIONS):
        raise AlphintraError(
            f"{path.name} was written by a newer version of Alphintra.",
            hint="Update Alphintra, then open the project again.",
        )
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA synchronous = FULL")
    _patiently(lambda: database.execute("PRAGMA journal_mode = WAL"))
    if version < len(MIGRATIONS):
        _migrate(database)


def _migrate(database: sqlite3.Connection) -> None:
    with transaction(database):
        # Another process may have done it while this one waited for the lock.
        for number in range(_pragma(database, "user_version"), len(MIGRATIONS)):
            for statement in MIGRATIONS[number]:
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {number + 1}")
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _patiently(work: Callable[[], T]) -> T:
    """SQLite does not wait by itself while another process changes the journal mode."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _pragma(database: sqlite3.Connection, name: str) -> int:
    return int(database.execute(f"PRAGMA {name}").fetchone()[0])


def folder_of(database: sqlite3.Connection) -> Path:
    """The project that an open database is of."""
    return _path_of(database).parent


def _path_of(database: sqlite3.Connection) -> Path:
    return Path(database.execute("PRAGMA database_list").fetchone()["file"])


def _explained(error: sqlite3.Error, path: Path) -> Exception:
    """What SQLite said, for a user; a mistake of our own stays what it is.

    The kind of failure is in the low byte of its code.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code not in _EXPLANATIONS:
        return error
    message, hint = _EXPLANATIONS[code]
    words = {"name": path.name, "path": path, "folder": path.parent}
    return AlphintraError(message.format(**words), hint=hint.format(**words))
