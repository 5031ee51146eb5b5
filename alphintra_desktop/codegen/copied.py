"""What a generated file carries of ours: the formulas it uses, and the block that runs it alone."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from alphintra_desktop.codegen.layout import INDENT, WIDTH, indented, texts, unparse_function
from alphintra_desktop.codegen.source import Definition, definitions, names_in, needed, text_of
from alphintra_desktop.codegen.specialise import specialised
from alphintra_desktop.codegen.trading import Trading
from alphintra_desktop.codegen.writing import Writing, literal
from alphintra_desktop.ir import formulas as formula_module
from alphintra_desktop.ir.ops import NamedFloat, NamedInt
from alphintra_desktop.nodes.parsing import parsed, parsed_expression
from alphintra_desktop.simulation import (
    decisions,
    desk,
    drawdowns,
    event_engine,
    fills,
    metrics,
    orders,
    simulated,
    standalone,
    stops,
    trades,
)
from alphintra_desktop.simulation import rules as simulation_rules
from alphintra_desktop.simulation.rules import Rules

_STANDARD = {"sys", "namedtuple"}
_IMPORTS = {
    "sys": "import sys",
    "namedtuple": "from collections import namedtuple",
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "talib": "import talib",
}


def _formula_definitions() -> dict[str, Definition]:
    known = definitions(formula_module)
    return {name: node for name, node in known.items() if isinstance(node, ast.FunctionDef)}


FORMULA_NAMES = frozenset(_formula_definitions())


@cache
def _formula_text(name: str) -> str:
    return text_of(_formula_definitions()[name], formula_module)


def formulas(used: Iterable[str]) -> list[str]:
    """The text of the formulas a strategy uses and of those they use."""
    order = needed(sorted(used), _formula_definitions())
    return [_formula_text(name) for name in order]


def custom_function(name: str, code: str) -> str:
    """A function of the user under its name in the file, with plain arguments."""
    tree = parsed(code)
    function = next(part for part in tree.body if isinstance(part, ast.FunctionDef))
    function.name, function.returns = name, None
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return unparse_function(function)


# ------------------------------------------------------------------ the last block

_MODULES = (
    *(standalone, decisions, event_engine, desk, orders, stops, fills, simulated),
    *(simulation_rules, trades, metrics, drawdowns),
)
_COSTS = ("cash", "commission", "commission_per_share", "commission_per_order", "slippage")
_MAY_BE_NAMED = (*_COSTS, "half_spread", "borrow_rate", "exit_after")
_CHOICES = ("SHARES", "CASH", "FRACTION", "NEXT_OPEN", "NEXT_CLOSE", "SAME_CLOSE")
MARK = "# " + "-" * 77


@cache
def _simulation() -> dict[str, Definition]:
    return dict(definitions(*_MODULES))


@cache
def reserved_names() -> frozenset[str]:
    """Names that variables and settings of a file must not take."""
    return frozenset({*_simulation(), *_IMPORTS, "SYMBOLS", "namedtuple", "bars", "panel"})


def last_block(trading: Trading, writing: Writing, *, across: bool) -> list[str]:
    """The functions that simulate this strategy and print its metrics, under a line of marks."""
    known: list[tuple[str, str]] = []
    truthy: list[str] = []
    for field, value in zip(Rules._fields, trading.rules, strict=True):
        written = ast.Constant(_plain(value))
        if field in _MAY_BE_NAMED and isinstance(value, NamedInt | NamedFloat) and value != 0:
            written = literal(value, writing)  # type: ignore[assignment]
            truthy.append(ast.unparse(written))
        known.append((f"rules.{field}", ast.unparse(written)))
    known += [("across", str(across)), ("adjusted", str(trading.data.adjusted))]
    known += [("WITH_EVENTS", str(bool(trading.events)))]
    symbols = texts("SYMBOLS = ", trading.data.symbols)
    return [MARK, *_HEADING, "", *symbols, *_block(tuple(known), frozenset(truthy))]


_HEADING = (
    "# From here on: what Alphintra Desktop simulates, as far as this strategy needs it, so that",
    "# the file gives the same ten metrics on its own. The strategy itself is all above.",
)


def _plain(value: Any) -> Any:
    return (
        float(value)
        if isinstance(value, NamedFloat)
        else int(value)
        if isinstance(value, NamedInt)
        else value
    )


@lru_cache(maxsize=256)
def _block(known: tuple[tuple[str, str], ...], truthy: frozenset[str]) -> tuple[str, ...]:
    """The lines of the last block for these rules."""
    everything = _simulation()
    folded = {name: parsed_expression(text) for name, text in known}
    for name in _CHOICES:
        choice = everything[name]
        assert isinstance(choice, ast.Assign)
        values = dict(zip(_targets(choice), _values(choice), strict=True))
        folded[name] = values[name]
    order = needed(["main"], everything)
    functions = {n: f for n in order if isinstance(f := everything[n], ast.FunctionDef)}
    made = specialised(functions, folded, truthy)
    made["main"].args = ast.arguments([], [], None, [], [], None, [])
    left = needed(["main"], {**everything, **made})
    lines: list[str] = []
    constants = {
        ast.unparse(everything[n]): None for n in left if isinstance(everything[n], ast.Assign)
    }
    lines += [
        unparse_function(parsed(text)) for text in constants if not text.startswith("SYMBOLS")
    ]
    tuples = [_named_tuple(n, c) for n in left if isinstance(c := everything[n], ast.ClassDef)]
    lines += [line for text in tuples for line in text.splitlines()]
    for name in left:
        if name in made:
            lines += ["", "", *_simulation_text(name, made[name]).splitlines()]
    return (*lines, "", "", 'if __name__ == "__main__":', "    main()")


def _simulation_text(name: str, made: ast.FunctionDef) -> str:
    """A function as text: as it was laid out by hand, if nothing of it was folded away."""
    original = _simulation()[name]
    if ast.dump(original) != ast.dump(made):
        return unparse_function(made)
    module = next(module for module in _MODULES if definitions(module).get(name) is not None)
    return text_of(original, module)


def _targets(node: ast.Assign) -> list[str]:
    (target,) = node.targets
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _values(node: ast.Assign) -> list[ast.expr]:
    return node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]


def _named_tuple(name: str, node: ast.ClassDef) -> str:
    fields = [
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
    line = f'{name} = namedtuple("{name}", "{" ".join(fields)}")'
    if len(line) <= WIDTH:
        return line
    room = WIDTH - len(INDENT) - len('" "')
    *firsts, last = textwrap.wrap(" ".join(fields), room)
    parts = [f'"{name}",', *(f'"{part} "' for part in firsts), f'"{last}",']
    return "\n".join([f"{name} = namedtuple(", *indented(parts), ")"])


# ----------------------------------------------------------------------- imports


def modules_in(texts: Iterable[str]) -> set[str]:
    """Which of the modules a file may import these texts use."""
    return {name for text in texts for name in _modules_in(text)}


# Most texts, the last block above all, are those of the file before.
@lru_cache(maxsize=512)
def _modules_in(text: str) -> frozenset[str]:
    return frozenset(_IMPORTS.keys() & names_in(parsed(text)))


def import_lines(modules: Iterable[str]) -> list[str]:
    """The import statements for some module names, the standard library first."""
    wanted = set(modules)
    standard = [line for name, line in _IMPORTS.items() if name in wanted & _STANDARD]
    others = [line for name, line in _IMPORTS.items() if name in wanted - _STANDARD]
    return [*standard, "", *others] if standard and others else standard + others
