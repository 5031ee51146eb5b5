"""Write ops as Python expressions. Built as syntax, not text, so precedence is never ours.

Most ops are a call of the formula with their name: `Lag(close, 2)` is `lag(close, 2)`. Operators,
TA-Lib functions and market data have an emitter of their own. A constant stays a plain number in
arithmetic and comparisons, and becomes an array where a formula needs one.

Strategies that compare symbols have two stages. Stage `SYMBOL` sees one symbol's own bars as 1-D
arrays; stage `PANEL` sees (T, N) arrays of all of them, and applies formulas that look through
time with `each`, symbol by symbol.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import fields
from functools import cache, singledispatch
from typing import Any

from alphintra_desktop.codegen.gaps import may_have_gaps
from alphintra_desktop.codegen.presence import nothing_without_bar, on_every_row, only_with_bar
from alphintra_desktop.codegen.writing import PANEL, SYMBOL, Writing, call, item, literal
from alphintra_desktop.ir import markets, ops
from alphintra_desktop.ir.ops import Constant, Expr, Flags, Numbers
from alphintra_desktop.ir.talib_facts import talib_info
from alphintra_desktop.nodes.market_data import calendars_of
from alphintra_desktop.nodes.parsing import parsed

_INTEGER_OUTPUTS = ("CDL", "FRACTAL", "MAXINDEX", "MININDEX", "MINMAXINDEX", "HT_TRENDMODE")
ACROSS = (
    ops.RankAcross,
    ops.OfSymbol,
    ops.InverseWeights,
    ops.EqualWeights,
    ops.TopAcross,
    ops.IsSymbol,
)
_ELEMENTWISE = (
    *(ops.Add, ops.Subtract, ops.Multiply, ops.Divide, ops.Power, ops.Smaller, ops.Larger),
    *(ops.Negative, ops.Absolute, ops.Sign, ops.Log, ops.SquareRoot, ops.Choose),
    *(ops.Above, ops.Below, ops.AtLeast, ops.AtMost, ops.Equal, ops.Between),
    *(ops.AllOf, ops.AnyOf, ops.Not),
)


@cache
def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _formula_name(op: Expr) -> str:
    """The formula that has the name of the op."""
    return _snake_case(type(op).__name__)


def is_scalar(op: Expr) -> bool:
    """Whether the op is written as a plain number: a constant, or arithmetic on constants."""
    if isinstance(op, Constant):
        return True
    if isinstance(op, Flags) or not isinstance(op, _ELEMENTWISE):
        return False
    return all(is_scalar(part) for part in op.inputs())


def expression(op: Expr, writing: Writing) -> ast.expr:
    """The op as an expression: its variable if it has one."""
    if op in writing.variables:
        return ast.Name(writing.variables[op])
    return define(op, writing)


def array(op: Expr, writing: Writing, user: Expr | None = None) -> ast.expr:
    """The op as an array, also when it is a constant: then on the bars that `user` is on."""
    written = expression(op, writing)
    return _full(written, writing, user) if is_scalar(op) else written


def _full(value: ast.expr, writing: Writing, user: Expr | None = None) -> ast.expr:
    if writing.stage == PANEL:
        return _present(value, writing)
    data = next(iter(calendars_of(user)), None) if user is not None else None
    bars = _bars_name(data, writing)
    shape = ast.Attribute(ast.Subscript(bars, ast.Constant("close")), "shape")
    return call(ast.Attribute(writing.module("np"), "full"), shape, value)


def _present(value: ast.expr, writing: Writing) -> ast.expr:
    """The value where a symbol has a bar: what it has none for must not count among symbols."""
    where = ast.Attribute(writing.module("np"), "where")
    return call(where, item(PANEL, "present"), value, ast.Attribute(ast.Name("np"), "nan"))


def with_bar(op: Expr, writing: Writing) -> ast.expr:
    """The op as an array that is NaN or False where a symbol has no bar."""
    if is_scalar(op) or writing.stage == SYMBOL or only_with_bar(op, writing.with_bar):
        return array(op, writing)
    written = expression(op, writing)
    if isinstance(op, Flags):
        return ast.BinOp(written, ast.BitAnd(), item(PANEL, "present"))
    return _present(written, writing)


def decision(name: str, op: Expr, writing: Writing) -> ast.expr:
    """What `signals` returns under a name.

    A condition of the calendar rebalances on rows without a bar, too; any other does not.
    """
    everywhere = (name == "rebalance" and on_every_row(op)) or (
        name == "weights" and nothing_without_bar(op, writing.with_bar)
    )
    if writing.stage == SYMBOL or everywhere or name not in ("weights", "rebalance"):
        return expression(op, writing)
    return with_bar(op, writing)


def define(op: Expr, writing: Writing) -> ast.expr:
    """The expression that computes the op, even if it has a variable."""
    return _define(op, writing)


@singledispatch
def _define(op: Expr, writing: Writing) -> ast.expr:
    """A call of the formula named like the op, with the op's fields as arguments."""
    values = [getattr(op, f.name) for f in fields(op)]  # type: ignore[arg-type]
    name = _formula_name(op)
    arguments = [_argument(value, writing, op) for value in values]
    if writing.stage == PANEL and not isinstance(op, (*ACROSS, *_ELEMENTWISE)):
        present = item(PANEL, "present")
        return call(writing.formula("each"), writing.formula(name), present, *arguments)
    return call(writing.formula(name), *arguments)


