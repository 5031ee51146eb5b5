"""Unsaved edits, written down as they are made, so that not even a kill loses them.

1. Every edit hands the new graph to a thread, which writes the newest one it was given into a
   file of the swap folder: at once, then again at most every `PAUSE` seconds.
2. The file is replaced whole (`disk.write_file`), so whatever moment the program ends at, it is
   the old one or the new one.
3. Once the graph is saved, or the edits are undone, the file goes.

A swap folder is `.swap` of the project, or where that cannot be written, `.swap` of the home
folder. Whose journals are whose says a lock that ends with its process: `<token>.owner`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.edits import Edit
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import home_folder, new_id
from alphintra_desktop.workspace.os_lock import OsLock

SWAP = ".swap"
JOURNAL, OWNER = ".journal", ".owner"
FORMAT = "alphintra journal"
PAUSE, AFTER_A_FAILURE = 0.15, 2.0
LONGEST_STEM = 40


@dataclass(frozen=True)
class Entry:
    """What a journal says beside the graph's text.

    `path` is the graph's file, relative to the project where it lies in one. `base` is the
    SHA-256 of the saved file that the edits began with, "" when there was none. `sha256` is that
    of the text.
    """

    base: str
    edited: str
    process: int
    sha256: str
    path: str = ""
    owner: str = ""
    format: str = FORMAT


def text_hash(text: str) -> str:
    """SHA-256 of a text as it stands in a file."""
    return hashlib.sha256(text.encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file; "" for one that is not there, or not to be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


class Swap:
    """Where one window's journals lie. `trouble` announces what keeps edits from being written
    down, once, and None when that is over.
    """

    def __init__(self, project: Path | None) -> None:
        self.trouble: Signal[AlphintraError | None] = Signal()
        self.project = project
        self.token = new_id()
        self._locks: dict[Path, OsLock] = {}
        self._guard = threading.RLock()
        self._failing = False

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that journals may lie in, the better one first."""
        home = home_folder() / SWAP
        return (home,) if self.project is None else (self.project / SWAP, home)

    def write(self, name: str, path: Path, text: str, entry: Entry) -> None:
        """Write a journal where that is possible. Raises `AlphintraError` if it is nowhere."""
        with self._guard:
            try:
                self._write_somewhere(name, path, text, entry)
            except AlphintraError as error:
                self._announce(error)
                raise
            self._announce(None)

    def remove(self, name: str) -> None:
        """Remove a journal, wherever it lies."""
        with self._guard:
            for folder in self.folders:
                with contextlib.suppress(OSError):
                    (folder / name).unlink(missing_ok=True)

    def disown(self) -> None:
        """Leave the journals to whoever opens the project next."""
        with self._guard:
            self._release()
            self.token = new_id()

    def close(self) -> None:
        """Let go of the folders. Journals that are still there can be recovered."""
        with self._guard:
            self._release()

    def _release(self) -> None:
        for lock in self._locks.values():
            lock.release(remove=True)
        self._locks.clear()

    def _write_somewhere(self, name: str, path: Path, text: str, entry: Entry) -> None:
        first: AlphintraError | None = None
        for folder in self._folders_for(path):
            said = replace(entry, path=self._named(path, folder), owner=self.token)
            try:
                self._own(folder)
                write_file(folder / name, json.dumps(asdict(said), sort_keys=True) + "\n" + text)
            except AlphintraError as error:
                first = first or error
            else:
                return
        assert first is not None
        raise AlphintraError(
            "Unsaved edits cannot be kept for recovery just now.",
            hint=f"Save often, and make room: {first.message} It is tried again with every edit.",
        )

    def _folders_for(self, path: Path) -> tuple[Path, ...]:
        inside = self.project is not None and path.is_relative_to(self.project)
        return self.folders if inside else self.folders[-1:]

    def _named(self, path: Path, folder: Path) -> str:
        if self.project is not None and folder == self.project / SWAP:
            return path.relative_to(self.project).as_posix()
        return str(path)

    def _own(self, folder: Path) -> None:
        """Hold the lock that says that the journals in `folder` have somebody who cares."""
        if folder in self._locks:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = OsLock.take(folder / (self.token + OWNER))
        except OSError as problem:
            raise AlphintraError(
                f"{folder} cannot be written: {problem.strerror}.",
                hint="Give yourself the right to write there.",
            ) from problem
        if lock is not None:  # nobody else has this token
            self._locks[folder] = lock

    def _announce(self, error: AlphintraError | None) -> None:
        failing = error is not None
        if failing != self._failing:
            self._failing = failing
            self.trouble.emit(error)


