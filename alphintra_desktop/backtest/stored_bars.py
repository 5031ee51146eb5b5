"""The bars that a recorded run traded on, one symbol at a time, as they were then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.market.bars import PRICES, Floats
from alphintra_desktop.market.holdout import lifted, stamps_of
from alphintra_desktop.market.holdout_fence import rows_readable
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import Stamps, read_bars
from alphintra_desktop.nodes import market_data


@dataclass(frozen=True, eq=False)
class SymbolBars:
    """(T,) prices of one symbol on a run's bars, NaN where it had none."""

    symbol: str
    open: Floats
    high: Floats
    low: Floats
    close: Floats


def bars_of(run: StoredRun, symbol: str) -> SymbolBars:
    """Exactly the bars that the run saw, whatever was imported since, adjusted as it asked for.

    Bars that are held out are left out, unless they were opened for this run.
    Raises `AlphintraError` if the library no longer holds them.
    """
    stamps, columns = read_bars(library().snapshot(run.snapshot_of(symbol)), symbol)
    known = _readable(run, symbol, stamps)
    stamps, columns = stamps[:known], {name: v[:known] for name, v in columns.items()}
    calendar = run.curves.timestamps
    rows = np.minimum(np.searchsorted(calendar, stamps), len(calendar) - 1)
    inside = calendar[rows] == stamps
    factor = columns["adj_factor"] if run.adjusted else 1.0
    placed = (_placed(columns[name] * factor, rows, inside, len(calendar)) for name in PRICES)
    return SymbolBars(symbol, *placed)


def _readable(run: StoredRun, symbol: str, stamps: Stamps) -> int:
    """How many rows may be looked at."""
    with lifted(stamps_of(run.manifest["graph_hash"], run.manifest.get("marks", ()))):
        return min(rows_readable(stamps, one, symbol) for one in _datasets(run))


def _datasets(run: StoredRun) -> set[str]:
    """The datasets that the run's graph names; one, unless it could not have run."""
    nodes = graph_from_text(run.graph_text, f"the graph of run {run.id}").nodes.values()
    default = market_data.dataset.params["dataset"].default
    found = [node for node in nodes if node.type == market_data.dataset.name]
    return {str(node.params.get("dataset", default)) for node in found}


def _placed(values: Floats, rows: Floats, inside: Floats, count: int) -> Floats:
    if len(values) == count and inside.all():
        return values
    wide = np.full(count, np.nan)
    wide[rows[inside]] = values[inside]
    return wide
