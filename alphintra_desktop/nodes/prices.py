"""Columns of the bars, and prices averaged within a bar."""

from __future__ import annotations

from alphintra_desktop.graph.node_type import node_type
from alphintra_desktop.ir.ops import Add, Column, Constant, Divide, MarketData, Multiply, Numbers


@node_type("Open", category="Prices")
def open(bars: MarketData) -> Numbers:
    """The first price of the bar. It is known at the bar's close, like all of the bar."""
    return Column(bars, "open")


@node_type("High", category="Prices")
def high(bars: MarketData) -> Numbers:
    """The highest price of the bar."""
    return Column(bars, "high")


@node_type("Low", category="Prices")
def low(bars: MarketData) -> Numbers:
    """The lowest price of the bar."""
    return Column(bars, "low")


@node_type("Close", category="Prices")
def close(bars: MarketData) -> Numbers:
    """The last price of the bar."""
    return Column(bars, "close")


@node_type("Volume", category="Prices")
def volume(bars: MarketData) -> Numbers:
    """How many shares, contracts or coins were traded during the bar."""
    return Column(bars, "volume")


@node_type("Typical price", category="Prices", formula="(high + low + close) / 3", tags=("hlc3",))
def typical_price(bars: MarketData) -> Numbers:
    """The average of high, low and close."""
    return Divide(Add(_high_and_low(bars), Column(bars, "close")), Constant(3.0))


@node_type("Median price", category="Prices", formula="(high + low) / 2", tags=("hl2",))
def median_price(bars: MarketData) -> Numbers:
    """The middle between high and low."""
    return Divide(_high_and_low(bars), Constant(2.0))


@node_type(
    "Average price", category="Prices", formula="(open + high + low + close) / 4", tags=("ohlc4",)
)
def average_price(bars: MarketData) -> Numbers:
    """The average of open, high, low and close."""
    total = Add(
        Add(Add(Column(bars, "open"), Column(bars, "high")), Column(bars, "low")),
        Column(bars, "close"),
    )
    return Divide(total, Constant(4.0))


@node_type("Dollar volume", category="Prices", formula="close * volume", tags=("turnover",))
def dollar_volume(bars: MarketData) -> Numbers:
    """The money that changed hands during the bar, counted at its close: how liquid a symbol is."""
    return Multiply(Column(bars, "close"), Column(bars, "volume"))


def _high_and_low(bars: MarketData) -> Numbers:
    return Add(Column(bars, "high"), Column(bars, "low"))
