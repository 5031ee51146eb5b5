"""Every change a user can make to a graph. Each is a value that knows how to take itself back.

`edit.apply(graph)` is the graph after the edit, `edit.inverse(graph)` the edit that leads from
there back to exactly `graph`, and `edit.describe(graph)` its line in the history list. All three
take the graph as it is before the edit. An edit that does not fit its graph raises an
`AlphintraError` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, Union

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.model import Graph, Node, Wire
from alphintra_desktop.graph.tunable import NoteTunable
from alphintra_desktop.graph.values import keepable_node, keepable_param, keepable_wire


@dataclass(frozen=True)
class AddNode:
    """Place a node, and the wires that come with it (each has an end at the node)."""

    node: Node
    wires: tuple[Wire, ...] = ()

    def apply(self, graph: Graph) -> Graph:
        node = keepable_node(self.node)
        if node.id in graph.ids:
            raise _misfit(f"There already is a node {node.id}.", node.id)
        if any(node.id not in (wire.source, wire.target) for wire in self.wires):
            raise _misfit(f"A wire that came with the node {node.id} is not its own.", node.id)
        return graph.with_node(node).with_wires(map(keepable_wire, self.wires))

    def inverse(self, before: Graph) -> RemoveNode:
        return RemoveNode(self.node.id)

    def describe(self, before: Graph) -> str:
        return f"Add {_called(self.node)}"


@dataclass(frozen=True)
class RemoveNode:
    """Take a node away, and its wires with it."""

    node: str

    def apply(self, graph: Graph) -> Graph:
        return graph.without_node(_node(graph, self.node).id)

    def inverse(self, before: Graph) -> AddNode:
        return AddNode(_node(before, self.node), tuple(sorted(before.wires_of(self.node))))

    def describe(self, before: Graph) -> str:
        return f"Remove {_name(before, self.node)}"


@dataclass(frozen=True)
class MoveNodes:
    """Put nodes somewhere else on the canvas: their new positions by id."""

    positions: Mapping[str, tuple[float, float]]

    def apply(self, graph: Graph) -> Graph:
        moved = (
            replace(_node(graph, node), position=position)
            for node, position in self.positions.items()
        )
        return graph.with_nodes(map(keepable_node, moved))

    def inverse(self, before: Graph) -> MoveNodes:
        return MoveNodes({node: _node(before, node).position for node in self.positions})

    def describe(self, before: Graph) -> str:
        if len(self.positions) != 1:
            return f"Move {len(self.positions)} nodes"
        return f"Move {_name(before, *self.positions)}"


@dataclass(frozen=True)
class SetParam:
    """Give one param of one node a value."""

    node: str
    name: str
    value: Any

    def apply(self, graph: Graph) -> Graph:
        node = _node(graph, self.node)
        value = keepable_param(self.node, self.name, self.value)
        return graph.with_node(replace(node, params={**node.params, self.name: value}))

    def inverse(self, before: Graph) -> SetParam | ResetParam:
        return _restore_param(before, self.node, self.name)

    def describe(self, before: Graph) -> str:
        return f"Set {self.name} of {_name(before, self.node)} to {_shown(self.value)}"


@dataclass(frozen=True)
class ResetParam:
    """Give one param of one node its default again, by no longer keeping a value for it."""

    node: str
    name: str

    def apply(self, graph: Graph) -> Graph:
        node = _node(graph, self.node)
        params = {name: value for name, value in node.params.items() if name != self.name}
        return graph.with_node(replace(node, params=params))

    def inverse(self, before: Graph) -> SetParam | ResetParam:
        return _restore_param(before, self.node, self.name)

    def describe(self, before: Graph) -> str:
        return f"Reset {self.name} of {_name(before, self.node)}"


@dataclass(frozen=True)
class RenameNode:
    """Give a node another title; an empty one means that of its type."""

    node: str
    title: str

    def apply(self, graph: Graph) -> Graph:
        return graph.with_node(replace(_node(graph, self.node), title=self.title))

    def inverse(self, before: Graph) -> RenameNode:
        return RenameNode(self.node, _node(before, self.node).title)

    def describe(self, before: Graph) -> str:
        return f"Rename {_name(before, self.node)} to {_shown(self.title)}"


@dataclass(frozen=True)
class RenameGraph:
    """Give the whole strategy another name."""

    name: str

    def apply(self, graph: Graph) -> Graph:
        return replace(graph, name=self.name)

    def inverse(self, before: Graph) -> RenameGraph:
        return RenameGraph(before.name)

    def describe(self, before: Graph) -> str:
        return f"Rename the strategy to {_shown(self.name)}"


@dataclass(frozen=True)
class Connect:
    """Draw a wire between two nodes. `replaces` are the wires that make room for it."""

    wire: Wire
    replaces: tuple[Wire, ...] = ()

    def apply(self, graph: Graph) -> Graph:
        for end in (self.wire.source, self.wire.target):
            _node(graph, end)
        return Rewire(self.replaces, (self.wire,)).apply(graph)

    def inverse(self, before: Graph) -> Rewire:
        return Rewire(self.replaces, (self.wire,)).inverse(before)

    def describe(self, before: Graph) -> str:
        return f"Connect {_ends(before, self.wire)}"


@dataclass(frozen=True)
class Disconnect:
    """Take a wire away."""

    wire: Wire

    def apply(self, graph: Graph) -> Graph:
        return Rewire((self.wire,), ()).apply(graph)

    def inverse(self, before: Graph) -> Rewire:
        return Rewire((self.wire,), ()).inverse(before)

    def describe(self, before: Graph) -> str:
        return f"Disconnect {_ends(before, self.wire)}"


@dataclass(frozen=True)
class Rewire:
    """Some wires go, others come; also wires that lead to a node that is not there.

    Connecting and disconnecting are taken back with it.
    """

    removed: tuple[Wire, ...]
    added: tuple[Wire, ...]

    def apply(self, graph: Graph) -> Graph:
        cleared = graph.without_wires(_present(graph, self.removed))
        for wire in self.added:
            if wire in cleared.wires:
                raise _misfit(f"The wire {_ends(graph, wire)} is already there.", wire.target)
        return cleared.with_wires(map(keepable_wire, self.added))

    def inverse(self, before: Graph) -> Rewire:
        return Rewire(self.added, _present(before, self.removed))

    def describe(self, before: Graph) -> str:
        return f"Rewire {len({*self.removed, *self.added})} wires"


@dataclass(frozen=True)
class Together:
    """Several edits that are done and undone as one, each made on the graph the last one left."""

    edits: tuple[Edit, ...]
    label: str

    def apply(self, graph: Graph) -> Graph:
        for edit in self.edits:
            graph = edit.apply(graph)
        return graph

    def inverse(self, before: Graph) -> Together:
        inverses: list[Edit] = []
        for edit in self.edits:
            inverses.append(edit.inverse(before))
            before = edit.apply(before)
        return Together(tuple(reversed(inverses)), self.label)

    def describe(self, before: Graph) -> str:
        return self.label


Edit: TypeAlias = Union[  # noqa: UP007 - `Together` holds edits, so this is read before it is made
    AddNode,
    RemoveNode,
    MoveNodes,
    SetParam,
    ResetParam,
    RenameNode,
    RenameGraph,
    Connect,
    Disconnect,
    Rewire,
    NoteTunable,
    Together,
]


def _restore_param(before: Graph, node: str, name: str) -> SetParam | ResetParam:
    params = _node(before, node).params
    return SetParam(node, name, params[name]) if name in params else ResetParam(node, name)


def _node(graph: Graph, node: str) -> Node:
    if node not in graph.nodes:
        raise _misfit(f"There is no node {node}.", node)
    return graph.nodes[node]


def _present(graph: Graph, wires: tuple[Wire, ...]) -> tuple[Wire, ...]:
    """These wires as the graph has them, which may know more about them. Raises if one lacks."""
    wanted = frozenset(wires)
    found = tuple(sorted(wire for wire in graph.wires if wire in wanted)) if wanted else ()
    if len(found) != len(wanted):
        lacking = min(wanted.difference(found))
        raise _misfit(f"There is no wire {_ends(graph, lacking)}.", lacking.target)
    return found


def _misfit(message: str, node: str) -> AlphintraError:
    """The error of an edit that was made for another graph than the one it is applied to."""
    hint = "The graph has changed since: look at it again and repeat the change."
    return AlphintraError(message, hint=hint, place=Place(node=node))


def _called(node: Node) -> str:
    return node.title or node.type.rpartition(".")[2]


def _name(graph: Graph, node: str) -> str:
    return _called(graph.nodes[node]) if node in graph.nodes else node


def _ends(graph: Graph, wire: Wire) -> str:
    return f"{_name(graph, wire.source)} to {wire.input} of {_name(graph, wire.target)}"


def _shown(value: Any, longest: int = 40) -> str:
    """A value for the history list: one line, and a short one."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        value = ", ".join(_shown(item) for item in value)
    text = " ".join(str(value).split())
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
