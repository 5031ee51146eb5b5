"""How often the best point of a grid is best by luck: the probability of backtest overfitting.

What choosing by Sharpe ratio in one half of the bars comes to in the other half, over all ways of
halving (`simulation.sharpe_inference.backtest_overfitting`). It needs the returns of every point
bar by bar, which a sweep forgets, so that some points are simulated again: all of a small grid, and
of a large one `MOST` drawn at random, none of them chosen for how good it is. Where points run
through their generated file, which is slow, `MOST_BY_FILE` have to do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphintra_desktop.backtest.run import backtest, plain_rules, prices_of
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Report
from alphintra_desktop.research.evaluate import Values
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.settling import Settling
from alphintra_desktop.simulation.event_engine import WORTH_COMPILING, simulate
from alphintra_desktop.simulation.sharpe_inference import backtest_overfitting
from alphintra_desktop.simulation.standalone import own_bars

MOST, MOST_BY_FILE = 200, 40
BLOCKS = 16
ROOM = 32 * 2**20  # bytes of indicators kept for the next point
RETURNS_AT_MOST = 20_000_000  # of all points together: 160 MB


@dataclass(frozen=True)
class OverfittingFound:
    """`probability` is NaN where it cannot be told: of one point, or of too few bars.

    `points` of the grid's were looked at.
    """

    probability: float
    points: int

    def as_dict(self) -> dict[str, Any]:
        """As JSON can hold it, NaN aside."""
        return {"probability": self.probability, "points": self.points}


def overfitting_of(
    graph: Graph, grid: Grid, loaded: LoadedBars, report: Report, seed: int = 0
) -> OverfittingFound:
    """The probability that choosing the best point of a grid on these bars is overfitting.

    Raises `Cancelled`, and `AlphintraError` where a point fails.
    """
    source = PointReturns(graph, grid, loaded)
    chosen = _drawn(grid.size, source.most, seed)
    table = np.empty((loaded.bars.count - 1, len(chosen)))
    for column, number in enumerate(chosen):
        report.progress(column, of=len(chosen), doing="Judging the choice")
        table[:, column] = source.of(int(number))
    report.progress(len(chosen), of=len(chosen), doing="Judging the choice")
    return OverfittingFound(backtest_overfitting(table, BLOCKS).probability, len(chosen))


def _drawn(size: int, most: int, seed: int) -> Any:
    return np.sort(np.random.default_rng(seed).permutation(size)[:most])


class PointReturns:
    """The returns of points, bar by bar, the fast way where there is one."""

    def __init__(self, graph: Graph, grid: Grid, loaded: LoadedBars) -> None:
        self._graph, self._grid, self._loaded = graph, grid, loaded
        self._points = Points(graph, grid)
        self._bars = loaded.bars.adjusted() if self._points.data.adjusted else loaded.bars
        self.most = max(2, min(self._most(), RETURNS_AT_MOST // max(1, self._bars.count)))
        work = self._bars["close"].size * min(self.most, grid.size)
        self._is_worth_compiling = work > WORTH_COMPILING
        if not self._points.slow_because:
            self._prices = prices_of(self._bars)
            self._settling = Settling(self._bars.present)
            self._values = self._own_values()

    def of(self, number: int) -> Floats:
        """(bars - 1,) returns of the point; a NaN where nothing was left."""
        equity = self._by_file(number) if self._points.slow_because else self._fast(number)
        with np.errstate(all="ignore"):
            found: Floats = equity[1:] / equity[:-1] - 1.0
        return found

    def _most(self) -> int:
        return MOST_BY_FILE if self._points.slow_because else MOST

    def _own_values(self) -> list[Values]:
        given: dict[str, Any] = {
            "timestamp": self._bars.timestamps,
            "present": self._bars.present,
            **self._bars.columns,
        }
        count = len(self._bars.symbols)
        return [Values(own_bars(given, symbol), ROOM // count) for symbol in range(count)]

    def _fast(self, number: int) -> Floats:
        trading = self._points.trading(number)
        with np.errstate(all="ignore"):
            signals = [
                {name: values.of(op) for name, op in trading.decisions.items()}
                for values in self._values
            ]
        decisions = self._settling.decisions(signals)
        rules = plain_rules(trading.rules)
        return simulate(rules, self._prices, decisions, compiled=self._is_worth_compiling).equity

    def _by_file(self, number: int) -> Floats:
        try:
            return backtest(generate(self._grid.graph_at(self._graph, number)), self._loaded).equity
        except AlphintraError:  # the sweep itself has told of points that fail
            return np.full(self._bars.count, np.nan)


def overfitting_in_words(found: Mapping[str, Any]) -> str:
    """One sentence on an `OverfittingFound` as JSON holds it."""
    probability, points = found["probability"], found["points"]
    if probability is None or math.isnan(probability):
        return "The probability of backtest overfitting cannot be told: too few points or bars."
    verdict = (
        "the best in one half of the bars is no better than the middle in the other"
        if probability >= 0.5
        else "the best in one half of the bars tends to be good in the other"
    )
    return (
        f"Probability of backtest overfitting: {probability * 100:.0f} % ({points:,} points, "
        f"{BLOCKS} blocks): {verdict}."
    )
