"""Projects, and journals in them as a window leaves them that was killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alphintra_desktop.graph.document import GraphDocument
from alphintra_desktop.graph.edits import Edit
from alphintra_desktop.graph.files import read_graph, write_graph
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.runs.project import create_project
from alphintra_desktop.workspace.journal import Journal, Swap, file_hash
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.workspace.answers import Answers

FAST, CLOSE = "000000fa", "0000c105"
GRAPH = Graph(
    {FAST: Node(FAST, "indicators.sma", title="Fast", params={"window": 10})}, name="Trend"
)


def project_with(folder: Path, **graphs: Graph) -> Path:
    """A project with these graphs, by the names of their files. Its folder."""
    project = create_project(folder / "project", "Project")
    for name, graph in graphs.items():
        write_graph(project.graphs / f"{name}.alphintra", graph)
    return project.folder


def leave_behind(project: Path | None, path: Path, *edits: Edit) -> Path:
    """Edit the graph in `path` and end without saving. The journal."""
    swap = Swap(project)
    document = GraphDocument(read_graph(path))
    journal = Journal(swap, document, lambda: path)
    journal.base = file_hash(path)
    for edit in edits:
        document.apply(edit)
    assert journal.flush()
    swap.close()
    return max(journals(swap.folders[0]), key=lambda file: file.stat().st_mtime_ns)


def journals(folder: Path) -> list[Path]:
    """The journals in a swap folder."""
    return sorted(folder.glob("*.journal"))


@contextmanager
def window(project: Path, *answers: object) -> Iterator[Workspace]:
    """A window's workspace with the project open, whose user gives these answers."""
    workspace = Workspace(Settings(), Answers(*answers))
    workspace.open(project)
    try:
        yield workspace
    finally:
        workspace.close()
        workspace.jobs.close()
