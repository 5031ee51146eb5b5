"""What lies between two graphs: as edits that lead from one to the other, and in words.

1. Wires go that the other graph lacks or has otherwise, that end at a node which is taken away or
   drawn anew, or that already name a node which is still to come.
2. Nodes and notes go. What changes its group, and what is in a group that goes, moves to the top;
   then the groups go.
3. Groups, nodes and notes come, at the top. What differs about those that stayed is changed.
4. Everything moves into its group. None can come to be inside itself, because every group is at
   the top or where it belongs.
5. The wires come that are then still missing.

A node whose type or `extra` differs is drawn anew, and so is a group with another `extra`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from alphintra_desktop.graph.edits import (
    AddNode,
    Edit,
    MoveNodes,
    PutInGroup,
    RemoveNode,
    RenameGraph,
    RenameNode,
    ResetParam,
    Rewire,
    SetMode,
    SetParam,
    Together,
)
from alphintra_desktop.graph.edits_of_groups import (
    AddGroup,
    AddNote,
    ChangeNote,
    RemoveGroup,
    RemoveNote,
    RenameGroup,
)
from alphintra_desktop.graph.lookup import called
from alphintra_desktop.graph.model import Graph, Group, Item, Node, Wire
from alphintra_desktop.graph.tunable import KEY, NoteTunable


def edits_between(before: Graph, after: Graph, label: str) -> Together:
    """One step that leads from `before` to exactly `after`.

    Only `extra` of the whole graph stays as it is: no edit changes that.
    """
    pair = _Pair(before, after)
    return Together(
        (
            *_rewired(pair.wires_in_the_way, ()),
            *pair.removals(),
            *pair.additions(),
            *pair.moves(),
            *pair.changes(),
            *_regrouped(pair.to_regroup),
            *pair.rewritten_notes(),
            *_rewired((), pair.wires_missing),
            *pair.renamed(),
        ),
        label,
    )


def differences(before: Graph, after: Graph) -> tuple[str, ...]:
    """What was done between the two, a line each."""
    pair = _Pair(before, after)
    old, new = before.items, after.items
    return (
        *(edit.describe(before) for edit in pair.renamed()),
        *(f"Add {_kind(new[id])}" for id in sorted(new.keys() - old.keys())),
        *(f"Remove {_kind(old[id])}" for id in sorted(old.keys() - new.keys())),
        *(f"Change {called(new[id])}" for id in pair.fresh if id in old),
        *(edit.describe(before) for edit in pair.changes()),
        *(edit.describe(before) for edit in pair.rewritten_notes()),
        *_counted("Move", "item", len(pair.moved)),
        *_counted("Regroup", "item", len(pair.regrouped)),
        *_counted("Connect", "wire", len(after.wires - before.wires)),
        *_counted("Disconnect", "wire", len(before.wires - after.wires)),
    )


@dataclass(frozen=True)
class _Pair:
    """Two graphs, compared."""

    before: Graph
    after: Graph

    @cached_property
    def gone(self) -> tuple[str, ...]:
        """The items to take away; one that is drawn anew is here and among the fresh ones."""
        return tuple(sorted(self.before.items.keys() - self._same))

    @cached_property
    def fresh(self) -> tuple[str, ...]:
        """The items to add."""
        return tuple(sorted(self.after.items.keys() - self._same))

    @cached_property
    def stayed(self) -> tuple[tuple[Item, Item], ...]:
        """The items of both graphs, as they were and as they will be."""
        return tuple((self.before.items[id], self.after.items[id]) for id in sorted(self._same))

    @cached_property
    def _same(self) -> frozenset[str]:
        old, new = self.before.items, self.after.items
        return frozenset(id for id in old.keys() & new.keys() if _alike(old[id], new[id]))

    @cached_property
    def moved(self) -> Mapping[str, tuple[float, float]]:
        """New positions of items, by id."""
        return {new.id: new.position for old, new in self.stayed if old.position != new.position}

    @cached_property
    def regrouped(self) -> tuple[str, ...]:
        """The items that stay, but in another group."""
        return tuple(new.id for old, new in self.stayed if old.group != new.group)

    @cached_property
    def lifted(self) -> tuple[str, ...]:
        """The items that have to go to the top first."""
        gone = set(self.gone)
        stayed = {new.id for old, new in self.stayed if old.group in gone}
        groups = (self.before.groups[id] for id in self.gone if id in self.before.groups)
        inside = {group.id for group in groups if group.group}
        deeper = {id for id in self.regrouped if self.before.items[id].group}
        return tuple(sorted(stayed | inside | deeper))

    @cached_property
    def to_regroup(self) -> Mapping[str, tuple[str, ...]]:
        """What has to be put in each group in the end."""
        at_the_top = {*self.fresh, *self.lifted, *self.regrouped}
        by_group: dict[str, list[str]] = {}
        for id, item in sorted(self.after.items.items()):
            if id in at_the_top and item.group:
                by_group.setdefault(item.group, []).append(id)
        return {group: tuple(items) for group, items in by_group.items()}

    @cached_property
    def wires_in_the_way(self) -> tuple[Wire, ...]:
        touched, kept = {*self.gone, *self.fresh}, _all_said(self.after)
        return tuple(
            sorted(
                wire
                for wire, extra in _all_said(self.before).items()
                if kept.get(wire) != extra or not touched.isdisjoint((wire.source, wire.target))
            )
        )

    @cached_property
    def wires_missing(self) -> tuple[Wire, ...]:
        left = self.before.wires.difference(self.wires_in_the_way)
        return tuple(sorted(wire for wire in self.after.wires if wire not in left))

    def removals(self) -> Iterator[Edit]:
        before = self.before
        yield from (RemoveNode(id) for id in self.gone if id in before.nodes)
        yield from (RemoveNote(id) for id in self.gone if id in before.notes)
        if self.lifted:
            yield PutInGroup(self.lifted, "")
        yield from (RemoveGroup(id) for id in self.gone if id in before.groups)

    def additions(self) -> Iterator[Edit]:
        for id in self.fresh:
            match replace(self.after.items[id], group=""):
                case Node() as node:
                    yield AddNode(node)
                case Group() as group:
                    yield AddGroup(group)
                case note:
                    yield AddNote(note)

    def moves(self) -> Iterator[Edit]:
        if self.moved:
            yield MoveNodes(self.moved)

    def changes(self) -> Iterator[Edit]:
        """What differs about nodes and groups that stayed, but where they are."""
        modes: dict[str, list[str]] = {}
        for old, new in self.stayed:
            if isinstance(old, Node) and isinstance(new, Node):
                yield from _node_changes(old, new)
                if old.mode != new.mode:
                    modes.setdefault(new.mode, []).append(new.id)
            elif isinstance(old, Group) and isinstance(new, Group) and old.title != new.title:
                yield RenameGroup(new.id, new.title)
        yield from (SetMode(tuple(nodes), mode) for mode, nodes in sorted(modes.items()))

    def rewritten_notes(self) -> Iterator[Edit]:
        for id, new in sorted(self.after.notes.items()):
            old = self.before.notes.get(id)
            if old is not None and _said(replace(old, position=new.position, group=new.group)) != (
                _said(new)
            ):
                yield ChangeNote(new)

    def renamed(self) -> Iterator[Edit]:
        if self.before.name != self.after.name:
            yield RenameGraph(self.after.name)


def _alike(old: Item, new: Item) -> bool:
    """Whether edits can make the one into the other."""
    match old, new:
        case Node(), Node():
            same_type = (old.type, old.version) == (new.type, new.version)
            return same_type and _untuned(old) == _untuned(new)
        case Group(), Group():
            return repr(old.extra) == repr(new.extra)
    return type(old) is type(new)


def _untuned(node: Node) -> str:
    """What a file says of a node that only drawing it anew changes."""
    return repr({k: v for k, v in node.extra.items() if k != KEY or v is None})


def _node_changes(old: Node, new: Node) -> Iterator[Edit]:
    if old.title != new.title:
        yield RenameNode(new.id, new.title)
    yield from (ResetParam(new.id, name) for name in sorted(old.params.keys() - new.params))
    for name, value in sorted(new.params.items()):
        if name not in old.params or _said(old.params[name]) != _said(value):
            yield SetParam(new.id, name, value)
    tuned = new.extra.get(KEY)
    if _said(old.extra.get(KEY)) != _said(tuned):
        yield NoteTunable(new.id, tuned, f"Change what is tunable of {called(new)}")


def _said(value: Any) -> str:
    """What a file would say of a value: 1, 1.0 and True are equal in Python."""
    return repr(value)


def _all_said(graph: Graph) -> dict[Wire, str]:
    """The wires with their `extra`, which does not count when wires are compared."""
    return {wire: _said(wire.extra) for wire in graph.wires}


def _rewired(removed: tuple[Wire, ...], added: tuple[Wire, ...]) -> Iterator[Edit]:
    if removed or added:
        yield Rewire(removed, added)


def _regrouped(by_group: Mapping[str, tuple[str, ...]]) -> Iterable[Edit]:
    return (PutInGroup(items, group) for group, items in by_group.items())


def _kind(item: Item) -> str:
    return f"group {called(item)}" if isinstance(item, Group) else called(item)


def _counted(verb: str, what: str, count: int) -> Iterator[str]:
    if count:
        yield f"{verb} {count} {what}{'s' if count > 1 else ''}"
