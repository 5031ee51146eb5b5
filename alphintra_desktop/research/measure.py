"""The four numbers of a sweep's point, in one pass over the bars, and nothing kept on the way.

1. A bar on which something can happen is one `step` of the event engine: the same fills and costs
   as a run, to the bit. The quiet bars between (see `simulation.quiet`) only value what is held.
2. The fills of a step are looked at for closed trades and forgotten.
3. The equity waits in one row that all points share, for the drawdown and for the Sharpe ratio's
   mean and deviation. These are summed in two passes, in parts of `PART` bars and each in `LANES`
   sums side by side: rounding stays below what the check of a sweep allows, and a processor can
   add them at once.

The numbers are those of `simulation.metrics.headline`, which says what they mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from alphintra_desktop.simulation.desk import Desk, opened_desk, with_room
from alphintra_desktop.simulation.event_engine import machine_code, plain_types, same_layout, step
from alphintra_desktop.simulation.quiet import QUIET, hold, may_skip, quiet_until
from alphintra_desktop.simulation.rules import Decisions, Floats, Rules
from alphintra_desktop.simulation.simulated import ENTRY, Prices

PART = 256
LANES = 8  # written out in `total`


class Measures(NamedTuple):
    """What a point of a sweep comes to: see `simulation.metrics.METRICS`."""

    total_return: float
    sharpe: float
    max_drawdown: float
    trades: float


class EquityRow(NamedTuple):
    """Where a run writes its equity, (T,), and whether it may skip quiet bars."""

    equity: Floats
    may_skip: bool


class Market:
    """Prices on which many decisions are measured, one after the other, in the same room."""

    def __init__(self, prices: Prices, *, compiled: bool = True) -> None:
        self._prices = same_layout(prices) if compiled else prices
        self._row = EquityRow(np.empty(len(prices.close)), False)
        self._run: Callable[..., tuple[float, float, float, float]] = run_and_measure
        if compiled:
            self._run = machine_code(run_and_measure, *MEASURING)
        self._rules: Rules | None = None
        self._fresh: Desk

    def measure(self, rules: Rules, decisions: Decisions) -> Measures:
        """Trade settled decisions of entries and exits (not weights) and measure what came of it.

        For compiled code the decisions are in C order and writable.
        """
        if self._rules is None or rules != self._rules:
            self._begin(rules, decisions)
        fresh, rules = self._fresh, self._rules or rules
        counts = [array.copy() for array in fresh[2:10]]
        desk = Desk._make([fresh.prices, decisions, *counts, fresh.fills, fresh.filled])
        fresh.filled[0] = 0
        return Measures(*self._run(desk, rules, self._row, 0))

    def _begin(self, rules: Rules, decisions: Decisions) -> None:
        if rules.has_weights:
            raise ValueError("target weights have no round trips to count")
        self._rules = plain_types(rules)
        self._row = self._row._replace(may_skip=may_skip(self._rules, self._prices))
        self._fresh = with_room(opened_desk(self._rules, self._prices, decisions))


def measured(
    rules: Rules, prices: Prices, decisions: Decisions, *, compiled: bool = True
) -> Measures:
    """What one set of decisions comes to: see `Market.measure`."""
    if compiled:
        decisions = same_layout(decisions)
    return Market(prices, compiled=compiled).measure(rules, decisions)


def run_and_measure(
    desk: Desk, rules: Rules, row: EquityRow, start: int
) -> tuple[float, float, float, float]:
    """Go through all bars from `start` on; the row is written over."""
    trades = simulate_equity(desk, rules, row, start)
    total_return, sharpe, deepest = measure_equity(row.equity, rules)
    return total_return, sharpe, deepest, trades


def measure_equity(equity: Floats, rules: Rules) -> tuple[float, float, float]:
    """Return, Sharpe ratio and largest drawdown of an equity curve, which is used up."""
    last = equity[-1]
    deepest, lowest = deepest_and_lowest(equity, rules.cash)
    sharpe = measure(equity, rules.bars_per_year) if lowest > 0.0 else np.nan
    return last / rules.cash - 1.0, sharpe, deepest


def simulate_equity(desk: Desk, rules: Rules, row: EquityRow, start: int) -> float:
    """Write down the equity at the close of every bar. Returns the number of closed trades."""
    trades, t, equity = 0.0, start, row.equity
    while t < len(equity):
        until = quiet_until(desk, rules, t) if row.may_skip else t
        if until > t:
            hold(desk, equity, t, until)
            t = until
        else:
            cash, value, _ = step(desk, rules, t)
            equity[t] = cash + value
            for i in range(desk.filled[0]):
                if desk.fills.reason[i] != ENTRY:
                    trades += 1.0
            desk.filled[0] = 0
            t += 1
    return trades


def deepest_and_lowest(equity: Floats, cash: float) -> tuple[float, float]:
    """The largest drawdown, with the cash at the start as the first peak, and the lowest equity.

    Of all bars under the same peak only the lowest is divided by it: the quotient of a smaller
    number is never larger, rounded or not.
    """
    peak, low, deepest, lowest = cash, cash, 0.0, equity[0]
    for t in range(len(equity)):
        now = equity[t]
        if now > peak:
            deepest = min(deepest, low / peak - 1.0)
            lowest = min(lowest, low)
            peak, low = now, now
        low = min(low, now)
    return min(deepest, low / peak - 1.0), min(lowest, low)


def measure(equity: Floats, bars_per_year: float) -> float:
    """The annual Sharpe ratio of an equity curve; NaN without variance. `equity` is used up."""
    returns = len(equity) - 1
    if returns < 2:
        return np.nan
    for t in range(returns):
        equity[t] = equity[t + 1] / equity[t] - 1.0
    mean = total(equity, returns) / returns
    for t in range(returns):
        equity[t] = (equity[t] - mean) ** 2
    deviation = np.sqrt(total(equity, returns) / (returns - 1))
    if not deviation > 1e-14:
        return np.nan
    annual: float = mean * np.sqrt(bars_per_year) / deviation
    return annual


def total(values: Floats, count: int) -> float:
    """The sum of the first `count` values."""
    whole = 0.0
    for first in range(0, count, PART):
        end = min(first + PART, count)
        a, b, c, d, e, f, g, h = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        even = first + (end - first) // LANES * LANES
        for t in range(first, even, LANES):
            a += values[t]
            b += values[t + 1]
            c += values[t + 2]
            d += values[t + 3]
            e += values[t + 4]
            f += values[t + 5]
            g += values[t + 6]
            h += values[t + 7]
        for t in range(even, end):
            a += values[t]
        whole += ((a + b) + (c + d)) + ((e + f) + (g + h))
    return whole


# What `run_and_measure` calls, in the order in which Numba has to know of it.
MEASURING: tuple[Callable[..., Any], ...] = (
    *QUIET,
    *(simulate_equity, deepest_and_lowest, total, measure, measure_equity),
)
