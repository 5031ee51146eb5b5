"""A sweep: every point of a grid measured, the best checked against the engine of record.

1. The fast way evaluates the ops themselves, each equal one once, and measures a point in one
   compiled pass (`research.engine`). A strategy with custom code, or one that compares symbols,
   takes the slow way: every point is a backtest of its generated file. The result says which.
2. The best point, the point with the best neighbourhood and a random hundredth of all others run
   again, cold: graph, generated file, backtest. A difference in any number is an error.
3. The winner's backtest gives what deflating its Sharpe ratio needs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.data_findings import fit_to_run
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.backtest.run import backtest, backtest_unreviewed, load_data
from alphintra_desktop.codegen.module import StrategyCode, generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Report
from alphintra_desktop.research.engine import Task, measure_grid, point_failed
from alphintra_desktop.research.executors.choice import Spread, spread_over
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.plateau import Best, best_of
from alphintra_desktop.research.points import Points

Floats = npt.NDArray[np.float64]

METRICS = ("sharpe", "total_return", "max_drawdown")  # of each of them, more is better
CHECKED = 100  # one point in so many is run again
TOLERANCE = 1e-9
# Engines add and subtract amounts of the size of the starting capital, so that equity is known to
# the last bit of that, whatever is left. Returns divide by what is left: of an account that is all
# but empty, figures made of returns are known to so much less.
LAST_BIT = 2.0**-52
# Differences of what is 0 but for rounding say nothing: returns are sums of money over cash.
NOTHING = 1e-12


@dataclass(frozen=True)
class Asked:
    """What a sweep is asked: by which metric points are compared, and how it is run.

    `seed` draws the points that are checked. `spread` None decides by the work there is.
    `ignore_quality` sweeps on data with errors, too, and marks the result.
    """

    metric: str = "sharpe"
    seed: int = 0
    spread: Spread | None = None
    ignore_quality: bool = False


@dataclass(frozen=True, eq=False)
class SweepResult:
    """What a sweep found.

    `measures` is (points, 4), the columns of `Measures`. `slow_because` says why every point ran
    through the generated file; empty on the fast way. `checked` are the numbers of the points that
    were run again. `winner` is the backtest of the best point; None where no point has the metric.
    """

    grid: Grid
    metric: str
    measures: Floats
    best: Best | None
    slow_because: str
    checked: tuple[int, ...]
    winner: BacktestResult | None
    loaded: LoadedBars
    seconds: float
    seconds_checking: float

    def column(self, name: str) -> Floats:
        """(points,) one of `Measures`."""
        return self.measures[:, Measures._fields.index(name)]

    def ranked(self) -> npt.NDArray[np.int64]:
        """The numbers of all points, the best first, those without a number last."""
        return np.argsort(-self.column(self.metric), kind="stable")


def sweep(
    graph: Graph,
    grid: Grid,
    asked: Asked = Asked(),
    report: Report | None = None,
) -> SweepResult:
    """Measure every point of a grid.

    Raises `GraphHasProblems`, `Cancelled`, and `AlphintraError` for a point that fails or does not
    come out the same through the generated file.
    """
    if asked.metric not in METRICS:
        raise AlphintraError(
            f"A sweep cannot be judged by '{asked.metric}'.",
            hint=f"Choose one of: {', '.join(METRICS)}.",
        )
    report = report or Report()
    doing = "Checking with the generated file"
    started = time.perf_counter()
    points = Points(graph, grid)
    code = generate(graph)
    loaded = fit_to_run(load_data(code), report, ignore_quality=asked.ignore_quality)
    files = FileWork(graph, grid, loaded)
    slow_because = points.slow_because
    if slow_because:
        report.message(f"Every point runs through the generated file: {slow_because}.")
        every = tuple(range(grid.size))
        doing_all = "Sweeping through the file"
        measures = _through_the_file(files, every, asked, report, doing_all)[:, :-1]
    else:
        bars = loaded.bars.adjusted() if points.data.adjusted else loaded.bars
        measures = measure_grid(Task(graph, grid, bars), report, spread=asked.spread)
    best = best_of(grid, measures[:, Measures._fields.index(asked.metric)])
    between = time.perf_counter()
    chosen = _to_check(grid, best, asked.seed) if not slow_because else ()
    winner = _winner(graph, grid, loaded, best)
    expected = _through_the_file(files, chosen, asked, report, doing)
    for number, (*theirs, left) in zip(chosen, expected.tolist(), strict=True):
        ours = Measures(*measures[number].tolist())
        refuse_difference(grid, number, Measures(*theirs), ours, left)
    return SweepResult(
        grid=grid,
        metric=asked.metric,
        measures=measures,
        best=best,
        slow_because=slow_because,
        checked=chosen,
        winner=winner,
        loaded=loaded,
        seconds=between - started,
        seconds_checking=time.perf_counter() - between,
    )


@dataclass(frozen=True)
class FileWork:
    """Running points through their generated files: what is sent to a worker."""

    graph: Graph
    grid: Grid
    loaded: LoadedBars

    def begin(self) -> Callable[[int], list[float]]:
        """Nothing is prepared: every point runs cold."""
        return self._found

    def _found(self, number: int) -> list[float]:
        """The measures of a point, and how much was left of the capital at the lowest."""
        result = _cold(backtest_unreviewed, self.graph, self.grid, number, self.loaded)
        return [*measures_of(result), left_of(result)]


def _through_the_file(
    files: FileWork, numbers: tuple[int, ...], asked: Asked, report: Report, doing: str
) -> Floats:
    """(numbers, 5): what their files find. Without an executor named, in this process."""
    done = count()

    def tell(*_: Any) -> None:
        report.progress(next(done), of=len(numbers), doing=doing)

    tell()
    found = spread_over(asked.spread or Spread(), files, numbers, report, tell)
    return np.array(found).reshape(-1, len(Measures._fields) + 1)


def cold(graph: Graph, grid: Grid, number: int, loaded: LoadedBars) -> BacktestResult:
    """The backtest of a point's generated file. Raises `AlphintraError` that names the point."""
    return _cold(backtest, graph, grid, number, loaded)


