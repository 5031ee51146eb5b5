"""What the canvas should show of a graph, as a value.

1. Every node in the group that is looked at gets a box, and every group in it one box whose ports
   are the wires across its border and what is still open inside.
2. Inside a group, each port outside that a wire leads to or comes from gets a small box, a portal.
3. A wire is drawn between the boxes in which its ends are, unless that is one box.

The canvas compares the picture that it shows with the next one and changes only what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from alphintra_desktop.graph.model import Graph, Node, Note, Wire
from alphintra_desktop.ui.graph_editor.faces import End, Face, Jack, Side, face_of
from alphintra_desktop.ui.graph_editor.group_faces import Portals, group_face, outermost
from alphintra_desktop.ui.graph_editor.node_types import NodeTypes

FARTHEST = 1e7
"""Of a position: Qt draws nothing beyond, and a file may say anything."""

Spot = tuple[float, float]


@dataclass(frozen=True)
class DrawnWire:
    """A wire between two boxes, each with the port on it."""

    start: str
    start_end: End
    stop: str
    stop_end: End


@dataclass(frozen=True)
class Picture:
    """Boxes and notes, where they lie, and the wires between the boxes."""

    faces: Mapping[str, Face] = field(default_factory=dict)
    spots: Mapping[str, Spot] = field(default_factory=dict)
    wires: Mapping[Wire, DrawnWire] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)


def start_of(wire: Wire) -> End:
    """Where a wire comes from."""
    return End(wire.source, wire.output, Side.OUTPUT)


def stop_of(wire: Wire) -> End:
    """Where a wire leads to."""
    return End(wire.target, wire.input, Side.INPUT)


def drawn_spot(position: Spot) -> Spot:
    """A position as far out as it can be drawn."""
    x, y = position
    return max(-FARTHEST, min(x, FARTHEST)), max(-FARTHEST, min(y, FARTHEST))


class Painter:
    """Makes pictures of a graph, and takes from the last one what has not changed."""

    def __init__(self, types: NodeTypes) -> None:
        self._types = types
        self._faces: dict[str, tuple[Node, frozenset[str], frozenset[str], Face]] = {}
        self._wires_before: Mapping[Wire, DrawnWire] = {}

    def forget(self) -> None:
        """Look at every node anew, because more node types are known now."""
        self._faces = {}

    def picture(self, graph: Graph, group: str) -> Picture:
        """What to show of `graph` inside `group`."""
        known = self._node_faces(graph)
        where = outermost(graph, group)
        faces = {id: face for id, face in known.items() if where.get(id) == id}
        faces |= {
            id: group_face(graph, id, [known[n] for n in known if where.get(n) == id], self._types)
            for id, inner in graph.groups.items()
            if inner.group == group
        }
        spots = {id: drawn_spot((graph.nodes.get(id) or graph.groups[id]).position) for id in faces}
        portals = Portals(graph, where, known, spots) if group else None
        wires = self._wires_before = dict(self._wires(graph, where, portals))
        if portals is not None:
            faces |= portals.faces
            spots |= portals.spots()
        notes = {id: note for id, note in graph.notes.items() if note.group == group}
        return Picture(faces, spots, wires, notes)

    def _wires(
        self, graph: Graph, where: Mapping[str, str], portals: Portals | None
    ) -> Iterator[tuple[Wire, DrawnWire]]:
        for wire in graph.wires:
            if wire.source not in graph.nodes or wire.target not in graph.nodes:
                continue
            start, stop = where.get(wire.source), where.get(wire.target)
            if start == stop:
                continue
            if portals is not None and start is None:
                start = portals.of(start_of(wire), beside=stop_of(wire))
            if portals is not None and stop is None:
                stop = portals.of(stop_of(wire), beside=start_of(wire))
            if start is not None and stop is not None:
                yield wire, self._drawn_wire(wire, start, stop)

    def _drawn_wire(self, wire: Wire, start: str, stop: str) -> DrawnWire:
        """The same object as long as it is the same, which is quick to see."""
        kept = self._wires_before.get(wire)
        if kept is None or kept.start != start or kept.stop != stop:
            kept = DrawnWire(start, start_of(wire), stop, stop_of(wire))
        return kept

    def _node_faces(self, graph: Graph) -> dict[str, Face]:
        inputs: dict[str, set[str]] = {id: set() for id in graph.nodes}
        outputs: dict[str, set[str]] = {id: set() for id in graph.nodes}
        for wire in graph.wires:
            if wire.source in outputs:
                outputs[wire.source].add(wire.output)
            if wire.target in inputs:
                inputs[wire.target].add(wire.input)
        return {
            id: self._face(node, frozenset(inputs[id]), frozenset(outputs[id]))
            for id, node in graph.nodes.items()
        }

    def _face(self, node: Node, inputs: frozenset[str], outputs: frozenset[str]) -> Face:
        kept = self._faces.get(node.id)
        if kept is not None and kept[0] is node and kept[1:3] == (inputs, outputs):
            return kept[3]
        face = face_of(node, self._types.of(node), inputs, outputs)
        if kept is not None and kept[3] == face:
            face = kept[3]
        self._faces[node.id] = (node, inputs, outputs, face)
        return face


def jack_at(face: Face, end: End) -> Jack | None:
    """The port of a box that stands for an end of wires."""
    return next((jack for jack in face.jacks if jack.end == end), None)