def _argument(value: Any, writing: Writing, user: Expr) -> ast.expr:
    if isinstance(value, ops.MarketData):
        return _bars_name(value, writing)
    if isinstance(user, ACROSS) and isinstance(value, Expr):
        return with_bar(value, writing)
    if isinstance(value, Expr):
        return array(value, writing, user)
    return literal(value, writing)


def _bars_name(data: Expr | None, writing: Writing) -> ast.expr:
    return (
        expression(data, writing)
        if isinstance(data, ops.HigherTimeframe)
        else ast.Name(writing.stage)
    )


# ----------------------------------------------------------------- market data


@_define.register
def _(op: ops.Column | ops.EventColumn, writing: Writing) -> ast.expr:
    return ast.Subscript(_bars_name(op.data, writing), ast.Constant(op.name))


@_define.register
def _(op: ops.HigherTimeframe, writing: Writing) -> ast.expr:
    base = op.data
    assert isinstance(base, ops.Dataset)
    weekdays = ast.Constant(markets.MARKETS[base.market].sessions < 365)
    settings = [ast.Constant(op.timeframe), ast.Constant(base.timeframe), weekdays]
    return call(writing.formula("longer_bars"), ast.Name(SYMBOL), *settings)


@_define.register
def _(op: ops.OnBarClose, writing: Writing) -> ast.expr:
    values = array(op.values, writing, op.higher)
    return call(writing.formula("on_bar_close"), values, expression(op.higher, writing))


@_define.register(ops.InSession)
@_define.register(ops.OnWeekdays)
@_define.register(ops.OnNewPeriod)
@_define.register(ops.EveryBars)
def _(op: Expr, writing: Writing) -> ast.expr:
    bars = _bars_name(next(op.inputs()), writing)
    stamps: ast.expr = ast.Subscript(bars, ast.Constant("timestamp"))
    if isinstance(op, ops.EveryBars):
        stamps = call(ast.Name("len"), stamps)
    settings = [literal(getattr(op, f.name), writing) for f in fields(op)[1:]]  # type: ignore[arg-type]
    made = call(writing.formula(_formula_name(op)), stamps, *settings)
    return _column_of(made) if writing.stage == PANEL else made


def _column_of(row: ast.expr) -> ast.expr:
    return ast.Subscript(row, ast.Tuple([ast.Slice(), ast.Constant(None)]))


@_define.register
def _(op: ops.OfSymbol, writing: Writing) -> ast.expr:
    values, symbol = with_bar(op.values, writing), literal(op.symbol, writing)
    return _present(
        call(writing.formula("of_symbol"), values, item(PANEL, "symbols"), symbol), writing
    )


