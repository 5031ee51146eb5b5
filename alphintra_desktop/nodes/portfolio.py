"""Choosing among many symbols, and how much of the account each gets."""

from __future__ import annotations

from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    Column,
    EqualWeights,
    Flags,
    InverseWeights,
    MarketData,
    Negative,
    Numbers,
    Returns,
    Rolling,
    TopAcross,
)
from alphintra_desktop.nodes.membership import chosen_members, of_members
from alphintra_desktop.nodes.windows import window


@node_type("Top n", category="Portfolio", tags=("best", "select", "momentum", "ranking"))
def top_n(
    score: Numbers,
    *,
    count: int = param(5, low=1, high=10_000, unit="symbols", help="How many are chosen."),
    choose: str = param(
        "highest", choices=("highest", "lowest"), help="Which end of the scores is chosen."
    ),
) -> Flags:
    """The symbols with the highest (or lowest) scores on the bar.

    Of equal scores, the symbol listed first wins. Symbols without a score are not chosen, so
    there may be fewer.
    """
    score = of_members(score)
    return TopAcross(score if choose == "highest" else Negative(score), count)


@node_type("Equal weights", category="Portfolio", tags=("1/n", "allocation"))
def equal_weights(chosen: Flags) -> Numbers:
    """The same fraction of the account for each chosen symbol, nothing for the others."""
    return EqualWeights(chosen_members(chosen))


@node_type("Inverse volatility weights", category="Portfolio", tags=("risk parity", "allocation"))
def inverse_volatility_weights(
    chosen: Flags, bars: MarketData, *, window: int = window(60)
) -> Numbers:
    """Calm symbols get more of the account, wild ones less; together all of it.

    The volatility is the standard deviation of the last returns. A symbol without one, because
    its window is not full yet or its price stands still, gets nothing.
    """
    spread = Rolling(Returns(Column(bars, "close"), 1), window, "std")
    return InverseWeights(chosen_members(chosen), spread)


@node_type("Inverse weights", category="Portfolio", tags=("risk parity", "allocation"))
def inverse_weights(chosen: Flags, values: Numbers) -> Numbers:
    """Weights in proportion to 1 / value over the chosen symbols; together all of the account.

    Connect a measure of risk, such as a normalised average true range. A symbol whose value is
    missing or not above 0 gets nothing.
    """
    return InverseWeights(chosen_members(chosen), values)
