"""From syntax trees to text that reads as if written by hand."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable

INDENT = "    "
WIDTH = 100
_PLAIN_STRING = re.compile(r"'([^']*)'")


def unparse(node: ast.AST) -> str:
    """One expression or simple statement, with double quotes where that needs no escapes."""
    text = ast.unparse(ast.fix_missing_locations(node))
    if '"' in text or "\\" in text:
        return text
    return _PLAIN_STRING.sub(r'"\1"', text)


def unparse_function(node: ast.AST) -> str:
    """A whole function. Slower than `unparse`: it looks at every token."""
    text = ast.unparse(ast.fix_missing_locations(node))
    tokens = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        string = token.string
        if token.type == tokenize.STRING and string[0] == "'" and '"' not in string:
            string = f'"{string[1:-1]}"' if "\\" not in string else string
        tokens.append((token.type, string, token.start, token.end, token.line))
    return tokenize.untokenize(tokens)


def assignment(target: str, value: ast.expr) -> list[str]:
    """`target = value`, one argument a line where one line would be too long."""
    line = f"{target} = {unparse(value)}"
    if len(line) + len(INDENT) <= WIDTH or not isinstance(value, ast.Call):
        return _broken_at_operators(target, value, line)
    parts = [unparse(argument) for argument in value.args]
    parts += [f"{word.arg}={unparse(word.value)}" for word in value.keywords]
    return [f"{target} = {unparse(value.func)}(", *(f"{INDENT}{part}," for part in parts), ")"]


def _broken_at_operators(target: str, value: ast.expr, line: str) -> list[str]:
    if len(line) + len(INDENT) <= WIDTH or not isinstance(value, ast.BinOp):
        return [line]
    operator = "&" if isinstance(value.op, ast.BitAnd) else "|"
    if not isinstance(value.op, ast.BitAnd | ast.BitOr):
        return [line]
    terms: list[str] = []
    left: ast.expr = value
    while isinstance(left, ast.BinOp) and type(left.op) is type(value.op):
        terms.insert(0, _as_operand(left.right))
        left = left.left
    terms.insert(0, _as_operand(left))
    first, *others = terms
    return [f"{target} = (", INDENT + first, *(f"{INDENT}{operator} {t}" for t in others), ")"]


def _as_operand(node: ast.expr) -> str:
    text = unparse(node)
    return f"({text})" if isinstance(node, ast.Compare | ast.BinOp) else text


def returned(entries: Iterable[tuple[str, ast.expr]]) -> list[str]:
    """`return {...}`, an entry a line."""
    lines = [f'{INDENT}"{key}": {unparse(value)},' for key, value in entries]
    return ["return {", *lines, "}"]


def indented(lines: Iterable[str]) -> list[str]:
    """The lines one level deeper."""
    return [INDENT + line if line else line for line in lines]
