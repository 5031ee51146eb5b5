"""What a wire drawn between two ports means for the graph: why it cannot be, or the edit it is."""

from __future__ import annotations

from dataclasses import replace

from alphintra_desktop.codegen import connecting
from alphintra_desktop.graph.edits import AddNode, Connect, Edit, Rewire, Together
from alphintra_desktop.graph.fitting_ports import TypeOf, given_by, wanted_by
from alphintra_desktop.graph.model import Graph, Node, Wire
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.ui.graph_editor.faces import End, Side

Offer = tuple[NodeType, str]
"""A node type, and the port of it that a dropped wire would go to."""


def why_not(
    graph: Graph, start: End, stop: End, loosened: Wire | None, type_of: TypeOf
) -> str | None:
    """Why no wire can lead from one port to the other; None if it can."""
    if start.side is stop.side:
        both = "outputs" if start.side is Side.OUTPUT else "inputs"
        return f"Both are {both}: a wire leads from an output to an input."
    return connecting.why_not(graph, wire_between(start, stop), type_of, loosened)


def wire_between(start: End, stop: End) -> Wire:
    """The wire from an output to an input, in whichever slot."""
    return Wire(stop.node, stop.port, 0, start.node, start.port)


def joined(
    graph: Graph, start: End, stop: End, loosened: Wire | None, type_of: TypeOf
) -> Edit | None:
    """The edit that draws a wire; None if it is put back where it was."""
    wire = wire_between(start, stop)
    if loosened is not None and replace(loosened, slot=0, extra={}) == wire:
        return None
    return connecting.wire_for(graph, wire, type_of, loosened)


def offers(graph: Graph, end: End, type_of: TypeOf) -> tuple[Offer, ...]:
    """The node types with a port for a wire that hangs from `end`, each once."""
    if end.side is Side.OUTPUT:
        given = given_by(graph, end.node, end.port, type_of)
        # mypy takes the hash of a class for that of its objects, which a dataclass changes.
        return connecting.fitting(given) if given is not None else ()  # type: ignore[arg-type]
    wanted = wanted_by(graph, end.node, end.port, type_of)
    found = connecting.giving(wanted) if wanted is not None else ()  # type: ignore[arg-type]
    first: dict[str, Offer] = {}
    for kind, port in found:
        first.setdefault(kind.name, (kind, port))
    return tuple(first.values())


def added_to(graph: Graph, end: End, node: Node, port: str, type_of: TypeOf) -> Edit:
    """The edit that places a new node and wires `port` of it to the port `end`."""
    other = End(node.id, port, Side.INPUT if end.side is Side.OUTPUT else Side.OUTPUT)
    ends = (end, other) if end.side is Side.OUTPUT else (other, end)
    drawn = connecting.wire_for(graph.with_node(node), wire_between(*ends), type_of)
    add = AddNode(node)
    if not isinstance(drawn, Connect):
        return add
    wires = Rewire(drawn.replaces, (drawn.wire,))
    return Together((add, wires), add.describe(graph))
