"""What if trades came late, or some of them did not come at all.

A delay moves every decision some of its symbol's own bars later. A skipped trade is one whose entry
is not decided from its bar until the bar on which the trade ended, so that the next bar's signal
does not simply take it a bar later. Which trades are skipped is drawn by chance, each by itself.
For target weights, dates to rebalance are skipped instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.reruns import fewer, spreads
from alphintra_desktop.research.resampling.seeding import generator
from alphintra_desktop.research.resampling.subject import Subject, Trader, told
from alphintra_desktop.simulation.rules import SAME_CLOSE, Decisions

DELAYS = (1, 2, 3, 5, 10)
SHARES = (0.1, 0.25, 0.5)


def delay(subject: Subject, asked: Paths) -> dict[str, Any]:
    """Decisions some bars later: see the format in `stress`."""
    trader, curve = Trader(subject.prices), list[dict[str, Any]]()
    for bars in (0, *DELAYS):
        asked.report.progress(len(curve), of=len(DELAYS) + 1, doing="Delaying orders")
        later = delayed(subject.decisions, subject.bars.present, bars)
        curve.append({"bars": bars} | trader.measures(subject.rules, later)._asdict())
    before, after = curve[0]["sharpe"], curve[1]["sharpe"]
    said = f"One bar later, the Sharpe ratio is {told(after)} instead of {told(before)}."
    return {"curve": curve, "said": [said]}


def delayed(decisions: Decisions, present: Booleans, bars: int) -> Decisions:
    """The decisions, each `bars` of its symbol's bars later."""
    if bars == 0:
        return decisions
    if present.all():
        return Decisions._make(_later(values, bars) for values in decisions)
    moved = [np.array(values) for values in decisions]
    for n in range(present.shape[1]):
        rows = np.flatnonzero(present[:, n])
        for values in moved:
            values[rows, n] = _later(values[rows, n], bars)
    return Decisions._make(moved)


def _later(values: Any, bars: int) -> Any:
    none = np.zeros_like(values[:1]) if values.dtype == bool else np.full_like(values[:1], np.nan)
    return np.concatenate([np.repeat(none, min(bars, len(values)), axis=0), values[:-bars]])


# ---------------------------------------------------------------------- skipped trades


def skip(subject: Subject, asked: Paths) -> dict[str, Any]:
    """Some trades not taken: see the format in `stress`."""
    if len(subject.trades.symbol) < 2:
        return {"skipped": "there are fewer than two trades"}
    levels = []
    for number, share in enumerate(SHARES):
        work = Skipping(share, asked.seed)
        step = asked.within(number, len(SHARES))
        found = step.measured(work, subject, "Skipping trades", fewer(asked))
        levels.append({"share": share, **spreads(found, subject.base)})
    sharpe = levels[0]["sharpe"]
    said = (
        f"Without one trade in ten, the Sharpe ratio is {told(sharpe['p50'])} in the middle, from "
        f"{told(sharpe['p05'])} to {told(sharpe['p95'])} on nine of ten paths."
    )
    return {"paths": fewer(asked), "levels": levels, "said": [said]}


@dataclass(frozen=True)
class Skipping:
    """The work of leaving out a share of the trades."""

    share: float
    seed: int

    def prepared(self, subject: Subject) -> Callable[[int], Floats]:
        """The four measures of a path, by its number."""
        trader, count = Trader(subject.prices), chances_of(subject)

        def measures(number: int) -> Measures:
            chance = generator(self.seed, f"skip {self.share}", number)
            kept = without_trades(subject, chance.random(count) < self.share)
            return trader.measures(subject.rules, kept)

        return lambda number: np.array(measures(number))


def chances_of(subject: Subject) -> int:
    """How many things can be left out: trades, or bars for weights."""
    if subject.rules.has_weights:
        return subject.bars.count
    return len(subject.trades.symbol)


def without_trades(subject: Subject, skipped: Booleans) -> Decisions:
    """The decisions without the entries of some trades: one flag a trade, or a bar for weights."""
    decisions, trades = subject.decisions, subject.trades
    if subject.rules.has_weights:
        return decisions._replace(rebalance=decisions.rebalance & ~skipped[:, None])
    entries = {
        1: np.array(decisions.long_entry),
        -1: np.array(decisions.short_entry),
    }
    # What fills at a bar was decided on the one before, unless it fills at the same close.
    before = 0 if subject.rules.fill == SAME_CLOSE else 1
    for number in np.flatnonzero(skipped):
        first = _decided(subject, int(number), before)
        end = int(trades.exit_bar[number]) + 1 - before
        entries[int(trades.side[number])][first:end, trades.symbol[number]] = False
    return decisions._replace(long_entry=entries[1], short_entry=entries[-1])


def _decided(subject: Subject, number: int, before: int) -> int:
    """The row on which the entry of a trade was decided: the symbol's own bar before."""
    bar, symbol = int(subject.trades.entry_bar[number]), int(subject.trades.symbol[number])
    if before == 0:
        return bar
    earlier = np.flatnonzero(subject.bars.present[:bar, symbol])
    return int(earlier[-1]) if len(earlier) else 0