@_define.register
def _(op: ops.IsSymbol, writing: Writing) -> ast.expr:
    chosen = call(
        writing.formula("is_symbol"), item(PANEL, "symbols"), literal(op.symbols, writing)
    )
    return ast.BinOp(chosen, ast.BitAnd(), item(PANEL, "present"))


# ------------------------------------------------------------------- operators

_ARITHMETIC: dict[type[Expr], ast.operator] = {
    ops.Add: ast.Add(),
    ops.Subtract: ast.Sub(),
    ops.Multiply: ast.Mult(),
}
_NUMPY = {
    ops.Smaller: "minimum",
    ops.Larger: "maximum",
    ops.Absolute: "abs",
    ops.Sign: "sign",
    ops.Choose: "where",
}
_COMPARISONS: dict[type[Expr], ast.cmpop] = {
    ops.Above: ast.Gt(),
    ops.Below: ast.Lt(),
    ops.AtLeast: ast.GtE(),
    ops.AtMost: ast.LtE(),
    ops.Equal: ast.Eq(),
}


@_define.register
def _(op: Constant, writing: Writing) -> ast.expr:
    return literal(op.value, writing)


@_define.register(ops.Add)
@_define.register(ops.Subtract)
@_define.register(ops.Multiply)
def _(op: Any, writing: Writing) -> ast.expr:
    left, right = expression(op.left, writing), expression(op.right, writing)
    return ast.BinOp(left, _ARITHMETIC[type(op)], right)


@_define.register
def _(op: ops.Divide, writing: Writing) -> ast.expr:
    left, right = expression(op.left, writing), expression(op.right, writing)
    if isinstance(op.right, Constant) and op.right.value != 0:
        return ast.BinOp(left, ast.Div(), right)
    return call(writing.formula("divide"), left, right)


@_define.register(ops.Power)
@_define.register(ops.Log)
@_define.register(ops.SquareRoot)
@_define.register(ops.Between)
def _(op: Expr, writing: Writing) -> ast.expr:
    parts = [expression(part, writing) for part in op.inputs()]
    if isinstance(op, ops.Between):
        parts[0] = array(op.values, writing, op)
    return call(writing.formula(_formula_name(op)), *parts)


@_define.register
def _(op: ops.Negative, writing: Writing) -> ast.expr:
    return ast.UnaryOp(ast.USub(), expression(op.values, writing))


@_define.register(ops.Smaller)
@_define.register(ops.Larger)
@_define.register(ops.Absolute)
@_define.register(ops.Sign)
@_define.register(ops.Choose)
def _(op: Expr, writing: Writing) -> ast.expr:
    function = ast.Attribute(writing.module("np"), _NUMPY[type(op)])
    return call(function, *(expression(part, writing) for part in op.inputs()))


@_define.register(ops.Above)
@_define.register(ops.Below)
@_define.register(ops.AtLeast)
@_define.register(ops.AtMost)
@_define.register(ops.Equal)
def _(op: Any, writing: Writing) -> ast.expr:
    whole = array if is_scalar(op.left) and is_scalar(op.right) else expression
    left, right = whole(op.left, writing), expression(op.right, writing)
    return ast.Compare(left, [_COMPARISONS[type(op)]], [right])


@_define.register(ops.CrossesAbove)
@_define.register(ops.CrossesBelow)
def _(op: Any, writing: Writing) -> ast.expr:
    name = _formula_name(op)
    whole = array if is_scalar(op.left) and is_scalar(op.right) else expression
    left, right = whole(op.left, writing), expression(op.right, writing)
    if writing.stage == SYMBOL:
        return call(writing.formula(name), left, right)
    return call(writing.formula("each"), writing.formula(name), item(PANEL, "present"), left, right)


