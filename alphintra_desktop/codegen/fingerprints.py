"""A name for what every output computes, so that work on it need not be done twice.

The name of an output is a hash of its node's type, version and params, of which output it is, and
of the names of all that comes into the node. It does not know what a node is called, where it
lies, or which id it has: outputs with the same name have, on the same data, the same values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from alphintra_desktop.codegen.effective import effective
from alphintra_desktop.graph.fitting_ports import TypeOf, known_type
from alphintra_desktop.graph.layout import canonical_bytes
from alphintra_desktop.graph.model import Graph, Node
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.graph.paths import inputs_first
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.params import checked_params


def fingerprints(graph: Graph, type_of: TypeOf = node_type_of) -> Mapping[tuple[str, str], str]:
    """The name of every output that may have values, by node and output.

    Muted nodes have none, nor have nodes of unknown types, in a loop, or behind such nodes. The
    output of a bypassed node has the name of what it hands on.
    """
    known = ((id, known_type(node, type_of)) for id, node in graph.nodes.items())
    types = {id: kind for id, kind in known if kind is not None}
    counting = effective(graph, types)
    prints: dict[tuple[str, str], str] = {}
    for node in inputs_first(counting.graph):
        feeding = _feeding(counting.graph, node, prints)
        if node in types and feeding is not None:
            own = _own(graph.nodes[node], types[node], feeding)
            prints |= {(node, name): _hashed([own, name]) for name in types[node].outputs}
    handed_on = counting.handed_on.items()
    return prints | {out: prints[origin] for out, origin in handed_on if origin in prints}


def _feeding(
    graph: Graph, node: str, prints: Mapping[tuple[str, str], str]
) -> list[tuple[str, list[str]]] | None:
    """What comes into a node, by input; None if something of it has no name."""
    inputs = graph.inputs_by_node.get(node, {})
    wires = [wire for wires in inputs.values() for wire in wires]
    if not all((wire.source, wire.output) in prints for wire in wires):
        return None
    return [
        (name, [prints[wire.source, wire.output] for wire in wires])
        for name, wires in inputs.items()
    ]


def _own(node: Node, kind: NodeType, feeding: list[tuple[str, list[str]]]) -> str:
    values, mistakes = checked_params(node, kind)
    params = dict(node.params) if mistakes else values
    return _hashed([node.type, node.version, params, feeding])


def _hashed(value: Any) -> str:
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
