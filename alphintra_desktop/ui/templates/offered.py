"""The graphs that a project can start from, with what a card says and draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.workspace.templates import Template, template_text, templates


@dataclass(frozen=True, eq=False)
class Offered:
    """One template: its graph, the text of its file, and the type of every node."""

    title: str
    about: str
    more: str
    text: str
    graph: Graph
    types: Mapping[str, NodeType]


def offered() -> tuple[Offered, ...]:
    """Every template that ships, the simplest first, and last an empty graph.

    Takes half a second when it is the first to need TA-Lib's node types.
    """
    return (*map(_offered, templates()), _empty())


def _offered(template: Template) -> Offered:
    text = template_text(template.name)
    types = dict(_types(template.graph))
    return Offered(template.title, template.about, template.more, text, template.graph, types)


def _types(graph: Graph) -> Iterator[tuple[str, NodeType]]:
    for node in graph.nodes.values():
        kind = _type(node)
        if kind is not None:
            yield node.id, kind


def _type(node: Node) -> NodeType | None:
    try:
        return node_type_of(node)
    except AlphintraError:  # custom code that is no node: drawn in grey
        return None


def _empty() -> Offered:
    graph = Graph()
    about = "A blank canvas."
    more = "Begin with a Market data node from the list on the left."
    return Offered("Empty graph", about, more, graph_to_text(graph), graph, {})
