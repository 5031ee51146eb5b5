"""What a generated file carries of ours: the formulas it uses, and the block that runs it alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache

from alphintra_desktop.codegen.layout import unparse_function
from alphintra_desktop.codegen.source import Definition, definitions, names_in, needed, text_of
from alphintra_desktop.ir import formulas as formula_module

_IMPORTS = {
    "sys": "import sys",
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
    tree = ast.parse(code)
    function = next(part for part in tree.body if isinstance(part, ast.FunctionDef))
    function.name, function.returns = name, None
    for argument in ast.walk(function.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return unparse_function(function)


def modules_in(texts: Iterable[str]) -> set[str]:
    """Which of the modules a file may import these texts use."""
    return {name for text in texts for name in names_in(ast.parse(text)) if name in _IMPORTS}


def import_lines(modules: Iterable[str]) -> list[str]:
    """The import statements for some module names, the standard library first."""
    wanted = set(modules)
    standard = [line for name, line in _IMPORTS.items() if name in wanted and name == "sys"]
    others = [line for name, line in _IMPORTS.items() if name in wanted and name != "sys"]
    return [*standard, "", *others] if standard and others else standard + others
