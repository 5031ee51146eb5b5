"""What the user drew, as values: nodes, wires, and the graph of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


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

    `slot` orders the wires of an input that takes many; it is 0 for the others.
    """

    target: str
    input: str
    slot: int
    source: str
    output: str


@dataclass(frozen=True)
class Graph:
    """All nodes and wires of a strategy. Changing it means making another one."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    wires: frozenset[Wire] = frozenset()
    name: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def with_node(self, node: Node) -> Graph:
        """The graph with `node` added, or in place of the node with its id."""
        return replace(self, nodes={**self.nodes, node.id: node})

    def without_node(self, node: str) -> Graph:
        """The graph without the node `node` and without its wires."""
        nodes = {key: value for key, value in self.nodes.items() if key != node}
        wires = frozenset(w for w in self.wires if node not in (w.source, w.target))
        return replace(self, nodes=nodes, wires=wires)

    def with_wires(self, wires: Iterable[Wire]) -> Graph:
        """The graph with these wires added."""
        return replace(self, wires=self.wires | frozenset(wires))

    def without_wires(self, wires: Iterable[Wire]) -> Graph:
        """The graph with these wires taken away."""
        return replace(self, wires=self.wires - frozenset(wires))

    def inputs_of(self, node: str) -> dict[str, tuple[Wire, ...]]:
        """The wires into `node`, by input, in slot order."""
        into: dict[str, list[Wire]] = {}
        for wire in sorted(w for w in self.wires if w.target == node):
            into.setdefault(wire.input, []).append(wire)
        return {name: tuple(wires) for name, wires in into.items()}
