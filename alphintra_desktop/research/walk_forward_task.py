"""A walk-forward as a job: a graph, axes and windows come in, the stitched account is left behind.

Every point counts as a trial on the bars it was measured on: the ledger gets one row a fold, which
stands for all points of the grid, and one for the stitched account. Of several window lengths all
are walked and counted; the first ones named are shown in full, because showing the best would be
one more choice that nobody judged.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from alphintra_desktop.backtest.luck import CONFIDENCE
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.choice import Spread
from alphintra_desktop.research.grid import axis_of, grid_of
from alphintra_desktop.research.splits import Span, Windows
from alphintra_desktop.research.walk_forward import Ground, prepared, walk_forward
from alphintra_desktop.research.walk_forward_result import FoldResult, WalkAsked, WalkForward
from alphintra_desktop.research.windowed_run import WindowRun
from alphintra_desktop.runs.canonical import text_hash
from alphintra_desktop.runs.ledger import DataRange, Trial, Tried, record_trials, trials_on
from alphintra_desktop.runs.project import find_project, home_project
from alphintra_desktop.simulation.metrics import bar_returns, return_metrics
from alphintra_desktop.simulation.sharpe_inference import (
    NORMAL_KURTOSIS,
    Measured,
    deflated_sharpe,
    expected_maximum_sharpe,
    minimum_track_record,
    probabilistic_sharpe,
    variance_without_skill,
)

TABLE = "walk_forward.parquet"


@dataclass(frozen=True)
class WalkForwardSpec:
    """What a walk-forward is asked to do. `axes` are node id, param and values as text.

    `in_sample` and `out_of_sample` are one or more lengths in bars. `warm_up` 0 is what the
    strategy needs.
    """

    graph: str
    axes: tuple[tuple[str, str, str], ...]
    in_sample: tuple[int, ...]
    out_of_sample: tuple[int, ...]
    gap: int = 0
    anchored: bool = False
    warm_up: int = 0
    edges: str = "flat"
    metric: str = "sharpe"
    where: str = "the graph"
    ignore_quality: bool = False

    def arguments(self) -> dict[str, Any]:
        """The spec as a job's JSON arguments."""
        return asdict(self)

    def walks(self) -> Iterator[WalkAsked]:
        """Each combination of window lengths, in the order in which they are named."""
        for inside in self.in_sample:
            for outside in self.out_of_sample:
                windows = Windows(inside, outside, self.gap, self.anchored, self.warm_up)
                yield WalkAsked(windows, self.metric, self.edges)


