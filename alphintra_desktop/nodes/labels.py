"""What a model may learn to foretell. These look into the future: for research only."""

from __future__ import annotations

from typing import Any, NamedTuple

from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    Above,
    Choose,
    Column,
    Constant,
    Divide,
    FirstBarrier,
    Flags,
    FutureReturns,
    MarketData,
    Multiply,
    Numbers,
    TrendAhead,
)
from alphintra_desktop.nodes.windows import MOST_BARS, bars_ago


@node_type(
    "Future return",
    category="Research labels",
    formula="value n bars later / value - 1",
    tags=("label", "target", "forward"),
)
def future_return(
    values: Numbers, *, bars: int = bars_ago(5, help="How many bars ahead.")
) -> Numbers:
    """The return over the coming bars, as a fraction: what research tries to foretell.

    It is not known when the bar closes, so it must never lead to an order; a graph where it does
    is refused. There is no number on the last bars.
    """
    return FutureReturns(values, bars)


class BarrierLabel(NamedTuple):
    """What happened first, what it returned, and after how many bars that was known."""

    side: Numbers
    returns: Numbers
    bars: Numbers


class MetaLabel(NamedTuple):
    """Whether following a signal paid, and after how many bars that was known."""

    paid: Numbers
    bars: Numbers


def _times(default: float, what: str) -> Any:
    return param(default, low=0.01, high=100.0, help=f"{what}, as a multiple of the width.")


@node_type(
    "Triple barrier",
    category="Research labels",
    formula="1 if the target is reached first, -1 if the stop is, 0 if neither in time",
    tags=("label", "target", "stop", "meta", "lopez de prado"),
)
def triple_barrier(
    bars: MarketData,
    width: Numbers,
    *,
    target: float = _times(2.0, "How far up the target is"),
    stop: float = _times(2.0, "How far down the stop is"),
    longest: int = bars_ago(20, help="How many bars ahead to wait for either."),
) -> BarrierLabel:
    """What a position taken at this close would meet first: its target, its stop, or its time.

    The width is a fraction of the price, such as the rolling deviation of returns. A bar that
    reaches both counts as the stop. It is not known when the bar closes, so it must never lead to
    an order. Lopez de Prado 2018, "Advances in Financial Machine Learning", chapter 3.
    """
    made = (
        _first(bars, width, target, stop, longest, gives) for gives in ("side", "return", "bars")
    )
    return BarrierLabel(*made)


@node_type(
    "Meta-label",
    category="Research labels",
    formula="where the signal is on: 1 if the target is reached before the stop, else 0",
    tags=("label", "second model", "bet sizing", "lopez de prado"),
)
def meta_label(  # noqa: PLR0913 - a signal and both barriers
    bars: MarketData,
    signal: Flags,
    width: Numbers,
    *,
    target: float = _times(2.0, "How far up the target is"),
    stop: float = _times(2.0, "How far down the stop is"),
    longest: int = bars_ago(20, help="How many bars ahead to wait for either."),
) -> MetaLabel:
    """Whether a long position taken where a signal is on would have paid.

    A model trained on it says which signals to follow, and leaves the side to the strategy. Without
    a signal there is no label. It is not known when the bar closes, so it must never lead to an
    order. Lopez de Prado 2018, "Advances in Financial Machine Learning", section 3.6.
    """
    gained, open_for = (
        _first(bars, width, target, stop, longest, gives) for gives in ("return", "bars")
    )
    one, nothing = Constant(1.0), Constant(0.0)
    paid = Choose(Above(gained, nothing), one, nothing)
    known = Divide(open_for, open_for)  # 1, or no number
    asked = Choose(signal, one, nothing)  # by which 0 has no number either
    return MetaLabel(Divide(Multiply(paid, known), asked), open_for)


@node_type(
    "Trend scan",
    category="Research labels",
    formula="the largest t-value of a line through the coming prices",
    tags=("label", "target", "slope", "lopez de prado"),
)
def trend_scan(
    values: Numbers,
    *,
    shortest: int = param(
        5, low=2, high=MOST_BARS, unit="bars", help="The fewest bars ahead to look at."
    ),
    longest: int = bars_ago(20, help="The most bars ahead to look at, at least the fewest."),
) -> Numbers:
    """How strong the coming trend is: up where it is above 0, down where it is below.

    It is not known when the bar closes, so it must never lead to an order. Lopez de Prado 2020,
    "Machine Learning for Asset Managers", section 5.4.
    """
    return TrendAhead(values, shortest, max(shortest, longest))


def _first(  # noqa: PLR0913, PLR0917 - a bar and both barriers
    bars: MarketData, width: Numbers, target: float, stop: float, longest: int, gives: str
) -> Numbers:
    return FirstBarrier(
        Column(bars, "close"),
        Column(bars, "high"),
        Column(bars, "low"),
        Multiply(width, Constant(target)),
        Multiply(width, Constant(stop)),
        longest,
        gives,
    )
