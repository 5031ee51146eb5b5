"""What keeps one window's work from being lost: the project's lock, its journals, its backups."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.observe import Signal
from alphintra_desktop.workspace.backups import Backups
from alphintra_desktop.workspace.journal import Journal, Swap
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.project_lock import ProjectLock
from alphintra_desktop.workspace.settings import BACKUPS, Settings

TAKEN_OVER = "another window has taken it over"


class Safekeeping:
    """Of the project in `folder`; with None, of graphs that are open without a project.

    `access_changed` announces why the project may not be written, "" when it may. Whoever writes
    a graph holds `writing`, so that a project is not handed over in the middle.
    """

    def __init__(self, folder: Path | None, settings: Settings, notices: Notices) -> None:
        self.access_changed: Signal[str] = Signal()
        self.writing = threading.RLock()
        self.swap = Swap(folder)
        self.backups = Backups(folder)
        self._folder = folder
        self._settings = settings
        self._notices = notices
        self._journals: list[Journal] = []
        self._lock = ProjectLock(folder, self._hand_over) if folder is not None else None
        self.swap.trouble.subscribe(self._tell)

    @property
    def may_write(self) -> bool:
        """Whether the project's graphs may be written by this window."""
        return self._lock is None or self._lock.held

    @property
    def why_not(self) -> str:
        """Why the project may not be written, as the end of a sentence; "" when it may."""
        return "" if self._lock is None or self._lock.held else self._lock.why_not

    def why_read_only(self, path: Path) -> str:
        """Why the graph in `path` may not be saved; "" when it may."""
        inside = self._folder is not None and path.is_relative_to(self._folder)
        return self.why_not if inside else ""

    def take(self) -> bool:
        """Take the project's lock if it is free. Whether this window may write now."""
        if self._lock is None or self._lock.held:
            return True
        taken = self._lock.take()
        self.access_changed.emit(self.why_not)
        return taken

    def ask(self) -> None:
        """Ask the window that writes to hand the project over. Raises `AlphintraError`."""
        if self._lock is not None and not self._lock.held:
            self._lock.ask()

    def withdraw(self) -> None:
        """Ask for the project no more."""
        if self._lock is not None:
            self._lock.withdraw()

    def journal_for(self, document: GraphDocument, where: Callable[[], Path]) -> Journal:
        """The journal of a sheet that was opened just now."""
        journal = Journal(self.swap, document, where)
        self._journals.append(journal)
        return journal

    @property
    def backups_kept(self) -> int:
        """How many backups of each graph the user wants."""
        return int(self._settings.get(BACKUPS))

    def put_aside(self, path: Path) -> None:
        """Keep the file as a backup before it is replaced; tell it where that is not possible."""
        try:
            self.backups.put_aside(path, self.backups_kept)
        except AlphintraError as error:
            self._notices.error(error)

    def put_aside_unsaved(self, path: Path, graph: Graph) -> None:
        """Keep edits that the user closes without saving as a backup; tell it where that fails."""
        try:
            self.backups.put_aside_text(path, graph_to_text(graph), self.backups_kept)
        except AlphintraError as error:
            self._notices.error(error)

    def close(self) -> None:
        """The window has closed the project: its journals are closed, and the lock is free."""
        for journal in self._journals:
            journal.close()
        for journal in self._journals:
            journal.wait()
        self.swap.close()
        if self._lock is not None:
            self._lock.release()

    def _hand_over(self) -> None:
        with self.writing:
            for journal in self._journals:
                journal.leave()
            self.swap.disown()
            if self._lock is not None:
                self._lock.release(TAKEN_OVER)
        self._notices.warning(
            f"Another window has taken over {self._folder.name if self._folder else ''}.",
            hint="Unsaved edits went with it. Here you can read on, and save copies.",
        )
        self.access_changed.emit(self.why_not)

    def _tell(self, error: AlphintraError | None) -> None:
        if error is not None:
            self._notices.error(error)
        else:
            self._notices.done("Unsaved edits are kept for recovery again.")
