"""Earlier versions of a graph's file: one is put aside at each save.

They lie in `.backup` of the project (of the home folder for graphs outside one), a folder a
graph, and are named by the UTC time at which they were put aside. Of those that are kept, the
newer half is every version there was, the older half the last version of each day.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alphintra_desktop.disk import shown, text_of_file, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.difference import edits_between
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.files import read_graph
from alphintra_desktop.runs.project import home_folder

FOLDER = ".backup"
SUFFIX = ".alphintra"
TIME = "%Y%m%d-%H%M%S%f"


@dataclass(frozen=True)
class Backup:
    """An earlier version of a graph's file. `time` is when it was put aside."""

    file: Path
    time: datetime

    @property
    def saved(self) -> datetime:
        """When the version was written, which is what a user remembers."""
        try:
            return datetime.fromtimestamp(self.file.stat().st_mtime, UTC)
        except OSError:  # it has gone meanwhile
            return self.time


class Backups:
    """The backups of one project; without one, of graphs that lie anywhere."""

    def __init__(self, project: Path | None) -> None:
        self._project = project

    def of(self, path: Path) -> tuple[Backup, ...]:
        """The earlier versions of a graph's file, the newest first."""
        found = (_backup(file) for file in self._folder(path).glob("*" + SUFFIX))
        return tuple(sorted((b for b in found if b), key=lambda b: b.file.name, reverse=True))

    def put_aside(self, path: Path, keep: int) -> Backup | None:
        """Keep the file as it is now, because it will be replaced, and at most `keep` in all.

        None when there is nothing to keep, or the newest backup says the same. Raises
        `AlphintraError` if it cannot be kept.
        """
        known = self.of(path)
        if not path.exists() or (known and _same(known[0].file, path)):
            return None
        made = Backup(self._fresh(path), datetime.now(UTC))
        try:
            made.file.parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(Path(os.path.realpath(path)), made.file)
        except OSError as problem:
            raise _cannot(path, problem) from problem
        self._thin((made, *known), keep)
        return made

    def put_aside_text(self, path: Path, text: str, keep: int) -> Backup:
        """Keep a version of the graph that was never its file. Raises `AlphintraError`."""
        known = self.of(path)
        made = Backup(self._fresh(path), datetime.now(UTC))
        try:
            made.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise _cannot(path, problem) from problem
        write_file(made.file, text)
        self._thin((made, *known), keep)
        return made

    def _fresh(self, path: Path) -> Path:
        return self._folder(path) / f"{datetime.now(UTC):{TIME}}{SUFFIX}"

    def _folder(self, path: Path) -> Path:
        if self._project is not None and path.is_relative_to(self._project):
            return self._project / FOLDER / path.relative_to(self._project)
        where = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
        return home_folder() / FOLDER / f"{path.name}.{where}"

    def _thin(self, known: Sequence[Backup], keep: int) -> None:
        kept = set(worth_keeping([backup.time for backup in known], keep))
        for backup in known:
            if backup.time not in kept:
                with contextlib.suppress(OSError):  # it goes next time
                    backup.file.unlink()


def worth_keeping(times: Sequence[datetime], keep: int) -> tuple[datetime, ...]:
    """At most `keep` of some times: the newer half without gaps, then the last of each day."""
    newest_first = sorted(times, reverse=True)
    recent = newest_first[: (keep + 1) // 2]
    older = newest_first[len(recent) :]
    last_of_days = list({time.date(): time for time in reversed(older)}.values())[::-1]
    others = [time for time in older if time not in last_of_days]
    return (*recent, *(last_of_days + others)[: keep - len(recent)])


def restore(document: GraphDocument, backup: Backup) -> None:
    """Make the graph what it was, as one step that can be undone. Raises `AlphintraError`."""
    when = backup.saved.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    label = f"Restore the version of {when}"
    document.apply(edits_between(document.graph, read_graph(backup.file), label))


def _backup(file: Path) -> Backup | None:
    """The backup that a file is; None for what somebody else put there."""
    try:
        time = datetime.strptime(file.stem, TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Backup(file, time)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other) or text_of_file(one) == text_of_file(other)
    except (OSError, AlphintraError):
        return False


def _link_or_copy(source: Path, goal: Path) -> None:
    """A link costs nothing, and the file will be replaced, not written over."""
    try:
        os.link(source, goal)
    except OSError:
        shutil.copy2(source, goal)


def _cannot(path: Path, problem: OSError) -> AlphintraError:
    return AlphintraError(
        f"No backup of {shown(path)} could be kept: {problem.strerror}.",
        hint="Make room on the disk, or give yourself the right to write to the project.",
    )
