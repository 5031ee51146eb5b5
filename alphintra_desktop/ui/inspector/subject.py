"""What the inspector is about: nodes of one type in an open graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import Edit
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.nodes.catalog import NODES, node_type_of
from alphintra_desktop.nodes.custom import CUSTOM, code_param
from alphintra_desktop.nodes.param_edits import shared_value
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.known_series import KnownSeries
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.sheet import Sheet

DATASET = "market_data.dataset"


@dataclass(frozen=True)
class Subject:
    """Nodes of one type, and what is needed to edit them. The first stands for all of them."""

    sheet: Sheet
    nodes: tuple[str, ...]
    kind: NodeType
    look: Look
    known: KnownSeries
    notices: Notices

    @property
    def graph(self) -> Graph:
        """The graph as it is now."""
        return self.sheet.document.graph

    @property
    def first(self) -> Node:
        """The node that stands for all of them."""
        return self.graph.nodes[self.nodes[0]]

    @property
    def single(self) -> bool:
        """Whether it is one node."""
        return len(self.nodes) == 1

    def value(self, name: str) -> Any:
        """The value of a param; None when the nodes differ."""
        return shared_value(self.graph, self.nodes, name, self.kind.params[name])

    def dataset(self) -> str:
        """The dataset that the nodes name, or else that of the graph's market data."""
        nodes = [self.first, *self.graph.nodes.values()]
        named = (node.params.get("dataset", "sample") for node in nodes if node.type == DATASET)
        return str(next(named, ""))

    def apply(self, edit: Edit | None) -> None:
        """Make an edit, if there is one; what keeps it from being made is told."""
        if edit is None:
            return
        try:
            self.sheet.document.apply(edit)
        except AlphintraError as error:
            self.notices.error(error)


def kind_of(node: Node) -> NodeType | None:
    """The type of a node; for custom code that is broken, one that has only the code."""
    try:
        return node_type_of(node)
    except AlphintraError:
        return _broken(str(node.params.get("code", "")))


def _broken(code: str) -> NodeType:
    known = next(made for made in NODES if made.name == CUSTOM)
    return NodeType(
        name=CUSTOM,
        title=known.title,
        category=known.category,
        help="The code does not declare a node as it stands.",
        inputs={},
        outputs={},
        params={"code": code_param(code)},
        build=known.build,
    )
