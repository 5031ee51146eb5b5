"""Putting a node into a wire."""

from __future__ import annotations

from dataclasses import replace

from alphintra_desktop.graph.edits import AddNode, Edit, MoveNodes, PutInGroup, Rewire, Together
from alphintra_desktop.graph.fitting_ports import (
    TypeOf,
    given_by,
    inputs_for,
    known_type,
    outputs_for,
    wanted_by,
)
from alphintra_desktop.graph.lookup import called
from alphintra_desktop.graph.model import Graph, Node, Wire
from alphintra_desktop.graph.paths import leads_to


def inserted(graph: Graph, node: Node, wire: Wire, type_of: TypeOf) -> Together | None:
    """Put `node` into `wire`: what went from its one end to the other goes through the node.

    The node is a new one, or one of the graph as it should lie from now on. Its first open input
    and its first output that fit are used. None if there are none, or it would make a loop.
    """
    ports = _ports(graph, node, wire, type_of)
    if ports is None or _loops(graph, node.id, wire):
        return None
    into, out_of = ports
    before = Wire(node.id, into, 0, wire.source, wire.output)
    after = replace(wire, source=node.id, output=out_of)
    edits = [*_placed(graph, node), Rewire((wire,), (before, after))]
    return Together(tuple(edits), f"Insert {called(node)}")


def _ports(graph: Graph, node: Node, wire: Wire, type_of: TypeOf) -> tuple[str, str] | None:
    """The input and the output by which the node fits into the wire."""
    kind = known_type(node, type_of)
    given = given_by(graph, wire.source, wire.output, type_of)
    wanted = wanted_by(graph, wire.target, wire.input, type_of)
    if kind is None or given is None or wanted is None or wire not in graph.wires:
        return None
    taken = graph.inputs_by_node.get(node.id, {})
    into = next((name for name in inputs_for(kind, given) if name not in taken), None)
    out_of = next(outputs_for(kind, wanted), None)
    return (into, out_of) if into is not None and out_of is not None else None


def _loops(graph: Graph, node: str, wire: Wire) -> bool:
    return node in graph.nodes and (
        leads_to(graph, node, wire.source) or leads_to(graph, wire.target, node)
    )


def _placed(graph: Graph, node: Node) -> list[Edit]:
    """The edits that bring the node to where it should be."""
    there = graph.nodes.get(node.id)
    if there is None:
        return [AddNode(node)]
    edits: list[Edit] = []
    if there.group != node.group:
        edits.append(PutInGroup((node.id,), node.group))
    if there.position != node.position:
        edits.append(MoveNodes({node.id: node.position}))
    return edits
