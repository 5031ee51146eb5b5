"""The bars of one series, read to be looked at: every row as it is stored, and prices to draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphintra_desktop.backtest.extremes import Extremes
from alphintra_desktop.backtest.stored_bars import SymbolBars
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.bars import PRICES, Booleans, Floats
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.holdout_fence import rows_readable
from alphintra_desktop.market.latest_rows import read_latest_columns
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import Stamps, are_bars, read_columns

COLUMNS = ("open", "high", "low", "close", "volume", "split", "dividend", "adj_factor")


# A longer series is first shown with its latest bars only.
LARGE, LATEST = 1_000_000, 200_000


@dataclass(frozen=True, eq=False)
class SeriesShown:
    """(R,) times and columns of all rows from row `start` on; `drawn` are adjusted prices, NaN in
    rows that are no bars, with their `extremes`, and those of the volume. `versions` are all there
    are of the series, the newest first.
    """

    version: SeriesVersion
    stamps: Stamps
    columns: dict[str, Floats]
    drawn: SymbolBars
    extremes: Extremes
    volume: Extremes
    versions: tuple[SeriesVersion, ...]
    start: int = 0

    @property
    def intraday(self) -> bool:
        """Whether several bars fall on one day."""
        return is_intraday(self.version.timeframe)


def read_series(version: SeriesVersion) -> SeriesShown:
    """Read a version, but for what is held out of it.

    Raises `AlphintraError` if its file is gone or damaged.
    """
    return _shown(version, 0, *read_columns(library().snapshot(version.sha256), version.symbol))


def read_latest(version: SeriesVersion) -> SeriesShown:
    """Read the latest bars of a long version, at once. Raises `AlphintraError` as `read_series`."""
    path = library().snapshot(version.sha256)
    return _shown(version, *read_latest_columns(path, version.symbol, LATEST))


def _shown(
    version: SeriesVersion, start: int, stamps: Stamps, columns: dict[str, Floats]
) -> SeriesShown:
    known = rows_readable(stamps, version.dataset, version.symbol)
    stamps, columns = stamps[:known], {name: values[:known] for name, values in columns.items()}
    sound = are_bars(columns)
    prices = (_drawn(columns[name], columns["adj_factor"], sound) for name in PRICES)
    drawn = SymbolBars(version.symbol, *prices)
    volume = _seen(columns["volume"], sound)
    return SeriesShown(
        version,
        stamps,
        columns,
        drawn,
        Extremes(drawn.low, drawn.high),
        Extremes(volume, volume),
        versions_of(version),
        start,
    )


def versions_of(version: SeriesVersion) -> tuple[SeriesVersion, ...]:
    """All versions of the same series, the newest first."""
    found = Catalog(library().catalog).versions(version.dataset, version.symbol)
    return tuple(one for one in found if one.key == version.key)


def _drawn(values: Floats, factors: Floats, sound: Booleans) -> Floats:
    plain = factors.size and factors[0] == 1.0 and bool((factors == 1.0).all())
    return _seen(values if plain else values * factors, sound)


def _seen(values: Floats, sound: Booleans) -> Floats:
    """NaN in rows that are no bars; the very same array where all are."""
    return values if sound.all() else np.asarray(np.where(sound, values, np.nan))
