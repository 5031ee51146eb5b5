"""A small library with a series in which something is wrong."""

from __future__ import annotations

import numpy as np

from alphintra_desktop.market.bars import COLUMNS
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.file_series import FileSeries
from alphintra_desktop.market.importing import publish
from alphintra_desktop.market.snapshots import Series
from alphintra_desktop.report import Report
from tests.market.quality_bars import daily

BARS, MISSING, SWAPPED = 800, slice(300, 340), 100


def broken_series(symbol: str = "ACME", dataset: str = "broken") -> SeriesVersion:
    """Daily bars without two months, one of them with its high and low swapped."""
    table = daily(bars=BARS)
    there = np.ones(BARS, dtype=np.bool_)
    there[MISSING] = False
    columns = {name: values.copy() for name, values in table.columns.items()}
    high, low = columns["high"], columns["low"]
    high[SWAPPED], low[SWAPPED] = low[SWAPPED], high[SWAPPED]
    ones = np.ones(BARS)
    columns |= {"adj_factor": ones, "split": ones, "dividend": ones * 0}
    kept = {name: columns[name][there] for name in COLUMNS}
    series = Series(symbol, table.stamps[there], kept, intraday=False)
    file = FileSeries("acme.csv", "acme.csv", "1d", (series,), ())
    (version,) = publish(dataset, [("us_equities", file)], Report())
    return version
