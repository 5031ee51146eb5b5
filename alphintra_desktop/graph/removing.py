"""Taking items away, with or without joining the chain they were in: each is one step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

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

    What a removed node gave to another comes from then on from where the first of the node's own
    inputs that fits came from.
    """
    chosen = frozenset(ids)
    gone = with_insides(graph, chosen)
    joints: list[Wire] = []
    for out in sorted(wire for wire in graph.wires if wire.source in gone):
        wanted = wanted_by(graph, out.target, out.input, type_of)
        if out.target not in gone and wanted is not None:
            sources = _sources(graph, out.source, gone, type_of)
            fitting = (
                w for w in sources if fits(given_by(graph, w.source, w.output, type_of), wanted)
            )
            joints += (replace(out, source=w.source, output=w.output) for w in islice(fitting, 1))
    return _removed(graph, chosen, tuple(joints))


def _sources(graph: Graph, node: str, gone: frozenset[str], type_of: TypeOf) -> Iterator[Wire]:
    """The wires by which what stays feeds a node that goes, also over others that go."""
    waiting, seen = [node], {node}
    while waiting:
        node = waiting.pop(0)
        kind = known_type(graph.nodes.get(node), type_of)
        for wire in wires_in(graph, node, kind) if kind is not None else ():
            if wire.source not in gone:
                yield wire
            elif wire.source not in seen:
                seen.add(wire.source)
                waiting.append(wire.source)


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
