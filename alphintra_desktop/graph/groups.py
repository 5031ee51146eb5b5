"""What lies in which group, and the ports that a group has where it is shown as one node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alphintra_desktop.graph.fitting_ports import TypeOf, known_type
from alphintra_desktop.graph.model import Graph, Group, Item, Node, Note
from alphintra_desktop.graph.node_type import Arity, NodeType
from alphintra_desktop.ir.ops import Expr


@dataclass(frozen=True)
class Shown:
    """What one sees when the inside of a group is shown, by id."""

    nodes: tuple[Node, ...]
    groups: tuple[Group, ...]
    notes: tuple[Note, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all of them."""
        return frozenset(item.id for item in self.items)

    @property
    def items(self) -> tuple[Item, ...]:
        """All of them."""
        return (*self.nodes, *self.groups, *self.notes)


@dataclass(frozen=True)
class BoundaryPort:
    """A port of a group: the port of a node in it. `type` is None where it is not known."""

    node: str
    port: str
    title: str
    type: type[Expr] | None
    arity: Arity = Arity.ONE


@dataclass(frozen=True)
class Boundary:
    """The ports of a group, from top to bottom as their nodes lie."""

    inputs: tuple[BoundaryPort, ...]
    outputs: tuple[BoundaryPort, ...]


def shown_in(graph: Graph, group: str) -> Shown:
    """What is directly inside `group`; with "" what is at the top."""
    return Shown(
        tuple(node for _, node in sorted(graph.nodes.items()) if node.group == group),
        tuple(inner for _, inner in sorted(graph.groups.items()) if inner.group == group),
        tuple(note for _, note in sorted(graph.notes.items()) if note.group == group),
    )


def way_to(graph: Graph, id: str) -> tuple[str, ...]:
    """The groups that an item is in, from the top down; the item itself is no part of it."""
    way: list[str] = []
    item = graph.items.get(id)
    while item is not None and item.group:
        way.append(item.group)
        item = graph.groups.get(item.group)
    return tuple(reversed(way))


def groups_inside(graph: Graph, group: str) -> frozenset[str]:
    """All groups inside `group`, however deep, without itself."""
    return frozenset(id for id in graph.groups if not group or group in way_to(graph, id))


def inside(graph: Graph, group: str) -> frozenset[str]:
    """All nodes inside `group`, however deep; with "" all nodes."""
    groups = {group, *groups_inside(graph, group)}
    return frozenset(id for id, node in graph.nodes.items() if node.group in groups)


def with_insides(graph: Graph, ids: Iterable[str]) -> frozenset[str]:
    """These items, and everything that is inside those of them that are groups."""
    chosen = frozenset(id for id in ids if id in graph.items)
    if chosen.isdisjoint(graph.groups):
        return chosen
    return frozenset(
        id for id in graph.items if id in chosen or not chosen.isdisjoint(way_to(graph, id))
    )


def outermost(graph: Graph, ids: Iterable[str]) -> tuple[str, ...]:
    """These items without those that are inside another of them, by id."""
    chosen = {id for id in ids if id in graph.items}
    return tuple(sorted(id for id in chosen if chosen.isdisjoint(way_to(graph, id))))


def visible_end(graph: Graph, shown: str, node: str) -> str | None:
    """What stands for a node when the inside of the group `shown` is shown.

    That is the node itself or the group around it; None if it is not inside `shown`, or nowhere.
    """
    end = graph.items.get(node)
    while end is not None and end.group != shown:
        end = graph.groups.get(end.group)
    return end.id if end is not None else None


def boundary(graph: Graph, group: str, type_of: TypeOf) -> Boundary:
    """The ports of a group.

    Its inputs are those of nodes inside that are fed from outside, or open though they should
    not be; its outputs are those that are used outside, or by nobody.
    """
    nodes = inside(graph, group)
    order = sorted((graph.nodes[node] for node in nodes), key=_from_the_top)
    inputs: list[BoundaryPort] = []
    outputs: list[BoundaryPort] = []
    for node in order:
        kind = known_type(node, type_of)
        inputs += _inputs(graph, node, kind, nodes)
        outputs += _outputs(graph, node, kind, nodes)
    return Boundary(tuple(inputs), tuple(outputs))


def _from_the_top(node: Node) -> tuple[float, float, str]:
    x, y = node.position
    return y, x, node.id


def _inputs(
    graph: Graph, node: Node, kind: NodeType | None, nodes: frozenset[str]
) -> Iterator[BoundaryPort]:
    wires = graph.inputs_by_node.get(node.id, {})
    declared = kind.inputs if kind is not None else {}
    for name in (*declared, *(name for name in wires if name not in declared)):
        port = declared.get(name)
        arity = port.arity if port is not None else Arity.ONE
        fed = wires.get(name, ())
        if any(wire.source not in nodes for wire in fed) or not (fed or arity is Arity.OPTIONAL):
            title = _title(node, kind, name, len(declared))
            yield BoundaryPort(node.id, name, title, port.type if port else None, arity)


def _outputs(
    graph: Graph, node: Node, kind: NodeType | None, nodes: frozenset[str]
) -> Iterator[BoundaryPort]:
    wires = graph.outputs_by_node.get(node.id, {})
    declared = kind.outputs if kind is not None else {}
    for name in (*declared, *(name for name in wires if name not in declared)):
        used = wires.get(name, ())
        if not used or any(wire.target not in nodes for wire in used):
            title = _title(node, kind, name, len(declared))
            yield BoundaryPort(node.id, name, title, declared.get(name))


def _title(node: Node, kind: NodeType | None, port: str, ports: int) -> str:
    called = node.title or (kind.title if kind is not None else node.type)
    return called if ports == 1 else f"{called}: {port}"
