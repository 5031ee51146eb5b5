"""Functions of ours as syntax trees, ready to be copied into a generated file."""

from __future__ import annotations

import ast
import copy
import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType

from alphintra_desktop.codegen.layout import unparse_function
from alphintra_desktop.nodes.parsing import parsed

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign


class _WithoutAnnotations(ast.NodeTransformer):
    """A generated file imports no types."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node)


@cache
def definitions(*modules: ModuleType) -> Mapping[str, Definition]:
    """The functions, classes and constants of some modules by name, without annotations."""
    found: dict[str, Definition] = {}
    for module in modules:
        for node in parsed(inspect.getsource(module)).body:
            for name in _defined(node):
                if isinstance(found.get(name), ast.FunctionDef):
                    raise ValueError(f"two functions are called {name}; a file can carry only one")
                plain = (
                    node if isinstance(node, ast.ClassDef) else _WithoutAnnotations().visit(node)
                )
                found[name] = plain
    return found


def _defined(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
        case ast.Assign(targets=[ast.Tuple(elts=elements)]):
            return [element.id for element in elements if isinstance(element, ast.Name)]
        case _:
            return []


def names_in(node: ast.AST) -> set[str]:
    """Every name that a tree reads from outside. A class of plain fields reads none."""
    if isinstance(node, ast.ClassDef):
        return set()
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    own = {part.id for part in names if isinstance(part.ctx, ast.Store)}
    own.update(part.arg for part in ast.walk(node) if isinstance(part, ast.arg))
    return {part.id for part in names if isinstance(part.ctx, ast.Load)} - own


def needed(wanted: Iterable[str], known: Mapping[str, Definition]) -> list[str]:
    """The wanted definitions and all they use, every one after those it uses."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen or name not in known:
            return
        seen.add(name)
        for used in sorted(names_in(known[name])):
            visit(used)
        order.append(name)

    for name in wanted:
        visit(name)
    return order


@cache
def _lines(module: ModuleType) -> list[str]:
    return inspect.getsource(module).splitlines()


@cache
def _annotated(module: ModuleType) -> list[ast.stmt]:
    """The module's definitions as they stand there; to be read only."""
    return parsed(inspect.getsource(module)).body


def text_of(node: Definition, module: ModuleType) -> str:
    """A function of a module as text: its body as it was laid out there, comments and all."""
    original = next(part for part in _annotated(module) if node.lineno == part.lineno)
    if not isinstance(node, ast.FunctionDef) or _annotates_variables(original):
        return unparse_function(copy.deepcopy(node))
    head = ast.FunctionDef(node.name, node.args, [ast.Pass()], [], None)
    signature = ast.unparse(ast.fix_missing_locations(head)).removesuffix("\n    pass")
    assert node.end_lineno is not None
    return "\n".join([signature, *_lines(module)[node.body[0].lineno - 1 : node.end_lineno]])


def _annotates_variables(node: ast.AST) -> bool:
    return any(isinstance(part, ast.AnnAssign) for part in ast.walk(node))
