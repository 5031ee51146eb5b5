"""What a crash would have lost: journals whose window is gone, compared with the saved files.

1. Every journal of the swap folders is read whole or put aside as damaged; a journal whose owner
   still lives is left alone.
2. One that says what the saved file says is dropped, and so is an older one of two that say the
   same.
3. What is left is told exactly, and the user decides: it becomes one undoable step of the sheet,
   or goes among the backups, or waits.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from alphintra_desktop.disk import text_of_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.difference import differences, edits_between
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.files import graph_from_text, graph_to_text, read_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.workspace.backups import Backups
from alphintra_desktop.workspace.journal import (
    FORMAT,
    JOURNAL,
    OWNER,
    SWAP,
    Entry,
    Swap,
    file_hash,
    text_hash,
)
from alphintra_desktop.workspace.os_lock import is_held

STEP = "Recover unsaved changes"
DAMAGED = ".damaged"


class Decision(Enum):
    """What to do with unsaved work that was found."""

    RECOVER = "recover"
    SHOW_SAVED = "saved"
    LATER = "later"


@dataclass(frozen=True)
class Unsaved:
    """Work on one graph that is in no saved file. `saved` is what its file says.

    `differences` says in words what was done since, a line each. `deleted` is set when the
    graph has no file any more, `saved_since` when somebody saved it after this work began, and
    `unreadable` when the saved file is damaged.
    """

    path: Path
    graph: Graph
    saved: Graph
    edited: datetime
    files: tuple[Path, ...]
    deleted: bool = False
    saved_since: bool = False
    unreadable: bool = False

    @property
    def name(self) -> str:
        """What the graph is called."""
        return self.graph.name or self.path.stem

    @property
    def differences(self) -> tuple[str, ...]:
        """What would be recovered, a line each."""
        return differences(self.saved, self.graph)


@dataclass(frozen=True)
class Found:
    """All that was found: unsaved work, the oldest first, and what could not be read."""

    unsaved: tuple[Unsaved, ...]
    damaged: tuple[AlphintraError, ...] = ()


def unsaved_work(swap: Swap, only: Path | None = None) -> Found:
    """What windows that are gone have left unsaved of the project's graphs, or of `only` one."""
    journals: dict[str, _Journal] = {}
    damaged: list[AlphintraError] = []
    for file in _abandoned(swap):
        try:
            journal = _read(file, swap, only)
        except AlphintraError as error:
            damaged.append(_put_aside(file, error))
            continue
        if journal is not None:
            journals[file.name] = _newer(journal, journals.get(file.name))
    told = (_unsaved(journal) for journal in sorted(journals.values(), key=_time))
    return Found(tuple(_without_repeats([one for one in told if one])), tuple(damaged))


def recover(document: GraphDocument, unsaved: Unsaved) -> None:
    """Bring unsaved work back as one step, which can be undone."""
    document.apply(edits_between(document.graph, unsaved.graph, STEP))


def forget(unsaved: Unsaved) -> None:
    """Remove the journals of work that is safe elsewhere now."""
    for file in unsaved.files:
        _remove(file)


def put_among_backups(unsaved: Unsaved, backups: Backups, keep: int) -> None:
    """Keep the work as a backup instead. Raises `AlphintraError`; then it is still to recover."""
    backups.put_aside_text(unsaved.path, graph_to_text(unsaved.graph), keep)
    forget(unsaved)


def in_words(unsaved: Unsaved, longest: int = 6) -> str:
    """What would be recovered of one graph, as a paragraph."""
    when = unsaved.edited.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    lines = [f"{unsaved.name}: last edited {when}", *warnings(unsaved)]
    done = unsaved.differences
    lines += [f"  {line}" for line in done[:longest]]
    if len(done) > longest:
        lines.append(f"  and {len(done) - longest} more")
    return "\n".join(lines)


def warnings(unsaved: Unsaved) -> tuple[str, ...]:
    """What the user should know of a graph before recovering it, a sentence each."""
    told = (
        (unsaved.deleted, "Its file is gone; saving makes it again."),
        (unsaved.unreadable, "Its saved file is damaged; saving puts that among the backups."),
        (unsaved.saved_since, "Its file was changed after these edits began."),
    )
    return tuple(sentence for so, sentence in told if so)


