"""Strict JSON: what the standard parser lets pass in silence is refused, and errors know lines.

Refused are keys that occur twice in an object (one of the two values would be lost), NaN and the
infinities, numbers beyond every float and nesting beyond every sense.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeAlias

Way: TypeAlias = tuple[str | int, ...]
"""The way to a value in a JSON document: the keys and indices that lead to it."""

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
MERGE_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
ASK_FOR_A_COPY = "Take the file from a backup or from version control."


class Misread(Exception):
    """What is wrong with a text: the end of a sentence that begins with the file's name.

    Where it is wrong is said by a line, or by the way there, from which `line_of` finds the line.
    """

    def __init__(
        self,
        what: str,
        *,
        line: int | None = None,
        way: Way | None = None,
        node: str | None = None,
        hint: str = ASK_FOR_A_COPY,
    ) -> None:
        super().__init__(what)
        self.what, self.line, self.way, self.node, self.hint = what, line, way, node, hint


class _Twice(Exception):
    """An object says the same key twice. Not a ValueError, which the parser has its own of."""


class _NotFinite(Exception):
    """One of the words for numbers that are none, which Python's parser takes and JSON forbids."""


def parsed(text: str) -> Any:
    """The value that a JSON text stands for. Raises `Misread`."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_not_a_number)
    except json.JSONDecodeError as problem:
        raise _no_json(text, problem) from problem
    except _Twice as problem:
        hint = "Delete the one that is not meant, in a text editor."
        what = f"says {problem} twice in one place"
        raise Misread(what, line=_first_repeat(text), hint=hint) from problem
    except _NotFinite as problem:
        # Only the beginning of the text has been read, and the word may go on: `NaNsense`.
        lines = (line for word, _, line in _tokens(text) if word.startswith(str(problem)))
        hint = "Replace it by a number, in a text editor."
        what = f"has {problem} where a finite number belongs"
        raise Misread(what, line=next(lines, None), hint=hint) from problem
    except RecursionError as problem:
        raise Misread("is nested too deep to be a strategy") from problem
    except ValueError as problem:  # Python refuses to read whole numbers of thousands of digits
        raise Misread("has a number of more digits than can be read") from problem


def line_of(text: str, way: Way) -> int | None:
    """The line, counted from 1, where the value at `way` begins, if it is there."""
    return next((line for at, line in _places(text) if at == way), None)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(repr(key)[:40] for key in keys if keys.count(key) > 1))
    return made


def _not_a_number(word: str) -> NoReturn:
    raise _NotFinite(word)


def _no_json(text: str, problem: json.JSONDecodeError) -> Misread:
    conflict = MERGE_CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return Misread(
            "has an unresolved merge conflict", line=line, hint="Resolve it with your git client."
        )
    if not text.strip():
        return Misread("is empty")
    if problem.pos >= len(text.rstrip()) or problem.msg.startswith("Unterminated string"):
        return Misread("ends in the middle: a part of it is missing", line=text.count("\n") + 1)
    what = f"is not JSON at column {problem.colno}: {problem.msg[0].lower()}{problem.msg[1:]}"
    return Misread(what, line=problem.lineno)


def _first_repeat(text: str) -> int:
    """The line of the first value that stands where there was one before."""
    places, seen = _places(text), set[Way]()
    way, line = next(places)
    while way not in seen:
        seen.add(way)
        way, line = next(places)
    return line


def _places(text: str) -> Iterator[tuple[Way, int]]:
    """The way to every value of a JSON text with the line on which it begins, in order."""
    way: list[str | int] = []  # to the value that comes next; "" where a key must come first
    in_object: list[bool] = []
    key_comes = False
    for word, opens, line in _tokens(text):
        if word in ("]", "}"):
            way.pop()
            in_object.pop()
            key_comes = False
        elif word == ",":
            key_comes = in_object[-1]
            way[-1] = "" if key_comes else int(way[-1]) + 1
        elif key_comes:
            way[-1], key_comes = json.loads(word), False
        elif word != ":":
            yield tuple(way), line
            if opens:
                key_comes = word == "{"
                way.append("" if key_comes else 0)
                in_object.append(key_comes)


def _tokens(text: str) -> Iterator[tuple[str, bool, int]]:
    """Every token of a JSON text, whether it opens an object or array, and its line."""
    line, counted = 1, 0
    for token in TOKEN.finditer(text):
        line += text.count("\n", counted, token.start())
        counted = token.start()
        yield token[0], token[0] in ("[", "{"), line
