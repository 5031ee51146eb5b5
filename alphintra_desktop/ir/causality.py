"""How far an op looks back and forward, in bars of its own market data.

1. Every op says which bars of its inputs it reads on bar t: from t - `back` to t + `ahead` (below
   0 for a lag), and after how many more bars than its inputs it has its first number.
2. From the inputs to the root, the windows add up. What the user wrote himself is unknown: only
   running it with and without the future tells (see `ir.cutting`).
3. An op that makes a path from the future is found by following, from the root, the input that
   reaches furthest.

TA-Lib's windows hold for series without gaps: over a gap the last known value stands in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from alphintra_desktop.ir import ops, talib_facts
from alphintra_desktop.ir.markets import timeframe_parts
from alphintra_desktop.ir.ops import Expr, MarketData
from alphintra_desktop.ir.order import inputs_first


@dataclass(frozen=True)
class Reach:
    """What an op can see.

    `back`: no bar more than this many bars ago matters (an upper bound over a change of
    timeframe; infinite for recursive formulas). `forward`: how many bars of the future are read,
    None where custom code makes that unknown. `warm_up`: the first bar, counted from 0, that can
    have a number or a yes; infinite if there never is one.
    """

    back: float
    forward: float | None
    warm_up: float


class _Window(NamedTuple):
    """Bars of the inputs read on bar t, and the extra bars until the first number."""

    back: float = 0
    ahead: float = 0
    wait: float = 0


class _Span(NamedTuple):
    """A window over the data itself. No bar at all is an infinity below 0."""

    back: float
    ahead: float
    warm_up: float
    known: bool


_NO_BARS = _Span(-math.inf, -math.inf, 0, True)

_SAME_BAR: tuple[type[Expr], ...] = (
    *(ops.Dataset, ops.HigherTimeframe, ops.Column, ops.EventColumn),
    *(ops.Constant, ops.Add, ops.Subtract, ops.Multiply, ops.Divide, ops.Power, ops.Smaller),
    *(ops.Larger, ops.Negative, ops.Absolute, ops.Sign, ops.Log, ops.SquareRoot, ops.Choose),
    *(ops.RankAcross, ops.OfSymbol, ops.InverseWeights, ops.EqualWeights, ops.TopAcross),
    *(ops.Above, ops.Below, ops.AtLeast, ops.AtMost, ops.Equal, ops.Between),
    *(ops.AllOf, ops.AnyOf, ops.Not, ops.InSession, ops.OnWeekdays, ops.IsSymbol),
    *(ops.EnterLong, ops.ExitLong, ops.EnterShort, ops.ExitShort),
    *(ops.SharesPerTrade, ops.CashPerTrade, ops.FractionPerTrade),
    *(ops.StopLoss, ops.TakeProfit, ops.TrailingStop, ops.ExitAfter),
    *(ops.Commission, ops.Slippage, ops.BorrowFee, ops.SignalStrategy, ops.PortfolioStrategy),
)


def _change(op: Any) -> _Window:
    return _Window(op.bars, 0, op.bars)


def _lag(op: Any) -> _Window:
    return _Window(op.bars, -op.bars, op.bars)


def _windowed(op: Any) -> _Window:
    return _Window(op.window - 1, 0, op.window - 1)


def _spread_of_window(op: Any) -> _Window:
    return _Window(op.window - 1, 0, op.window - 1 if op.window > 1 else math.inf)


def _rolling(op: ops.Rolling) -> _Window:
    needed = {"std": 2, "var": 2, "skew": 3, "kurt": 4}.get(op.statistic, 1)
    return _Window(op.window - 1, 0, op.window - 1 if op.window >= needed else math.inf)


def _talib(op: ops.TaLib) -> _Window:
    return _Window(talib_facts.bars_back(op), 0, talib_facts.lookback(op))


def _session(op: ops.SessionVwap) -> _Window:
    return _Window(bars_in("1d", timeframe_of(op.data)) - 1)


def _over_days(op: ops.OverDays) -> _Window:
    return _Window(bars_in(f"{op.days}d", timeframe_of(op.data)), 0, 1)


def _same_bar(_: Any) -> _Window:
    return _Window()


def _everything_before(_: Any) -> _Window:
    return _Window(math.inf)


_WINDOWS: dict[type[Expr], Callable[[Any], _Window]] = {
    **dict.fromkeys(_SAME_BAR, _same_bar),
    **dict.fromkeys((ops.Lag, ops.LagFlags), _lag),
    **dict.fromkeys((ops.Change, ops.Returns, ops.LogReturns), _change),
    **dict.fromkeys((ops.RollingQuantile, ops.RollingRank), _windowed),
    **dict.fromkeys((ops.RollingCorrelation, ops.ZScore), _spread_of_window),
    **dict.fromkeys((ops.CrossesAbove, ops.CrossesBelow), lambda op: _Window(1, 0, 1)),
    **dict.fromkeys((ops.BarsSince, ops.EveryBars), _everything_before),
    **dict.fromkeys((ops.CustomNumbers, ops.CustomFlags), _everything_before),
    ops.OnNewPeriod: lambda op: _Window(1),
    ops.HeldFor: lambda op: _Window(op.bars - 1, 0, op.bars - 1),
    **dict.fromkeys((ops.FutureReturns, ops.FirstBarrier), lambda op: _Window(0, op.bars)),
    ops.TrendAhead: lambda op: _Window(0, op.longest),
    ops.Rolling: _rolling,
    ops.TaLib: _talib,
    ops.SessionVwap: _session,
    ops.OverDays: _over_days,
}


def reach(op: Expr) -> Reach:
    """How far `op` looks, through all of its inputs."""
    span = _spans(op)[id(op)]
    ahead = max(span.ahead, 0)
    return Reach(
        back=max(span.back, 0),
        forward=ahead if ahead > 0 or span.known else None,
        warm_up=span.warm_up,
    )


def looks_ahead(op: Expr) -> Expr | None:
    """The op that brings the future into `op`, or None. Custom code counts as innocent here."""
    spans = _spans(op)
    if spans[id(op)].ahead <= 0:
        return None
    while True:
        furthest = max(op.inputs(), key=lambda item: spans[id(item)].ahead, default=op)
        if spans[id(furthest)].ahead <= 0 or furthest is op:
            return op
        op = furthest


def timeframe_of(data: MarketData) -> str:
    """The timeframe of market data."""
    assert isinstance(data, ops.Dataset | ops.HigherTimeframe)
    return data.timeframe


def bars_in(timeframe: str, step: str) -> int:
    """The most bars of `step` that one bar of `timeframe` is made of; at least 1."""
    return max(1, math.ceil(_seconds(timeframe) / _seconds(step)))


def _seconds(timeframe: str) -> int:
    count, unit = timeframe_parts(timeframe)
    lengths = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 31 * 86400}
    return count * lengths[unit]


def _spans(root: Expr) -> dict[int, _Span]:
    spans: dict[int, _Span] = {}
    for op in inputs_first(root):
        spans[id(op)] = _span(op, spans)
    return spans


def _span(op: Expr, spans: dict[int, _Span]) -> _Span:
    if isinstance(op, ops.Dataset):
        return _Span(0, 0, 0, True)
    if isinstance(op, ops.OnBarClose):
        return _on_shorter_bars(op, spans[id(op.values)])
    window = _WINDOWS[type(op)](op)
    inputs = [spans[id(item)] for item in op.inputs()] or [_NO_BARS]
    custom = isinstance(op, ops.CustomNumbers | ops.CustomFlags)
    return _Span(
        back=max(span.back for span in inputs) + window.back,
        ahead=max(span.ahead for span in inputs) + window.ahead,
        warm_up=_first_number(op, spans) + window.wait,
        known=all(span.known for span in inputs) and not custom,
    )


def _first_number(op: Expr, spans: dict[int, _Span]) -> float:
    waits = [spans[id(item)].warm_up for item in op.inputs()]
    match op:
        case ops.Not() | ops.EqualWeights() | ops.InverseWeights():
            return 0
        case ops.CustomNumbers() | ops.CustomFlags():
            return 0
        case ops.Choose():
            condition, yes, no = waits
            return min(max(condition, yes), no)
        case ops.AnyOf():
            return min(waits, default=math.inf)
        case _:
            return max(waits, default=0)


def _on_shorter_bars(op: ops.OnBarClose, values: _Span) -> _Span:
    """Longer bars counted in bars of `op.data`, at most.

    The last complete longer bar may be followed by a whole one that is not yet complete; each
    change of timeframe on the way adds another.
    """
    bars = bars_in(timeframe_of(op.higher), timeframe_of(op.data))
    changes = sum(1 for item in inputs_first(op.higher) if isinstance(item, ops.HigherTimeframe))
    ahead = values.ahead * bars if values.ahead > 0 else values.ahead
    return values._replace(back=(values.back + 1 + changes) * bars - 1, ahead=ahead)
