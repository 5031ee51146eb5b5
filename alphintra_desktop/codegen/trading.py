"""The trading side of a strategy: what `signals` must return, and the rules orders follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.markets import bars_per_year
from alphintra_desktop.ir.ops import AllOf, AnyOf, Dataset, Expr, Flags
from alphintra_desktop.ir.order import inputs_first
from alphintra_desktop.ir.universe import has_left, is_member, membership
from alphintra_desktop.simulation import rules as simulation
from alphintra_desktop.simulation.rules import Rules

_SIDES = {
    ops.EnterLong: "long_entry",
    ops.ExitLong: "long_exit",
    ops.EnterShort: "short_entry",
    ops.ExitShort: "short_exit",
}
_STOPS: dict[type[ops.StopRule], str] = {
    ops.StopLoss: "stop_loss",
    ops.TakeProfit: "take_profit",
    ops.TrailingStop: "trailing_stop",
}
_FILLS = {
    "next_open": simulation.NEXT_OPEN,
    "next_close": simulation.NEXT_CLOSE,
    "same_close": simulation.SAME_CLOSE,
}


@dataclass(frozen=True)
class Trading:
    """What a strategy trades on.

    `decisions` are the series that `signals(bars)` returns, by name, in the order of the file.
    `rules` hold the settings of the simulation; numbers the user set keep the names of their
    settings (see `ir.ops.named`).
    """

    data: Dataset
    decisions: Mapping[str, Expr]
    rules: Rules

    @cached_property
    def events(self) -> tuple[ops.EventColumn, ...]:
        """The columns of events that the decisions depend on."""
        found = {op: None for root in self.decisions.values() for op in inputs_first(root)}
        return tuple(op for op in found if isinstance(op, ops.EventColumn))


def trading(strategy: ops.StrategyOp, data: Dataset) -> Trading:
    """Split a strategy into the series it decides on and the rules its orders follow."""
    year = bars_per_year(data.market, data.timeframe)
    common: dict[str, Any] = {"bars_per_year": year, "has_events": not data.adjusted}
    if isinstance(strategy, ops.PortfolioStrategy):
        decisions: dict[str, Expr] = {"weights": strategy.weights, "rebalance": strategy.rebalance}
        return Trading(data, _of_members(decisions, data), _portfolio_rules(strategy, common))
    assert isinstance(strategy, ops.SignalStrategy)
    decisions = _of_members(_signal_decisions(strategy), data)
    return Trading(data, decisions, _signal_rules(strategy, common))


def _of_members(decisions: dict[str, Expr], data: Dataset) -> dict[str, Expr]:
    """The decisions where the data names a universe: only members are bought, others sold."""
    if not data.universe:
        return decisions
    member = membership(data)
    here, gone = is_member(member), has_left(member)
    found = dict(decisions)
    for entry, leave in (("long_entry", "long_exit"), ("short_entry", "short_exit")):
        if entry in decisions:
            found[entry] = AllOf((_flags(decisions[entry]), here))
            found[leave] = _any((*map(_flags, _given(decisions, leave)), gone))
    if "weights" in decisions:
        weights = decisions["weights"]
        assert isinstance(weights, ops.Numbers)
        found["weights"] = ops.Multiply(weights, member)
        found["rebalance"] = AnyOf((_flags(decisions["rebalance"]), gone))
    return found


def _given(decisions: Mapping[str, Expr], name: str) -> tuple[Expr, ...]:
    return (decisions[name],) if name in decisions else ()


def _flags(op: Expr) -> Flags:
    assert isinstance(op, Flags)
    return op


def _signal_decisions(strategy: ops.SignalStrategy) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for kind, name in _SIDES.items():
        conditions = tuple(_condition(rule) for rule in strategy.rules if isinstance(rule, kind))
        if conditions:
            found[name] = _any(conditions)
    (found["size"],) = strategy.sizing.inputs()
    for stop in strategy.stops:
        if isinstance(stop, ops.StopLoss | ops.TakeProfit | ops.TrailingStop):
            found[_STOPS[type(stop)]] = stop.fraction
    return found


def _condition(rule: ops.OrderRule) -> Flags:
    assert isinstance(rule, ops.EnterLong | ops.ExitLong | ops.EnterShort | ops.ExitShort)
    return rule.when


def _any(conditions: tuple[Flags, ...]) -> Flags:
    return conditions[0] if len(conditions) == 1 else AnyOf(conditions)


def _signal_rules(strategy: ops.SignalStrategy, common: dict[str, Any]) -> Rules:
    kinds = {type(rule) for rule in strategy.rules}
    stops = {type(stop): stop for stop in strategy.stops}
    after = stops.get(ops.ExitAfter)
    return Rules(
        cash=strategy.cash,
        size_kind=_size_kind(strategy.sizing),
        fill=_FILLS[strategy.fill],
        **_costs(strategy.costs),
        exit_after=after.bars if isinstance(after, ops.ExitAfter) else 0,
        stops_on_entry_bar=strategy.stops_from == "entry_bar",
        whole_shares=strategy.whole_shares,
        shared_cash=strategy.accounts == "shared",
        long_side=ops.EnterLong in kinds,
        short_side=ops.EnterShort in kinds,
        has_stop_loss=ops.StopLoss in stops,
        has_take_profit=ops.TakeProfit in stops,
        has_trailing_stop=ops.TrailingStop in stops,
        **common,
    )


def _portfolio_rules(strategy: ops.PortfolioStrategy, common: dict[str, Any]) -> Rules:
    return Rules(
        cash=strategy.cash,
        fill=_FILLS[strategy.fill],
        **_costs(strategy.costs),
        whole_shares=strategy.whole_shares,
        shared_cash=True,
        short_side=True,
        has_weights=True,
        **common,
    )


def _size_kind(sizing: ops.Sizing) -> int:
    match sizing:
        case ops.SharesPerTrade():
            return simulation.SHARES
        case ops.CashPerTrade():
            return simulation.CASH
        case _:
            return simulation.FRACTION


def _costs(costs: Iterable[ops.TradingCosts]) -> dict[str, Any]:
    """The costs of all nodes; a strategy takes one of each kind."""
    return {name: amount for cost in costs for name, amount in _named_costs(cost).items()}


def _named_costs(cost: ops.TradingCosts) -> dict[str, float]:
    match cost:
        case ops.Commission(fraction, per_share, per_order):
            return {
                "commission": fraction,
                "commission_per_share": per_share,
                "commission_per_order": per_order,
            }
        case ops.Slippage(fraction, half_spread):
            return {"slippage": fraction, "half_spread": half_spread}
        case ops.BorrowFee(rate):
            return {"borrow_rate": rate}
        case _:
            raise NotImplementedError(type(cost).__name__)
