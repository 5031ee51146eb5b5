"""What closes a position by itself. Distances are fractions of the entry's fill price."""

from __future__ import annotations

from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    Column,
    Constant,
    Divide,
    ExitAfter,
    MarketData,
    Multiply,
    Numbers,
    StopLoss,
    StopRule,
    TakeProfit,
    TrailingStop,
)
from alphintra_desktop.nodes.windows import MOST_BARS

_FRACTION = "A fraction of the fill price: 0.05 is five percent."
_MULTIPLE = "How many of the connected distances away: 2 for 2 ATR."


@node_type("Stop loss", category="Stops", tags=("risk", "exit"))
def stop_loss(*, fraction: float = param(0.05, low=0.0001, high=1.0, help=_FRACTION)) -> StopRule:
    """Leave when the price has moved this far against the position.

    A gap through the stop is filled at the open. If a bar touches stop and target, the stop
    counts.
    """
    return StopLoss(Constant(fraction))


@node_type("Take profit", category="Stops", tags=("target", "exit"))
def take_profit(
    *, fraction: float = param(0.1, low=0.0001, high=100.0, help=_FRACTION)
) -> StopRule:
    """Leave when the price has moved this far in favour of the position."""
    return TakeProfit(Constant(fraction))


@node_type("Trailing stop", category="Stops", tags=("risk", "exit"))
def trailing_stop(
    *, fraction: float = param(0.1, low=0.0001, high=1.0, help=_FRACTION)
) -> StopRule:
    """Leave when the price falls this far back from its best since the entry."""
    return TrailingStop(Constant(fraction))


@node_type("Stop loss at distance", category="Stops", tags=("atr", "risk", "exit"))
def stop_loss_at_distance(
    bars: MarketData,
    distance: Numbers,
    *,
    multiple: float = param(2.0, low=0.01, high=1000.0, help=_MULTIPLE),
) -> StopRule:
    """A stop loss as far away as a distance in price, such as 2 ATR, measured on the signal bar.

    An entry made while the distance has no number has no stop.
    """
    return StopLoss(_fraction(bars, distance, multiple))


@node_type("Take profit at distance", category="Stops", tags=("atr", "target", "exit"))
def take_profit_at_distance(
    bars: MarketData,
    distance: Numbers,
    *,
    multiple: float = param(3.0, low=0.01, high=1000.0, help=_MULTIPLE),
) -> StopRule:
    """A profit target as far away as a distance in price, measured on the signal bar.

    An entry made while the distance has no number has no target.
    """
    return TakeProfit(_fraction(bars, distance, multiple))


@node_type("Trailing stop at distance", category="Stops", tags=("atr", "chandelier", "exit"))
def trailing_stop_at_distance(
    bars: MarketData,
    distance: Numbers,
    *,
    multiple: float = param(3.0, low=0.01, high=1000.0, help=_MULTIPLE),
) -> StopRule:
    """A trailing stop as far away as a distance in price, measured on the signal bar.

    The distance stays that fraction of the price for the whole trade. An entry made while it has
    no number has no stop.
    """
    return TrailingStop(_fraction(bars, distance, multiple))


@node_type("Exit after", category="Stops", tags=("time stop", "holding period"))
def exit_after(
    *,
    bars: int = param(
        20, low=1, high=MOST_BARS, unit="bars", help="How many bars to stay in the position."
    ),
) -> StopRule:
    """Leave at the open, so many bars after the bar of the entry."""
    return ExitAfter(bars)


def _fraction(bars: MarketData, distance: Numbers, multiple: float) -> Numbers:
    return Divide(Multiply(distance, Constant(multiple)), Column(bars, "close"))
