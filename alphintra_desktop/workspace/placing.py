"""Placing a node without a mouse: where there is room, near what is looked at."""

from __future__ import annotations

from alphintra_desktop.graph.edits import AddNode
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.workspace.sheet import Sheet

APART = (240.0, 140.0)
Position = tuple[float, float]


def place_node(sheet: Sheet, kind: NodeType) -> str:
    """Add a node of that type beside the selection, select it, and return its id."""
    graph, selection = sheet.document.graph, sheet.selection
    position = free_spot(graph, _looked_at(graph, selection.ids))
    node = Node(sheet.document.new_node_id(), kind.name, kind.version, position=position)
    sheet.document.apply(AddNode(node))
    selection.choose([node.id])
    return node.id


def free_spot(graph: Graph, wanted: Position) -> Position:
    """`wanted`, or else the nearest place below it where no node lies yet."""
    x, y = wanted
    while any(_overlap((x, y), node.position) for node in graph.nodes.values()):
        y += APART[1]
    return x, y


def _looked_at(graph: Graph, selected: frozenset[str]) -> Position:
    """To the right of what is selected; without a selection in the middle of the graph."""
    chosen = [graph.nodes[node].position for node in selected if node in graph.nodes]
    if chosen:
        return max(x for x, _ in chosen) + APART[0], min(y for _, y in chosen)
    everything = [node.position for node in graph.nodes.values()]
    if not everything:
        return 0.0, 0.0
    xs, ys = zip(*everything, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _overlap(a: Position, b: Position) -> bool:
    return abs(a[0] - b[0]) < APART[0] * 0.9 and abs(a[1] - b[1]) < APART[1] * 0.9