@_define.register(ops.AllOf)
@_define.register(ops.AnyOf)
def _(op: Any, writing: Writing) -> ast.expr:
    operator = ast.BitAnd() if isinstance(op, ops.AllOf) else ast.BitOr()
    if not op.conditions:
        return _full(ast.Constant(isinstance(op, ops.AllOf)), writing)
    first, *others = (expression(part, writing) for part in op.conditions)
    for other in others:
        first = ast.BinOp(first, operator, other)
    return first


@_define.register
def _(op: ops.Not, writing: Writing) -> ast.expr:
    return ast.UnaryOp(ast.Invert(), expression(op.condition, writing))


# ---------------------------------------------------------------------- TA-Lib


def _series(op: Expr, writing: Writing, user: Expr) -> ast.expr:
    """An input of a TA-Lib function, which cannot cross a gap."""
    written = array(op, writing, user)
    return call(writing.formula("filled"), written) if may_have_gaps(op, writing.gaps) else written


@cache
def _talib_params(function: str) -> tuple[str, ...]:
    return tuple(talib_info(function)["parameters"])


@cache
def talib_outputs(function: str) -> tuple[str, ...]:
    """TA-Lib's names of a function's outputs."""
    return tuple(talib_info(function)["output_names"])


def talib_call(
    op: ops.TaLib, writing: Writing, series: Sequence[ast.expr] | None = None
) -> ast.Call:
    """The call of the TA-Lib function, all outputs of it."""
    function = ast.Attribute(writing.module("talib"), op.function)
    names = _talib_params(op.function)
    params = {n: literal(v, writing) for n, v in zip(names, op.params, strict=True)}
    inputs = series if series is not None else [_series(part, writing, op) for part in op.series]
    return call(function, *inputs, **params)


@_define.register
def _(op: ops.TaLib, writing: Writing) -> ast.expr:
    if writing.stage == SYMBOL:
        return _one_output(op, talib_call(op, writing))
    names = [f"series_{i}" for i in range(1, len(op.series) + 1)]
    given = [
        call(writing.formula("filled"), ast.Name(name))
        if may_have_gaps(part, writing.gaps)
        else ast.Name(name)
        for name, part in zip(names, op.series, strict=True)
    ]
    body = _one_output(op, talib_call(op, writing, given))
    arguments = ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])
    series = [array(part, writing, op) for part in op.series]
    present = item(PANEL, "present")
    return call(writing.formula("each"), ast.Lambda(arguments, body), present, *series)


def _one_output(op: ops.TaLib, made: ast.expr) -> ast.expr:
    if len(talib_outputs(op.function)) > 1:
        made = ast.Subscript(made, ast.Constant(op.output))
    if op.function.startswith(_INTEGER_OUTPUTS) or (op.function, op.output) == ("SUPERTREND", 1):
        made = call(ast.Attribute(made, "astype"), ast.Name("float"))
    return made


# ----------------------------------------------------------------- custom code


@_define.register(ops.CustomNumbers)
@_define.register(ops.CustomFlags)
def _(op: Any, writing: Writing) -> ast.expr:
    kind = "float" if isinstance(op, Numbers) else "bool"
    if (op.code, op.title) not in writing.functions.values():
        writing.functions[writing.names.take(_function_name(op.code))] = (op.code, op.title)
    name = next(n for n, made in writing.functions.items() if made == (op.code, op.title))
    settings = {key: literal(value, writing) for key, value in op.settings}
    inputs = [array(part, writing, op) for part in op.series]
    checked = [writing.formula("custom"), ast.Name(name), ast.Name(kind)]
    if writing.stage == SYMBOL:
        return call(*checked, *inputs, **settings)
    names = [f"series_{i}" for i in range(1, len(op.series) + 1)]
    arguments = ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])
    body = call(*checked, *(ast.Name(n) for n in names), **settings)
    return call(
        writing.formula("each"), ast.Lambda(arguments, body), item(PANEL, "present"), *inputs
    )


def _function_name(code: str) -> str:
    tree = parsed(code)
    return next(part.name for part in tree.body if isinstance(part, ast.FunctionDef))
