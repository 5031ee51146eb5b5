"""What is done for the folds of a walk-forward, in parts that workers can do in any order.

Measuring some points of a grid in sample is a part, and so is running the chosen point in and out
of sample through its generated file. What fails for a reason the user can act on fails its fold
alone, so it is an answer here and no error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alphintra_desktop.backtest.looking_ahead import refuse_looking_ahead
from alphintra_desktop.backtest.run import plain_rules
from alphintra_desktop.codegen.module import StrategyCode, generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.in_sample import InSample
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.splits import Fold
from alphintra_desktop.research.stitching import Deciding
from alphintra_desktop.research.walk_forward_result import CARRIED, FLAT
from alphintra_desktop.research.windowed_run import (
    WindowRun,
    decided_in,
    opened,
    rows_between,
    run_window,
    trade,
)


@dataclass(frozen=True)
class Choosing:
    """Measure the points from `first` until before `end` in sample of a fold."""

    fold: int
    first: int
    end: int


@dataclass(frozen=True)
class Judging:
    """Run a point of the grid in sample and out of sample of a fold."""

    fold: int
    point: int


@dataclass(frozen=True, eq=False)
class Judged:
    """What came of it: in sample as points are measured, and with the edges that were asked for.

    Where positions are carried, `outside` is only known once all folds are, from `deciding`.
    """

    marked: WindowRun
    inside: WindowRun
    outside: WindowRun | None
    deciding: Deciding | None


Part = Choosing | Judging
Failure = str
Outcome = Floats | Judged | Failure


@dataclass(frozen=True)
class FoldWork:
    """What a worker has to know of a walk: the drawing, the grid, the bars as traded, the folds."""

    graph: Graph
    grid: Grid
    bars: Bars
    folds: tuple[Fold, ...]
    edges: str = FLAT
    threads: int = 1

    def begin(self) -> Callable[[Part], Outcome]:
        """Check the grid again: what comes of it does not travel."""
        return _Folds(self, Points(self.graph, self.grid)).part


class _Folds:
    """Does parts. The window that points were last measured on is kept for the next ones."""

    def __init__(self, work: FoldWork, points: Points) -> None:
        self._work, self._points = work, points
        self._sample: tuple[int, InSample] | None = None

    def part(self, part: Part) -> Outcome:
        """What a part comes to, or why its fold fails."""
        try:
            if isinstance(part, Choosing):
                return self._in_sample(part.fold).block(part.first, part.end)
            return self._judged(self._work.folds[part.fold], part.point)
        except AlphintraError as error:
            return error.message

    def _in_sample(self, fold: int) -> InSample:
        if self._sample is None or self._sample[0] != fold:
            work = self._work
            span = work.folds[fold].in_sample
            self._sample = fold, InSample(self._points, work.bars, span, work.threads)
        return self._sample[1]

    def _judged(self, fold: Fold, point: int) -> Judged:
        code = generate(self._work.grid.graph_at(self._work.graph, point))
        marked, inside = self._inside(code, fold)
        refuse_looking_ahead(code, self._work.bars.until(fold.out_of_sample.end))
        if self._work.edges == FLAT:
            outside = run_window(code, self._work.bars, fold.out_of_sample, flat=True)
            return Judged(marked, inside, outside, None)
        decisions = decided_in(code, self._work.bars, opened(fold.out_of_sample))
        rules = plain_rules(code.trading.rules)
        return Judged(marked, inside, None, Deciding(fold.out_of_sample, rules, decisions))

    def _inside(self, code: StrategyCode, fold: Fold) -> tuple[WindowRun, WindowRun]:
        window, rules = opened(fold.in_sample), plain_rules(code.trading.rules)
        decisions = decided_in(code, self._work.bars, window)
        bars = rows_between(self._work.bars, window.first, window.end)
        marked = trade(rules, bars, decisions, flat=False)
        if self._work.edges == CARRIED:
            return marked, marked
        return marked, trade(rules, bars, decisions, flat=True)
