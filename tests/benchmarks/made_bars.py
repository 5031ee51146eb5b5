"""Bars to measure on: random walks, the same on every machine, in a library of their own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report

LIBRARY = "ALPHINTRA_HOME"


@contextmanager
def own_library() -> Iterator[Path]:
    """An empty folder that holds the market library until the end."""
    before = os.environ.get(LIBRARY)
    with tempfile.TemporaryDirectory(prefix="alphintra-bench-") as folder:
        os.environ[LIBRARY] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ[LIBRARY]
            else:
                os.environ[LIBRARY] = before


def symbols_of(count: int) -> tuple[str, ...]:
    """MADE000, MADE001, ..."""
    return tuple(f"MADE{number:03d}" for number in range(count))


def walk(bars: int, start: str, step: str, seed: int) -> pd.DataFrame:
    """One symbol's bars: timestamp, open, high, low, close, volume. Prices are whole cents."""
    draw = np.random.default_rng(seed)
    deviation = 0.01 if step == "D" else 0.0005
    close = 100.0 * np.exp(np.cumsum(draw.normal(0.0, deviation, bars)))
    opened = np.append(100.0, close[:-1]) * np.exp(draw.normal(0.0, deviation / 4, bars))
    spread = np.exp(np.abs(draw.normal(0.0, deviation / 2, (2, bars))))
    table = {
        "open": opened,
        "high": np.maximum(opened, close) * spread[0],
        "low": np.minimum(opened, close) / spread[1],
        "close": close,
    }
    stamps = np.datetime64(start, step) + np.arange(bars)
    cents = {name: np.maximum(np.round(values, 2), 0.01) for name, values in table.items()}
    volume = np.round(draw.lognormal(8.0, 1.0, bars))
    return pd.DataFrame({"timestamp": stamps.astype("datetime64[ns]"), **cents, "volume": volume})


def import_walks(folder: Path, dataset: str, symbols: int, bars: int, step: str) -> None:
    """Put walks into the library. `step` is "D" for daily bars, "m" for bars of a minute."""
    tables = [
        walk(bars, "2005-01-03", step, seed).assign(symbol=symbol)
        for seed, symbol in enumerate(symbols_of(symbols))
    ]
    path = folder / f"{dataset}.parquet"
    pd.concat(tables).to_parquet(path, index=False)
    timeframe = "1d" if step == "D" else "1m"
    import_file(path, dataset, timeframe=timeframe, market="crypto", report=Report())
    path.unlink()
