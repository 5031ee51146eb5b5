"""From vectorbt's order records to the fills and the equity that the event engine would give."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.simulation.fills import DUST
from alphintra_desktop.simulation.rules import Booleans, Decisions, Floats, Rules
from alphintra_desktop.simulation.simulated import (
    ENTRY,
    EXIT,
    REBALANCE,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING_STOP,
    Fills,
    Integers,
    Prices,
    Simulated,
)

# Of a running sum of money, what rounding alone can leave.
ROUNDING = 1e-12


def as_simulated(
    rules: Rules, prices: Prices, due: Decisions, records: npt.NDArray[Any]
) -> Simulated:
    """The result of a simulation by vectorbt. `due` are decisions on the bars of their fills."""
    by_symbol = np.argsort(records["col"], kind="stable")
    fills = _fills(records[by_symbol])
    after = _positions(rules, fills)
    if rules.has_weights:
        real = _is_real(fills, after)
        fills, after = _picked(fills, real), after[real]
        fills = fills._replace(reason=np.full(len(after), REBALANCE))
        in_time = np.argsort(by_symbol[real])
    else:
        fills, after = _split_reversals(rules, fills, after)
        fills = _with_reasons(rules, prices, due, fills, after)
        in_time = _event_order(fills)
    return Simulated(*_curves(rules, prices, fills, after), _picked(fills, in_time))


def _picked(fills: Fills, which: npt.NDArray[Any]) -> Fills:
    return Fills._make(column[which] for column in fills)


def _fills(records: npt.NDArray[Any]) -> Fills:
    """Records as fills, symbol by symbol; reasons are not known yet."""
    count = len(records)
    bought = records["side"] == 0
    return Fills(
        records["idx"].astype(np.int64),
        records["col"].astype(np.int64),
        np.where(bought, records["size"], -records["size"]),
        np.ascontiguousarray(records["price"]),
        np.ascontiguousarray(records["fees"]),
        np.zeros(count, np.int64),
        np.zeros(count, np.bool_),
    )


def _positions(rules: Rules, fills: Fills) -> Floats:
    """Shares held after each fill. Fills come symbol by symbol."""
    if not rules.has_weights and not rules.short_side:
        place = _places(fills.symbol)
        return np.where(place % 2 == 0, fills.shares, 0.0)
    after = np.empty(len(fills.shares))
    for start, end in _stretches(fills.symbol):
        np.cumsum(fills.shares[start:end], out=after[start:end])
    after[np.abs(after) <= DUST * np.abs(fills.shares)] = 0.0
    return after


def _stretches(symbol: Integers) -> list[tuple[int, int]]:
    """Where the fills of each symbol start and end."""
    starts = np.flatnonzero(np.diff(symbol, prepend=-1))
    ends = np.append(starts[1:], len(symbol))[: len(starts)]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _places(symbol: Integers) -> Integers:
    """The number of each fill among those of its symbol, from 0."""
    starts = np.flatnonzero(np.diff(symbol, prepend=-1))
    return np.arange(len(symbol)) - np.repeat(starts, np.diff(starts, append=len(symbol)))


def _before(fills: Fills, after: Floats) -> Floats:
    """Shares held before each fill."""
    before = np.zeros(len(after))
    before[1:] = after[:-1]
    before[np.diff(fills.symbol, prepend=-1) != 0] = 0.0
    return before


def _is_real(fills: Fills, after: Floats) -> Booleans:
    """Which orders are for more than the rounding of a target."""
    largest = np.maximum(np.abs(after), np.abs(_before(fills, after)))
    return np.abs(fills.shares) > DUST * largest


def _split_reversals(rules: Rules, fills: Fills, after: Floats) -> tuple[Fills, Floats]:
    """Make of each order that turns a position round one that closes and one that opens."""
    if not (rules.long_side and rules.short_side):
        return fills, after
    before = _before(fills, after)
    turned = before * after < 0.0
    count = np.where(turned, 2, 1)
    fills = Fills._make(np.repeat(column, count) for column in fills)
    last = np.cumsum(count) - 1
    opening, closing = last[turned], last[turned] - 1
    held = np.repeat(after, count)
    part = np.abs(before[turned]) / np.abs(fills.shares[opening])
    fills.cost[closing] = fills.cost[opening] * part
    fills.cost[opening] -= fills.cost[closing]
    fills.shares[closing], fills.shares[opening] = -before[turned], after[turned]
    held[closing] = 0.0
    return fills, held


def _with_reasons(
    rules: Rules, prices: Prices, due: Decisions, fills: Fills, after: Floats
) -> Fills:
    """Why each position was opened and closed."""
    closes = np.abs(after) < np.abs(_before(fills, after))
    reason = np.where(closes, EXIT, ENTRY)
    if not (rules.has_stop_loss or rules.has_take_profit or rules.has_trailing_stop):
        return fills._replace(reason=reason)
    exits = due.long_exit if rules.long_side else due.short_exit
    stopped = np.flatnonzero(closes)
    stopped = stopped[~exits[fills.bar[stopped], fills.symbol[stopped]]]
    reason[stopped], ambiguous = _stop_reasons(rules, prices, due, fills, stopped)
    fills.ambiguous[stopped] = ambiguous
    return fills._replace(reason=reason)


def _stop_reasons(
    rules: Rules, prices: Prices, due: Decisions, fills: Fills, stopped: Integers
) -> tuple[Integers, Booleans]:
    """Which of stop and target closed a position, and whether the bar touched both.

    The stop goes first. A stop loss was touched where the bar reached its level; a trailing stop,
    whose level is not known here, where the price is not that of the target.
    """
    side = 1.0 if rules.long_side else -1.0
    stop = TRAILING_STOP if rules.has_trailing_stop else STOP_LOSS
    if not rules.has_take_profit:
        return np.full(len(stopped), stop), np.zeros(len(stopped), np.bool_)
    if not (rules.has_stop_loss or rules.has_trailing_stop):
        return np.full(len(stopped), TAKE_PROFIT), np.zeros(len(stopped), np.bool_)
    bar, n, entered = fills.bar[stopped], fills.symbol[stopped], fills.price[stopped - 1]
    opened, high, low = prices.open[bar, n], prices.high[bar, n], prices.low[bar, n]
    best, worst = (high, low) if rules.long_side else (low, high)
    entry_bar = fills.bar[stopped - 1]
    target = entered * (1.0 + side * due.take_profit[entry_bar, n])
    at_target = side * best >= side * target
    if rules.has_stop_loss:
        level = entered * (1.0 - side * due.stop_loss[entry_bar, n])
        at_stop = side * worst <= side * level
    else:
        taken = np.maximum(opened, target) if rules.long_side else np.minimum(opened, target)
        at_stop = ~at_target | (fills.price[stopped] != taken * (1.0 - side * rules.slippage))
    return np.where(at_stop, stop, TAKE_PROFIT), at_stop & at_target


def _event_order(fills: Fills) -> Integers:
    """The order of the event engine: by bar, exits first, then entries, then stops."""
    phase = np.where(fills.reason == EXIT, 0, np.where(fills.reason == ENTRY, 1, 2))
    return np.lexsort((fills.symbol, phase, fills.bar))


# ------------------------------------------------------------------------- the curves


def _curves(
    rules: Rules, prices: Prices, fills: Fills, after: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Equity, cash, value of positions, and the same with shorts counted positive."""
    bars = len(prices.close)
    flow = -fills.shares * fills.price - fills.cost
    moved = np.asarray(np.bincount(fills.bar, flow, bars), np.float64)
    cash = rules.cash + moved.cumsum()
    worth = _held(fills, after, prices.close.shape) * last_closes(prices.close)
    value = worth.sum(axis=1)
    gross = np.abs(worth).sum(axis=1) if rules.short_side else value
    cash[np.abs(cash) <= ROUNDING * gross] = 0.0
    return cash + value, cash, value, gross


def _held(fills: Fills, after: Floats, shape: tuple[int, ...]) -> Floats:
    """(T, N): shares held at each close."""
    bars, symbols = shape
    starts = fills.symbol * bars + fills.bar
    edges = np.concatenate([np.arange(symbols) * bars, starts])
    values = np.concatenate([np.zeros(symbols), after])
    order = np.argsort(edges, kind="stable")
    lengths = np.diff(edges[order], append=bars * symbols)
    return np.repeat(values[order], lengths).reshape(symbols, bars).T


def last_closes(close: Floats) -> Floats:
    """(T, N) closes, the last one where there is no bar, 0 before the first."""
    present = close > 0.0
    if present.all():
        return close
    rows = np.maximum.accumulate(np.where(present, np.arange(len(close))[:, None], -1), axis=0)
    taken = np.take_along_axis(close, np.maximum(rows, 0), axis=0)
    return np.where(rows >= 0, taken, 0.0)
