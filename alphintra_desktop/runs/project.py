"""A project: a folder with everything that belongs to a strategy and to what was tried with it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.database import FILE_NAME, open_database

PROJECT_FILE = "project.json"
PROJECT_FORMAT = 1
FOLDERS = ("graphs", "code", "jobs")


@dataclass(frozen=True)
class Project:
    """An open project. The folder may be moved: everything inside is named relative to it."""

    folder: Path
    name: str
    created: str

    @property
    def graphs(self) -> Path:
        """Where the drawn strategies lie, `*.alphintra`."""
        return self.folder / "graphs"

    @property
    def code(self) -> Path:
        """Where the generated and the written Python files lie."""
        return self.folder / "code"

    @property
    def jobs(self) -> Path:
        """Where every job has its folder."""
        return self.folder / "jobs"

    def database(self) -> sqlite3.Connection:
        """A new connection to the project's runs and trial ledger, for the caller to close."""
        return open_database(self.folder / FILE_NAME)

    def new_job_folder(self) -> Path:
        """An empty folder for a job; its name is the id of the job and of the run it makes.

        Raises AlphintraError when the project may not be written.
        """
        folder = self.jobs / new_id()
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise AlphintraError(
                f"{self.jobs} could not be written: {error.strerror}.",
                hint="Give yourself the right to write there, or copy the project elsewhere.",
            ) from error
        return folder


def new_id() -> str:
    """An id for a run or a job: UTC time to the millisecond and six random hex digits.

    Ids sort by time, and are fit for folder names on every system.
    """
    now = datetime.now(UTC)
    return f"{now:%Y%m%d-%H%M%S}{now.microsecond // 1000:03d}-{secrets.token_hex(3)}"


def create_project(folder: Path, name: str) -> Project:
    """A new project in `folder`, which must be empty or not exist yet.

    It appears whole or not at all. Raises AlphintraError.
    """
    folder = Path(folder).absolute()
    _refuse_to_overwrite(folder)
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(3)}")
    try:
        draft.mkdir(parents=True)
        _fill(draft, name)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        raise AlphintraError(
            f"The project could not be made in {folder}: {error.strerror}.",
            hint="Choose a folder on a local disk that you may write to.",
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return open_project(folder)


def open_project(folder: Path) -> Project:
    """The project in `folder`. Raises AlphintraError when there is none, or none we can read."""
    folder = Path(folder).absolute()
    file = folder / PROJECT_FILE
    try:
        facts = _facts(json.loads(file.read_bytes()))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AlphintraError(
            f"{folder} is not an Alphintra project: it has no {PROJECT_FILE}.",
            hint="Open a folder that holds one, or make a project with `alphintra new`.",
        ) from error
    except OSError as error:
        raise AlphintraError(
            f"{file} could not be read: {error.strerror}.",
            hint="Check that you may read the file, then open the project again.",
        ) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, not the right values
        raise AlphintraError(
            f"{file} is damaged: {error}.",
            hint='Restore it from a backup, or write {"format": 1, "name": "...", "created": '
            '"2026-01-31T12:00:00+00:00"} into it: graphs and runs lie in other files.',
        ) from error
    if facts["format"] > PROJECT_FORMAT:
        raise AlphintraError(
            f"The project {facts['name']} was written by a newer version of Alphintra.",
            hint="Update Alphintra, then open the project again.",
        )
    return Project(folder, facts["name"], facts["created"])


def find_project(start: Path) -> Project | None:
    """The project that `start`, a file or a folder, lies in; None outside every project."""
    start = Path(start).absolute()
    for folder in (start, *start.parents):
        if (folder / PROJECT_FILE).is_file():
            return open_project(folder)
    return None


def home_folder() -> Path:
    """Where what belongs to no project lies: ALPHINTRA_HOME, or else the user's data folder."""
    chosen = os.environ.get("ALPHINTRA_HOME")
    return Path(chosen).absolute() if chosen else user_data_path("alphintra", appauthor=False)


def home_project() -> Project:
    """The project for runs outside any project, made when it is first needed."""
    folder = home_folder()
    try:
        if not (folder / PROJECT_FILE).exists():
            _fill(folder, "home")
    except OSError as error:
        raise AlphintraError(
            f"{folder} could not be written: {error.strerror}.",
            hint="Set ALPHINTRA_HOME to a folder that you may write to.",
        ) from error
    return open_project(folder)


def _fill(folder: Path, name: str) -> None:
    """Make everything of a project; the file that makes it a project comes last."""
    for part in FOLDERS:
        (folder / part).mkdir(parents=True, exist_ok=True)
    open_database(folder / FILE_NAME).close()
    facts = {"format": PROJECT_FORMAT, "name": name, "created": datetime.now(UTC).isoformat()}
    write_file(folder / PROJECT_FILE, json.dumps(facts, indent=2) + "\n")


def _refuse_to_overwrite(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise AlphintraError(
            f"{folder} is a file.", hint="Give the name of a folder that does not exist yet."
        )
    if folder.exists() and any(folder.iterdir()):
        raise AlphintraError(
            f"The folder {folder} is not empty.",
            hint="Choose an empty folder, or a name that does not exist yet.",
        )


def _facts(content: Any) -> dict[str, Any]:
    """The content of `project.json`, once it is sure to be one. Raises ValueError."""
    match content:
        case {"format": int(number), "name": str(), "created": str()} if number > 0:
            return dict(content)
    raise ValueError("it does not say format, name and created")
