"""Functions made for one strategy: branches it never takes and arguments it never needs are gone.

The simulation is written once, for every kind of order, cost and stop, and asks its `rules` what
to do. A generated file knows the rules, so that its copy can be short:

1. Put what is known in place of `rules.<field>` and of named constants.
2. Fold what has become constant: tests, and sums and products with 0 and 1. Drop branches that
   cannot be taken and what follows a return.
3. Drop local variables that are never read, calls of functions with nothing left to do, and
   parameters that no body reads, there and at every call. Repeat until nothing changes.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
}


def specialised(
    functions: Mapping[str, ast.FunctionDef],
    known: Mapping[str, ast.expr],
    truthy: frozenset[str] = frozenset(),
) -> dict[str, ast.FunctionDef]:
    """The functions with everything folded away that `known` decides.

    `known` goes by the text of an expression: `rules.commission`, or a bare name. Names in
    `truthy` are known not to be 0, without their value being folded in.
    """
    fold = _Fold(known, truthy)
    made = {name: fold.visit(_copied(node)) for name, node in functions.items()}
    while _drop_dead(made):
        pass
    return made


def _copied(node: Any) -> Any:
    """The same as `copy.deepcopy` of a tree, three times as fast."""
    if isinstance(node, list):
        return [_copied(part) for part in node]
    if not isinstance(node, ast.AST):
        return node
    made = type(node)()
    for name, value in vars(node).items():
        setattr(made, name, _copied(value))
    return made


def _is_constant(node: ast.expr, *values: Any) -> bool:
    return isinstance(node, ast.Constant) and any(
        node.value == value and not isinstance(node.value, bool) for value in values
    )


class _Fold(ast.NodeTransformer):
    """Steps 1 and 2."""

    def __init__(self, known: Mapping[str, ast.expr], truthy: frozenset[str]) -> None:
        self._known, self._truthy = known, truthy

    def _test(self, node: ast.expr) -> ast.expr:
        """A condition: a setting that is not 0 holds."""
        if isinstance(node, ast.Name) and node.id in self._truthy:
            return ast.Constant(True)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name):
            found = self._known.get(f"{node.value.id}.{node.attr}")
            if found is not None:
                replacement: ast.AST = _copied(found)
                return replacement
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found = self._known.get(node.id)
        return _copied(found) if found is not None and isinstance(node.ctx, ast.Load) else node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        left, right = node.left, node.comparators[0]
        if (
            len(node.ops) == 1
            and isinstance(left, ast.Constant)
            and isinstance(right, ast.Constant)
        ):
            return ast.Constant(_COMPARE[type(node.ops[0])](left.value, right.value))
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        decisive = isinstance(node.op, ast.Or)
        left: list[ast.expr] = []
        for value in map(self._test, node.values):
            if isinstance(value, ast.Constant) and bool(value.value) is not decisive:
                continue
            left.append(value)
            if isinstance(value, ast.Constant):
                break
        if not left:
            return ast.Constant(not decisive)
        if len(left) == 1 or isinstance(left[0], ast.Constant):
            return left[0]
        return ast.BoolOp(node.op, left)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        operand = self._test(node.operand)
        if isinstance(node.op, ast.Not) and isinstance(operand, ast.Constant):
            return ast.Constant(not operand.value)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        match node.op:
            case ast.Add() if _is_constant(node.left, 0):
                return node.right
            case ast.Add() | ast.Sub() if _is_constant(node.right, 0):
                return node.left
            case ast.Mult() if _is_constant(node.left, 0) or _is_constant(node.right, 0):
                return ast.Constant(0.0)
            case ast.Mult() if _is_constant(node.left, 1):
                return node.right
            case ast.Mult() | ast.Div() if _is_constant(node.right, 1):
                return node.left
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        test = self._test(node.test)
        if isinstance(test, ast.Constant):
            return node.body if test.value else node.orelse
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """`[... for _ in range(0)]` gives an empty list a type for Numba; here it is just empty."""
        self.generic_visit(node)
        if ast.unparse(node.generators[0].iter) == "range(0)":
            return ast.List([], ast.Load())
        return node

    def visit_If(self, node: ast.If) -> Any:
        node.test = self._test(self.visit(node.test))
        if isinstance(node.test, ast.Constant):
            return self._block(node.body if node.test.value else node.orelse)
        node.body, node.orelse = self._block(node.body) or [ast.Pass()], self._block(node.orelse)
        return node

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in body:
            result = self.visit(statement)
            made.extend(result if isinstance(result, list) else [result])
            if made and isinstance(made[-1], ast.Return | ast.Continue | ast.Break):
                break
        return made

    def visit_For(self, node: ast.For) -> ast.AST:
        node.iter = self.visit(node.iter)
        node.body = self._block(node.body) or [ast.Pass()]
        return node

    def visit_While(self, node: ast.While) -> Any:
        node.test = self.visit(node.test)
        if isinstance(node.test, ast.Constant) and not node.test.value:
            return []
        node.body = self._block(node.body) or [ast.Pass()]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = self._block(node.body) or [ast.Pass()]
        return node


# --------------------------------------------------------------------------- step 3


def _drop_dead(functions: dict[str, ast.FunctionDef]) -> bool:
    """One round of step 3. Returns whether anything changed."""
    idle = {name for name, node in functions.items() if _does_nothing(node)}
    changed = False
    for node in functions.values():
        sweep = _Sweep(_read_names(node), idle)
        sweep.visit(node)
        changed |= sweep.changed
    calls = _calls_by_name(functions.values())
    for name, node in functions.items():
        read = _read_names(node)
        for parameter in [a.arg for a in node.args.args if a.arg not in read]:
            changed |= _drop_parameter(node, parameter, calls.get(name, []))
    return changed


def _read_names(node: ast.AST) -> set[str]:
    return {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }


def _does_nothing(node: ast.FunctionDef) -> bool:
    return all(
        isinstance(part, ast.Pass)
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in node.body
    )


class _Sweep(ast.NodeTransformer):
    """Takes away assignments that nobody reads, calls of idle functions, and empty branches."""

    def __init__(self, read: set[str], idle: set[str]) -> None:
        self._read, self._idle, self.changed = read, idle, False

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        (target,) = node.targets
        if isinstance(target, ast.Name) and target.id not in self._read and _is_pure(node.value):
            self.changed = True
            return None
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        call = node.value
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in self._idle
        ):
            self.changed = True
            return None
        return node

    def visit_Pass(self, node: ast.Pass) -> None:
        return None

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.If | ast.For | ast.FunctionDef | ast.With) and not node.body:
            node.body = [ast.Pass()]
        return node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        self.generic_visit(node)
        if all(isinstance(part, ast.Pass) for part in node.body) and not node.orelse:
            self.changed = True
            return None
        return node

    def visit_For(self, node: ast.For) -> ast.AST | None:
        self.generic_visit(node)
        if all(isinstance(part, ast.Pass) for part in node.body):
            self.changed = True
            return None
        return node


def _is_pure(node: ast.expr) -> bool:
    """Whether leaving the expression out changes nothing: NumPy calls make new arrays only."""
    return all(
        not isinstance(part, ast.Call)
        or (
            isinstance(part.func, ast.Attribute)
            and isinstance(part.func.value, ast.Name)
            and part.func.value.id == "np"
        )
        for part in ast.walk(node)
    )


def _drop_parameter(node: ast.FunctionDef, parameter: str, calls: list[ast.Call]) -> bool:
    """Take a parameter out of a function and its argument out of every call."""
    position = [argument.arg for argument in node.args.args].index(parameter)
    if not calls or any(
        len(call.args) <= position and not _keyword(call, parameter) for call in calls
    ):
        return False
    del node.args.args[position]
    for call in calls:
        if len(call.args) > position:
            del call.args[position]
        call.keywords = [word for word in call.keywords if word.arg != parameter]
    return True


def _keyword(call: ast.Call, parameter: str) -> bool:
    return any(word.arg == parameter for word in call.keywords)


def _calls_by_name(nodes: Iterable[ast.AST]) -> dict[str, list[ast.Call]]:
    """Every call of a plain name, under that name."""
    found: dict[str, list[ast.Call]] = {}
    for part in (part for node in nodes for part in ast.walk(node)):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            found.setdefault(part.func.id, []).append(part)
    return found
