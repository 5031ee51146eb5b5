"""What a param may be set to: exactly what a graph file can keep.

Both ways in, edits and files, pass through `checked`, so that a graph on the screen can always be
saved, and reads the same when it is opened again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

DEEPEST = 50
LARGEST = 10**300


class Unkeepable(ValueError):
    """A value that no graph file can hold. Its text ends the sentence "The value ..."."""


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
    if not -LARGEST <= value <= LARGEST:
        raise Unkeepable("is too large a number")
    return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise Unkeepable(f"has a key that is not text: {key!r}")
    return key
