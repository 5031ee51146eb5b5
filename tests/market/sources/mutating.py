"""JSON documents with one part changed to something odd."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

ODD = st.sampled_from(
    [None, True, -1, 0, 1e308, 10**30, "", "x", "NaN", "2024-13-45", [], {}, [[]], [{}], {"a": 1}]
)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    inside = list(value.items()) if isinstance(value, dict) else []
    inside = list(enumerate(value[:3])) if isinstance(value, list) else inside
    return [path] + [p for key, item in inside for p in places(item, (*path, key))]


def changed(value: Any, path: tuple, odd: Any) -> Any:
    if not path:
        return odd
    value = copy.copy(value)
    value[path[0]] = changed(value[path[0]], path[1:], odd)
    return value
