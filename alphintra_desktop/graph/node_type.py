"""Declaring the kinds of node a user may place.

A node type is one function. Its positional arguments are input ports, its keyword-only arguments
are params, its docstring is the help, its return annotation is the output, and its body returns
the op the node stands for. Palette, inspector, docs, file format and checks all read that.

A port annotated `Numbers` takes one wire and must have it, `Numbers | None` may stay open, and
`tuple[Numbers, ...]` takes many. A function that returns a `NamedTuple` has one output a field.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from alphintra_desktop.ir.ops import Expr

SINGLE_OUTPUT = "value"


class Arity(Enum):
    """How many wires an input port takes."""

    ONE = "one"
    OPTIONAL = "optional"
    MANY = "many"


@dataclass(frozen=True)
class Port:
    """Where a wire ends: what may be plugged in, and how many."""

    name: str
    type: type[Expr]
    arity: Arity = Arity.ONE


@dataclass(frozen=True)
class Param:
    """Something the user sets on a node. `low` and `high` are allowed values themselves.

    `meaning` says what a text names, where it is more than a text: "dataset", "symbols",
    "symbol", "timeframe" or "day".
    """

    default: Any
    kind: type = float
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    unit: str = ""
    help: str = ""
    language: str = ""
    meaning: str = ""


def param(  # noqa: PLR0913 - a declaration: every argument is a word of the inspector
    default: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[Any, ...] = (),
    unit: str = "",
    help: str = "",
    language: str = "",
    meaning: str = "",
) -> Any:
    """Declare a param in a node type's signature. Returns a `Param` in disguise."""
    return Param(default, type(default), low, high, choices, unit, help, language, meaning)


@dataclass(frozen=True)
class NodeType:
    """A kind of node: its ports and params, and the op it stands for."""

    name: str
    title: str
    category: str
    help: str
    inputs: Mapping[str, Port]
    outputs: Mapping[str, type[Expr]]
    params: Mapping[str, Param]
    build: Callable[..., Any]
    version: int = 1
    formula: str = ""
    tags: tuple[str, ...] = ()


def node_type(
    title: str, *, category: str, version: int = 1, formula: str = "", tags: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], NodeType]:
    """Declare a node type from a function. Its name is `<module>.<function>`."""

    def declare(build: Callable[..., Any]) -> NodeType:
        hints = get_type_hints(build)
        signature = inspect.signature(build).parameters.values()
        ports = [p.name for p in signature if p.kind is not p.KEYWORD_ONLY]
        params = {p.name: p.default for p in signature if p.kind is p.KEYWORD_ONLY}
        return NodeType(
            name=f"{build.__module__.rpartition('.')[2]}.{build.__name__}",
            title=title,
            category=category,
            help=inspect.getdoc(build) or "",
            inputs={name: _port(name, hints[name]) for name in ports},
            outputs=_outputs(hints["return"]),
            params=params,
            build=build,
            version=version,
            formula=formula,
            tags=tags,
        )

    return declare


def _port(name: str, hint: Any) -> Port:
    if get_origin(hint) is tuple:
        return Port(name, get_args(hint)[0], Arity.MANY)
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (arg for arg in get_args(hint) if arg is not type(None))
        return Port(name, inner, Arity.OPTIONAL)
    return Port(name, hint)


def _outputs(hint: Any) -> dict[str, type[Expr]]:
    if hasattr(hint, "_fields"):
        return dict(get_type_hints(hint))
    return {SINGLE_OUTPUT: hint}
