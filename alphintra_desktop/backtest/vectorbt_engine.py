"""Simulating on vectorbt's Rust engine: the only file that speaks to vectorbt.

It calls the function under vectorbt's portfolios that takes arrays and gives order records, because
that compiles nothing and wraps nothing:

1. Decisions move to the bar on which they fill: the symbol's next own bar, or the same one.
2. vectorbt executes them. What it cannot do is not tried: `backtest.capabilities` says so before.
3. Its records become our fills: a reversal is split into an exit and an entry, a closing order gets
   the reason that vectorbt does not write down, and fills get the order of the event engine.
4. Equity is summed up from the fills.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.vectorbt_fills import as_simulated, last_closes
from alphintra_desktop.simulation.rules import (
    CASH,
    FRACTION,
    NEXT_OPEN,
    SAME_CLOSE,
    SHARES,
    Booleans,
    Decisions,
    Floats,
    Rules,
)
from alphintra_desktop.simulation.simulated import Integers, Prices, Simulated

# vectorbt's own numbers for what it is asked to do.
AMOUNT, VALUE, PERCENT, TARGET_PERCENT = 0, 1, 2, 5
SIZE_TYPES = {SHARES: AMOUNT, CASH: VALUE, FRACTION: PERCENT}
BOTH_DIRECTIONS = 2
ENTRY_AT_FILL_PRICE = 2
EXIT_AT_STOP, EXIT_AT_PRICE = 1, 2


def simulate(rules: Rules, prices: Prices, decisions: Decisions) -> Simulated:
    """Trade settled decisions on prices: see `event_engine.simulate`, whose results these are."""
    prices = Prices._make(np.ascontiguousarray(column) for column in prices)
    due = _moved(rules, prices, decisions)
    records = _rebalanced(rules, prices, due) if rules.has_weights else _traded(rules, prices, due)
    return as_simulated(rules, prices, due, records)


def warm_up() -> None:
    """Import vectorbt and run a bar, so that the next simulation starts at once."""
    one, no = np.ones((2, 1)), np.zeros((2, 1), np.bool_)
    simulate(Rules(), Prices(*[one] * 6), Decisions(no, no, no, no, one, one, one, one, one, no))


# -------------------------------------------------------------------- step 1: moving


def _moved(rules: Rules, prices: Prices, decisions: Decisions) -> Decisions:
    """The decisions on the bars on which they fill."""
    present = prices.close > 0.0
    if rules.has_weights:
        return _moved_weights(rules, present, decisions)
    if rules.fill == SAME_CLOSE:
        return decisions
    if present.all():
        return Decisions._make(_next_row(values) for values in decisions)
    before = _own_bar_before(present)
    return Decisions._make(_from_rows(values, before, present) for values in decisions)


def _next_row(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Every row one bar later. What is the same on all bars stays as it is."""
    if _is_scalar(values):
        return values
    moved = np.empty_like(values, order="C")
    moved[0] = False if values.dtype == np.bool_ else np.nan
    moved[1:] = values[:-1]
    return moved


def _own_bar_before(present: Booleans) -> Integers:
    """(T, N): the row of the symbol's last bar before this row, -1 for none."""
    rows = np.where(present, np.arange(len(present))[:, None], -1)
    before = np.full(present.shape, -1)
    np.maximum.accumulate(rows[:-1], axis=0, out=before[1:])
    return before


def _from_rows(values: npt.NDArray[Any], rows: Integers, present: Booleans) -> npt.NDArray[Any]:
    if _is_scalar(values):
        return values
    nothing = False if values.dtype == np.bool_ else np.nan
    taken = np.take_along_axis(values, np.maximum(rows, 0), axis=0)
    return np.where((rows >= 0) & present, taken, nothing)


def _moved_weights(rules: Rules, present: Booleans, decisions: Decisions) -> Decisions:
    """Weights wait for the symbol's next own bar; a later rebalancing takes their place."""
    here = np.arange(len(present))[:, None]
    decided = np.maximum.accumulate(np.where(decisions.rebalance, here, -1), axis=0)
    before = _own_bar_before(present)
    if rules.fill == SAME_CLOSE:
        waiting = decided > before
    else:
        decided = np.vstack([np.full((1, present.shape[1]), -1), decided[:-1]])
        waiting = (decided >= before) & (decided >= 0)
    due = waiting & present
    weights = np.take_along_axis(decisions.weights, np.maximum(decided, 0), axis=0)
    usable = np.where(np.isfinite(weights), weights, 0.0)
    return decisions._replace(rebalance=due, weights=np.where(due, usable, np.nan))


# ----------------------------------------------------------------- step 2: executing


