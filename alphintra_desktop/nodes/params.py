"""Checking what a user set on a node, and reading it from text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Node
from alphintra_desktop.graph.node_type import NodeType, Param

_SWITCH = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_A_KIND = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}


@dataclass(frozen=True)
class ParamProblem:
    """One wrong param: which, what is wrong, and what to do. `line` counts in a text, from 1."""

    param: str
    message: str
    hint: str
    line: int | None = None


def checked_params(
    node: Node, node_type: NodeType
) -> tuple[dict[str, Any], tuple[ParamProblem, ...]]:
    """The value of every param, defaults filled in, and everything wrong with what was set.

    A wrong value is left out in favour of the default.
    """
    values: dict[str, Any] = {}
    problems: list[ParamProblem] = []
    for name, param in node_type.params.items():
        value = node.params.get(name, param.default)
        values[name], wrong = _checked(name, value, param)
        if wrong is not None:
            problems.append(wrong)
    problems += [_unknown(name, node_type) for name in node.params if name not in node_type.params]
    return values, tuple(problems)


def problem_with(name: str, value: Any, param: Param) -> ParamProblem | None:
    """What is wrong with `value` for the param called `name`; None when nothing is."""
    return _checked(name, value, param)[1]


def parse_value(param: Param, text: str) -> Any:
    """What `text` means as a value of `param`. Raises `AlphintraError` if it means nothing.

    Bounds and choices are not checked here, see `checked_params`.
    """
    try:
        return _parse(param, text.strip()) if param.kind is not str else text
    except (ValueError, KeyError):
        raise AlphintraError(
            f"'{_short(text)}' is not {_A_KIND[param.kind]}.", hint=_what_to_write(param)
        ) from None


def did_you_mean(name: str, known: tuple[str, ...], otherwise: str) -> str:
    """A hint that names the nearest of the known names, or else says `otherwise`."""
    near = get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else otherwise


def _parse(param: Param, text: str) -> Any:
    if param.kind is bool:
        return _SWITCH[text.lower()]
    return param.kind(text)


def _checked(name: str, value: Any, param: Param) -> tuple[Any, ParamProblem | None]:
    if param.kind is float and type(value) is int:
        value = _as_float(value)
    wrong = _what_is_wrong(name, value, param)
    if wrong is None:
        return value, None
    return param.default, ParamProblem(name, wrong, _what_to_write(param))


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _what_is_wrong(name: str, value: Any, param: Param) -> str | None:
    if not _is_a(value, param.kind):
        return f"'{name}' is {_A_KIND[param.kind]}, not {_short(value)!r}."
    if param.choices and value not in param.choices:
        return f"'{name}' cannot be {_short(value)!r}."
    if isinstance(value, float) and not math.isfinite(value):
        return f"'{name}' is not a finite number."
    if param.low is not None and value < param.low:
        return f"'{name}' is {_short(value)}, and {param.low:g} is the least."
    if param.high is not None and value > param.high:
        return f"'{name}' is {_short(value)}, and {param.high:g} is the most."
    return None


def _is_a(value: Any, kind: type) -> bool:
    if kind is not bool and isinstance(value, bool):
        return False
    return isinstance(value, kind)


def _what_to_write(param: Param) -> str:
    if param.choices:
        return f"Choose one of: {', '.join(str(choice) for choice in param.choices)}."
    unit = f" ({param.unit})" if param.unit else ""
    match param.low, param.high:
        case None, None:
            return f"Give {_A_KIND[param.kind]}{unit}, such as {param.default!r}."
        case low, None:
            return f"Give {_A_KIND[param.kind]} of at least {low:g}{unit}."
        case None, high:
            return f"Give {_A_KIND[param.kind]} of at most {high:g}{unit}."
        case low, high:
            return f"Give {_A_KIND[param.kind]} from {low:g} to {high:g}{unit}."


def _unknown(name: str, node_type: NodeType) -> ParamProblem:
    known = tuple(node_type.params)
    all_of_them = f"Its params are: {', '.join(known)}." if known else "It has no params."
    message = f"{node_type.title} has no param '{_short(name)}'."
    return ParamProblem(name, message, did_you_mean(name, known, all_of_them))


def _short(value: Any) -> Any:
    """`value`, or the beginning of a long text."""
    text = value if isinstance(value, str) else repr(value)
    if len(text) > 60:
        return text[:57] + "..."
    return value
