"""From syntax trees to text that reads as if written by hand."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Iterable, Sequence

from alphintra_desktop.nodes.parsing import parsed_expression

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
    """A line that is too long, broken after a `return` or `=`."""
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    if len(line) <= WIDTH:
        return [line]
    head, word, rest = bare.partition("return " if bare.startswith("return ") else " = ")
    try:
        value = parsed_expression(rest)
    except SyntaxError:
        return [line]
    start = f"{head}{word}"
    first, *others = broken(value, WIDTH - len(indent), len(start))
    return [indent + start + first, *(indent + other for other in others)]


def broken(node: ast.expr, room: int, before: int = 0) -> list[str]:
    """An expression in lines of at most `room`, broken at arguments or operators if it must be.

    `before` is what stands before it on its first line, and after it on its last.
    """
    text = unparse(node)
    if len(text) + before <= room:
        return [text]
    inner, sign, rest = _wrapping(node)
    if inner is not None:
        lines = _operand(inner, room, before + len(sign + rest))
        lines[0] = sign + lines[0]
        lines[-1] += rest
        return lines
    return _broken_inside(node, text, room)


def _wrapping(node: ast.expr) -> tuple[ast.expr | None, str, str]:
    """`-x`, `x[0]` and `x.astype(float)` break where `x` does: x, and what is before and after."""
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.Invert(), operand=inner):
            return inner, "-" if isinstance(node.op, ast.USub) else "~", ""
        case ast.Subscript(value=ast.Call() as inner):
            return inner, "", f"[{unparse(node.slice)}]"
        case ast.Call(func=ast.Attribute(value=ast.Call() | ast.Subscript() as inner)):
            return inner, "", unparse(node).removeprefix(unparse(inner))
        case _:
            return None, "", ""


def _broken_inside(node: ast.expr, text: str, room: int) -> list[str]:
    if isinstance(node, ast.Call):
        return _one_argument_a_line(node, room)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _one_term_a_line(*_terms(node), room)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        sign = _COMPARISONS[type(node.ops[0])]
        return _one_term_a_line(node.left, sign, node.comparators, room)
    return [text]


def _one_argument_a_line(call: ast.Call, room: int) -> list[str]:
    arguments = [("", value) for value in call.args]
    arguments += [(f"{word.arg}=", word.value) for word in call.keywords]
    lines = [f"{unparse(call.func)}("]
    for name, value in arguments:
        made = broken(value, room - len(INDENT), len(name) + len(","))
        if made[0] == "(":  # it stands in brackets already
            made = [line.removeprefix(INDENT) for line in made[1:-1]]
        made[0] = name + made[0]
        lines += indented([*made[:-1], f"{made[-1]},"])
    return [*lines, ")"]


_OPERATORS: dict[type[ast.operator], str] = {
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Eq: "==",
}


def _terms(value: ast.BinOp) -> tuple[ast.expr, str, list[ast.expr]]:
    """The first term of a chain, its operator, and the other terms."""
    terms: list[ast.expr] = []
    left: ast.expr = value
    while isinstance(left, ast.BinOp) and type(left.op) is type(value.op):
        terms.insert(0, left.right)
        left = left.left
    return left, _OPERATORS[type(value.op)], terms


def _one_term_a_line(first: ast.expr, sign: str, terms: list[ast.expr], room: int) -> list[str]:
    lines = _operand(first, room - len(INDENT))
    for term in terms:
        start, *others = _operand(term, room - len(INDENT), len(sign) + 1)
        lines += [f"{sign} {start}", *others]
    return ["(", *indented(lines), ")"]


def _operand(node: ast.expr, room: int, before: int = 0) -> list[str]:
    compound = isinstance(node, ast.Compare | ast.BinOp)
    lines = broken(node, room, before + len("()") * compound)
    return [f"({lines[0]})"] if compound and len(lines) == 1 else lines


def assignment(target: str, value: ast.expr) -> list[str]:
    """`target = value` in the body of a function."""
    first, *others = broken(value, WIDTH - len(INDENT), len(f"{target} = "))
    return [f"{target} = {first}", *others]


def returned(entries: Iterable[tuple[str, ast.expr]]) -> list[str]:
    """`return {...}` in the body of a function, an entry a line."""
    lines = []
    for key, value in entries:
        start = f'"{key}": '
        first, *others = broken(value, WIDTH - 2 * len(INDENT), len(start) + len(","))
        made = [start + first, *others]
        lines += indented([*made[:-1], f"{made[-1]},"])
    return ["return {", *lines, "}"] if lines else ["return {}"]


def filled(text: str) -> list[str]:
    """Words in lines."""
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def texts(head: str, words: Sequence[str]) -> list[str]:
    """`head(` with the words as texts in a tuple, in one line or several, and `)`."""
    items = [f'"{word}",' for word in words]
    line = f"{head}({' '.join(items)[: None if len(items) == 1 else -1]})"
    if len(line) <= WIDTH:
        return [line]
    room = WIDTH - len(INDENT)
    return [
        f"{head}(",
        *indented(textwrap.wrap(" ".join(items), room, break_long_words=False)),
        ")",
    ]


def indented(lines: Iterable[str]) -> list[str]:
    """The lines one level deeper."""
    return [INDENT + line if line else line for line in lines]
