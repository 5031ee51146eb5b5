"""Node types that the user writes: one typed Python function, read but never run here.

1. The text is parsed and compiled. What Python cannot read is reported with its line.
2. It must hold one function and nothing else; `np`, `pd` and `talib` are there to use.
3. Its positional arguments, annotated `Numbers` or `Flags`, become ports. Its keyword-only ones,
   with a number, a switch or a text as default, become params. Its docstring is the help.

When the strategy runs, each port is a NumPy array of one symbol's own bars (floats for `Numbers`,
booleans for `Flags`), and the function returns an array as long as its inputs.
"""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import SINGLE_OUTPUT, NodeType, Param, Port
from alphintra_desktop.ir.ops import CustomFlags, CustomNumbers, Expr, Flags, Numbers
from alphintra_desktop.nodes.parsing import parsed, refuse_what_cannot_run

CUSTOM = "custom.python"
AVAILABLE = ("np", "pd", "talib")
LONGEST_CODE = 100_000

EXAMPLE = '''\
def smoothed(values: Numbers, *, window: int = 10) -> Numbers:
    """The average of the last values."""
    return pd.Series(values).rolling(window).mean().to_numpy()
'''

_TYPES: dict[str, type[Expr]] = {"Numbers": Numbers, "Flags": Flags}
_KINDS: dict[str, type] = {"int": int, "float": float, "bool": bool, "str": str}
_RESERVED = {*AVAILABLE, *_TYPES, "code"}
_SHAPE = "Write it like this: def name(close: Numbers, *, window: int = 20) -> Numbers:"
_HELP = "A Python function of yours. There is no number where it gives NaN."


@lru_cache(maxsize=512)
def custom_node_type(code: str) -> NodeType:
    """The node type that `code` declares. The code is parsed, never run.

    Raises `AlphintraError` with the line and what to write instead.
    """
    function = _only_function(_parsed(code))
    _refuse_imports(function)
    _refuse_decorations(function)
    output = _series_type(function.returns, function, "what it returns")
    inputs = _ports(function)
    params = {"code": code_param(code), **_params(function)}
    for name in (function.name, *inputs, *_params(function)):
        if name in _RESERVED:
            raise _error(f"The name '{name}' is taken.", "Choose another name.", function)
    title = function.name.strip("_").replace("_", " ").capitalize() or function.name
    return NodeType(
        name=CUSTOM,
        title=title,
        category="Custom",
        help=ast.get_docstring(function) or _HELP,
        inputs=inputs,
        outputs={SINGLE_OUTPUT: output},
        params=params,
        build=_builder(output, title),
        tags=("python", "code", "formula"),
    )


def code_param(code: str) -> Param:
    """The param that holds the function's text."""
    return Param(code, str, help="One typed Python function.", language="python")


def _builder(output: type[Expr], title: str) -> Callable[..., Expr]:
    op = CustomNumbers if output is Numbers else CustomFlags

    def build(*series: Expr, code: str, **settings: Any) -> Expr:
        return op(code, series, tuple(settings.items()), title)

    return build


