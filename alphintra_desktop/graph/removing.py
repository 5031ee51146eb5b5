"""Taking items away, with or without joining the chain they were in: each is one step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from alphintra_desktop.graph.edits import Edit, RemoveNode, Rewire, Together
from alphintra_desktop.graph.edits_of_groups import RemoveGroup, RemoveNote
from alphintra_desktop.graph.fitting_ports import (
    TypeOf,
    fits,
    given_by,
    known_type,
    wanted_by,
    wires_in,
)
from alphintra_desktop.graph.groups import outermost, way_to, with_insides
from alphintra_desktop.graph.lookup import counted
from alphintra_desktop.graph.model import Graph, Wire


def removed(graph: Graph, ids: Iterable[str]) -> Together:
    """Take away nodes with their wires, notes, and groups with everything in them."""
    return _removed(graph, frozenset(ids), ())


def removed_joined(graph: Graph, ids: Iterable[str], type_of: TypeOf) -> Together:
    """Take items away as `removed` does, and keep the chain joined where types allow.

    What a removed node gave to another comes from there on from where the node's own first input
    that fits came from.
    """
    chosen = frozenset(ids)
    left = graph
    for node in sorted(with_insides(graph, chosen).intersection(graph.nodes)):
        joints = _joints(left, node, type_of)
        left = left.without_node(node).with_wires(joints)
    return _removed(graph, chosen, tuple(sorted(left.wires - graph.wires)))


def _removed(graph: Graph, ids: frozenset[str], joints: tuple[Wire, ...]) -> Together:
    gone = with_insides(graph, ids)
    # All wires at once and first: to look for those of each node would take much longer.
    wires = tuple(w for w in sorted(graph.wires) if w.source in gone or w.target in gone)
    groups = sorted(
        gone.intersection(graph.groups), key=lambda group: (-len(way_to(graph, group)), group)
    )
    edits: list[Edit] = [Rewire(wires, joints)] if wires else []
    edits += [RemoveNode(node) for node in sorted(gone.intersection(graph.nodes))]
    edits += [RemoveNote(note) for note in sorted(gone.intersection(graph.notes))]
    edits += [RemoveGroup(group) for group in groups]
    return Together(tuple(edits), f"Remove {counted(graph, outermost(graph, ids))}")


def _joints(graph: Graph, node: str, type_of: TypeOf) -> list[Wire]:
    """The wires that take the place of those out of a node that goes."""
    kind = known_type(graph.nodes[node], type_of)
    if kind is None:
        return []
    sources = [wire for wire in wires_in(graph, node, kind) if wire.source != node]
    joints: list[Wire] = []
    for wires in graph.outputs_by_node.get(node, {}).values():
        for out in wires:
            wanted = wanted_by(graph, out.target, out.input, type_of)
            fitting = (
                w for w in sources if fits(given_by(graph, w.source, w.output, type_of), wanted)
            )
            source = next(fitting, None)
            if source is not None and out.target != node:
                joints.append(replace(out, source=source.source, output=source.output))
    return joints
