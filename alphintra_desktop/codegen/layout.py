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
    lines = tokenize.untokenize(tokens).splitlines()
    return "\n".join(part for line in lines for part in _wrapped(line))


def _wrapped(line: str) -> list[str]:
    """A line that is too long, one argument a line, if it ends in a call or a tuple of texts."""
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if len(line) <= WIDTH or not bare.endswith(")"):
        return [line]
    head, word, rest = bare.partition("return " if bare.startswith("return ") else " = ")
    try:
        value = ast.parse(rest, mode="eval").body
    except SyntaxError:
        return [line]
    if not isinstance(value, ast.Call):
        return [line]
    first, *others = call_lines(value)
    return [f"{indent}{head}{word}{first}", *(indent + other for other in others)]


def call_lines(call: ast.Call) -> list[str]:
    """A call with an argument a line."""
    parts = [unparse(argument) for argument in call.args]
    parts += [f"{word.arg}={unparse(word.value)}" for word in call.keywords]
    return [f"{unparse(call.func)}(", *(f"{INDENT}{part}," for part in parts), ")"]


def assignment(target: str, value: ast.expr) -> list[str]:
    """`target = value`, one argument a line where one line would be too long."""
    line = f"{target} = {unparse(value)}"
    if len(line) + len(INDENT) <= WIDTH or not isinstance(value, ast.Call):
        return _broken_at_operators(target, value, line)
    first, *others = call_lines(value)
    return [f"{target} = {first}", *others]


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
