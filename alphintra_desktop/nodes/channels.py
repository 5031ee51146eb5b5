"""Channels around the price, and measures that need whole bars."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    Add,
    Column,
    Constant,
    Divide,
    LogReturns,
    MarketData,
    Multiply,
    Numbers,
    Rolling,
    SessionVwap,
    Subtract,
    TaLib,
)
from alphintra_desktop.nodes.market_data import bars_per_year_of
from alphintra_desktop.nodes.windows import window


class Channel(NamedTuple):
    """Two bands and the line between them, in the unit of the price."""

    upper: Numbers
    middle: Numbers
    lower: Numbers


@node_type(
    "Donchian channel",
    category="Channels",
    formula="highest high, lowest low, and their middle",
    tags=("breakout", "turtle"),
)
def donchian_channel(bars: MarketData, *, window: int = window(low=1)) -> Channel:
    """The highest high and the lowest low of the last bars, the current one included.

    The close can never be beyond it, because it includes the current bar: for a breakout take
    "Highest of prior bars". There is no number until the window is full.
    """
    upper = Rolling(Column(bars, "high"), window, "max")
    lower = Rolling(Column(bars, "low"), window, "min")
    return Channel(upper, Divide(Add(upper, lower), Constant(2.0)), lower)


@node_type(
    "Keltner channel",
    category="Channels",
    formula="EMA of the close, plus and minus a multiple of the average true range",
    tags=("atr", "ema"),
)
def keltner_channel(
    bars: MarketData,
    *,
    window: int = window(20),
    atr_window: int = param(
        10, low=1, high=100_000, unit="bars", help="The smoothing of the average true range."
    ),
    multiple: float = param(
        2.0, low=0.0, high=100.0, help="How many average true ranges the bands are away."
    ),
) -> Channel:
    """Bands that are a multiple of the usual daily range away from a moving average.

    There is no number until both averages have enough bars.
    """
    high, low, close = (Column(bars, name) for name in ("high", "low", "close"))
    middle = TaLib("EMA", (close,), (window,), 0)
    reach = Multiply(Constant(multiple), TaLib("ATR", (high, low, close), (atr_window,), 0))
    return Channel(Add(middle, reach), middle, Subtract(middle, reach))


@node_type(
    "Session VWAP",
    category="Channels",
    formula="sum of typical price * volume / sum of volume, since the start of the day",
    tags=("volume-weighted average price", "intraday"),
)
def session_vwap(bars: MarketData) -> Numbers:
    """The average price paid since the start of the UTC day, weighted by volume.

    It starts anew every day, so on daily bars it is the typical price. There is no number until
    the day has some volume.
    """
    return SessionVwap(bars)


@node_type(
    "Realised volatility",
    category="Channels",
    formula="standard deviation of log returns * square root of bars per year",
    tags=("annualised", "risk"),
)
def realised_volatility(bars: MarketData, *, window: int = window(20)) -> Numbers:
    """How much the close fluctuates, per year, as a fraction: 0.2 is twenty percent a year.

    The market's bars per year scale it up. There is no number until there are as many returns as
    the window has bars.
    """
    spread = Rolling(LogReturns(Column(bars, "close"), 1), window, "std")
    return Multiply(spread, Constant(sqrt(bars_per_year_of(bars))))
