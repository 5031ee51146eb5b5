"""The values of ops on one symbol's own bars, each computed once as long as memory lasts.

It computes what `codegen.emit` writes for one symbol, with the same formulas in the same order, so
that a sweep finds what the generated file finds: a constant stays a plain number in arithmetic and
comparisons, becomes an array where a formula needs one, and TA-Lib's inputs are filled where they
may have gaps. Tests hold both against each other, op by op.
"""

from __future__ import annotations

import operator
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from functools import cache, reduce, singledispatch
from typing import Any

import numpy as np
import talib

from alphintra_desktop.codegen.emit import is_scalar, talib_outputs
from alphintra_desktop.codegen.gaps import may_have_gaps
from alphintra_desktop.ir import formulas, markets, ops
from alphintra_desktop.ir.ops import Expr, NamedFloat, NamedInt
from alphintra_desktop.ir.talib_facts import talib_info

MOST_GAPS_KNOWN = 100_000
_WHOLE_NUMBERS = ("CDL", "FRACTAL", "MAXINDEX", "MININDEX", "MINMAXINDEX", "HT_TRENDMODE")

_OF_TWO: dict[type[Expr], Callable[[Any, Any], Any]] = {
    ops.Add: operator.add,
    ops.Subtract: operator.sub,
    ops.Multiply: operator.mul,
    ops.Above: operator.gt,
    ops.Below: operator.lt,
    ops.AtLeast: operator.ge,
    ops.AtMost: operator.le,
    ops.Equal: operator.eq,
    ops.CrossesAbove: formulas.crosses_above,
    ops.CrossesBelow: formulas.crosses_below,
}
_NUMPY: dict[type[Expr], Callable[..., Any]] = {
    ops.Smaller: np.minimum,
    ops.Larger: np.maximum,
    ops.Absolute: np.abs,
    ops.Sign: np.sign,
    ops.Choose: np.where,
    ops.Negative: operator.neg,
    ops.Not: operator.invert,
    ops.Power: formulas.power,
    ops.Log: formulas.log,
    ops.SquareRoot: formulas.square_root,
}


class Memory:
    """Values by op, at most `room` bytes of arrays: what was not asked for longest goes first."""

    def __init__(self, room: int) -> None:
        self._room, self._used = room, 0
        self._values: OrderedDict[Any, tuple[Any, int]] = OrderedDict()

    @property
    def used(self) -> int:
        """The bytes of all that is kept."""
        return self._used

    def __contains__(self, key: Any) -> bool:
        return key in self._values

    def get(self, key: Any) -> Any:
        """The value, or None."""
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def keep(self, key: Any, value: Any) -> None:
        """Remember a value, and forget others where there is no room."""
        size = _size(value)
        self._values[key] = value, size
        self._used += size
        while self._used > self._room and self._values:
            _, (_, freed) = self._values.popitem(last=False)
            self._used -= freed


def _size(value: Any) -> int:
    if isinstance(value, dict | tuple | list):
        parts = value.values() if isinstance(value, dict) else value
        return sum(_size(part) for part in parts)
    return 200 + (value.nbytes if isinstance(value, np.ndarray) else 0)


class Values:
    """What ops come to on the bars of one symbol, given as `signals(bars)` is given them."""

    def __init__(self, bars: Mapping[str, Any], room: int) -> None:
        self.bars = bars
        self.memory = Memory(room)
        self._gaps: dict[Expr, bool] = {}
        self._pinned: dict[Expr, Any] = {}  # inputs of what waits, whatever the memory has room for

    def of(self, op: Expr) -> Any:
        """The op as the file returns it: an array, or a plain number for a constant.

        No recursion where an input is new: strategies may be thousands of ops deep.
        """
        if isinstance(op, ops.Dataset):
            return self.bars
        if is_scalar(op):
            return _computed(op, self)
        found = self.memory.get(op)
        if found is None:
            found = self._pinned.get(op)
        return self._worked_out(op) if found is None else found

    def _worked_out(self, op: Expr) -> Any:
        waiting = [op]
        while True:
            top = waiting[-1]
            missing = [part for part in _inputs(top) if self._is_unknown(part)]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            value = _computed(top, self)
            for part in _inputs(top):
                self._pinned.pop(part, None)
            if top not in self.memory:
                self.memory.keep(top, value)
            if not waiting:
                self._pinned.clear()
                return value
            # Else a long series could push out what it is wanted together with, for ever.
            self._pinned[top] = value

    def _is_unknown(self, op: Expr) -> bool:
        known = op in self.memory or op in self._pinned
        return not (known or isinstance(op, ops.Dataset) or is_scalar(op))

    def array(self, op: Expr, user: Expr) -> Any:
        """The op as an array, also when it is a constant: then on the bars that `user` is on."""
        value = self.of(op)
        if not is_scalar(op):
            return value
        return np.full(self.of(_bars_of(user))["close"].shape, value)

    def argument(self, value: Any, user: Expr) -> Any:
        """A field of `user` as its formula takes it."""
        if isinstance(value, ops.MarketData):
            return self.of(value)
        return self.array(value, user) if isinstance(value, Expr) else _plain(value)

    def full(self, value: Any) -> Any:
        """The same value on every bar."""
        return np.full(self.bars["close"].shape, value)

    def series(self, op: Expr, user: Expr) -> Any:
        """An input of a TA-Lib function, which cannot cross a gap."""
        if len(self._gaps) > MOST_GAPS_KNOWN:
            self._gaps.clear()
        values = self.array(op, user)
        return formulas.filled(values) if may_have_gaps(op, self._gaps) else values


