"""The bars of one series to be checked, and the one pass over all of them.

Ten million bars are looked at once, in blocks that fit a processor's cache and by every core: the
pass only notes rows that some check may want to see again (`Screen`), and the checks look at
those. What they know of the series beside: the median step of its prices and such, of a sample.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from alphintra_desktop.ir.markets import is_intraday, timeframe_parts
from alphintra_desktop.market.bars import PRICES, Booleans, Floats
from alphintra_desktop.market.quality_finding import MOST_ROWS, BarSpan, Rows
from alphintra_desktop.market.snapshots import are_bars
from alphintra_desktop.market.timeframes import step_seconds
from alphintra_desktop.market.times import shown

Stamps = npt.NDArray[np.datetime64]
Moments = npt.NDArray[np.int64]

_Number = TypeVar("_Number", bound=np.generic)
_BLOCK = 16_384
_SAMPLE = 65_536
SECOND = 1_000_000_000
# An open this many times away from the close before may be a split; a close, a spike.
LEAST_SPLIT = 1.5 / 1.04
SPIKE = 3.0


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
        return screened(self)

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


@dataclass(frozen=True, eq=False)
class Screen:
    """Row numbers, rising, by why they were noted.

    `uneven`: the row before is not one bar before. `unsound`: no bar at all. `still`: nothing was
    traded (volume zero). `flat`: the price did not move, within the bar nor from the bar before.
    `jumps`: the open is far from the close before. `leaps`: the close is. `extreme`: among the
    most extreme of all in what a bar moved, spanned or traded.
    """

    uneven: Rows
    unsound: Rows
    still: Rows
    flat: Rows
    jumps: Rows
    leaps: Rows
    extreme: Rows


_NAMES = tuple(field.name for field in fields(Screen))


def screened(table: BarTable) -> Screen:
    """The one pass over all rows."""
    limits = _limits(table)
    starts = range(0, len(table), _BLOCK)

    def block(start: int) -> tuple[Rows, ...]:
        return tuple(rows + start for rows in _block(table, start, limits))

    with np.errstate(invalid="ignore", over="ignore"):
        if len(starts) <= 1:
            parts = [block(start) for start in starts]
        else:
            with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
                parts = list(workers.map(block, starts))
    joined = [np.concatenate(rows) for rows in zip(*parts, strict=True)]
    return Screen(**dict(zip(_NAMES, joined, strict=True)))


@dataclass(frozen=True)
class _Limits:
    """Beyond what a bar is among the most extreme: its move and its range, as fractions of the
    close before, and its volume."""

    move: float
    range: float
    volume: float


def _limits(table: BarTable) -> _Limits:
    """So that about one row in ten thousand is beyond, but never fewer than the sample's top."""
    rows = np.linspace(1, len(table) - 1, min(_SAMPLE, max(len(table) - 1, 0))).astype(np.int64)
    if len(rows) < 2:
        return _Limits(np.inf, np.inf, np.inf)
    before = table["close"][rows - 1]
    with np.errstate(all="ignore"):
        moves = np.abs(table["close"][rows] / before - 1)
        ranges = (table["high"][rows] - table["low"][rows]) / before
    share = max(1e-4, 8 / len(rows))
    return _Limits(*(_top(values, share) for values in (moves, ranges, table["volume"][rows])))


def _top(values: Floats, share: float) -> float:
    known = values[np.isfinite(values)]
    if not len(known):
        return np.inf
    place = max(len(known) - 1 - int(share * len(known)), 0)
    return float(np.partition(known, place)[place])


def _block(table: BarTable, start: int, limits: _Limits) -> list[Rows]:
    """What the rows from `start` on are noted for, counted from `start`. The first row of a series
    has none before it and is held against itself."""
    stop = min(start + _BLOCK, len(table))
    here = slice(start, stop)
    opens, highs, lows, closes = (table[name][here] for name in PRICES)
    volume = table["volume"][here]
    before = _shifted(table["close"], start, stop)
    steps = table.moments[here] - _shifted(table.moments, start, stop)
    if start == 0:
        steps[0] = table.step
    spans = highs - lows
    moves = closes - before
    flat = (spans == 0) & (moves == 0)
    np.abs(moves, out=moves)
    unsound = ~are_bars({"open": opens, "high": highs, "low": lows, "close": closes})
    unsound |= volume < 0
    leaps = (closes > before * SPIKE) | (closes * SPIKE < before)
    jumps = (opens > before * LEAST_SPLIT) | (opens * LEAST_SPLIT < before)
    extreme = (
        (moves > before * limits.move) | (spans > before * limits.range) | (volume > limits.volume)
    )
    noted = (steps != table.step, unsound, volume == 0, flat, jumps, leaps, extreme)
    return [np.flatnonzero(one) for one in noted]


def _shifted(values: npt.NDArray[_Number], start: int, stop: int) -> npt.NDArray[_Number]:
    """The values of the rows before; the first row's own where there is none before."""
    if start:
        return values[start - 1 : stop - 1]
    return np.concatenate([values[:1], values[: stop - 1]])
