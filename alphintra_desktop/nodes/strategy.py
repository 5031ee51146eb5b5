"""The end of a graph: what is traded, with which money and by which rules."""

from __future__ import annotations

from collections import Counter
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    BorrowFee,
    Commission,
    Constant,
    EnterLong,
    EnterShort,
    ExitAfter,
    Expr,
    Flags,
    FractionPerTrade,
    Numbers,
    OrderRule,
    PortfolioStrategy,
    SignalStrategy,
    Sizing,
    Slippage,
    StopLoss,
    StopRule,
    StrategyOp,
    TakeProfit,
    TradingCosts,
    TrailingStop,
)

_NAMES: dict[type[Expr], str] = {
    StopLoss: "stop losses",
    TakeProfit: "profit targets",
    TrailingStop: "trailing stops",
    ExitAfter: "exits after a number of bars",
    Commission: "commissions",
    Slippage: "slippages",
    BorrowFee: "borrow fees",
}


def _cash() -> Any:
    return param(100_000.0, low=1.0, high=1e15, unit="money", help="What the account starts with.")


def _fill() -> Any:
    return param(
        "next_open",
        choices=("next_open", "next_close", "same_close"),
        help="When an order decided at a bar's close is filled. The same close is too good to be "
        "true, and a run with it is marked.",
    )


def _whole_shares() -> Any:
    return param(False, help="Buy no fractions of a share.")


@node_type("Strategy", category="Strategy", tags=("output", "backtest", "result"))
def strategy(  # noqa: PLR0913 - one declaration of everything a user may set
    rules: tuple[OrderRule, ...],
    sizing: Sizing | None,
    stops: tuple[StopRule, ...],
    costs: tuple[TradingCosts, ...],
    *,
    cash: float = _cash(),
    fill: str = _fill(),
    stops_from: str = param(
        "entry_bar",
        choices=("entry_bar", "next_bar"),
        help="From which bar on stops are live: the bar of the entry itself, or the one after.",
    ),
    accounts: str = param(
        "one_per_symbol",
        choices=("one_per_symbol", "shared"),
        help="Split the cash evenly over the symbols, or let all trade from one account.",
    ),
    whole_shares: bool = _whole_shares(),
) -> StrategyOp:
    """Trade the connected entries and exits, one position a symbol at a time.

    Without a size, an entry takes all of the account. Without costs, trading is free: connect a
    commission and slippage for a result to trust.
    """
    if not any(isinstance(rule, EnterLong | EnterShort) for rule in rules):
        raise AlphintraError(
            "The strategy has no entry, so it would never trade.",
            hint="Connect Enter long or Enter short to 'rules'.",
        )
    _one_of_each(stops)
    _one_of_each(costs)
    size = FractionPerTrade(Constant(1.0)) if sizing is None else sizing
    return SignalStrategy(rules, size, stops, costs, cash, fill, stops_from, accounts, whole_shares)


@node_type("Portfolio strategy", category="Strategy", tags=("output", "weights", "rebalance"))
def portfolio_strategy(  # noqa: PLR0913 - one declaration of everything a user may set
    weights: Numbers,
    rebalance: Flags,
    costs: tuple[TradingCosts, ...],
    *,
    cash: float = _cash(),
    fill: str = _fill(),
    whole_shares: bool = _whole_shares(),
) -> StrategyOp:
    """Hold many symbols in one account, each at its weight: 0.1 is a tenth of the account.

    Trades towards the weights whenever 'rebalance' holds, sells before buys. What no weight
    covers stays cash.
    """
    _one_of_each(costs)
    return PortfolioStrategy(weights, rebalance, costs, cash, fill, whole_shares)


def _one_of_each(rules: tuple[StopRule, ...] | tuple[TradingCosts, ...]) -> None:
    """Refuse two rules of one kind, of which only one could apply."""
    for kind, count in Counter(type(rule) for rule in rules).items():
        if count > 1:
            raise AlphintraError(
                f"The strategy has {count} {_NAMES[kind]}, and only one can apply.",
                hint="Keep one of them connected.",
            )
