"""A sweep as a job: a graph and axes come in as text, a table of all points is left in its folder.

All points count as trials. The ledger gets one row for them, written when the sweep is done, that
stands for as many trials as the grid has points, with the axes as its params and the best point's
Sharpe ratio: a row a point would cost more than the sweep itself. Sweeping the same grid on the
same bars again is no other trial; a grid that overlaps an earlier one counts its points again, so
the count is never too low. The variance of all Sharpe ratios, which deflating the best one needs,
is among the row's metrics.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import parquet

from alphintra_desktop.backtest.luck import luck
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.nodes.custom import CUSTOM
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.choice import Spread
from alphintra_desktop.research.grid import axis_of, grid_of
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.overfitting import overfitting_of
from alphintra_desktop.research.sweep import Asked, SweepResult, sweep
from alphintra_desktop.runs.canonical import text_hash
from alphintra_desktop.runs.ledger import DataRange, Trial, Tried, record_trials, trials_on
from alphintra_desktop.runs.project import find_project, home_project

TABLE = "sweep.parquet"


@dataclass(frozen=True)
class SweepSpec:
    """What a sweep is asked to do. `axes` are node id, param and values as text."""

    graph: str
    axes: tuple[tuple[str, str, str], ...]
    where: str = "the graph"
    metric: str = "sharpe"
    seed: int = 0
    top: int = 10
    ignore_quality: bool = False

    def arguments(self) -> dict[str, Any]:
        """The spec as a job's JSON arguments."""
        return asdict(self)


def run_sweep(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: sweep, keep the table, count the trials, and return a summary.

    The arguments are those of a `SweepSpec`, and may have `spread`, the fields of a `Spread`. The
    summary can be held by JSON. What fails leaves no row in the ledger and no table.
    """
    spread = Spread(**arguments["spread"]) if arguments.get("spread") else None
    arguments = {name: value for name, value in arguments.items() if name != "spread"}
    axes = tuple((node, param, text) for node, param, text in arguments["axes"])
    spec = SweepSpec(**{**arguments, "axes": axes})
    project = find_project(folder) or home_project()
    project.database().close()  # damaged, or not ours: told before the work, not after
    graph = graph_from_text(spec.graph, spec.where)
    grid = grid_of([axis_of(graph, *axis) for axis in spec.axes])
    asked = Asked(spec.metric, spec.seed, spread, spec.ignore_quality)
    found = sweep(graph, grid, asked, report)
    overfitting = overfitting_of(graph, grid, found.loaded, report, spec.seed)
    try:
        write_table(found, folder / "artifacts" / TABLE)
        database = project.database()
        try:
            trial = trial_of(found, graph)
            record_trials(database, [trial])
            tried = trials_on(database, trial.data)
        finally:
            database.close()
    except BaseException:
        shutil.rmtree(folder / "artifacts", ignore_errors=True)
        raise
    return {
        "run": folder.name,
        "name": graph.name,
        **summary(found, tried, spec.top),
        "overfitting": overfitting.as_dict(),
    }


def has_custom_code(graph: Graph) -> bool:
    """Whether the graph holds Python of the user, which may loop for ever."""
    return any(node.type == CUSTOM for node in graph.nodes.values())


def write_table(found: SweepResult, path: Path) -> None:
    """One row a point: its params by name, and its measures."""
    grid, columns = found.grid, {}
    for number, axis in enumerate(grid.axes):
        places = np.indices(grid.shape, dtype=np.int64)[number].ravel()
        columns[axis.name] = pa.array(axis.values).take(pa.array(places))
    for name in Measures._fields:
        columns[name] = pa.array(found.column(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table(columns), path)


def trial_of(found: SweepResult, graph: Graph) -> Trial:
    """The one row of the ledger for all points of a sweep."""
    loaded, winner = found.loaded, found.winner
    data = generate(graph).trading.data
    stamps = loaded.bars.timestamps
    hashes = {f"{s} {loaded.timeframe}": sha for s, sha in loaded.sha256.items()}
    sharpes = sharpes_per_bar(found)
    spread = float(np.var(sharpes, ddof=1)) if len(sharpes) > 1 else math.nan
    best = winner.metrics["sharpe"] / math.sqrt(winner.bars_per_year) if winner else math.nan
    return Trial(
        kind="sweep",
        strategy_hash=text_hash(generate(graph).text),
        data=DataRange(data.dataset, data.symbols, data.timeframe, stamps[0], stamps[-1], hashes),
        sharpe_per_bar=best,
        bars=loaded.bars.count - 1,
        params={f"{axis.node}.{axis.param}": list(axis.values) for axis in found.grid.axes},
        metrics={**(winner.metrics if winner else {}), "sharpe_per_bar_variance": spread},
        trials=found.grid.size,
    )


def sharpes_per_bar(found: SweepResult) -> npt.NDArray[np.float64]:
    """The Sharpe ratios of all points that have one, not annualised."""
    if found.winner is None:
        return np.empty(0)
    sharpes = found.column("sharpe")
    return sharpes[np.isfinite(sharpes)] / math.sqrt(found.winner.bars_per_year)


def summary(found: SweepResult, tried: Tried, top: int) -> dict[str, Any]:
    """What a terminal or another program wants to know of a sweep."""
    best = found.best
    return {
        "points": found.grid.size,
        "marks": list(found.loaded.marks),
        "metric": found.metric,
        "way": "generated file" if found.slow_because else "fast",
        "slow_because": found.slow_because,
        "checked": len(found.checked),
        "seconds": found.seconds,
        "seconds_checking": found.seconds_checking,
        "top": [_point(found, int(number)) for number in found.ranked()[:top]],
        "best": None
        if best is None
        else {**_point(found, best.point), "neighbourhood": best.around},
        "plateau": None
        if best is None
        else {**_point(found, best.plateau), "neighbourhood": best.plateau_around},
        "warning": best.warning if best is not None else "",
        "luck": luck(found.winner, tried) if found.winner else None,
    }


def _point(found: SweepResult, number: int) -> dict[str, Any]:
    measures = dict(zip(Measures._fields, found.measures[number].tolist(), strict=True))
    return {"params": found.grid.named_point(number), **measures}
