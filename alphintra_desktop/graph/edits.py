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

from alphintra_desktop.graph.edits_of_groups import (
    AddGroup,
    AddNote,
    ChangeNote,
    RemoveGroup,
    RemoveNote,
    RenameGroup,
)
from alphintra_desktop.graph.lookup import (
    called,
    counted,
    item_of,
    misfit,
    name_of,
    node_of,
    shown_value,
)
from alphintra_desktop.graph.model import BYPASSED, MUTED, Graph, Node, Wire
from alphintra_desktop.graph.tunable import NoteTunable
from alphintra_desktop.graph.values import (
    check_group,
    keepable_item,
    keepable_node,
    keepable_param,
    keepable_wire,
)


@dataclass(frozen=True)
class AddNode:
    """Place a node, and the wires that come with it (each has an end at the node)."""

    node: Node
    wires: tuple[Wire, ...] = ()

    def apply(self, graph: Graph) -> Graph:
        node = keepable_node(self.node)
        if node.id in graph.ids:
            raise misfit(f"There already is a node {node.id}.", node.id)
        if any(node.id not in (wire.source, wire.target) for wire in self.wires):
            raise misfit(f"A wire that came with the node {node.id} is not its own.", node.id)
        check_group(graph, node)
        return graph.with_node(node).with_wires(map(keepable_wire, self.wires))

    def inverse(self, before: Graph) -> RemoveNode:
        return RemoveNode(self.node.id)

    def describe(self, before: Graph) -> str:
        return f"Add {called(self.node)}"


@dataclass(frozen=True)
class RemoveNode:
    """Take a node away, and its wires with it."""

    node: str

    def apply(self, graph: Graph) -> Graph:
        return graph.without_node(node_of(graph, self.node).id)

    def inverse(self, before: Graph) -> AddNode:
        return AddNode(node_of(before, self.node), tuple(sorted(before.wires_of(self.node))))

    def describe(self, before: Graph) -> str:
        return f"Remove {name_of(before, self.node)}"


@dataclass(frozen=True)
class MoveNodes:
    """Put nodes, groups and notes somewhere else on the canvas: their new positions by id."""

    positions: Mapping[str, tuple[float, float]]

    def apply(self, graph: Graph) -> Graph:
        moved = (
            keepable_item(replace(item_of(graph, item), position=position))
            for item, position in self.positions.items()
        )
        return graph.with_items(moved)

    def inverse(self, before: Graph) -> MoveNodes:
        return MoveNodes({item: item_of(before, item).position for item in self.positions})

    def describe(self, before: Graph) -> str:
        return f"Move {counted(before, tuple(self.positions))}"


@dataclass(frozen=True)
class SetMode:
    """Mute or bypass nodes, or with an empty mode let them count again."""

    nodes: tuple[str, ...]
    mode: str

    def apply(self, graph: Graph) -> Graph:
        changed = (replace(node_of(graph, node), mode=self.mode) for node in self.nodes)
        return graph.with_nodes(map(keepable_node, changed))

    def inverse(self, before: Graph) -> Together:
        by_mode: dict[str, list[str]] = {}
        for node in self.nodes:
            by_mode.setdefault(node_of(before, node).mode, []).append(node)
        edits = (SetMode(tuple(nodes), mode) for mode, nodes in by_mode.items())
        return Together(tuple(edits), self.describe(before))

    def describe(self, before: Graph) -> str:
        verb = {MUTED: "Mute", BYPASSED: "Bypass"}.get(self.mode, "Use")
        return f"{verb} {counted(before, self.nodes)}"


