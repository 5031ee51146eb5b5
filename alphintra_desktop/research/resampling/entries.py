"""Is the choice of entries better than chance: the same trades at random times.

1. A trade is a stretch of its symbol's own bars with a side: it enters at the price of its first
   bar and leaves at the price of its last one, the open where orders fill there, else the close;
   one that a stop ended leaves at the close of its last bar.
2. A random strategy has the same stretches, in random order, with random gaps, never overlapping
   within a symbol: as many trades with the same holding times and sides, at chance's times.
3. The statistic is the mean return of the trades, before costs, which are the same for both. The
   strategy's own trades are measured in the same way, not by their fills.
4. p = (1 + random strategies that do at least as well) / (1 + all). If the strategy's times are no
   better than chance, p is uniform: p at most 0.05 happens by chance once in twenty.

A rising market gives random entries the same rise, so that being long in it is no skill. Positions
that are always held leave nothing to draw but their order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.seeding import generator
from alphintra_desktop.research.resampling.subject import Subject, spread_of
from alphintra_desktop.simulation.rules import NEXT_OPEN
from alphintra_desktop.simulation.simulated import (
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING_STOP,
    Integers,
)

PART = "entries"
FEWEST = 5
STOPS = (STOP_LOSS, TAKE_PROFIT, TRAILING_STOP)


@dataclass(frozen=True, eq=False)
class Stretches:
    """The trades of one symbol, by its own bars: first bar, length in bars, side.

    `leaving` (bars,) and `entering` (bars,) are the prices; `inside` are the trades that leave at
    the close of their last bar, `closing` those prices.
    """

    first: Integers
    length: Integers
    side: Floats
    inside: Any
    entering: Floats
    closing: Floats

    def returns(self, first: Integers, order: Integers) -> Floats:
        """The returns of the trades in some order, begun on the bars `first`."""
        last = first + self.length[order]
        left = np.where(self.inside[order], self.closing[last], self.entering[last])
        return np.asarray(self.side[order] * (left / self.entering[first] - 1.0))

    def drawn(self, chance: np.random.Generator) -> Floats:
        """The returns of the same trades at random times."""
        order = chance.permutation(len(self.length))
        free = len(self.entering) - 1 - int(self.length.sum())
        gaps = np.sort(chance.integers(free + 1, size=len(order)))
        begun = np.cumsum(self.length[order]) - self.length[order]
        return self.returns(gaps + begun, order)


def stretches_of(subject: Subject) -> list[Stretches]:
    """The trades of every symbol that has some, closed or open."""
    found, trades = [], subject.trades
    opened = subject.rules.fill == NEXT_OPEN
    for n in range(len(subject.bars.symbols)):
        mine = np.flatnonzero(trades.symbol == n)
        mine = mine[np.argsort(trades.entry_bar[mine], kind="stable")]
        if len(mine) == 0:
            continue
        here = subject.bars.present[:, n]
        number = np.cumsum(here) - 1
        first, last = number[trades.entry_bar[mine]], number[trades.exit_bar[mine]]
        close = subject.bars["close"][here, n]
        found.append(
            Stretches(
                first,
                last - first,
                trades.side[mine].astype(float),
                np.isin(trades.reason[mine], STOPS) | trades.is_open[mine],
                subject.bars["open"][here, n] if opened else close,
                close,
            )
        )
    return found


@dataclass(frozen=True)
class Drawing:
    """The work of drawing a random strategy."""

    seed: int

    def prepared(self, subject: Subject) -> Callable[[int], Floats]:
        """The mean return of the trades of a random strategy, by its number."""
        stretches = stretches_of(subject)

        def drawn(number: int) -> Floats:
            return np.array([random_mean(stretches, generator(self.seed, PART, number))])

        return drawn


def random_mean(stretches: list[Stretches], chance: np.random.Generator) -> float:
    """The mean return of the trades of a random strategy."""
    return float(np.concatenate([one.drawn(chance) for one in stretches]).mean())


def entries(subject: Subject, asked: Paths) -> dict[str, Any]:
    """Compare the entries with chance: see the format in `stress`."""
    reason = _not_comparable(subject)
    if reason:
        return {"skipped": reason}
    stretches = stretches_of(subject)
    mean = mean_return(stretches)
    drawn = asked.measured(Drawing(asked.seed), subject, "Entering at random")[:, 0]
    p_value = chance_of(drawn, mean)
    said = (
        f"Its {len(subject.trades.symbol):,} trades return {mean:.2%} on average before costs; as "
        f"many with the same holding times at random return {drawn.mean():.2%}, and {p_value:.1%} "
        "of such strategies do at least as well."
    )
    return {"p_value": p_value, "mean_trade": spread_of(drawn, mean), "said": [said]}


def mean_return(stretches: list[Stretches]) -> float:
    """The mean return of the trades as they were."""
    everything = np.arange(0)
    parts = [one.returns(one.first, np.arange(len(one.first))) for one in stretches]
    return float(np.concatenate([everything, *parts]).mean())


def chance_of(drawn: Floats, measured: float) -> float:
    """The p-value of a randomisation test: never 0, for the measured one is one of its kind."""
    return float((1 + np.sum(drawn >= measured)) / (1 + len(drawn)))


def _not_comparable(subject: Subject) -> str:
    if subject.rules.has_weights:
        return "target weights are no single trades"
    if len(subject.trades.symbol) < FEWEST:
        return f"{len(subject.trades.symbol)} trades are too few to compare with chance"
    return ""
