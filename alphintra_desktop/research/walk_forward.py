"""Walk-forward: choose on a window, be judged on the next one, and go on until the bars end.

In each fold:

1. Measure every point of the grid in sample, and choose the one with the best neighbourhood
   (`research.plateau`) by a metric. No bar after the window is known then.
2. Run the chosen point again in sample through its generated file. A difference is an error.
3. Run it out of sample through the file, on all the history before to warm up.

What the chosen points earned out of sample is stitched into one account. A fold without a point to
choose, or whose strategy fails, is shown as failed and holds nothing.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.choice import THIS_PROCESS, Spread, staff
from alphintra_desktop.research.executors.dealing import Staff
from alphintra_desktop.research.fold_work import Choosing, Failure, FoldWork, Judged, Judging
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.in_sample import warm_up_of
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.plateau import Best, best_of
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.splits import Fold, folds_of
from alphintra_desktop.research.stitching import (
    Deciding,
    carried,
    chained,
    drift,
    efficiency,
    mean_return,
    part_of,
)
from alphintra_desktop.research.sweep import METRICS, refuse_difference
from alphintra_desktop.research.walk_forward_result import (
    CARRIED,
    FLAT,
    FoldResult,
    WalkAsked,
    WalkForward,
)
from alphintra_desktop.research.windowed_run import (
    WindowRun,
    opened,
)

BLOCK = 200  # points that a worker measures at once


@dataclass(frozen=True, eq=False)
class Ground:
    """A grid of strategies and the bars they are traded on: prepared once for many walks."""

    points: Points
    loaded: LoadedBars
    bars: Bars
    warm_up: int


def prepared(graph: Graph, grid: Grid, report: Report, *, ignore_quality: bool = False) -> Ground:
    """Check the grid and load the bars. Raises what `sweep.sweep` raises for them."""
    points = Points(graph, grid)
    loaded = fit_to_run(load_data(generate(graph)), report, ignore_quality=ignore_quality)
    return on_bars(points, loaded)


def on_bars(points: Points, loaded: LoadedBars) -> Ground:
    """The ground of bars that are loaded already."""
    bars = loaded.bars.adjusted() if points.data.adjusted else loaded.bars
    return Ground(points, loaded, bars, warm_up_of(points, points.grid))


def walk_forward(
    ground: Ground, asked: WalkAsked, report: Report | None = None, spread: Spread | None = None
) -> WalkForward:
    """Walk forward over all the bars there are; `spread` says by what folds are done, else here.

    Raises `Cancelled`, and `AlphintraError` for windows that do not fit, when every fold fails, and
    when a point does not come out the same through the generated file.
    """
    if asked.metric not in METRICS or asked.edges not in (FLAT, CARRIED):
        raise AlphintraError(
            f"A walk-forward cannot choose by '{asked.metric}' with {asked.edges} edges.",
            hint=f"Choose by one of {', '.join(METRICS)}, with {FLAT} or {CARRIED} edges.",
        )
    windows = replace(asked.windows, warm_up=asked.windows.warm_up or ground.warm_up)
    folds = folds_of(ground.bars.count, windows)
    walk = _Walk(ground, replace(asked, windows=windows), report or Report(), folds)
    return walk.result(walk.folds(spread or Spread()))


class _Walk:
    """One walk while it goes on."""

    def __init__(
        self, ground: Ground, asked: WalkAsked, report: Report, folds: tuple[Fold, ...]
    ) -> None:
        self._points, self._bars, self._asked = ground.points, ground.bars, asked
        self._grid, self._report, self._folds = ground.points.grid, report, folds
        self._deciding: list[Deciding | None] = [None] * len(folds)

    def folds(self, spread: Spread) -> list[FoldResult]:
        """Choose in sample of every fold, then run what was chosen out of sample."""
        here = spread.executor == THIS_PROCESS
        threads = (spread.workers or os.cpu_count() or 1) if here else 1
        graph, edges = self._points.graph, self._asked.edges
        work = FoldWork(graph, self._grid, self._bars, self._folds, edges, threads)
        with staff(spread, work) as workers:
            measures = self._measures(workers)
            chosen = [self._chosen(found) for found in measures]
            parts = [
                Judging(number, best.plateau)
                for number, best in enumerate(chosen)
                if isinstance(best, Best)
            ]
            judged = iter(workers.map(parts, self._report))
        return [
            self._fold(number, best, found, next(judged))
            if isinstance(best, Best) and not isinstance(found, str)
            else FoldResult(self._folds[number], failure=str(best))
            for number, (best, found) in enumerate(zip(chosen, measures, strict=True))
        ]

    # ----------------------------------------------------------------- in sample

    def _measures(self, workers: Staff) -> list[Floats | Failure]:
        """(points, 4) of every fold, or why it fails."""
        size, count = self._grid.size, len(self._folds)
        parts = [
            Choosing(number, first, min(first + BLOCK, size))
            for number in range(count)
            for first in range(0, size, BLOCK)
        ]
        done = 0

        def tell(number: int, _: Any) -> None:
            nonlocal done
            done += parts[number].end - parts[number].first
            self._tell(parts[number].fold, done)

        self._tell(0, 0)
        found = workers.map(parts, self._report, tell)
        blocks = len(parts) // count
        return [_joined(found[first : first + blocks]) for first in range(0, len(parts), blocks)]

    def _tell(self, fold: int, done: int) -> None:
        size, count = self._grid.size, len(self._folds)
        self._report.progress(done, of=count * size, doing=f"Fold {fold + 1} of {count}")

    def _chosen(self, measures: Floats | Failure) -> Best | Failure:
        if isinstance(measures, str):
            return measures
        metric = self._asked.metric
        best = best_of(self._grid, _column(measures, metric))
        return best or f"No point has a {metric} in sample: none traded, or all were ruined."

    # ------------------------------------------------------------------- a fold

    def _fold(
        self, number: int, best: Best, measures: Floats, judged: Judged | Failure
    ) -> FoldResult:
        fold = self._folds[number]
        if isinstance(judged, str):
            return FoldResult(fold, failure=judged)
        if not self._points.slow_because:
            self._check(best.plateau, measures[best.plateau], judged.marked)
        self._deciding[number] = judged.deciding
        per_bar = math.sqrt(judged.inside.bars_per_year)
        return FoldResult(
            fold=fold,
            best=best,
            params=self._grid.named_point(best.plateau),
            inside=judged.inside,
            outside=judged.outside,
            sharpes=_spread(_column(measures, "sharpe") / per_bar),
        )

    def _check(self, point: int, measured: Floats, marked: WindowRun) -> None:
        expected = Measures(*(marked.metrics[name] for name in Measures._fields))
        left = float(marked.equity.min()) / marked.cash
        refuse_difference(self._grid, point, expected, Measures(*measured.tolist()), left)

    # ------------------------------------------------------------------ all folds

    def result(self, folds: list[FoldResult]) -> WalkForward:
        """Stitch what the folds found."""
        good = [fold for fold in folds if not fold.failure]
        if not good:
            raise AlphintraError(
                f"Every fold failed. The first: {folds[0].failure}",
                hint="Take longer windows, or run the strategy by itself to see what is wrong.",
            )
        stitched = self._stitched(folds, good)
        spans = [fold.out_of_sample for fold in self._folds]
        start = spans[0].first
        folds = [
            fold if fold.failure else replace(fold, outside=self._own(fold, stitched, start))
            for fold in folds
        ]
        good = [fold for fold in folds if not fold.failure]
        whole = opened(spans[0])
        inside = [fold.inside for fold in good if fold.inside is not None]
        outside = [fold.outside for fold in good if fold.outside is not None]
        return WalkForward(
            asked=self._asked,
            grid=self._grid,
            folds=tuple(folds),
            stitched=stitched,
            timestamps=self._bars.timestamps[whole.first : spans[-1].end],
            efficiency=efficiency(map(mean_return, inside), map(mean_return, outside)),
            sharpe_efficiency=efficiency(map(_sharpe, inside), map(_sharpe_or_nothing, outside)),
            drift=drift(self._grid, [fold.best.plateau for fold in good if fold.best]),
            unused=self._bars.count - spans[-1].end,
            slow_because=self._points.slow_because,
        )

    def _stitched(self, folds: list[FoldResult], good: list[FoldResult]) -> WindowRun:
        spans = [fold.out_of_sample for fold in self._folds]
        if self._asked.edges == CARRIED:
            return carried(self._bars, spans, self._deciding)
        assert good[0].outside is not None
        return chained(spans, [fold.outside for fold in folds], good[0].outside.cash)

    def _own(self, fold: FoldResult, stitched: WindowRun, start: int) -> WindowRun:
        return fold.outside or part_of(stitched, fold.fold.out_of_sample, start)


def _joined(blocks: Sequence[Floats | Failure]) -> Floats | Failure:
    """The blocks of one fold together, or the first failure among them."""
    failures = [block for block in blocks if isinstance(block, str)]
    return failures[0] if failures else np.concatenate(blocks)


def _column(measures: Floats, name: str) -> Floats:
    return np.asarray(measures[:, Measures._fields.index(name)])


def _sharpe(run: WindowRun) -> float:
    return run.metrics["sharpe"]


def _sharpe_or_nothing(run: WindowRun) -> float:
    """A window in which nothing was traded has earned nothing; leaving it out would flatter."""
    found = _sharpe(run)
    return 0.0 if math.isnan(found) else found


def _spread(sharpes: Floats) -> dict[str, float]:
    known = sharpes[np.isfinite(sharpes)]
    return {
        "best": float(known.max()) if len(known) else math.nan,
        "variance": float(known.var(ddof=1)) if len(known) > 1 else math.nan,
        "count": float(len(known)),
    }
