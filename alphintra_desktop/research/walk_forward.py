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
from dataclasses import dataclass, replace

import numpy as np

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.looking_ahead import refuse_looking_ahead
from alphintra_desktop.backtest.run import load_data, plain_rules
from alphintra_desktop.codegen.module import StrategyCode, generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Report
from alphintra_desktop.research.engine import point_failed
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.in_sample import InSample, warm_up_of
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.plateau import best_of
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
from alphintra_desktop.research.sweep import METRICS, NOTHING, TOLERANCE
from alphintra_desktop.research.walk_forward_result import (
    CARRIED,
    FLAT,
    FoldResult,
    WalkAsked,
    WalkForward,
)
from alphintra_desktop.research.windowed_run import (
    WindowRun,
    decided_in,
    opened,
    rows_between,
    run_window,
    trade,
)

BLOCK = 100  # points between two looks at whether to stop


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


def walk_forward(ground: Ground, asked: WalkAsked, report: Report | None = None) -> WalkForward:
    """Walk forward over all the bars there are.

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
    return walk.result([walk.fold(number) for number in range(len(folds))])


class _Walk:
    """One walk while it goes on."""

    def __init__(
        self, ground: Ground, asked: WalkAsked, report: Report, folds: tuple[Fold, ...]
    ) -> None:
        self._points, self._bars, self._asked = ground.points, ground.bars, asked
        self._grid, self._report, self._folds = ground.points.grid, report, folds
        self._deciding: list[Deciding | None] = []

    # ----------------------------------------------------------------- a fold

    def fold(self, number: int) -> FoldResult:
        """Choose in sample and run out of sample."""
        fold = self._folds[number]
        self._deciding.append(None)
        try:
            measures = self._measures(number)
            best = best_of(self._grid, _column(measures, self._asked.metric))
            if best is None:
                return FoldResult(fold, failure=self._nothing_to_choose())
            code = generate(self._grid.graph_at(self._points.graph, best.plateau))
            marked, inside = self._inside(code, fold)
            outside = self._outside(code, fold)
        except AlphintraError as error:
            return FoldResult(fold, failure=error.message)
        if not self._points.slow_because:
            self._check(best.plateau, measures[best.plateau], marked)
        return FoldResult(
            fold=fold,
            best=best,
            params=self._grid.named_point(best.plateau),
            inside=inside,
            outside=outside,
            sharpes=_spread(_column(measures, "sharpe") / math.sqrt(inside.bars_per_year)),
        )

    def _measures(self, number: int) -> Floats:
        size, count = self._grid.size, len(self._folds)
        doing = f"Fold {number + 1} of {count}"
        sample = InSample(self._points, self._bars, self._folds[number].in_sample)
        found = np.empty((size, len(Measures._fields)))
        for first in range(0, size, BLOCK):
            self._report.progress(number * size + first, of=count * size, doing=doing)
            end = min(first + BLOCK, size)
            found[first:end] = sample.block(first, end)
        return found

    def _nothing_to_choose(self) -> str:
        return f"No point has a {self._asked.metric} in sample: none traded, or all were ruined."

    def _inside(self, code: StrategyCode, fold: Fold) -> tuple[WindowRun, WindowRun]:
        """As the points were measured, and with the edges that were asked for."""
        window, rules = opened(fold.in_sample), plain_rules(code.trading.rules)
        decisions = decided_in(code, self._bars, window)
        bars = rows_between(self._bars, window.first, window.end)
        marked = trade(rules, bars, decisions, flat=False)
        if self._asked.edges == CARRIED:
            return marked, marked
        return marked, trade(rules, bars, decisions, flat=True)

    def _outside(self, code: StrategyCode, fold: Fold) -> WindowRun | None:
        """None where the account is only known once all folds are."""
        refuse_looking_ahead(code, self._bars.until(fold.out_of_sample.end))
        if self._asked.edges == FLAT:
            return run_window(code, self._bars, fold.out_of_sample, flat=True)
        decisions = decided_in(code, self._bars, opened(fold.out_of_sample))
        rules = plain_rules(code.trading.rules)
        self._deciding[-1] = Deciding(fold.out_of_sample, rules, decisions)
        return None

    def _check(self, point: int, measured: Floats, marked: WindowRun) -> None:
        for name, ours in zip(Measures._fields, measured.tolist(), strict=True):
            theirs = marked.metrics[name]
            both_nothing = math.isnan(theirs) and math.isnan(ours)
            if not both_nothing and not math.isclose(
                theirs, ours, rel_tol=TOLERANCE, abs_tol=NOTHING
            ):
                raise point_failed(
                    self._grid,
                    point,
                    f"the search finds {name} {ours!r}, and the generated file {theirs!r}.",
                    "This is a mistake of the program: no number of this walk-forward can be "
                    "trusted. Report it with the graph.",
                )

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
