"""A strategy in plain words: what it trades, by which rules, at which costs."""

from __future__ import annotations

from collections.abc import Iterator

from alphintra_desktop.codegen.conditions_in_words import called, condition_in_words
from alphintra_desktop.codegen.lower import Lowered
from alphintra_desktop.codegen.plan import inputs_first
from alphintra_desktop.ir import ops
from alphintra_desktop.ir.ops import Expr

_DONE: dict[type[ops.OrderRule], str] = {
    ops.EnterLong: "Buy",
    ops.ExitLong: "Sell what was bought",
    ops.EnterShort: "Sell short",
    ops.ExitShort: "Buy back what was sold short",
}
_FILLS = {
    "next_open": "Orders are filled at the open of the next bar.",
    "next_close": "Orders are filled at the close of the next bar.",
    "same_close": "Orders are filled at the close that decided them, which no real order is.",
}


def data_in_words(lowered: Lowered) -> str:
    """The market data that the strategy reads; empty while there is no strategy."""
    if lowered.strategy is None:
        return ""
    for op in inputs_first([lowered.strategy], Expr.inputs):
        if isinstance(op, ops.Dataset):
            return _data(op)
    return ""


def rules_in_words(lowered: Lowered) -> tuple[str, ...]:
    """What the strategy does, a sentence a rule; none while there is no strategy."""
    match lowered.strategy:
        case ops.SignalStrategy() as strategy:
            return tuple(_signal_strategy(strategy, lowered))
        case ops.PortfolioStrategy() as strategy:
            return tuple(_portfolio_strategy(strategy, lowered))
    return ()


def _data(data: ops.Dataset) -> str:
    shown = ", ".join(data.symbols[:6])
    more = f" and {len(data.symbols) - 6} more" if len(data.symbols) > 6 else ""
    prices = "adjusted prices" if data.adjusted else "prices as traded"
    period = f"{data.start or 'the first bar'} to {data.end or 'the last bar'}"
    held = f" Only members of the universe '{data.universe}' are held." if data.universe else ""
    return f"{shown}{more}: {data.timeframe} bars of '{data.dataset}', {prices}, {period}.{held}"


def _signal_strategy(strategy: ops.SignalStrategy, lowered: Lowered) -> Iterator[str]:
    for rule in strategy.rules:
        (when,) = rule.inputs()
        yield f"{_DONE[type(rule)]} when {condition_in_words(when, lowered)}."
    yield _size(strategy.sizing, lowered)
    yield from (_stop(stop, lowered) for stop in strategy.stops)
    yield from _costs_and_fills(strategy.costs, strategy.fill)
    yield _account(strategy)


def _portfolio_strategy(strategy: ops.PortfolioStrategy, lowered: Lowered) -> Iterator[str]:
    weights = called(strategy.weights, lowered)
    when = condition_in_words(strategy.rebalance, lowered)
    yield f"Hold every symbol at the weight that {weights} gives it."
    yield f"Trade towards those weights when {when}, sells before buys."
    yield from _costs_and_fills(strategy.costs, strategy.fill)
    yield f"One account of {strategy.cash:,.0f}{_whole(strategy.whole_shares)}."


def _account(strategy: ops.SignalStrategy) -> str:
    shared = "shared by all symbols" if strategy.accounts == "shared" else "split evenly by symbol"
    return f"An account of {strategy.cash:,.0f}, {shared}{_whole(strategy.whole_shares)}."


def _whole(whole_shares: bool) -> str:
    return ", whole shares only" if whole_shares else ""


def _size(sizing: ops.Sizing, lowered: Lowered) -> str:
    match sizing:
        case ops.SharesPerTrade(ops.Constant(value)):
            return f"Each entry trades {value:g} shares."
        case ops.CashPerTrade(ops.Constant(value)):
            return f"Each entry trades for {value:,.0f}."
        case ops.FractionPerTrade(ops.Constant(1.0)):
            return "Each entry takes all of the account."
        case ops.FractionPerTrade(ops.Constant(value)):
            return f"Each entry takes {value:.4g} of the account."
    return f"The size of each entry comes from {called(sizing, lowered)}."


def _stop(stop: ops.StopRule, lowered: Lowered) -> str:
    match stop:
        case ops.StopLoss(ops.Constant(value)):
            return f"Leave when the price moves {_percent(value)} against the position."
        case ops.TakeProfit(ops.Constant(value)):
            return f"Leave when the price moves {_percent(value)} in favour of the position."
        case ops.TrailingStop(ops.Constant(value)):
            return f"Leave when the price falls {_percent(value)} back from its best."
        case ops.ExitAfter(bars):
            return f"Leave after {bars} bars."
    return f"Leave where {called(stop, lowered)} says."


def _costs_and_fills(costs: tuple[ops.TradingCosts, ...], fill: str) -> Iterator[str]:
    named = [_cost(cost) for cost in costs]
    yield f"Trading costs {' and '.join(named)}." if named else "Trading is free: add costs."
    yield _FILLS[fill]


def _cost(cost: ops.TradingCosts) -> str:
    match cost:
        case ops.Commission(fraction, per_share, per_order):
            parts = [f"{_percent(fraction)} commission"] if fraction else []
            parts += [f"{per_share:g} a share"] if per_share else []
            parts += [f"{per_order:g} an order"] if per_order else []
            return ", ".join(parts) or "no commission"
        case ops.Slippage(fraction, half_spread):
            spread = f" and {half_spread:g} of spread" if half_spread else ""
            return f"{_percent(fraction)} slippage{spread}"
        case ops.BorrowFee(rate):
            return f"{_percent(rate)} a year for borrowed shares"
    return "what its node says"


def _percent(fraction: float) -> str:
    return f"{fraction * 100:.4g} %"
