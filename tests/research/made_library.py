"""A market library with made-up bars, for sweeps that load what their graph names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
from tests.benchmarks.made_bars import walk

NAMES = ("AA", "BB")


def import_made_bars(folder: Path, bars: int = 400) -> None:
    """Two symbols that wander; the second one begins later and misses some days."""
    tables = [walk(bars, "2015-01-05", "D", seed).assign(symbol=s) for seed, s in enumerate(NAMES)]
    gappy = np.random.default_rng(3).random(bars) < 0.9
    gappy[:30] = False
    tables[1] = tables[1][gappy]
    path = folder / "made.parquet"
    pd.concat(tables).to_parquet(path, index=False)
    import_file(path, "made", timeframe="1d", market="crypto", report=Report())
