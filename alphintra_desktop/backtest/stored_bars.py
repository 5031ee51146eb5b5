"""The bars that a recorded run traded on, one symbol at a time, as they were then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.market.bars import PRICES, Floats
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import read_bars


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

    Raises `AlphintraError` if the library no longer holds them.
    """
    stamps, columns = read_bars(library().snapshot(run.snapshot_of(symbol)), symbol)
    calendar = run.curves.timestamps
    rows = np.minimum(np.searchsorted(calendar, stamps), len(calendar) - 1)
    inside = calendar[rows] == stamps
    factor = columns["adj_factor"] if run.adjusted else 1.0
    placed = (_placed(columns[name] * factor, rows, inside, len(calendar)) for name in PRICES)
    return SymbolBars(symbol, *placed)


def _placed(values: Floats, rows: Floats, inside: Floats, count: int) -> Floats:
    if len(values) == count and inside.all():
        return values
    wide = np.full(count, np.nan)
    wide[rows[inside]] = values[inside]
    return wide
