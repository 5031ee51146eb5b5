"""What every op means, said as slowly and plainly as Python allows.

`now(op, *seen)` is the value of `op` on one bar, from what was seen of its inputs up to and with
that bar, of one symbol: a list of numbers or flags an input, the last one being today's, or a list
of bars for market data.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import singledispatch
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import talib

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.ir.reference_bars import Bar, period_start
from alphintra_desktop.ir.reference_statistics import moment, quantile_of, ratio, statistic

NAN = math.nan
Seen = Sequence[float]
SeenFlags = Sequence[bool]
Result = float | bool

OF_CALENDAR = (ops.EveryBars, ops.OnNewPeriod)
_PERIODS = {"day": "1d", "week": "1w", "month": "1mo", "quarter": "3mo", "year": "12mo"}


@singledispatch
def now(op: Expr, *seen: Any) -> Result:
    """The value of `op` on the last bar seen."""
    raise TypeError(f"{type(op).__name__} has no value of its own on a bar.")


# ------------------------------------------------------------------ arithmetic


@now.register
def _(op: ops.Column, bars: Sequence[Bar]) -> float:
    value: float = getattr(bars[-1], op.name)
    return value


@now.register
def _(op: ops.EventColumn, bars: Sequence[Bar]) -> float:
    return bars[-1].known[op.name]


@now.register
def _(op: ops.OverDays, bars: Sequence[Bar], values: Seen) -> float:
    earliest = bars[-1].stamp - timedelta(days=op.days)
    if bars[0].stamp > earliest:
        return NAN
    return sum(value for bar, value in zip(bars, values, strict=True) if bar.stamp > earliest)


@now.register
def _(op: ops.Constant) -> float:
    return float(op.value)


@now.register
def _(_: ops.Add, left: Seen, right: Seen) -> float:
    return left[-1] + right[-1]


@now.register
def _(_: ops.Subtract, left: Seen, right: Seen) -> float:
    return left[-1] - right[-1]


@now.register
def _(_: ops.Multiply, left: Seen, right: Seen) -> float:
    return left[-1] * right[-1]


@now.register
def _(_: ops.Divide, left: Seen, right: Seen) -> float:
    return ratio(left[-1], right[-1])


@now.register
def _(_: ops.Power, base: Seen, exponent: Seen) -> float:
    if math.isnan(base[-1]) or math.isnan(exponent[-1]):
        return NAN
    try:
        return _if_finite(math.pow(base[-1], exponent[-1]))
    except (ValueError, OverflowError):
        return NAN


@now.register
def _(_: ops.Smaller, left: Seen, right: Seen) -> float:
    return left[-1] + right[-1] if _any_missing(left[-1], right[-1]) else min(left[-1], right[-1])


@now.register
def _(_: ops.Larger, left: Seen, right: Seen) -> float:
    return left[-1] + right[-1] if _any_missing(left[-1], right[-1]) else max(left[-1], right[-1])


@now.register
def _(_: ops.Negative, values: Seen) -> float:
    return -values[-1]


@now.register
def _(_: ops.Absolute, values: Seen) -> float:
    return abs(values[-1])


@now.register
def _(_: ops.Sign, values: Seen) -> float:
    return NAN if math.isnan(values[-1]) else float((values[-1] > 0) - (values[-1] < 0))


@now.register
def _(_: ops.Log, values: Seen) -> float:
    return _log(values[-1])


@now.register
def _(_: ops.SquareRoot, values: Seen) -> float:
    return math.sqrt(values[-1]) if values[-1] >= 0 else NAN


@now.register
def _(_: ops.Choose, condition: SeenFlags, yes: Seen, no: Seen) -> float:
    return yes[-1] if condition[-1] else no[-1]


# ---------------------------------------------------------------- through time


@now.register
def _(op: ops.Lag, values: Seen) -> float:
    return _ago(values, op.bars)


@now.register
def _(op: ops.Change, values: Seen) -> float:
    return values[-1] - _ago(values, op.bars)


@now.register
def _(op: ops.Returns, values: Seen) -> float:
    return ratio(values[-1], _ago(values, op.bars)) - 1


@now.register
def _(op: ops.LogReturns, values: Seen) -> float:
    return _log(ratio(values[-1], _ago(values, op.bars)))


@now.register
def _(op: ops.Rolling, values: Seen) -> float:
    window = _window(values, op.window)
    return statistic(window, op.statistic) if window else NAN


@now.register
def _(op: ops.RollingQuantile, values: Seen) -> float:
    window = _window(values, op.window)
    return quantile_of(window, op.quantile) if window else NAN


@now.register
def _(op: ops.RollingRank, values: Seen) -> float:
    window = _window(values, op.window)
    return sum(value <= values[-1] for value in window) / op.window if window else NAN


@now.register
def _(op: ops.RollingCorrelation, left: Seen, right: Seen) -> float:
    ours, theirs = _window(left, op.window), _window(right, op.window)
    if not ours or not theirs or len(set(ours)) == 1 or len(set(theirs)) == 1:
        return NAN
    our_mean, their_mean = statistic(ours, "mean"), statistic(theirs, "mean")
    together = math.fsum(
        (a - our_mean) * (b - their_mean) for a, b in zip(ours, theirs, strict=True)
    )
    return together / math.sqrt(moment(ours, 2) * moment(theirs, 2)) / op.window


@now.register
def _(op: ops.ZScore, values: Seen) -> float:
    window = _window(values, op.window)
    if not window:
        return NAN
    return ratio(values[-1] - statistic(window, "mean"), statistic(window, "std"))


@now.register
def _(_: ops.BarsSince, condition: SeenFlags) -> float:
    for bars, held in enumerate(reversed(condition)):
        if held:
            return float(bars)
    return NAN


@now.register
def _(_: ops.SessionVwap, bars: Sequence[Bar]) -> float:
    money = volume = 0.0
    for bar in bars:
        price = (bar.high + bar.low + bar.close) / 3
        if bar.stamp.date() == bars[-1].stamp.date() and not _any_missing(price, bar.volume):
            money += price * bar.volume
            volume += bar.volume
    missing = _any_missing(bars[-1].high, bars[-1].low, bars[-1].close, bars[-1].volume)
    return NAN if missing else ratio(money, volume)


@now.register
def _(op: ops.TaLib, *series: Seen) -> float:
    """TA-Lib itself, on the bars until now: its formulas are checked by hand in the tests.

    A function that gives whole numbers has 0 where it has nothing to say.
    """
    arrays = [np.array(_without_gaps(values), dtype=float) for values in series]
    made = getattr(talib, op.function)(*arrays, *op.params)
    output = made[op.output] if isinstance(made, tuple | list) else made
    is_whole = np.issubdtype(output.dtype, np.integer)
    # Without this, five functions have a number on the last bar although they got none.
    missing = not is_whole and any(np.isnan(values[-1]) for values in arrays)
    return NAN if missing else float(output[-1])


@now.register(ops.CustomNumbers)
@now.register(ops.CustomFlags)
def _(op: ops.CustomNumbers | ops.CustomFlags, *series: Any) -> Result:
    """The user's function, run on the bars until now.

    It runs in this process, without a limit of time or memory: only for code that is trusted.
    """
    known: dict[str, Any] = {"np": np, "pd": pd, "talib": talib}
    # The future import keeps annotations such as `Numbers` unevaluated.
    exec("from __future__ import annotations\n" + op.code, known)
    name = next(part.name for part in ast.parse(op.code).body if isinstance(part, ast.FunctionDef))
    made = known[name](*(np.array(values) for values in series), **dict(op.settings))
    last = np.asarray(made)[-1]
    return bool(last) if isinstance(op, ops.CustomFlags) else float(last)


# ------------------------------------------------------------------ conditions


@now.register
def _(_: ops.Above, left: Seen, right: Seen) -> bool:
    return left[-1] > right[-1]


@now.register
def _(_: ops.Below, left: Seen, right: Seen) -> bool:
    return left[-1] < right[-1]


@now.register
def _(_: ops.AtLeast, left: Seen, right: Seen) -> bool:
    return left[-1] >= right[-1]


@now.register
def _(_: ops.AtMost, left: Seen, right: Seen) -> bool:
    return left[-1] <= right[-1]


@now.register
def _(_: ops.Equal, left: Seen, right: Seen) -> bool:
    return left[-1] == right[-1]


@now.register
def _(_: ops.Between, values: Seen, low: Seen, high: Seen) -> bool:
    return low[-1] <= values[-1] <= high[-1]


@now.register
def _(_: ops.CrossesAbove, left: Seen, right: Seen) -> bool:
    return left[-1] > right[-1] and _ago(left, 1) <= _ago(right, 1)


@now.register
def _(_: ops.CrossesBelow, left: Seen, right: Seen) -> bool:
    return left[-1] < right[-1] and _ago(left, 1) >= _ago(right, 1)


@now.register
def _(_: ops.AllOf, *conditions: SeenFlags) -> bool:
    return all(condition[-1] for condition in conditions)


@now.register
def _(_: ops.AnyOf, *conditions: SeenFlags) -> bool:
    return any(condition[-1] for condition in conditions)


@now.register
def _(_: ops.Not, condition: SeenFlags) -> bool:
    return not condition[-1]


@now.register
def _(op: ops.HeldFor, condition: SeenFlags) -> bool:
    return len(condition) >= op.bars and all(condition[-op.bars :])


@now.register
def _(op: ops.LagFlags, condition: SeenFlags) -> bool:
    return len(condition) > op.bars and condition[-1 - op.bars]


# ---------------------------------------------------------------- the calendar


@now.register
def _(op: ops.InSession, bars: Sequence[Bar]) -> bool:
    local = bars[-1].stamp.astimezone(ZoneInfo(op.time_zone))
    clock = f"{local.hour:02}:{local.minute:02}"
    start, end = op.start.zfill(5), op.end.zfill(5)
    return start <= clock < end if start < end else clock >= start or clock < end


@now.register
def _(op: ops.OnWeekdays, bars: Sequence[Bar]) -> bool:
    return bars[-1].stamp.weekday() in op.days


@now.register
def _(op: ops.EveryBars, calendar: Sequence[datetime]) -> bool:
    return (len(calendar) - 1) % op.bars == 0


@now.register
def _(op: ops.OnNewPeriod, calendar: Sequence[datetime]) -> bool:
    period = _PERIODS[op.period]
    before = calendar[-2:-1]
    return not before or period_start(before[0], period) != period_start(calendar[-1], period)


# ---------------------------------------------------------- words used above


def _window(values: Seen, size: int) -> Seen:
    """The last `size` values, or nothing if one of them is missing."""
    window = values[-size:]
    return window if len(window) == size and all(map(math.isfinite, window)) else ()


def _ago(values: Seen, bars: int) -> float:
    return values[-1 - bars] if len(values) > bars else NAN


def _log(value: float) -> float:
    return math.log(value) if value > 0 else NAN


def _if_finite(value: float) -> float:
    return value if math.isfinite(value) else NAN


def _any_missing(*values: float) -> bool:
    return any(map(math.isnan, values))


def _without_gaps(values: Seen) -> list[float]:
    filled: list[float] = []
    for value in values:
        filled.append(filled[-1] if filled and math.isnan(value) else value)
    return filled
