"""The bars of one series, read to be looked at: every row as it is stored, and prices to draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphintra_desktop.backtest.extremes import Extremes
from alphintra_desktop.backtest.stored_bars import SymbolBars
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.bars import PRICES, Floats
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.holdout_fence import rows_readable
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import Stamps, are_bars, read_columns

COLUMNS = ("open", "high", "low", "close", "volume", "split", "dividend", "adj_factor")


@dataclass(frozen=True, eq=False)
class SeriesShown:
    """(R,) times and columns of all rows; `drawn` are adjusted prices, NaN in rows that are no
    bars, with their `extremes`, and those of the volume. `versions` are all there are of the
    series, the newest first.
    """

    version: SeriesVersion
    stamps: Stamps
    columns: dict[str, Floats]
    drawn: SymbolBars
    extremes: Extremes
    volume: Extremes
    versions: tuple[SeriesVersion, ...]

    @property
    def intraday(self) -> bool:
        """Whether several bars fall on one day."""
        return is_intraday(self.version.timeframe)


def read_series(version: SeriesVersion) -> SeriesShown:
    """Read a version, but for what is held out of it.

    Raises `AlphintraError` if its file is gone or damaged.
    """
    stamps, columns = read_columns(library().snapshot(version.sha256), version.symbol)
    known = rows_readable(stamps, version.dataset, version.symbol)
    stamps, columns = stamps[:known], {name: values[:known] for name, values in columns.items()}
    sound = are_bars(columns)
    prices = (_drawn(columns[name], columns["adj_factor"], sound) for name in PRICES)
    drawn = SymbolBars(version.symbol, *prices)
    volume = np.where(sound, columns["volume"], np.nan)
    return SeriesShown(
        version,
        stamps,
        columns,
        drawn,
        Extremes(drawn.low, drawn.high),
        Extremes(volume, volume),
        versions_of(version),
    )


def versions_of(version: SeriesVersion) -> tuple[SeriesVersion, ...]:
    """All versions of the same series, the newest first."""
    found = Catalog(library().catalog).versions(version.dataset, version.symbol)
    return tuple(one for one in found if one.key == version.key)


def _drawn(values: Floats, factors: Floats, sound: object) -> Floats:
    return np.asarray(np.where(np.asarray(sound), values * factors, np.nan))
