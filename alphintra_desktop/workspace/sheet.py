"""One open graph: its file, its document, what is selected in it, and what it compiles to."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.disk import shown, write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.difference import edits_between
from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.files import graph_to_text, read_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.workspace.journal import Journal, file_hash, text_hash
from alphintra_desktop.workspace.live_code import LiveCode
from alphintra_desktop.workspace.node_values import NodeValues
from alphintra_desktop.workspace.safekeeping import Safekeeping
from alphintra_desktop.workspace.selection import Selection


class ChangedOnDisk(AlphintraError):
    """The file of a sheet says something else than when it was last read or written here."""


class Sheet:
    """An open graph. `path` is where it is saved. `values` are what its nodes say, by `jobs`.

    With a `keeping`, unsaved edits are written down in its `journal`, each save leaves a backup,
    and a project that belongs to another window is not written.
    """

    def __init__(
        self,
        path: Path,
        graph: Graph,
        keeping: Safekeeping | None = None,
        jobs: JobBoard | None = None,
    ) -> None:
        self.path = path
        self.journal: Journal | None = None
        self._keeping = keeping
        self._on_disk = file_hash(path)
        self.document = GraphDocument(graph)
        self.selection = Selection()
        self.live_code = LiveCode(self.document)
        self.values = NodeValues(self.document, self.live_code, jobs or JobBoard(WarmWorkers))
        if keeping is not None:
            self.journal = keeping.journal_for(self.document, lambda: self.path)
            self.journal.base = self._on_disk

    @classmethod
    def opened(
        cls, path: Path, keeping: Safekeeping | None = None, jobs: JobBoard | None = None
    ) -> Sheet:
        """The graph of a file. Raises `AlphintraError` if there is none in it."""
        before = file_hash(path)  # so that a change at this moment is noticed when it is saved
        sheet = cls(path, read_graph(path), keeping, jobs)
        sheet._settled(before)
        return sheet

    @property
    def title(self) -> str:
        """What the sheet is called: the strategy's name, or the file's."""
        return self.document.graph.name or self.path.stem

    @property
    def read_only(self) -> str:
        """Why the graph may not be saved, as the end of a sentence; "" when it may."""
        return self._keeping.why_read_only(self.path) if self._keeping is not None else ""

    @property
    def changed_on_disk(self) -> bool:
        """Whether somebody else has written the file since it was last read or written here."""
        found = file_hash(self.path)
        return found not in ("", self._on_disk)

    def save(self, *, over_changes: bool = False) -> None:
        """Write the graph to its file. Raises `AlphintraError`; then the old file is as it was.

        Raises `ChangedOnDisk` where that would undo what somebody else wrote, unless it is to go
        `over_changes`.
        """
        text = graph_to_text(self.document.graph)
        if self._keeping is None:
            self._write(text, over_changes)
        else:
            with self._keeping.writing:
                self._write(text, over_changes)
        self.document.mark_saved()

    def reload(self) -> None:
        """Show what the file says now, as one step that can be undone. Raises `AlphintraError`."""
        on_disk, graph = file_hash(self.path), read_graph(self.path)
        self.document.apply(edits_between(self.document.graph, graph, "Reload the file"))
        self._settled(on_disk)
        self.document.mark_saved()

    def close(self) -> None:
        """Stop everything that watches the document. Unsaved edits go among the backups."""
        self.live_code.close()
        self.values.close()
        if self._keeping is not None and self.document.modified:
            self._keeping.put_aside_unsaved(self.path, self.document.graph)
        if self.journal is not None:
            self.journal.close()

    def _write(self, text: str, over_changes: bool) -> None:
        self._refuse_to_write(text_hash(text), over_changes)
        if self._keeping is not None:
            self._keeping.put_aside(self.path)
        write_file(self.path, text)
        self._settled(text_hash(text))

    def _refuse_to_write(self, ours: str, over_changes: bool) -> None:
        if self.read_only:
            raise AlphintraError(
                f"{self.title} cannot be saved: {self.read_only}.",
                hint="Save a copy somewhere else, or take the project over.",
            )
        if self.changed_on_disk and not over_changes and file_hash(self.path) != ours:
            raise ChangedOnDisk(
                f"{shown(self.path)} was changed by somebody else since it was opened here.",
                hint="Overwrite it, reload it, or save a copy.",
            )

    def _settled(self, on_disk: str) -> None:
        self._on_disk = on_disk
        if self.journal is not None:
            self.journal.base = on_disk
