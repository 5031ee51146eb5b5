"""A workspace with graphs open in it, as the panes around the canvas see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.graph.files import write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace


class NobodyToAsk:
    """Answers no question: what is tested here asks none."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the user was asked: {name}")


@contextmanager
def opened(folder: Path, *graphs: Graph) -> Iterator[tuple[Workspace, Look]]:
    """A workspace with these graphs open, the first of them shown, all of them compiled."""
    settings = Settings(folder / "settings.json")
    workspace = Workspace(settings, NobodyToAsk())
    sheets = []
    for number, graph in enumerate(graphs):
        path = folder / f"graph_{number}.alphintra"
        write_graph(path, graph)
        sheets.append(workspace.open_sheet(path))
    for sheet in sheets:
        sheet.live_code.settled()
    if sheets:
        workspace.switch_to(sheets[0])
    try:
        yield workspace, Look(settings)
    finally:
        for sheet in sheets:
            sheet.close()
        workspace.jobs.close()


def titled(sheet: Sheet, title: str) -> str:
    """The id of the node with that title."""
    nodes = sheet.document.graph.nodes.values()
    return next(node.id for node in nodes if title_of(node, node_type_of(node)) == title)