def run_walk_forward(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: walk, keep the table, count the trials, and return a summary.

    The arguments are those of a `WalkForwardSpec`, and may have `spread`, the fields of a `Spread`.
    The summary can be held by JSON. What fails leaves no row in the ledger and no table.
    """
    spread = Spread(**arguments.get("spread", {}))
    spec = _spec(arguments)
    project = find_project(folder) or home_project()
    project.database().close()  # damaged, or not ours: told before the work, not after
    graph = graph_from_text(spec.graph, spec.where)
    grid = grid_of([axis_of(graph, *axis) for axis in spec.axes])
    ground = prepared(graph, grid, report, ignore_quality=spec.ignore_quality)
    walks = [*spec.walks()]
    first = walk_forward(ground, walks[0], report, spread)
    others = [_tried_as_well(ground, asked, report, spread) for asked in walks[1:]]
    try:
        write_table(first, folder / "artifacts" / TABLE)
        with closing(project.database()) as database:
            done = [first, *(walk for walk in others if isinstance(walk, WalkForward))]
            record_trials(database, [trial for walk in done for trial in trials_of(ground, walk)])
            tried = trials_on(database, _range(ground, _whole(first)))
    except BaseException:
        shutil.rmtree(folder / "artifacts", ignore_errors=True)
        raise
    matrix = [cell(a, walk) for a, walk in zip(walks, [first, *others], strict=True)]
    return {
        "run": folder.name,
        "name": graph.name,
        **summary(ground, first, tried),
        "matrix": matrix if len(matrix) > 1 else [],
        "marks": list(ground.loaded.marks),
    }


def _spec(arguments: Mapping[str, Any]) -> WalkForwardSpec:
    """The spec of a job's arguments, in which JSON has made lists of all tuples."""
    arguments = {name: value for name, value in arguments.items() if name != "spread"}
    axes = tuple((node, param, text) for node, param, text in arguments["axes"])
    lengths = {name: tuple(arguments[name]) for name in ("in_sample", "out_of_sample")}
    return WalkForwardSpec(**{**arguments, **lengths, "axes": axes})


def _tried_as_well(
    ground: Ground, asked: WalkAsked, report: Report, spread: Spread
) -> WalkForward | str:
    """Another walk, or why it cannot be."""
    try:
        return walk_forward(ground, asked, report, spread)
    except AlphintraError as error:
        return error.message


def write_table(found: WalkForward, path: Path) -> None:
    """One row a bar of the stitched account, with the number of its fold from 1 on."""
    numbers = [n + 1 for n, one in enumerate(found.folds) for _ in range(len(_outside(one)))]
    columns = {
        "timestamp": pa.array(found.timestamps),
        "equity": pa.array(found.stitched.equity),
        "fold": pa.array([0, *numbers]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table(columns), path)


# ------------------------------------------------------------------------ the ledger


def trials_of(ground: Ground, found: WalkForward) -> list[Trial]:
    """The rows of the ledger for one walk: what was tried in each fold, and the whole."""
    grid, graph = found.grid, ground.points.graph
    axes = {f"{axis.node}.{axis.param}": list(axis.values) for axis in grid.axes}
    strategy = text_hash(generate(graph).text)
    folds = [
        Trial(
            kind="walk-forward",
            strategy_hash=strategy,
            data=_range(ground, one.fold.in_sample),
            sharpe_per_bar=one.sharpes.get("best", math.nan),
            bars=len(one.fold.in_sample),
            params=axes,
            metrics={"sharpe_per_bar_variance": one.sharpes.get("variance", math.nan)},
            trials=grid.size,
        )
        for one in found.folds
    ]
    run, windows = found.stitched, asdict(found.asked.windows)
    whole = Trial(
        kind="walk-forward",
        strategy_hash=strategy,
        data=_range(ground, _whole(found)),
        sharpe_per_bar=run.metrics["sharpe"] / math.sqrt(run.bars_per_year),
        bars=len(run.equity) - 1,
        params={**axes, **windows, "edges": found.asked.edges, "metric": found.asked.metric},
        metrics=run.metrics,
    )
    return [*folds, whole]


def _range(ground: Ground, span: Span) -> DataRange:
    data, loaded, stamps = ground.points.data, ground.loaded, ground.bars.timestamps
    hashes = {f"{s} {loaded.timeframe}": sha for s, sha in loaded.sha256.items()}
    first, last = stamps[span.first], stamps[span.end - 1]
    return DataRange(data.dataset, data.symbols, data.timeframe, first, last, hashes)


def _whole(found: WalkForward) -> Span:
    return Span(_outside(found.folds[0]).first, _outside(found.folds[-1]).end)


def _outside(one: FoldResult) -> Span:
    return one.fold.out_of_sample


# ----------------------------------------------------------------------- the summary


def summary(ground: Ground, found: WalkForward, tried: Tried) -> dict[str, Any]:
    """What a terminal or another program wants to know of a walk-forward."""
    return {
        "points": found.grid.size,
        "metric": found.asked.metric,
        "edges": found.asked.edges,
        "windows": asdict(found.asked.windows),
        "slow_because": found.slow_because,
        "folds": [_fold(ground, one) for one in found.folds],
        "failed": sum(bool(one.failure) for one in found.folds),
        "out_of_sample": found.stitched.metrics,
        "efficiency": found.efficiency,
        "sharpe_efficiency": found.sharpe_efficiency,
        "drift": {name: dict(values) for name, values in found.drift.items()},
        "unused": found.unused,
        "luck": luck_of(found.stitched, tried),
    }


def _fold(ground: Ground, one: FoldResult) -> dict[str, Any]:
    return {
        "in_sample": _days(ground, one.fold.in_sample),
        "out_of_sample": _days(ground, one.fold.out_of_sample),
        "failure": one.failure,
        "params": dict(one.params),
        "warning": one.best.warning if one.best else "",
        "in": one.inside.metrics if one.inside else {},
        "out": one.outside.metrics if one.outside else {},
    }


def _days(ground: Ground, span: Span) -> list[str]:
    """The first and the last bar, to the minute where bars are shorter than a day."""
    stamps = ground.bars.timestamps[[span.first, span.end - 1]]
    whole_days = bool(
        (ground.bars.timestamps.astype("datetime64[D]") == ground.bars.timestamps).all()
    )
    return [str(text) for text in np.datetime_as_string(stamps, unit="D" if whole_days else "m")]


def cell(asked: WalkAsked, found: WalkForward | str) -> dict[str, Any]:
    """One combination of window lengths in the matrix."""
    lengths = {
        "in_sample": asked.windows.in_sample,
        "out_of_sample": asked.windows.out_of_sample,
    }
    if isinstance(found, str):
        return {**lengths, "failure": found}
    return {
        **lengths,
        "failure": "",
        "folds": len(found.folds),
        "failed": sum(bool(one.failure) for one in found.folds),
        "efficiency": found.efficiency,
        **{name: found.stitched.metrics[name] for name in ("sharpe", "total_return")},
        "max_drawdown": found.stitched.metrics["max_drawdown"],
    }


def luck_of(run: WindowRun, tried: Tried) -> dict[str, float]:
    """How much of a stitched Sharpe ratio luck explains: the figures of `backtest.luck.luck`.

    The Sharpe ratios of trials in sample are over other numbers of bars: that of trials without
    skill over as many bars as are stitched, 1 / (T - 1), stands for their variance.
    """
    moments = return_metrics(bar_returns(run.equity))
    bars, year = len(run.equity) - 1, math.sqrt(run.bars_per_year)
    kurtosis = moments["kurtosis"] + NORMAL_KURTOSIS
    measured = Measured(run.metrics["sharpe"] / year, bars, moments["skew"], kurtosis)
    variance = variance_without_skill(bars)
    shortest = minimum_track_record(measured, confidence=CONFIDENCE)
    return {
        "trials": tried.count,
        "probabilistic_sharpe": probabilistic_sharpe(measured),
        "lucky_sharpe": expected_maximum_sharpe(tried.count, variance) * year,
        "deflated_sharpe": deflated_sharpe(measured, tried.count, variance),
        "minimum_bars": float(np.ceil(shortest)),
        "bars": bars,
    }
