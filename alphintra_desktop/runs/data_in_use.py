"""Which projects of this user need which data, so that the library deletes nothing they need.

A project's ledger names the data of every run and trial. The same is noted in `data_in_use.sqlite`
beside the library just before it is written to a ledger, because a project may lie on a disk that
is not there when somebody asks. What was recorded by earlier versions is read from the ledgers of
the projects that are known: those noted here, the user's home, and those the caller names.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.database import FILE_NAME, open_database
from alphintra_desktop.runs.project import PROJECT_FILE, home_folder

_BUSY_SECONDS = 30.0
_TABLE = """
CREATE TABLE IF NOT EXISTS uses (
    project TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (project, sha256)
) WITHOUT ROWID
"""
_NOTED = (
    "SELECT count(*) FROM uses WHERE project = ? AND sha256 IN (SELECT value FROM json_each(?))"
)
_OF_RUNS = "SELECT DISTINCT value FROM runs, json_each(runs.data_hashes)"
_OF_TRIALS = "SELECT DISTINCT value FROM trials, json_each(trials.content, '$.data_hashes')"


@dataclass(frozen=True)
class DataInUse:
    """The projects that need some content, by its hash, and those whose folder is not there."""

    projects: Mapping[str, tuple[Path, ...]]
    gone: tuple[Path, ...]


def note_data(project: Path, hashes: Iterable[str]) -> None:
    """Note that a project needs data of these contents. Raises `AlphintraError`."""
    wanted = sorted(set(hashes))
    folder = str(project.resolve())
    with _open() as db:
        known = db.execute(_NOTED, (folder, json.dumps(wanted))).fetchone()[0]
        if known < len(wanted):
            db.execute("BEGIN IMMEDIATE")
            rows = [(folder, sha256) for sha256 in wanted]
            db.executemany("INSERT OR IGNORE INTO uses VALUES (?, ?)", rows)
            db.execute("COMMIT")


def data_in_use(also: Iterable[Path] = (), *, without_gone: bool = False) -> DataInUse:
    """What all known projects need; `also` are folders of projects that may not be noted yet.

    A project whose folder is gone keeps what was noted for it, unless `without_gone`. Raises
    `AlphintraError` if a project that is there cannot be read: then nobody knows what it needs.
    """
    noted = _noted()
    there: dict[str, set[Path]] = {}
    gone = []
    for folder in sorted({*noted, *(path.resolve() for path in also), home_folder().resolve()}):
        if (folder / PROJECT_FILE).is_file():
            hashes = noted.get(folder, set()) | _recorded(folder)
        elif folder in noted:
            gone.append(folder)
            hashes = set() if without_gone else noted[folder]
        else:
            continue
        for sha256 in hashes:
            there.setdefault(sha256, set()).add(folder)
    by_hash = {sha256: tuple(sorted(folders)) for sha256, folders in there.items()}
    return DataInUse(by_hash, tuple(gone))


def _noted() -> dict[Path, set[str]]:
    found: dict[Path, set[str]] = {}
    with _open() as db:
        for folder, sha256 in db.execute("SELECT project, sha256 FROM uses"):
            found.setdefault(Path(folder), set()).add(sha256)
    return found


def _recorded(folder: Path) -> set[str]:
    with closing(open_database(folder / FILE_NAME)) as database:
        rows = [*database.execute(_OF_RUNS), *database.execute(_OF_TRIALS)]
    return {str(row[0]) for row in rows}


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    place = home_folder() / "data_in_use.sqlite"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(place, timeout=_BUSY_SECONDS, isolation_level=None)) as db:
            db.execute(_TABLE)
            yield db
    except (sqlite3.Error, OSError) as error:
        raise AlphintraError(
            f"What data is in use cannot be noted or read: {error}.",
            hint=f"Check that {place} is writable, whole, and that its disk is not full.",
        ) from error
