"""How much an entry buys or sells. Taken on the bar of the signal."""

from __future__ import annotations

from math import sqrt

from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    CashPerTrade,
    Column,
    Constant,
    Divide,
    FractionPerTrade,
    MarketData,
    Multiply,
    Numbers,
    Returns,
    Rolling,
    SharesPerTrade,
    Sizing,
    Smaller,
)
from alphintra_desktop.nodes.market_data import bars_per_year_of
from alphintra_desktop.nodes.windows import window


@node_type("Shares", category="Sizing", tags=("fixed size", "contracts", "lots"))
def shares(
    per_bar: Numbers | None,
    *,
    shares: float = param(
        100.0, low=0.0, high=1e12, unit="shares", help="How many, unless 'per_bar' is connected."
    ),
) -> Sizing:
    """A number of shares a trade: always the same, or read from 'per_bar' on the signal bar.

    A signal on a bar where 'per_bar' has no number is not traded.
    """
    return SharesPerTrade(_or_constant(per_bar, shares))


@node_type("Cash", category="Sizing", tags=("money", "amount", "fixed size"))
def cash(
    per_bar: Numbers | None,
    *,
    amount: float = param(
        10_000.0, low=0.0, high=1e15, unit="money", help="How much, unless 'per_bar' is connected."
    ),
) -> Sizing:
    """An amount of money a trade, turned into shares at the fill price.

    A signal on a bar where 'per_bar' has no number is not traded.
    """
    return CashPerTrade(_or_constant(per_bar, amount))


@node_type("Fraction of equity", category="Sizing", tags=("percent", "all in"))
def fraction_of_equity(
    per_bar: Numbers | None,
    *,
    fraction: float = param(
        1.0, low=0.0, high=1.0, help="1 is all of the account, unless 'per_bar' is connected."
    ),
) -> Sizing:
    """A fraction of what the account is worth, costs included: 0.5 is half of it.

    A signal on a bar where 'per_bar' has no number is not traded.
    """
    return FractionPerTrade(_or_constant(per_bar, fraction))


@node_type(
    "Volatility target",
    category="Sizing",
    formula="target / (standard deviation of returns * square root of bars per year)",
    tags=("risk", "vol target"),
)
def volatility_target(
    bars: MarketData,
    *,
    target: float = param(
        0.15, low=0.0, high=10.0, unit="a year", help="The wished fluctuation: 0.15 is 15 percent."
    ),
    window: int = window(20),
    maximum: float = param(1.0, low=0.0, high=1.0, help="The largest fraction of the account."),
) -> Sizing:
    """Smaller positions in wild markets, larger ones in calm markets.

    The fraction of the account is the target over the recent volatility of a year, at most the
    maximum. Signals are not traded until the window is full, nor while the price stands still.
    """
    spread = Rolling(Returns(Column(bars, "close"), 1), window, "std")
    volatility = Multiply(spread, Constant(sqrt(bars_per_year_of(bars))))
    return FractionPerTrade(Smaller(Divide(Constant(target), volatility), Constant(maximum)))


def _or_constant(per_bar: Numbers | None, value: float) -> Numbers:
    return Constant(value) if per_bar is None else per_bar
