"""The meaning of what looks ahead: labels, on one bar of one symbol, from all of its bars."""

from __future__ import annotations

import math
from collections.abc import Sequence

from alphintra_desktop.ir import ops

NAN = math.nan
Values = Sequence[float]


def ahead(op: ops.Expr, t: int, *series: Values) -> float:
    """The label of bar `t`, whose inputs are `series`."""
    match op:
        case ops.FutureReturns():
            return _future_return(op, series[0], t)
        case ops.FirstBarrier():
            return _first_barrier(op, t, *series)
        case ops.TrendAhead():
            return _trend_ahead(op, series[0], t)
    raise TypeError(op)


def _future_return(op: ops.FutureReturns, values: Values, t: int) -> float:
    later = values[t + op.bars] if t + op.bars < len(values) else NAN
    return later / values[t] - 1 if values[t] != 0 else NAN


def _first_barrier(op: ops.FirstBarrier, t: int, *series: Values) -> float:
    close, high, low, up, down = series
    above, below = close[t] * (1 + up[t]), close[t] * (1 - down[t])
    if math.isnan(above) or math.isnan(below):
        return NAN
    for later in range(t + 1, t + op.bars + 1):
        if later == len(close):
            return NAN
        if low[later] <= below or high[later] >= above:
            side = -1.0 if low[later] <= below else 1.0
            reached = below if side < 0 else above
            return {"side": side, "bars": later - t, "return": reached / close[t] - 1}[op.gives]
    last = close[t + op.bars] / close[t] - 1
    return {"side": 0.0, "bars": op.bars, "return": last}[op.gives]


def _trend_ahead(op: ops.TrendAhead, values: Values, t: int) -> float:
    if t + op.longest >= len(values):
        return NAN
    best = NAN
    for bars in range(op.shortest, op.longest + 1):
        score = _t_value(values[t : t + bars + 1])
        if math.isnan(score):
            return NAN
        if math.isnan(best) or abs(score) > abs(best):
            best = score
    return best


def _t_value(values: Values) -> float:
    """Of the slope of the line through evenly spaced values, by least squares."""
    steps, middle = len(values) - 1, (len(values) - 1) / 2
    mean = sum(values) / len(values)
    across = sum((step - middle) ** 2 for step in range(len(values)))
    slope = sum((step - middle) * (y - mean) for step, y in enumerate(values)) / across
    left = sum((y - mean - slope * (step - middle)) ** 2 for step, y in enumerate(values))
    return slope / math.sqrt(max(left, 1e-18) / (steps - 1) / across)
