"""What a drawn wire means for the graph: the edit that it becomes, or why it cannot be."""

from __future__ import annotations

from alphintra_desktop.graph.edits import Connect, Disconnect, Edit, Rewire, Together
from alphintra_desktop.graph.model import Graph, Wire
from alphintra_desktop.graph.node_type import Arity
from alphintra_desktop.ui.graph_editor.faces import End, Face, Jack, Side
from alphintra_desktop.ui.graph_editor.picture import jack_at


def why_not(graph: Graph, start: Jack, stop: Jack) -> str | None:
    """Why no wire can lead from one port to the other; None if it can."""
    if start.end.side is stop.end.side:
        both = "outputs" if start.end.side is Side.OUTPUT else "inputs"
        return f"Both are {both}: a wire leads from an output to an input."
    if leads_to(graph, stop.end.node, start.end.node):
        return "That would be a loop: the node would wait for itself."
    if start.type and stop.type and start.type != stop.type:
        return f"This gives {start.type}, and {stop.label} takes {stop.type}."
    return None


def leads_to(graph: Graph, start: str, stop: str) -> bool:
    """Whether `stop` is `start`, or uses it by way of whatever many wires."""
    seen, open_ = {start}, [start]
    while open_:
        node = open_.pop()
        if node == stop:
            return True
        for wires in graph.outputs_by_node.get(node, {}).values():
            fresh = {wire.target for wire in wires} - seen
            seen |= fresh
            open_.extend(fresh)
    return False


def joined(graph: Graph, start: End, stop: Jack, loosened: Wire | None) -> Edit | None:
    """The edit that draws a wire; None when it is there already.

    `loosened` is the wire whose end was pulled to here, which then goes.
    """
    into = [
        wire for wire in graph.wires if (wire.target, wire.input) == (stop.end.node, stop.end.port)
    ]
    if any((wire.source, wire.output) == (start.node, start.port) for wire in into):
        same = loosened is not None and loosened in into
        return None if loosened is None or same else Disconnect(loosened)
    full = tuple(sorted(into)) if stop.arity is not Arity.MANY else ()
    slot = 0 if full or not into else 1 + max(wire.slot for wire in into)
    if loosened is not None and loosened in into:
        slot = loosened.slot
    wire = Wire(stop.end.node, stop.end.port, slot, start.node, start.port)
    if loosened is None or loosened in full:
        return Connect(wire, full)
    return Together((Rewire((loosened, *full), (wire,)),), "Move a wire")


def put_into(graph: Graph, face: Face, wire: Wire, carried: str) -> Rewire | None:
    """The edit that puts a node into a wire; None if it does not fit there.

    It takes the first open input and the first output that fit what the wire carries.
    """
    wired = graph.inputs_by_node.get(face.id, {})
    inputs = (j for j in face.inputs if j.type == carried and j.end.port not in wired)
    outputs = (j for j in face.outputs if j.type == carried)
    before, after = next(inputs, None), next(outputs, None)
    if before is None or after is None or leads_to(graph, wire.target, face.id):
        return None
    if leads_to(graph, face.id, wire.source):
        return None
    return Rewire(
        (wire,),
        (
            Wire(face.id, before.end.port, 0, wire.source, wire.output),
            Wire(wire.target, wire.input, wire.slot, face.id, after.end.port),
        ),
    )


def jack_of(faces: dict[str, Face], end: End) -> Jack | None:
    """The port that an end of wires is drawn as."""
    return jack_at(faces[end.node], end) if end.node in faces else None
