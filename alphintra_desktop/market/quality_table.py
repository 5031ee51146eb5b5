"""The bars of one series to be checked, and the rows of them that are worth a closer look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.ir.markets import is_intraday, timeframe_parts
from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.market.quality_finding import MOST_ROWS, BarSpan, Rows
from alphintra_desktop.market.quality_screen import Moments, Screen, Screened
from alphintra_desktop.market.timeframes import step_seconds
from alphintra_desktop.market.times import shown

Stamps = npt.NDArray[np.datetime64]
SECOND = 1_000_000_000


@dataclass(frozen=True, eq=False)
class BarTable:
    """Rows of one symbol as they are stored or as a file has them, in any order.

    `stamps` (R,) datetime64[ns] as in `Bars`; `columns` are open, high, low, close and volume,
    (R,) each, NaN where unknown; `events` (R,) is where a split is known, or None where none is.
    `rows` (R,) is which row of the series each one is, or None where they are all of them.
    """

    symbol: str
    timeframe: str
    stamps: Stamps
    columns: Mapping[str, Floats]
    events: Booleans | None = None
    rows: Rows | None = None

    def __len__(self) -> int:
        return len(self.stamps)

    def __getitem__(self, column: str) -> Floats:
        return self.columns[column]

    @property
    def intraday(self) -> bool:
        """Whether several bars fall on one day."""
        return is_intraday(self.timeframe)

    @property
    def step(self) -> int:
        """The length of a bar in nanoseconds."""
        return step_seconds(self.timeframe) * SECOND

    @property
    def has_daily_bars(self) -> bool:
        """Whether a bar is one session."""
        return timeframe_parts(self.timeframe) == (1, "d")

    @cached_property
    def moments(self) -> Moments:
        """The stamps as whole nanoseconds."""
        return self.stamps.astype("datetime64[ns]").view(np.int64)

    @cached_property
    def screen(self) -> Screen:
        """The rows that checks want to see again."""
        return Screened(self.moments, self.step, self.columns).screen()

    def picked(self, chosen: Booleans | Rows) -> BarTable:
        """Some of the rows, which keep their numbers."""
        numbers = np.arange(len(self)) if self.rows is None else self.rows
        return BarTable(
            self.symbol,
            self.timeframe,
            self.stamps[chosen],
            {name: values[chosen] for name, values in self.columns.items()},
            None if self.events is None else self.events[chosen],
            numbers[chosen],
        )

    def number(self, row: int | np.integer[Any]) -> int:
        """Which row of the series a row of this table is."""
        return int(row if self.rows is None else self.rows[row])

    def numbers(self, rows: Rows) -> Rows:
        """`number` of many rows."""
        return rows if self.rows is None else self.rows[rows]

    def time(self, row: int | np.integer[Any]) -> str:
        """The time of a row, for a sentence."""
        return shown(self.stamps[row], intraday=self.intraday)

    def span(self, rows: Rows, count: int | None = None) -> BarSpan:
        """The place of those rows, which rise."""
        listed = tuple(self.numbers(rows[:MOST_ROWS]).tolist())
        total = len(rows) if count is None else count
        return BarSpan(self.symbol, self.time(rows[0]), self.time(rows[-1]), total, listed)
