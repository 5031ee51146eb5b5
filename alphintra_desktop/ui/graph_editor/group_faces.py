"""How a group looks from outside, and what lies outside it from within."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alphintra_desktop.graph.groups import BoundaryPort, boundary
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, Arity
from alphintra_desktop.ui.graph_editor.faces import End, Face, Jack, Kind, Side
from alphintra_desktop.ui.graph_editor.node_layout import PORTAL_HEIGHT, PORTAL_WIDTH, WIDTH
from alphintra_desktop.ui.graph_editor.node_types import NodeTypes

BESIDE = 70.0
"""Between a group's nodes and its portals."""

Spot = tuple[float, float]


def outermost(graph: Graph, group: str) -> dict[str, str]:
    """For every node inside `group`, the box that it is in there: its own, or that of a group."""
    boxes = {id: _box(graph, id, group) for id in graph.groups}
    found = {}
    for id, node in graph.nodes.items():
        box = id if node.group == group else boxes.get(node.group)
        if box is not None:
            found[id] = box
    return found


def _box(graph: Graph, id: str, group: str) -> str | None:
    """The group directly inside `group` that the group `id` is, or is in; None if outside."""
    while id in graph.groups:
        above = graph.groups[id].group
        if above == group:
            return id
        id = above
    return None


def group_face(graph: Graph, id: str, inside: Sequence[Face], types: NodeTypes) -> Face:
    """A group as one box, with the ports of its boundary."""
    ports = boundary(graph, id, types.of)
    modes = {face.mode for face in inside}
    return Face(
        id=id,
        kind=Kind.GROUP,
        title=graph.groups[id].title or "Group",
        inputs=tuple(_jack(port, Side.INPUT) for port in ports.inputs),
        outputs=tuple(_jack(port, Side.OUTPUT) for port in ports.outputs),
        summary=f"{len(inside)} node{'' if len(inside) == 1 else 's'}",
        mode=modes.pop() if len(modes) == 1 else "",
    )


def _jack(port: BoundaryPort, side: Side) -> Jack:
    type_ = port.type.__name__ if port.type is not None else ""
    arity = port.arity if side is Side.INPUT else Arity.MANY
    return Jack(End(port.node, port.port, side), port.title, type_, arity)


class Portals:
    """The ports outside a group that its wires lead to, collected wire by wire."""

    def __init__(
        self,
        graph: Graph,
        where: Mapping[str, str],
        known: Mapping[str, Face],
        spots: Mapping[str, Spot],
    ) -> None:
        self.faces: dict[str, Face] = {}
        self._graph, self._where, self._known, self._spots = graph, where, known, spots
        self._heights: dict[str, float] = {}

    def of(self, end: End, beside: End) -> str:
        """The portal of a port outside, for a wire to a port inside."""
        id = f"{end.node}.{end.port}.{end.side.value}"
        if id not in self.faces:
            self.faces[id] = self._face(id, end)
        height = self._spots[self._where[beside.node]][1]
        self._heights[id] = min(height, self._heights.get(id, height))
        return id

    def spots(self) -> dict[str, Spot]:
        """Where they lie: what comes in left of the nodes, what goes out right of them."""
        if not self.faces:
            return {}
        lefts = [x for x, _ in self._spots.values()]
        left = min(lefts) - BESIDE - PORTAL_WIDTH
        right = max(lefts) + WIDTH + BESIDE
        return {**self._column(Side.OUTPUT, left), **self._column(Side.INPUT, right)}

    def _column(self, side: Side, x: float) -> dict[str, Spot]:
        ids = [id for id, face in self.faces.items() if face.jacks[0].end.side is side]
        spots: dict[str, Spot] = {}
        free = -float("inf")
        for id in sorted(ids, key=lambda id: (self._heights[id], id)):
            y = max(self._heights[id] + 4.0, free)
            spots[id] = (x, y)
            free = y + PORTAL_HEIGHT + 12.0
        return spots

    def _face(self, id: str, end: End) -> Face:
        outside = self._known[end.node]
        jack = next(jack for jack in outside.jacks if jack.end == end)
        title = outside.title if end.port == SINGLE_OUTPUT else f"{outside.title}: {jack.label}"
        sides = ((), (jack,)) if end.side is Side.OUTPUT else ((jack,), ())
        return Face(id, Kind.PORTAL, title, *sides)
