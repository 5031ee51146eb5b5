"""One spelling for every value, so that equal values have equal hashes on every machine."""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Mapping
from typing import Any


def canonical_json(value: Any) -> str:
    """`value` as JSON: sorted keys, no spaces, plain ASCII.

    Numbers that JSON lacks are spelt "NaN", "Infinity" and "-Infinity", which `float` reads back.
    NumPy scalars become numbers, tuples become lists. Raises TypeError for anything else that JSON
    has no word for, a mapping's key that is not a string included.
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def finite(value: Any) -> Any:
    """The same with null for numbers that JSON does not have, for results that others read."""
    if isinstance(value, Mapping):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value


def text_hash(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def value_hash(value: Any) -> str:
    """The SHA-256 of a value's canonical JSON, in hexadecimal."""
    return text_hash(canonical_json(value))


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return _number(float(value))
        case _ if _is_numpy_scalar(value):
            return _plain(value.item())
        case Mapping():
            return {_key(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical JSON: {value!r:.100}")


def _is_numpy_scalar(value: Any) -> bool:
    """There is none where nobody has loaded NumPy, which a window need not wait for."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)


def _number(value: float) -> float | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _key(key: Any) -> str:
    """JSON would quietly turn 1 and "1" into one key."""
    if not isinstance(key, str):
        raise TypeError(f"the key {key!r:.100} is not a string")
    return key