# -------------------------------------------------------------------- reading journals


@dataclass(frozen=True)
class _Journal:
    path: Path
    graph: Graph
    text: str
    base: str
    edited: datetime
    files: tuple[Path, ...]


def _abandoned(swap: Swap) -> Iterator[Path]:
    """The journals that nobody writes to any more."""
    for folder in swap.folders:
        with contextlib.suppress(OSError):
            for file in sorted(folder.glob("*" + JOURNAL)):
                token = file.name.removesuffix(JOURNAL).rpartition(".")[2].rpartition("-")[0]
                if not is_held(folder / (token + OWNER)):
                    yield file


def _read(file: Path, swap: Swap, only: Path | None) -> _Journal | None:
    """The journal in a file; None if it is about another graph. Raises `AlphintraError`."""
    head, _, text = text_of_file(file).partition("\n")
    entry = _entry(head, text, file)
    project = swap.project
    path = Path(entry.path)
    if not path.is_absolute() and project is not None:
        path = project / path
    if path != only if only else not (project and path.is_relative_to(project)):
        return None
    graph = graph_from_text(text, file.name)
    edited = datetime.fromisoformat(entry.edited)
    return _Journal(path, graph, text, entry.base, edited, (file,))


def _entry(head: str, text: str, file: Path) -> Entry:
    try:
        said: dict[str, Any] = json.loads(head)
        entry = Entry(**said)
        datetime.fromisoformat(entry.edited)
        sound = entry.format == FORMAT and entry.sha256 == text_hash(text) and bool(entry.path)
    except (ValueError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise AlphintraError(
            f"What was unsaved in {file.name} cannot be recovered: the journal is damaged.",
            hint=f"It was kept in {SWAP} under the ending {DAMAGED}; look there for what you miss.",
        )
    return entry


def _newer(one: _Journal, other: _Journal | None) -> _Journal:
    """The newer of two states of one journal, which may lie in both folders."""
    if other is None:
        return one
    newer, older = (one, other) if one.edited >= other.edited else (other, one)
    return _Journal(
        newer.path, newer.graph, newer.text, newer.base, newer.edited, newer.files + older.files
    )


def _time(journal: _Journal) -> datetime:
    return journal.edited


def _unsaved(journal: _Journal) -> Unsaved | None:
    """What a journal has beyond the saved file; None, and the journal goes, if that is nothing."""
    path, unreadable = journal.path, False
    deleted = not path.exists()
    saved = Graph()
    if not deleted:
        try:
            saved = read_graph(path)
        except AlphintraError:
            unreadable = True
    if not deleted and not unreadable and graph_to_text(saved) == journal.text:
        for file in journal.files:
            _remove(file)
        return None
    since = not deleted and bool(journal.base) and file_hash(path) != journal.base
    return Unsaved(
        path, journal.graph, saved, journal.edited, journal.files, deleted, since, unreadable
    )


def _without_repeats(unsaved: list[Unsaved]) -> Iterator[Unsaved]:
    """Of works on one graph that say the same in a row, the last."""
    for index, one in enumerate(unsaved):
        later = [other for other in unsaved[index + 1 :] if other.path == one.path]
        if later and graph_to_text(later[0].graph) == graph_to_text(one.graph):
            forget(one)
        else:
            yield one


def _put_aside(file: Path, error: AlphintraError) -> AlphintraError:
    """Damaged journals are told of once."""
    with contextlib.suppress(OSError):
        file.replace(file.with_suffix(DAMAGED))
    return error


def _remove(file: Path) -> None:
    """Remove a journal, and its owner's lock when it was the last of it."""
    token = file.name.removesuffix(JOURNAL).rpartition(".")[2].rpartition("-")[0]
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
        if not any(file.parent.glob(f"*.{token}-*{JOURNAL}")):
            (file.parent / (token + OWNER)).unlink(missing_ok=True)
