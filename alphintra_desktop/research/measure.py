"""The four numbers of a sweep's point, in one pass over the bars, and nothing kept on the way.

1. Every bar is one `step` of the event engine: the same fills and costs as a run, to the bit.
2. The fills of a bar are looked at for closed trades and forgotten.
3. The drawdown is followed bar by bar. The equity waits in one row that all points share, for the
   Sharpe ratio's mean and deviation, which are summed in two passes and in parts of `PART` bars,
   so that rounding stays below what the check of a sweep allows.

The numbers are those of `simulation.metrics.headline`, which says what they mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from alphintra_desktop.simulation.desk import Desk, opened_desk, with_room
from alphintra_desktop.simulation.event_engine import machine_code, plain_types, same_layout, step
from alphintra_desktop.simulation.rules import Decisions, Floats, Rules
from alphintra_desktop.simulation.simulated import ENTRY, Prices

PART = 256


class Measures(NamedTuple):
    """What a point of a sweep comes to: see `simulation.metrics.METRICS`."""

    total_return: float
    sharpe: float
    max_drawdown: float
    trades: float


class Market:
    """Prices on which many decisions are measured, one after the other, in the same room."""

    def __init__(self, prices: Prices, *, compiled: bool = True) -> None:
        self._prices = same_layout(prices) if compiled else prices
        self._equity = np.empty(len(prices.close))
        self._run: Callable[..., tuple[float, float, float, float]] = run_and_measure
        if compiled:
            self._run = machine_code(run_and_measure, measure)
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
        return Measures(*self._run(desk, rules, self._equity, 0))

    def _begin(self, rules: Rules, decisions: Decisions) -> None:
        if rules.has_weights:
            raise ValueError("target weights have no round trips to count")
        self._rules = plain_types(rules)
        self._fresh = with_room(opened_desk(self._rules, self._prices, decisions))


def measured(
    rules: Rules, prices: Prices, decisions: Decisions, *, compiled: bool = True
) -> Measures:
    """What one set of decisions comes to: see `Market.measure`."""
    if compiled:
        decisions = same_layout(decisions)
    return Market(prices, compiled=compiled).measure(rules, decisions)


def run_and_measure(
    desk: Desk, rules: Rules, equity: Floats, start: int
) -> tuple[float, float, float, float]:
    """Step through all bars from `start` on; `equity` is written over."""
    peak, deepest, lowest, trades = rules.cash, 0.0, np.inf, 0.0
    for t in range(start, len(equity)):
        cash, value, _ = step(desk, rules, t)
        now = cash + value
        equity[t] = now
        peak = max(peak, now)
        deepest = min(deepest, now / peak - 1.0)
        lowest = min(lowest, now)
        for i in range(desk.filled[0]):
            if desk.fills.reason[i] != ENTRY:
                trades += 1.0
        desk.filled[0] = 0
    sharpe = measure(equity, rules.bars_per_year) if lowest > 0.0 else np.nan
    return equity[-1] / rules.cash - 1.0, sharpe, deepest, trades


def measure(equity: Floats, bars_per_year: float) -> float:
    """The annual Sharpe ratio of an equity curve; NaN without variance. `equity` is used up."""
    returns = len(equity) - 1
    if returns < 2:
        return np.nan
    total = 0.0
    for first in range(0, returns, PART):
        part = 0.0
        for t in range(first, min(first + PART, returns)):
            equity[t] = equity[t + 1] / equity[t] - 1.0
            part += equity[t]
        total += part
    mean = total / returns
    squares = 0.0
    for first in range(0, returns, PART):
        part = 0.0
        for t in range(first, min(first + PART, returns)):
            part += (equity[t] - mean) ** 2
        squares += part
    deviation = np.sqrt(squares / (returns - 1))
    if not deviation > 1e-14:
        return np.nan
    annual: float = mean * np.sqrt(bars_per_year) / deviation
    return annual