def _cold(
    run: Callable[[StrategyCode, LoadedBars], BacktestResult],
    graph: Graph,
    grid: Grid,
    number: int,
    loaded: LoadedBars,
) -> BacktestResult:
    try:
        return run(generate(grid.graph_at(graph, number)), loaded)
    except AlphintraError as error:
        raise point_failed(grid, number, error.message, error.hint) from error


def measures_of(result: BacktestResult) -> Measures:
    """The numbers of a sweep, of a backtest."""
    return Measures(*(float(result.metrics[name]) for name in Measures._fields))


def left_of(result: BacktestResult) -> float:
    """The lowest equity of a backtest, as a part of its starting capital."""
    return float(result.equity.min() / result.equity[0])


# ------------------------------------------------------------------------- checking


def _to_check(grid: Grid, best: Best | None, seed: int) -> tuple[int, ...]:
    """The best point, the plateau, and a random hundredth, in the order of the grid."""
    draw = np.random.default_rng(seed)
    some = draw.choice(grid.size, size=math.ceil(grid.size / CHECKED), replace=False)
    chosen = {int(number) for number in some}
    if best is not None:
        chosen |= {best.point, best.plateau}
    return tuple(sorted(chosen))


def _winner(
    graph: Graph, grid: Grid, loaded: LoadedBars, best: Best | None
) -> BacktestResult | None:
    return cold(graph, grid, best.point, loaded) if best is not None else None


def refuse_difference(
    grid: Grid, number: int, expected: Measures, found: Measures, left: float = 1.0
) -> None:
    """Raise `AlphintraError` unless a point came out as its generated file `expected`.

    `left` is the lowest equity of the run, as a part of its starting capital.
    """
    for name, theirs, ours in _differences(expected, found, left):
        raise point_failed(
            grid,
            number,
            f"the fast way finds {name} {ours!r}, and the generated file {theirs!r}.",
            "This is a mistake of the program: no number found here can be trusted. Report "
            "it with the graph, and use `alphintra backtest` meanwhile.",
        )


def _differences(
    expected: Measures, found: Measures, left: float
) -> Iterator[tuple[str, float, float]]:
    allowed = max(TOLERANCE, LAST_BIT / left) if left > 0.0 else TOLERANCE
    for name, theirs, ours in zip(Measures._fields, expected, found, strict=True):
        both_nothing = math.isnan(theirs) and math.isnan(ours)
        if not both_nothing and not math.isclose(theirs, ours, rel_tol=allowed, abs_tol=NOTHING):
            yield name, theirs, ours
