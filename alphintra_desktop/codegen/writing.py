"""What the expressions of one generated file share, and the smallest pieces of syntax."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from alphintra_desktop.codegen.names import Names
from alphintra_desktop.ir.ops import Expr, NamedFloat, NamedInt

# The two stages of a file, and the name of the bars that each one sees.
SYMBOL, PANEL = "bars", "panel"


@dataclass
class Writing:
    """What the expressions of one file share: variables, settings, and which formulas are used."""

    stage: str
    names: Names
    setting_name: Callable[[str, str], str]
    variables: dict[Expr, str] = field(default_factory=dict)
    settings: dict[str, tuple[str, str, Any]] = field(default_factory=dict)
    formulas: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    functions: dict[str, tuple[str, str]] = field(default_factory=dict)
    gaps: dict[Expr, bool] = field(default_factory=dict)
    with_bar: dict[Expr, bool] = field(default_factory=dict)

    def formula(self, name: str) -> ast.Name:
        """The name of a formula that the file must carry."""
        self.formulas.add(name)
        return ast.Name(name)

    def module(self, name: str) -> ast.Name:
        """A module that the file must import."""
        self.modules.add(name)
        return ast.Name(name)


def call(function: ast.expr, *arguments: ast.expr, **keywords: ast.expr) -> ast.Call:
    """`function(*arguments, **keywords)`."""
    return ast.Call(function, list(arguments), [ast.keyword(k, v) for k, v in keywords.items()])


def item(name: str, key: str) -> ast.Subscript:
    """`name["key"]`."""
    return ast.Subscript(ast.Name(name), ast.Constant(key))


def literal(value: Any, writing: Writing) -> ast.expr:
    """A param: the name of its setting if it is a number the user set, else its value."""
    if isinstance(value, NamedInt | NamedFloat):
        name = writing.setting_name(value.node, value.param)
        plain = int(value) if isinstance(value, NamedInt) else float(value)
        writing.settings[name] = (value.node, value.param, plain)
        return ast.Name(name)
    if isinstance(value, tuple):
        return ast.Tuple([literal(part, writing) for part in value])
    return ast.Constant(value)
