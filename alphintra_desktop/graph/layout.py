"""How a graph file looks: what belongs together on one line, in an order that does not change.

A change of the drawing changes only the lines that speak of it, so that a diff of two versions
reads like the change. `canonical_bytes` is the other form, for hashing: nobody reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

WIDEST = 100
STEP = "  "
LINES = "$lines"
"""The key under which a text of several lines is kept as a list of them."""

SURROGATE = re.compile("[\ud800-\udfff]")


class Table(dict[str, Any]):
    """An object that has a line for every key, however short it is."""


class Rows(list[Any]):
    """An array that has a line for every item, however short it is."""


class Line(dict[str, Any]):
    """An object that has one line, however long it is."""


def laid_out(value: Any, indent: str = "") -> str:
    """`value` as JSON: on one line where that is short enough, else one line an item.

    `indent` is that of the line on which the value begins, and is not part of the result.
    """
    if not isinstance(value, dict | list | tuple) or isinstance(value, Line) or not value:
        return _on_one_line(value)
    if not isinstance(value, Table | Rows):
        line = _on_one_line(value)
        if len(indent) + len(line) < WIDEST:
            return line
    inside = indent + STEP
    if not isinstance(value, dict):
        return _block("[", [laid_out(item, inside) for item in value], "]", indent)
    items = [f"{_on_one_line(key)}: {laid_out(item, inside)}" for key, item in value.items()]
    return _block("{", items, "}", indent)


def encodable(text: str) -> str:
    """`text` (JSON) so that it can be written as UTF-8, and means the same.

    A lone half of a surrogate pair, which some keyboards and clipboards leave behind, becomes an
    escape; the two halves of a pair become the character they stand for.
    """
    if not SURROGATE.search(text):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", joined)


def canonical_bytes(value: Any) -> bytes:
    """`value` as JSON with sorted keys and without blanks: equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def with_lines(value: Any) -> Any:
    """A param's value as the file says it: text of several lines as a list, for diffs of code.

    A table that would look the same gets one more `$`, which `without_lines` takes off again.
    """
    if isinstance(value, str) and "\n" in value:
        return Table({LINES: Rows(value.split("\n"))})
    if _looks_like_lines(value):
        ((key, inner),) = value.items()
        return {"$" + key: inner}
    return value


def without_lines(value: Any) -> Any:
    """What `with_lines` was given. Raises `ValueError` if the lines are not a list of text."""
    if not _looks_like_lines(value):
        return value
    ((key, inner),) = value.items()
    if key != LINES:
        return {key[1:]: inner}
    if not isinstance(inner, list) or not all(isinstance(line, str) for line in inner):
        raise ValueError("must be a list of lines")
    return "\n".join(inner)


def _looks_like_lines(value: Any) -> bool:
    """Whether `value` is a table of nothing but `LINES`, or that with more `$` before it."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    (key,) = value
    return isinstance(key, str) and key.endswith(LINES) and not key.removesuffix(LINES).strip("$")


def _block(opening: str, items: list[str], closing: str, indent: str) -> str:
    separator = f",\n{indent}{STEP}"
    return f"{opening}\n{indent}{STEP}{separator.join(items)}\n{indent}{closing}"


_on_one_line = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