@dataclass(frozen=True)
class PutInGroup:
    """Move items from where they are into a group, or with an empty one to the top."""

    items: tuple[str, ...]
    group: str

    def apply(self, graph: Graph) -> Graph:
        after = graph.with_items(
            replace(item_of(graph, item), group=self.group) for item in self.items
        )
        for item in self.items:
            check_group(after, after.items[item])
        return after

    def inverse(self, before: Graph) -> Together:
        by_group: dict[str, list[str]] = {}
        for item in self.items:
            by_group.setdefault(item_of(before, item).group, []).append(item)
        edits = (PutInGroup(tuple(items), group) for group, items in by_group.items())
        return Together(tuple(edits), self.describe(before))

    def describe(self, before: Graph) -> str:
        into = f"into {name_of(before, self.group)}" if self.group else "to the top"
        return f"Move {counted(before, self.items)} {into}"


@dataclass(frozen=True)
class SetParam:
    """Give one param of one node a value."""

    node: str
    name: str
    value: Any

    def apply(self, graph: Graph) -> Graph:
        node = node_of(graph, self.node)
        value = keepable_param(self.node, self.name, self.value)
        return graph.with_node(replace(node, params={**node.params, self.name: value}))

    def inverse(self, before: Graph) -> SetParam | ResetParam:
        return _restore_param(before, self.node, self.name)

    def describe(self, before: Graph) -> str:
        return f"Set {self.name} of {name_of(before, self.node)} to {shown_value(self.value)}"


@dataclass(frozen=True)
class ResetParam:
    """Give one param of one node its default again, by no longer keeping a value for it."""

    node: str
    name: str

    def apply(self, graph: Graph) -> Graph:
        node = node_of(graph, self.node)
        params = {name: value for name, value in node.params.items() if name != self.name}
        return graph.with_node(replace(node, params=params))

    def inverse(self, before: Graph) -> SetParam | ResetParam:
        return _restore_param(before, self.node, self.name)

    def describe(self, before: Graph) -> str:
        return f"Reset {self.name} of {name_of(before, self.node)}"


@dataclass(frozen=True)
class RenameNode:
    """Give a node another title; an empty one means that of its type."""

    node: str
    title: str

    def apply(self, graph: Graph) -> Graph:
        return graph.with_node(replace(node_of(graph, self.node), title=self.title))

    def inverse(self, before: Graph) -> RenameNode:
        return RenameNode(self.node, node_of(before, self.node).title)

    def describe(self, before: Graph) -> str:
        return f"Rename {name_of(before, self.node)} to {shown_value(self.title)}"


@dataclass(frozen=True)
class RenameGraph:
    """Give the whole strategy another name."""

    name: str

    def apply(self, graph: Graph) -> Graph:
        return replace(graph, name=self.name)

    def inverse(self, before: Graph) -> RenameGraph:
        return RenameGraph(before.name)

    def describe(self, before: Graph) -> str:
        return f"Rename the strategy to {shown_value(self.name)}"


@dataclass(frozen=True)
class Connect:
    """Draw a wire between two nodes. `replaces` are the wires that make room for it."""

    wire: Wire
    replaces: tuple[Wire, ...] = ()

    def apply(self, graph: Graph) -> Graph:
        for end in (self.wire.source, self.wire.target):
            node_of(graph, end)
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
                raise misfit(f"The wire {_ends(graph, wire)} is already there.", wire.target)
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
    SetMode,
    PutInGroup,
    AddGroup,
    RemoveGroup,
    RenameGroup,
    AddNote,
    RemoveNote,
    ChangeNote,
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
    params = node_of(before, node).params
    return SetParam(node, name, params[name]) if name in params else ResetParam(node, name)


def _present(graph: Graph, wires: tuple[Wire, ...]) -> tuple[Wire, ...]:
    """These wires as the graph has them, which may know more about them. Raises if one lacks."""
    wanted = frozenset(wires)
    found = tuple(sorted(wire for wire in graph.wires if wire in wanted)) if wanted else ()
    if len(found) != len(wanted):
        lacking = min(wanted.difference(found))
        raise misfit(f"There is no wire {_ends(graph, lacking)}.", lacking.target)
    return found


def _ends(graph: Graph, wire: Wire) -> str:
    return f"{name_of(graph, wire.source)} to {wire.input} of {name_of(graph, wire.target)}"
