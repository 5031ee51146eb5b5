"""Placing a node without a mouse: where there is room, near what is looked at."""

from __future__ import annotations

from alphintra_desktop.graph.edits import AddNode
from alphintra_desktop.graph.model import Graph, Group, Node
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.workspace.sheet import Sheet

APART = (240.0, 140.0)
Position = tuple[float, float]


def place_node(sheet: Sheet, kind: NodeType) -> str:
    """Add a node of that type beside the selection, select it, and return its id."""
    graph, selection = sheet.document.graph, sheet.selection
    position = free_spot(graph, _looked_at(graph, selection.ids, selection.group), selection.group)
    node = Node(
        sheet.document.new_node_id(),
        kind.name,
        kind.version,
        position=position,
        group=selection.group,
    )
    sheet.document.apply(AddNode(node))
    selection.choose([node.id])
    return node.id


def free_spot(graph: Graph, wanted: Position, group: str = "") -> Position:
    """`wanted`, or else the nearest place below it where nothing of that group lies yet."""
    x, y = wanted
    taken = [item.position for item in _inside(graph, group)]
    while any(_overlap((x, y), other) for other in taken):
        y += APART[1]
    return x, y


def _looked_at(graph: Graph, selected: frozenset[str], group: str) -> Position:
    """To the right of what is selected; without a selection in the middle of what is shown."""
    shown = _inside(graph, group)
    chosen = [item.position for item in shown if item.id in selected]
    if chosen:
        return max(x for x, _ in chosen) + APART[0], min(y for _, y in chosen)
    if not shown:
        return 0.0, 0.0
    xs, ys = zip(*(item.position for item in shown), strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _inside(graph: Graph, group: str) -> list[Node | Group]:
    items: list[Node | Group] = [*graph.nodes.values(), *graph.groups.values()]
    return [item for item in items if item.group == group]


def _overlap(a: Position, b: Position) -> bool:
    return abs(a[0] - b[0]) < APART[0] * 0.9 and abs(a[1] - b[1]) < APART[1] * 0.9
