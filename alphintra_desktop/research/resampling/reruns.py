"""The strategy run again on bars that could have been: candle noise and other paths.

Each path's bars are made from the seed and its number, the strategy's file decides on them anew,
and the compiled engine trades them with the same rules and costs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphintra_desktop.backtest.run import prices_of
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.resampling import altered_bars
from alphintra_desktop.research.resampling.paths import Paths
from alphintra_desktop.research.resampling.seeding import generator
from alphintra_desktop.research.resampling.subject import Subject, Trader, share, spread_of, told
from alphintra_desktop.simulation.rules import Rules

NOISE = (0.05, 0.1, 0.25, 0.5)  # of the volatility of a bar
SHOWN = ("total_return", "sharpe", "max_drawdown", "trades")
OF_PATHS = 5  # running again is dearer than resampling: one path for so many asked for
FEWEST = 20

Altering = Callable[[Bars, np.random.Generator, float], Bars]


@dataclass(frozen=True)
class Rerun:
    """The work of any path: alter the bars, decide, trade.

    `altering` is a function of a module, and `rules` None are the strategy's own.
    """

    altering: Altering
    amount: float
    seed: int
    part: str
    rules: Rules | None = None

    def prepared(self, subject: Subject) -> Callable[[int], Floats]:
        """The four measures of a path, by its number."""

        def path(number: int) -> Floats:
            chance = generator(self.seed, self.part, number)
            bars = self.altering(subject.bars, chance, self.amount)
            rules = self.rules or subject.rules
            return np.array(Trader(prices_of(bars)).measures(rules, subject.decide(bars)))

        return path


def fewer(asked: Paths) -> int:
    """How many times to run again, where so many paths are asked for."""
    return min(asked.paths, max(FEWEST, asked.paths // OF_PATHS))


def spreads(found: Floats, base: Measures) -> dict[str, Any]:
    """How each measure came out, by name."""
    return {
        name: spread_of(found[:, Measures._fields.index(name)], getattr(base, name))
        for name in SHOWN
    }


def noise(subject: Subject, asked: Paths) -> dict[str, Any]:
    """Candle noise of some levels: see the format in `stress`."""
    levels = []
    for number, level in enumerate(NOISE):
        work = Rerun(altered_bars.noisy, level, asked.seed, f"noise {level}")
        step = asked.within(number, len(NOISE))
        found = step.measured(work, subject, "Disturbing candles", fewer(asked))
        levels.append({"level": level, **spreads(found, subject.base)})
    return {"paths": fewer(asked), "levels": levels, "said": [_said_noise(levels[1])]}


def _said_noise(one: dict[str, Any]) -> str:
    sharpe = one["sharpe"]
    return (
        f"With noise of {one['level']:.0%} of a bar's volatility on every price, the Sharpe ratio "
        f"is {told(sharpe['p50'])} in the middle, and was {told(sharpe['measured'])}."
    )


def paths(subject: Subject, asked: Paths) -> dict[str, Any]:
    """Block-bootstrapped price paths: see the format in `stress`."""
    block = altered_bars.block_of(subject.bars)
    work = Rerun(altered_bars.block_path, block, asked.seed, "paths")
    found = asked.measured(work, subject, "Running on other paths", fewer(asked))
    made = spreads(found, subject.base)
    sharpe = made["sharpe"]
    said = (
        f"On other paths of the same bars the Sharpe ratio is {told(sharpe['p50'])} in the middle, "
        f"from {told(sharpe['p05'])} to {told(sharpe['p95'])} on nine of ten, and at least the "
        f"measured {told(sharpe['measured'])} on {share(sharpe['at_least_measured'])} of them."
    )
    return {"paths": fewer(asked), "block_bars": block, **made, "said": [said]}
