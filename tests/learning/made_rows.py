"""Rows with a planted signal, or none."""

from __future__ import annotations

import numpy as np

from alphintra_desktop.learning.dataset import Dataset, rows_of
from alphintra_desktop.market.bars import Bars

HORIZON = 5


def made_rows(
    bars: int = 900,
    symbols: int = 1,
    signal: float = 1.0,
    seed: int = 0,
    features: int = 4,
    horizon: int = HORIZON,
) -> Dataset:
    """Labels that follow the first feature, by `signal` times its part of the noise."""
    draw = np.random.default_rng(seed)
    shape = (bars, symbols)
    columns = {f"f{number}": draw.normal(size=shape) for number in range(features)}
    label = signal * columns["f0"] + draw.normal(size=shape)
    label[-horizon:] = np.nan
    return rows_of(empty_bars(bars, symbols), columns, label, horizon)


def empty_bars(bars: int, symbols: int) -> Bars:
    """Days on which every symbol has a bar."""
    stamps = np.datetime64("2015-01-01") + np.arange(bars)
    ones = np.ones((bars, symbols))
    names = tuple(f"S{number}" for number in range(symbols))
    return Bars(stamps.astype("datetime64[ns]"), names, {"close": ones})
