"""One open graph: its file, its document, what is selected in it, and what it compiles to."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.files import read_graph, write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.workspace.live_code import LiveCode
from alphintra_desktop.workspace.selection import Selection


class Sheet:
    """An open graph. `path` is where it is saved."""

    def __init__(self, path: Path, graph: Graph) -> None:
        self.path = path
        self.document = GraphDocument(graph)
        self.selection = Selection()
        self.live_code = LiveCode(self.document)

    @classmethod
    def opened(cls, path: Path) -> Sheet:
        """The graph of a file. Raises `AlphintraError` if there is none in it."""
        return cls(path, read_graph(path))

    @property
    def title(self) -> str:
        """What the sheet is called: the strategy's name, or the file's."""
        return self.document.graph.name or self.path.stem

    def save(self) -> None:
        """Write the graph to its file. Raises `AlphintraError`; then the old file is as it was."""
        write_graph(self.path, self.document.graph)
        self.document.mark_saved()

    def close(self) -> None:
        """Stop everything that watches the document."""
        self.live_code.close()
