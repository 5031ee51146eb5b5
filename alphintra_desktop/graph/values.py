"""What a graph may hold: exactly what a graph file can keep.

Both ways in, edits and files, pass through here, so that a graph on the screen can always be
saved, and reads the same when it is opened again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.model import (
    MODES,
    NODE_ID,
    NOTE_COLOURS,
    NOTE_KINDS,
    Graph,
    Group,
    Item,
    Node,
    Note,
    Wire,
)

WHAT_IDS_ARE = "An id is eight of the characters 0 to 9 and a to f, as `new_node_id` makes them."
WHAT_GROUPS_ARE = "Put it into a group that is there, and that is not inside it."
WHAT_VALUES_ARE = "Use numbers, text, yes or no, or lists and tables of those."
DEEPEST = 50
LARGEST = 10**300
"""Of whole numbers, so that each has a float beside it and is read in no time."""


class Unkeepable(ValueError):
    """A value that no graph file can hold. Its text ends the sentence "The value ..."."""


def keepable_node(node: Node) -> Node:
    """`node` as a graph keeps it. Raises `AlphintraError` if something about it cannot be kept."""
    _check_id(node.id)
    _check_choice(node, "mode", node.mode, MODES)
    return replace(
        node,
        position=_pair(node, "position", node.position),
        params={name: keepable_param(node.id, name, value) for name, value in node.params.items()},
        extra=keepable_extra(node.extra, Place(node.id)),
    )


def keepable_item(item: Item) -> Item:
    """`item` as a graph keeps it. Raises `AlphintraError` if something of it cannot be kept."""
    match item:
        case Node():
            return keepable_node(item)
        case Group():
            return keepable_group(item)
        case Note():
            return keepable_note(item)


def keepable_group(group: Group) -> Group:
    """`group` as a graph keeps it. Raises `AlphintraError` if something of it cannot be kept."""
    _check_id(group.id)
    return replace(
        group,
        position=_pair(group, "position", group.position),
        extra=keepable_extra(group.extra, Place(group.id)),
    )


def keepable_note(note: Note) -> Note:
    """`note` as a graph keeps it. Raises `AlphintraError` if something of it cannot be kept."""
    _check_id(note.id)
    _check_choice(note, "kind", note.kind, NOTE_KINDS)
    _check_choice(note, "colour", note.colour, NOTE_COLOURS)
    return replace(
        note,
        position=_pair(note, "position", note.position),
        size=_pair(note, "size", note.size),
        extra=keepable_extra(note.extra, Place(note.id)),
    )


def check_group(graph: Graph, item: Item) -> None:
    """Raises `AlphintraError` unless the group that `item` is in is one that it can be in."""
    group, way = item.group, {item.id}
    while group:
        if group not in graph.groups:
            message = f"There is no group {group}, which {item.id} should be in."
            raise AlphintraError(message, hint=WHAT_GROUPS_ARE, place=Place(item.id))
        if group in way:
            message = f"The group {group} would be inside itself."
            raise AlphintraError(message, hint=WHAT_GROUPS_ARE, place=Place(group))
        way.add(group)
        group = graph.groups[group].group


def keepable_param(node: str, name: str, value: Any) -> Any:
    """The value of a node's param as a graph keeps it. Raises `AlphintraError` if it cannot."""
    return _kept(value, f"The value of {name}", Place(node, name))


def keepable_wire(wire: Wire) -> Wire:
    """`wire` as a graph keeps it. Raises `AlphintraError` if something about it cannot be kept."""
    _check_id(wire.source)
    _check_id(wire.target)
    if wire.slot < 0:
        raise AlphintraError(
            f"A wire into {wire.input} has the slot {wire.slot}, and slots count from 0.",
            hint="Give it the slot 0, or one more than the last wire of that input has.",
            place=Place(wire.target),
        )
    if not wire.extra:  # as good as always, and there are many wires
        return wire
    return replace(wire, extra=keepable_extra(wire.extra, Place(wire.target)))


def keepable_extra(extra: Mapping[str, Any], place: Place | None = None) -> Mapping[str, Any]:
    """What a file says beyond what is known, as a graph keeps it."""
    return {key: _kept(value, f"What is noted as {key}", place) for key, value in extra.items()}


def checked(value: Any, depth: int = 0) -> Any:
    """`value` as a graph keeps it: lists as tuples, mappings as dicts, everything else as it is.

    Raises `Unkeepable` for what JSON has no form for (NaN, infinities, objects), for keys that
    are not text, and for what is nested more than `DEEPEST` levels deep.
    """
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return _number(value)
    if depth == DEEPEST:
        raise Unkeepable(f"is nested more than {DEEPEST} levels deep")
    if isinstance(value, list | tuple):
        return tuple(checked(item, depth + 1) for item in value)
    if isinstance(value, Mapping):
        return {_key(key): checked(item, depth + 1) for key, item in value.items()}
    raise Unkeepable(f"is of the type {type(value).__name__}, which a graph file cannot keep")


def _number(value: float) -> float:
    if isinstance(value, float) and not math.isfinite(value):
        raise Unkeepable("is not a finite number")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise Unkeepable("is too large a number")
    return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise Unkeepable(f"has a key that is not text: {key!r:.40}")
    return key


def _kept(value: Any, what: str, place: Place | None) -> Any:
    try:
        return checked(value)
    except Unkeepable as problem:
        raise AlphintraError(f"{what} {problem}.", hint=WHAT_VALUES_ARE, place=place) from problem


def _pair(item: Item, what: str, pair: tuple[float, float]) -> tuple[float, float]:
    first, second = _kept(pair, f"The {what}", Place(item.id))
    return float(first), float(second)


def _check_choice(item: Item, what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise AlphintraError(
            f"{value!r} is no {what}.",
            hint=f"Use one of: {', '.join(choice or 'nothing' for choice in choices)}.",
            place=Place(item.id),
        )


def _check_id(node: str) -> None:
    if not NODE_ID.fullmatch(node):
        message = f"{node!r} cannot be the id of a node."
        raise AlphintraError(message, hint=WHAT_IDS_ARE, place=Place(node))
