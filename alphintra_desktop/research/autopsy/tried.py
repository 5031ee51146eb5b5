"""What was tried before this run was liked: counted in the ledger, and what luck would have given.

The probability of backtest overfitting belongs to a choice among many. It is computed anew, on the
run's own bars, for the last sweep, search or walk-forward in the ledger that turned params of this
drawing on this data. Without one it is unknown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from alphintra_desktop.backtest.ledger_review import review
from alphintra_desktop.backtest.luck import luck, luck_in_words
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.report import Report
from alphintra_desktop.research.grid import Axis, Grid
from alphintra_desktop.research.overfitting import overfitting_in_words, overfitting_of
from alphintra_desktop.runs.ledger import DataRange, LedgerRow, Tried

CHOICES = ("sweep", "search", "walk-forward")
MOST_POINTS = 10_000  # of a larger space, every second value of its longest axis is left out


def tried(
    result: BacktestResult, counted: Tried, rows: Iterable[LedgerRow], data: DataRange
) -> dict[str, Any]:
    """Counts, luck and the false discovery rate: see the format in `findings`."""
    rows = list(rows)
    found = luck(result, counted)
    kinds: Counter[str] = Counter()
    for row in rows:
        if on_data(row, data):
            kinds[row.content["kind"]] += row.content["trials"]
    mine = [one for one in review(rows).hypotheses if one.run == result.run]
    rate = mine[0].discovery_rate if mine else math.nan
    return {
        "trials": counted.count,
        "by_kind": dict(kinds),
        "sharpe": result.metrics["sharpe"],
        "luck": found,
        "discovery_rate": rate,
        "said": luck_in_words(found),
    }


def on_data(row: LedgerRow, data: DataRange) -> bool:
    """Whether a trial looked at the same dataset and one of the symbols."""
    content = row.content
    return content["dataset"] == data.dataset and not set(data.symbols).isdisjoint(
        content["symbols"]
    )


def overfitting(
    graph: Graph, loaded: LoadedBars, rows: Iterable[LedgerRow], data: DataRange, report: Report
) -> dict[str, Any]:
    """The probability of overfitting of the last choice on this data, or why it is unknown."""
    choices = [row for row in rows if row.content["kind"] in CHOICES and on_data(row, data)]
    for row in reversed(choices):
        grid = grid_of_row(graph, row.content["params"])
        if grid is not None and grid.size > 1:
            try:
                found = overfitting_of(graph, grid, loaded, report).as_dict()
            except AlphintraError as error:
                return _unknown(f"it could not be computed: {error.message}")
            names = [axis.name for axis in grid.axes]
            return {**found, "params": names, "unknown": "", "said": [overfitting_in_words(found)]}
    return _unknown("nothing in the ledger has searched over this drawing's params")


def _unknown(why: str) -> dict[str, Any]:
    said = [f"The probability of backtest overfitting is unknown: {why}."]
    return {"probability": math.nan, "points": 0, "params": [], "unknown": why, "said": said}


def grid_of_row(graph: Graph, params: Mapping[str, Any]) -> Grid | None:
    """The grid that a row of the ledger tells of, if this drawing has all of its params."""
    axes = []
    for name, values in params.items():
        node_id, _, param = name.rpartition(".")
        if not isinstance(values, list):
            continue
        node = graph.nodes.get(node_id)
        kind = node_type_of(node) if node is not None else None
        if node is None or kind is None or param not in kind.params:
            return None
        axes.append(Axis(node_id, param, title_of(node, kind), tuple(values)))
    return thinned(Grid(tuple(axes))) if axes else None


def thinned(grid: Grid) -> Grid:
    """A grid of at most `MOST_POINTS` points that spans the same values."""
    while grid.size > MOST_POINTS:
        longest = max(grid.axes, key=lambda axis: len(axis.values))
        half = replace(longest, values=longest.values[::2])
        grid = Grid(tuple(half if axis is longest else axis for axis in grid.axes))
    return grid
