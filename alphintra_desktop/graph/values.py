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
from alphintra_desktop.graph.model import NODE_ID, Node, Wire

WHAT_IDS_ARE = "An id is eight of the characters 0 to 9 and a to f, as `new_node_id` makes them."
WHAT_VALUES_ARE = "Use numbers, text, yes or no, or lists and tables of those."
DEEPEST = 50
LARGEST = 10**300
"""Of whole numbers, so that each has a float beside it and is read in no time."""


class Unkeepable(ValueError):
    """A value that no graph file can hold. Its text ends the sentence "The value ..."."""


def keepable_node(node: Node) -> Node:
    """`node` as a graph keeps it. Raises `AlphintraError` if something about it cannot be kept."""
    _check_id(node.id)
    x, y = _kept(node.position, "The position", Place(node.id))
    return replace(
        node,
        position=(float(x), float(y)),
        params={name: keepable_param(node.id, name, value) for name, value in node.params.items()},
        extra=keepable_extra(node.extra, Place(node.id)),
    )


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


def _check_id(node: str) -> None:
    if not NODE_ID.fullmatch(node):
        message = f"{node!r} cannot be the id of a node."
        raise AlphintraError(message, hint=WHAT_IDS_ARE, place=Place(node))