_numbers = count(1)


class Journal:
    """The journal of one sheet. `base` is the hash of its saved file, "" while there is none."""

    def __init__(self, swap: Swap, document: GraphDocument, where: Callable[[], Path]) -> None:
        self.base = ""
        self._swap = swap
        self._document = document
        self._where = where
        self._number = next(_numbers)
        self._wake = threading.Condition()
        self._wanted: tuple[Graph | None, float] | None = None
        self._written = ""
        self._not_before = 0.0
        self._hurry = self._busy = self._failed = self._closed = False
        self._thread: threading.Thread | None = None
        self._subscriptions = (
            document.edited.subscribe(self._on_edit),
            document.saved.subscribe(self._on_saved),
        )

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all edits are written down. Whether they are."""
        with self._wake:
            self._hurry, self._failed = True, False
            self._wake.notify_all()
            self._wake.wait_for(lambda: self._settled() or self._failed, timeout)
            self._hurry = False
            return self._settled()

    def leave(self) -> None:
        """Leave what is written down to whoever recovers it; the next edit begins another one."""
        self.flush()
        with self._wake:
            self._written = ""

    def close(self) -> None:
        """Nothing is to be recovered: it was saved, or the user wants it gone. Does not wait."""
        for subscription in self._subscriptions:
            subscription.cancel()
        with self._wake:
            self._closed = True
            self._wanted = (None, time.time()) if self._thread else None
            self._wake.notify_all()

    def wait(self, timeout: float = 10.0) -> None:
        """Wait until a closed journal is gone."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _settled(self) -> bool:
        return self._wanted is None and not self._busy

    def _on_edit(self, _: Edit) -> None:
        self._want(self._document.graph if self._document.modified else None)

    def _on_saved(self, _: Graph) -> None:
        self._want(None)

    def _want(self, graph: Graph | None) -> None:
        if self._thread is None and graph is None:
            return
        with self._wake:
            self._wanted = (graph, time.time())
            self._wake.notify_all()
            if self._thread is None or not self._thread.is_alive():
                self._busy = False
                self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (wanted := self._next()) is not None:
            kept = self._keep(*wanted)
            with self._wake:
                self._busy = False
                self._not_before = time.monotonic() + (PAUSE if kept else AFTER_A_FAILURE)
                if not kept:
                    self._hurry, self._failed = False, True
                    self._wanted = self._wanted or wanted
                self._wake.notify_all()

    def _next(self) -> tuple[Graph | None, float] | None:
        """The newest graph, once it is time to write it; None when there will be none."""
        with self._wake:
            self._wake.wait_for(lambda: self._closed or self._wanted is not None)
            while not self._hurry and not self._closed:
                left = self._not_before - time.monotonic()
                if left <= 0:
                    break
                self._wake.wait(left)
            wanted, self._wanted = self._wanted, None
            self._busy = wanted is not None
            return wanted

    def _keep(self, graph: Graph | None, edited: float) -> bool:
        """Write the graph down, or remove what was written. Whether that came out well."""
        if graph is None:
            if self._written:
                self._swap.remove(self._written)
            return True
        text, path = graph_to_text(graph), self._where()
        stem = path.stem[:LONGEST_STEM]
        self._written = f"{stem}.{self._swap.token}-{self._number}{JOURNAL}"
        time_of_edit = datetime.fromtimestamp(edited, UTC).isoformat()
        entry = Entry(self.base, time_of_edit, os.getpid(), text_hash(text))
        try:
            self._swap.write(self._written, path, text, entry)
        except AlphintraError:  # the swap has told it
            return False
        return True