def _parsed(code: str) -> ast.Module:
    if len(code) > LONGEST_CODE:
        raise AlphintraError(
            f"The code has {len(code):,} characters, and {LONGEST_CODE:,} is the limit.",
            hint="Keep the one function that this node needs.",
            place=Place(param="code"),
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = parsed(code)
            # Compiling runs nothing, and finds what parsing lets through: an argument named twice.
            refuse_what_cannot_run(module, "<custom code>")
            return module
    except SyntaxError as error:
        place = Place(param="code", line=error.lineno)
        text = f"Python cannot read line {error.lineno or 1} of the code: {error.msg}."
        raise AlphintraError(text, hint="Correct that line.", place=place) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise AlphintraError(
            f"Python cannot read the code: {error or 'it is nested too deeply'}.",
            hint=_SHAPE,
            place=Place(param="code"),
        ) from None


def _only_function(module: ast.Module) -> ast.FunctionDef:
    for statement in module.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            raise _import_error(statement)
        if isinstance(statement, ast.AsyncFunctionDef):
            raise _error("The function is async.", "Take the word async away.", statement)
        if not isinstance(statement, ast.FunctionDef):
            raise _error(
                f"Line {statement.lineno} is not part of a function.",
                "Keep one function, and put everything else inside it.",
                statement,
            )
    functions = [s for s in module.body if isinstance(s, ast.FunctionDef)]
    if not functions:
        raise AlphintraError(
            "The code has no function.", hint=_SHAPE, place=Place(param="code", line=1)
        )
    if len(functions) > 1:
        raise _error(
            f"The code has {len(functions)} functions, and a node is one.",
            f"Move the others inside '{functions[0].name}', or to nodes of their own.",
            functions[1],
        )
    return functions[0]


def _refuse_imports(function: ast.FunctionDef) -> None:
    for part in ast.walk(function):
        if isinstance(part, ast.Import | ast.ImportFrom):
            raise _import_error(part)


def _import_error(statement: ast.Import | ast.ImportFrom) -> AlphintraError:
    return _error(
        "The code of a node cannot import.",
        "Take the import away: np, pd and talib are already there.",
        statement,
    )


def _refuse_decorations(function: ast.FunctionDef) -> None:
    arguments = function.args
    if function.decorator_list:
        hint = "Take the line with the @ away."
        raise _error("The function has a decorator.", hint, function.decorator_list[0])
    if getattr(function, "type_params", ()):
        raise _error("The function has type parameters.", _SHAPE, function)
    if arguments.vararg is not None or arguments.kwarg is not None:
        hint = "Name every input and every setting."
        raise _error("The function takes *arguments, which have no names.", hint, function)
    if arguments.posonlyargs:
        raise _error("The function has a / among its arguments.", "Take the / away.", function)
    if arguments.defaults:
        raise _error(
            "An input has a default value.",
            "Inputs come from wires. Put a * before the settings: (close: Numbers, *, n: int = 2).",
            arguments.defaults[0],
        )


def _ports(function: ast.FunctionDef) -> dict[str, Port]:
    ports = {
        argument.arg: Port(argument.arg, _series_type(argument.annotation, argument, argument.arg))
        for argument in function.args.args
    }
    if not ports:
        raise _error(
            "The function has no input, so it cannot know how many bars there are.",
            _SHAPE,
            function,
        )
    return ports


def _series_type(
    annotation: ast.expr | None, where: ast.FunctionDef | ast.arg, what: str
) -> type[Expr]:
    kind = _TYPES.get(_annotation_name(annotation))
    if kind is None:
        raise _error(
            f"The type of {_quoted(what)} is {_found(annotation)}.",
            "Write Numbers for a number a bar, or Flags for a yes or no a bar.",
            annotation or where,
        )
    return kind


def _params(function: ast.FunctionDef) -> dict[str, Param]:
    arguments = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return {argument.arg: _param(argument, default) for argument, default in arguments}


def _param(argument: ast.arg, default: ast.expr | None) -> Param:
    kind = _KINDS.get(_annotation_name(argument.annotation))
    if kind is None:
        raise _error(
            f"The type of the setting '{argument.arg}' is {_found(argument.annotation)}.",
            "Write int, float, bool or str.",
            argument,
        )
    return Param(_default(argument, default, kind), kind)


def _default(argument: ast.arg, default: ast.expr | None, kind: type) -> Any:
    value = _literal(default)
    if kind is float and type(value) is int:
        value = _as_float(value)
    if type(value) is not kind or value in (math.inf, -math.inf):
        raise _error(
            f"The setting '{argument.arg}' needs a plain {kind.__name__} as its default.",
            f"Write it like this: {argument.arg}: {kind.__name__} = {_sample(kind)}",
            default or argument,
        )
    return value


def _literal(default: ast.expr | None) -> Any:
    """The value of a literal, or None: calls and names are not evaluated."""
    if default is None:
        return None
    try:
        return ast.literal_eval(default)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _sample(kind: type) -> str:
    return {int: "20", float: "0.5", bool: "True", str: '"text"'}[kind]


def _annotation_name(annotation: ast.expr | None) -> str:
    return annotation.id if isinstance(annotation, ast.Name) else ""


def _found(annotation: ast.expr | None) -> str:
    if annotation is None:
        return "missing"
    try:
        return f"'{ast.unparse(annotation)[:40]}'"
    except RecursionError:
        return "nested too deeply"


def _quoted(what: str) -> str:
    return what if " " in what else f"'{what}'"


def _error(message: str, hint: str, where: ast.stmt | ast.expr | ast.arg) -> AlphintraError:
    return AlphintraError(message, hint=hint, place=Place(param="code", line=where.lineno))