def _traded(rules: Rules, prices: Prices, due: Decisions) -> npt.NDArray[Any]:
    """Order records of entries, exits and stops."""
    from vectorbt.portfolio.dispatch import simulate_from_signals  # noqa: PLC0415

    bars, symbols = prices.close.shape
    records, _ = simulate_from_signals(
        (bars, symbols),
        np.ones(symbols, np.int64),
        np.full(symbols, rules.cash / symbols),
        np.zeros((bars, symbols), np.int64),
        long_entries=_flexible(due.long_entry),
        long_exits=_flexible(due.long_exit),
        short_entries=_flexible(due.short_entry),
        short_exits=_flexible(due.short_exit),
        size=_flexible(due.size),
        size_type=np.asarray(SIZE_TYPES[rules.size_kind]),
        price=_fill_price(rules, prices),
        close=prices.close,
        max_orders=_most_orders(due),
        engine="rust",
        **_costs(rules),
        **_stops(rules, prices, due),
    )
    return np.asarray(records)


def _rebalanced(rules: Rules, prices: Prices, due: Decisions) -> npt.NDArray[Any]:
    """Order records of trading one account to target weights."""
    from vectorbt.portfolio.dispatch import simulate_from_orders  # noqa: PLC0415

    bars, symbols = prices.close.shape
    records, _ = simulate_from_orders(
        (bars, symbols),
        np.array([symbols]),
        np.array([rules.cash]),
        np.tile(np.arange(symbols), (bars, 1)),
        price=_fill_price(rules, prices),
        close=prices.close,
        direction=np.asarray(BOTH_DIRECTIONS),
        auto_call_seq=True,
        max_orders=max(int(due.rebalance.sum()), 1),
        engine="rust",
        **_targets(rules, prices, due),
        **_costs(rules),
    )
    return np.asarray(records)


def _targets(rules: Rules, prices: Prices, due: Decisions) -> dict[str, Any]:
    """Sizes. A symbol that waits while others trade has an order for nothing, at its last price."""
    target = np.asarray(TARGET_PERCENT)
    some = np.asarray(due.rebalance.any(axis=1))
    if (some == due.rebalance.all(axis=1)).all():
        return {"size": due.weights, "size_type": target, "val_price": np.asarray(np.inf)}
    waits = some[:, None] & ~due.rebalance
    last = last_closes(prices.close)
    fill = _fill_price(rules, prices)
    known = np.where(fill > 0.0, fill, np.vstack([np.zeros((1, last.shape[1])), last[:-1]]))
    return {
        "size": np.where(waits, 0.0, due.weights),
        "size_type": np.where(waits, AMOUNT, TARGET_PERCENT),
        "val_price": np.where(known > 0.0, known, 1.0),
    }


def _costs(rules: Rules) -> dict[str, Any]:
    return {
        "fees": np.asarray(rules.commission, np.float64),
        "fixed_fees": np.asarray(rules.commission_per_order, np.float64),
        "slippage": np.asarray(rules.slippage, np.float64),
        "size_granularity": np.asarray(1.0 if rules.whole_shares else np.nan),
        # Else an order that is rounded down to no share at all is filled, and pays its commission.
        "min_size": np.asarray(1.0 if rules.whole_shares else 0.0),
    }


def _stops(rules: Rules, prices: Prices, due: Decisions) -> dict[str, Any]:
    """Stops from the fill price. Where an exit is due at the open, that comes first."""
    if not (rules.has_stop_loss or rules.has_take_profit or rules.has_trailing_stop):
        return {"use_stops": False}
    found: dict[str, Any] = {
        "open": prices.open,
        "high": prices.high,
        "low": prices.low,
        "stop_entry_price": np.asarray(ENTRY_AT_FILL_PRICE),
        "stop_exit_price": np.where(due.long_exit | due.short_exit, EXIT_AT_PRICE, EXIT_AT_STOP),
        "sl_trail": np.asarray(rules.has_trailing_stop),
    }
    if rules.has_stop_loss or rules.has_trailing_stop:
        found["sl_stop"] = _flexible(
            due.trailing_stop if rules.has_trailing_stop else due.stop_loss
        )
    if rules.has_take_profit:
        found["tp_stop"] = _flexible(due.take_profit)
    return found


def _fill_price(rules: Rules, prices: Prices) -> Floats:
    return prices.open if rules.fill == NEXT_OPEN else prices.close


def _most_orders(due: Decisions) -> int:
    """More orders than there can be: entries, and for each an exit or a stop."""
    flags = (due.long_entry, due.short_entry, due.long_entry, due.short_entry)
    more = (due.long_exit, due.short_exit)
    return 1 + sum(int(np.count_nonzero(flag)) for flag in (*flags, *more))


def _is_scalar(values: npt.NDArray[Any]) -> bool:
    """Whether one value stands for all bars and symbols."""
    return values.strides == (0, 0)


def _flexible(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """As vectorbt takes it fastest: one value, or an array in C order."""
    return np.asarray(values[0, 0]) if _is_scalar(values) else np.ascontiguousarray(values)