@singledispatch
def _computed(op: Expr, values: Values) -> Any:
    """The formula named like the op, with the op's fields as arguments."""
    kind = type(op)
    if kind in _NUMPY:
        return _NUMPY[kind](*(values.of(part) for part in op.inputs()))
    arguments = (getattr(op, field.name) for field in fields(op))  # type: ignore[arg-type]
    return _formula(kind.__name__)(*(values.argument(value, op) for value in arguments))


@_computed.register
def _(op: ops.Constant, values: Values) -> Any:
    return _plain(op.value)


@_computed.register
def _(op: ops.Column | ops.EventColumn, values: Values) -> Any:
    return values.of(op.data)[op.name]


@_computed.register
def _(op: ops.HigherTimeframe, values: Values) -> Any:
    base = op.data
    assert isinstance(base, ops.Dataset)
    weekdays = markets.MARKETS[base.market].sessions < 365
    return formulas.longer_bars(values.bars, op.timeframe, base.timeframe, weekdays)


@_computed.register
def _(op: ops.OnBarClose, values: Values) -> Any:
    return formulas.on_bar_close(values.array(op.values, op.higher), values.of(op.higher))


@_computed.register(ops.InSession)
@_computed.register(ops.OnWeekdays)
@_computed.register(ops.OnNewPeriod)
@_computed.register(ops.EveryBars)
def _(op: Any, values: Values) -> Any:
    stamps = values.of(op.data)["timestamp"]
    given = len(stamps) if isinstance(op, ops.EveryBars) else stamps
    settings = (_plain(getattr(op, field.name)) for field in fields(op)[1:])
    return _formula(type(op).__name__)(given, *settings)


@_computed.register(ops.Add)
@_computed.register(ops.Subtract)
@_computed.register(ops.Multiply)
def _(op: Any, values: Values) -> Any:
    return _OF_TWO[type(op)](values.of(op.left), values.of(op.right))


@_computed.register
def _(op: ops.Divide, values: Values) -> Any:
    left, right = values.of(op.left), values.of(op.right)
    if isinstance(op.right, ops.Constant) and right != 0:
        return left / right
    return formulas.divide(left, right)


@_computed.register
def _(op: ops.Between, values: Values) -> Any:
    return formulas.between(values.array(op.values, op), values.of(op.low), values.of(op.high))


@_computed.register(ops.Above)
@_computed.register(ops.Below)
@_computed.register(ops.AtLeast)
@_computed.register(ops.AtMost)
@_computed.register(ops.Equal)
@_computed.register(ops.CrossesAbove)
@_computed.register(ops.CrossesBelow)
def _(op: Any, values: Values) -> Any:
    both = is_scalar(op.left) and is_scalar(op.right)
    left = values.full(values.of(op.left)) if both else values.of(op.left)
    return _OF_TWO[type(op)](left, values.of(op.right))


@_computed.register(ops.AllOf)
@_computed.register(ops.AnyOf)
def _(op: Any, values: Values) -> Any:
    every = isinstance(op, ops.AllOf)
    if not op.conditions:
        return values.full(every)
    return reduce(
        operator.and_ if every else operator.or_, (values.of(part) for part in op.conditions)
    )


@_computed.register
def _(op: ops.TaLib, values: Values) -> Any:
    params = map(_plain, op.params)
    named = dict(zip(talib_info(op.function)["parameters"], params, strict=True))
    made = getattr(talib, op.function)(*(values.series(p, op) for p in op.series), **named)
    if len(talib_outputs(op.function)) > 1:
        made = made[op.output]
    if op.function.startswith(_WHOLE_NUMBERS) or (op.function, op.output) == ("SUPERTREND", 1):
        made = made.astype(float)
    return made


def _inputs(op: Expr) -> Iterator[Expr]:
    """The same as `op.inputs()`, without asking for the fields again: it is done at every point."""
    given = op.__dict__
    for name in _field_names(type(op).__name__):
        value = given[name]
        if isinstance(value, Expr):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Expr))


@cache
def _field_names(op_name: str) -> tuple[str, ...]:
    return tuple(field.name for field in fields(getattr(ops, op_name)))


def _bars_of(op: Expr) -> Expr:
    """The bars on which an op has its values."""
    waiting = [op]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ops.MarketData):
            return part
        waiting.extend([part.data] if isinstance(part, ops.OnBarClose) else part.inputs())
    return _NO_BARS_NAMED


# Constants alone name no bars; they are on those of the strategy.
_NO_BARS_NAMED = ops.Dataset("", ())


@cache
def _formula(op_name: str) -> Callable[..., Any]:
    """The formula that has the name of the op."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", op_name).lower()
    found: Callable[..., Any] = getattr(formulas, name)
    return found


def _plain(value: Any) -> Any:
    """A number without the name of its setting, as the file has it."""
    if isinstance(value, NamedInt):
        return int(value)
    return float(value) if isinstance(value, NamedFloat) else value
