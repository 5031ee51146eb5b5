"""What the user drew, as values: nodes, wires, and the graph of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

NODE_ID = re.compile(r"[0-9a-f]{8}")


def new_node_id(taken: Container[str]) -> str:
    """Eight random hex digits that are not in `taken`."""
    while True:
        made = secrets.token_hex(4)
        if made not in taken:
            return made


@dataclass(frozen=True)
class Node:
    """One node on the canvas.

    `type` is the dotted name of a node type and `version` that type's version when the node was
    drawn. `params` holds only what differs from the defaults. `extra` keeps, unread, whatever a
    file says about the node that this program does not know.
    """

    id: str
    type: str
    version: int = 1
    title: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    position: tuple[float, float] = (0.0, 0.0)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Wire:
    """From an output of one node to an input of another.

    `slot` orders the wires of an input that takes many; it is 0 for the others. `extra` keeps
    what a file says about the wire beyond that; it is no part of what makes two wires the same.
    """

    target: str
    input: str
    slot: int
    source: str
    output: str
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)


IN_ORDER = attrgetter("target", "input", "slot", "source", "output")
"""The order of wires, as a key to sort by: the same as comparing them, and several times faster."""


@dataclass(frozen=True)
class Graph:
    """All nodes and wires of a strategy. Changing it means making another one.

    The order of `nodes` means nothing: a file keeps them by id, and an undone removal puts a node
    last. A wire may name a node that is not there, because losing it would hide the mistake.
    """

    nodes: Mapping[str, Node] = field(default_factory=dict)
    wires: frozenset[Wire] = frozenset()
    name: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def with_node(self, node: Node) -> Graph:
        """The graph with `node` added, or in place of the node with its id."""
        return replace(self, nodes={**self.nodes, node.id: node})

    def with_nodes(self, nodes: Iterable[Node]) -> Graph:
        """The graph with all of `nodes` added, each in place of the node with its id, if any."""
        return replace(self, nodes={**self.nodes, **{node.id: node for node in nodes}})

    def without_node(self, node: str) -> Graph:
        """The graph without the node `node` and without its wires."""
        nodes = {key: value for key, value in self.nodes.items() if key != node}
        return replace(self, nodes=nodes, wires=self.wires.difference(self.wires_of(node)))

    def with_wires(self, wires: Iterable[Wire]) -> Graph:
        """The graph with these wires added."""
        return replace(self, wires=self.wires.union(wires))

    def without_wires(self, wires: Iterable[Wire]) -> Graph:
        """The graph with these wires taken away."""
        return replace(self, wires=self.wires.difference(wires))

    def wires_of(self, node: str) -> tuple[Wire, ...]:
        """The wires into and out of `node`, in no particular order."""
        return tuple(wire for wire in self.wires if node in (wire.source, wire.target))

    def inputs_of(self, node: str) -> dict[str, tuple[Wire, ...]]:
        """The wires into `node`, by input, in slot order."""
        return dict(self.inputs_by_node.get(node, {}))

    @cached_property
    def inputs_by_node(self) -> Mapping[str, Mapping[str, tuple[Wire, ...]]]:
        """The wires into every node that has some: by node, then by input, in slot order.

        Made once a graph, so that walking all nodes does not look at all wires for each.
        """
        gathered: dict[str, dict[str, list[Wire]]] = {}
        for wire in sorted(self.wires, key=IN_ORDER):
            gathered.setdefault(wire.target, {}).setdefault(wire.input, []).append(wire)
        return {
            node: {name: tuple(wires) for name, wires in inputs.items()}
            for node, inputs in gathered.items()
        }

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every node id that the graph speaks of, also those that only a wire still names."""
        ends = (end for wire in self.wires for end in (wire.source, wire.target))
        return frozenset(self.nodes).union(ends)
