"""What the user drew, as values: nodes, wires, groups, notes, and the graph of them.

Nodes, groups and notes are the items of a graph. Their ids are of one kind and never the same, so
that what is selected, moved or put in a group is named by ids alone. The graph stays flat: a
group is a named folder, and what is in it only says so.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, TypeAlias

NODE_ID = re.compile(r"[0-9a-f]{8}")

MUTED, BYPASSED = "muted", "bypassed"
MODES = ("", MUTED, BYPASSED)

FRAME, COMMENT = "frame", "comment"
NOTE_KINDS = (FRAME, COMMENT)
NOTE_COLOURS = ("grey", "blue", "green", "amber", "red", "violet")


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
    drawn. `params` holds only what differs from the defaults. `group` is the id of the group it is
    in, empty at the top. A node whose `mode` is "muted" counts as not drawn, one that is
    "bypassed" hands on what comes in. `extra` keeps, unread, whatever a file says about the node
    that this program does not know.
    """

    id: str
    type: str
    version: int = 1
    title: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    position: tuple[float, float] = (0.0, 0.0)
    extra: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    mode: str = ""


@dataclass(frozen=True)
class Group:
    """A sub-graph: a named folder of items, shown as one node where it lies.

    `group` is the id of the group that it is in itself, empty at the top.
    """

    id: str
    title: str = ""
    position: tuple[float, float] = (0.0, 0.0)
    group: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """Words on the canvas: a `comment`, or a `frame` around some nodes with words at its top.

    It computes nothing. `size` is width and height; `group` is the group inside which it lies.
    """

    id: str
    kind: str = COMMENT
    text: str = ""
    position: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (240.0, 120.0)
    colour: str = NOTE_COLOURS[0]
    group: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


Item: TypeAlias = Node | Group | Note
"""Whatever has an id and a place on the canvas."""


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
    """All nodes and wires of a strategy, with groups and notes. Changing it means making another.

    The order of `nodes` means nothing: a file keeps them by id, and an undone removal puts a node
    last. A wire may name a node that is not there, because losing it would hide the mistake. A
    group that an item names is there, and no group is inside itself.
    """

    nodes: Mapping[str, Node] = field(default_factory=dict)
    wires: frozenset[Wire] = frozenset()
    name: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """All nodes, groups and notes by id."""
        return {**self.nodes, **self.groups, **self.notes}

    def with_items(self, items: Iterable[Item]) -> Graph:
        """The graph with all of `items` added, each in place of the one with its id, if any."""
        nodes, groups, notes = dict(self.nodes), dict(self.groups), dict(self.notes)
        for item in items:
            match item:
                case Node():
                    nodes[item.id] = item
                case Group():
                    groups[item.id] = item
                case Note():
                    notes[item.id] = item
        return replace(self, nodes=nodes, groups=groups, notes=notes)

    def without_group(self, group: str) -> Graph:
        """The graph without the group `group`; what is in it is not touched."""
        return replace(self, groups={k: v for k, v in self.groups.items() if k != group})

    def without_note(self, note: str) -> Graph:
        """The graph without the note `note`."""
        return replace(self, notes={k: v for k, v in self.notes.items() if k != note})

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
    def outputs_by_node(self) -> Mapping[str, Mapping[str, tuple[Wire, ...]]]:
        """The wires out of every node that has some: by node, then by output, in order."""
        gathered: dict[str, dict[str, list[Wire]]] = {}
        for wire in sorted(self.wires, key=IN_ORDER):
            gathered.setdefault(wire.source, {}).setdefault(wire.output, []).append(wire)
        return {
            node: {name: tuple(wires) for name, wires in outputs.items()}
            for node, outputs in gathered.items()
        }

    @cached_property
    def ids(self) -> frozenset[str]:
        """Every id that the graph speaks of, also those that only a wire still names."""
        return frozenset(self.nodes).union(self.groups, self.notes, _ends(self.wires))


# Most edits leave the wires as they are, and a set of them knows its hash.
@lru_cache(maxsize=8)
def _ends(wires: frozenset[Wire]) -> frozenset[str]:
    return frozenset(end for wire in wires for end in (wire.source, wire.target))
