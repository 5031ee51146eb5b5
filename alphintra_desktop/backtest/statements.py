"""A generated file taken apart: its statements, each to be run alone, and what each depends on.

A statement's digest says what it computes: its expression, in which every variable stands for the
digest of the statement that made it, every setting for its value and every custom function for its
code. So two statements with one digest give the same values on the same bars, whatever their
variables are called and in whatever file they stand.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

from alphintra_desktop.backtest.strategy_file import FILENAME, load
from alphintra_desktop.codegen.copied import FORMULA_NAMES, MARK
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.codegen.writing import PANEL

_NAME = re.compile(r"Name\(id='(\w+)'")


@dataclass(frozen=True)
class Statement:
    """One assignment of a function.

    `needs` are the variables it reads, `digests` says for each variable it makes what that is.
    `node` is whose values it computes, or helps to.
    """

    run: CodeType
    needs: frozenset[str]
    digests: Mapping[str, str]
    node: str


@dataclass(frozen=True)
class Function:
    """A function of the file: its argument's name, its statements, and what it returns.

    `returned` names the variable under which each returned value is found.
    """

    argument: str
    statements: tuple[Statement, ...]
    returned: Mapping[str, str]

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """What each variable is."""
        return {name: digest for part in self.statements for name, digest in part.digests.items()}

    @cached_property
    def returned_as(self) -> Mapping[str, tuple[str, ...]]:
        """The keys under which each variable is returned."""
        found: dict[str, list[str]] = {}
        for key, variable in self.returned.items():
            found.setdefault(variable, []).append(key)
        return {variable: tuple(keys) for variable, keys in found.items()}


@dataclass(frozen=True)
class Statements:
    """A file's functions, with the names that their statements may use beside their own."""

    code: StrategyCode
    names: Mapping[str, Any]
    features: Function | None
    signals: Function


def statements_of(code: StrategyCode) -> Statements:
    """Take a file apart. Raises `StrategyFailed` when it cannot even be loaded."""
    names = load(code)
    tree = ast.parse(code.text.rpartition(f"\n{MARK}\n")[0], FILENAME)
    functions = {part.name: part for part in tree.body if isinstance(part, ast.FunctionDef)}
    fixed = {name: repr(names[name]) for name in code.settings}
    for name, function in functions.items():
        if name not in FORMULA_NAMES:
            fixed[name] = _digest(ast.dump(function))
    features = None
    if "features" in functions:
        features = _Reading(code, fixed, {}).function(functions["features"])
    given = _digests_of_returned(features)
    signals = _Reading(code, fixed, given).function(functions["signals"])
    return Statements(code, names, features, signals)


def _digests_of_returned(function: Function | None) -> dict[str, str]:
    if function is None:
        return {}
    return {key: function.digests[variable] for key, variable in function.returned.items()}


class _Reading:
    """Reads one function, statement by statement."""

    def __init__(
        self, code: StrategyCode, fixed: Mapping[str, str], given: Mapping[str, str]
    ) -> None:
        self._code, self._given = code, given
        self._known = dict(fixed)
        self._made: set[str] = set()
        self._statements: list[Statement] = []

    def function(self, tree: ast.FunctionDef) -> Function:
        argument = tree.args.args[0].arg
        *body, last = tree.body
        for part in body:
            if isinstance(part, ast.Assign):
                self._assignment(part)
        assert isinstance(last, ast.Return)
        assert isinstance(last.value, ast.Dict)
        returned = {}
        for key, value in zip(last.value.keys, last.value.values, strict=True):
            name = str(key.value) if isinstance(key, ast.Constant) else ""
            returned[name] = self._returned(name, value)
        return Function(argument, self._with_nodes(), returned)

    def _returned(self, key: str, value: ast.expr) -> str:
        """The variable that is returned; one is made for what has none, such as a constant."""
        if isinstance(value, ast.Name) and value.id in self._made:
            return value.id
        name = f"returned {key}"  # no name of Python's, so that it can be nobody else's
        self._add([name], value, key.partition(".")[0])
        return name

    def _assignment(self, part: ast.Assign) -> None:
        target = part.targets[0]
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        made = [name.id for name in names if isinstance(name, ast.Name)]
        node = next((self._code.variables[n] for n in made if n in self._code.variables), "")
        self._add(made, part.value, node)

    def _add(self, targets: list[str], value: ast.expr, node: str) -> None:
        used = {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
        digest = self._feature(value) or self._digest_of(value)
        several = len(targets) > 1
        digests = {
            name: _digest(f"{digest} {number}") if several else digest
            for number, name in enumerate(targets)
            if name != "_"
        }
        needs = frozenset(used & self._made)
        self._statements.append(Statement(_compiled(targets, value), needs, digests, node))
        self._known.update(digests)
        self._made.update(digests)

    def _feature(self, value: ast.expr) -> str:
        """The digest of what `features` said, where it is taken from the panel."""
        match value:
            case ast.Subscript(ast.Name(name), ast.Constant(str(key))) if name == PANEL:
                return _digest(f"side by side {self._given[key]}") if key in self._given else ""
        return ""

    def _digest_of(self, value: ast.expr) -> str:
        def what(found: re.Match[str]) -> str:
            return f"Name(id={self._known.get(found[1], found[1])}"

        return _digest(_NAME.sub(what, ast.dump(value)))

    def _with_nodes(self) -> tuple[Statement, ...]:
        """What belongs to no node helps the node of the next statement that reads it."""
        whose: dict[str, str] = {}
        found: list[Statement] = []
        for part in reversed(self._statements):
            node = part.node or next((whose[n] for n in part.digests if whose.get(n)), "")
            whose.update(dict.fromkeys(part.needs, node))
            found.append(Statement(part.run, part.needs, part.digests, node))
        return tuple(reversed(found))


def _compiled(targets: Iterable[str], value: ast.expr) -> CodeType:
    """The assignment alone, at the line where it stands in the file."""
    names = [ast.Name(name, ast.Store()) for name in targets]
    target: ast.expr = names[0] if len(names) == 1 else ast.Tuple([*names], ast.Store())
    made = ast.copy_location(ast.Assign([target], value), value)
    module = ast.Module([ast.fix_missing_locations(made)], [])
    return compile(module, FILENAME, "exec", dont_inherit=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
