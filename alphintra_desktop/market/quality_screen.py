"""The one pass over all bars of a series: which rows some check may want to see again.

Steps: 1. a sample says beyond what a bar is among the most extreme of the series; 2. blocks of rows
that fit a processor's cache are put through a coarse test, by every core and in memory that is used
again and again; 3. the few rows that it notes are looked at closely.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from alphintra_desktop.market.bars import PRICES, Booleans, Floats
from alphintra_desktop.market.quality_finding import Rows
from alphintra_desktop.market.snapshots import are_bars

_Number = TypeVar("_Number", bound=np.generic)
Moments = npt.NDArray[np.int64]

_BLOCK, _STRETCH = 16_384, 16_384 * 32
_SAMPLE = 65_536
# About so many rows of a long series are noted as extreme, of a short one a few.
_MOST_EXTREME, _FEW_EXTREME = 5e-5, 8
# An open this many times away from the close before may be a split; a close, a spike.
LEAST_SPLIT = 1.5 / 1.04
SPIKE = 3.0
# Both are at least so far from the close before, as a fraction of it.
_FAR_OPEN, _FAR_CLOSE = 0.3, 0.6


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


@dataclass(frozen=True, eq=False)
class Screened:
    """What is screened: the times in nanoseconds, (R,), the length of a bar, and the columns."""

    moments: Moments
    step: int
    columns: Mapping[str, Floats]

    def screen(self) -> Screen:
        """Note rows. The first row has none before it and is held against itself."""
        limits = _limits(self.columns)
        starts = range(0, len(self.moments), _STRETCH)
        with np.errstate(all="ignore"):
            if len(starts) <= 1:
                parts = [_noted(self, start, limits) for start in starts]
            else:
                with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
                    parts = list(workers.map(lambda start: _noted(self, start, limits), starts))
            rows = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
            return _looked_at(self, rows, limits)


@dataclass(frozen=True)
class _Limits:
    """Beyond what a bar is among the most extreme: its move and its range, as fractions of the
    close before, and its volume."""

    move: float
    range: float
    volume: float


def _limits(columns: Mapping[str, Floats]) -> _Limits:
    count = len(columns["close"])
    rows = np.linspace(1, count - 1, min(_SAMPLE, max(count - 1, 0))).astype(np.int64)
    if len(rows) < 2:
        return _Limits(np.inf, np.inf, np.inf)
    before = columns["close"][rows - 1]
    with np.errstate(all="ignore"):
        moves = np.abs(columns["close"][rows] / before - 1)
        ranges = (columns["high"][rows] - columns["low"][rows]) / before
    most = max(int(_MOST_EXTREME * len(rows)), _FEW_EXTREME if len(rows) < _SAMPLE else 0)
    return _Limits(*(_top(values, most) for values in (moves, ranges, columns["volume"][rows])))


def _top(values: Floats, most: int) -> float:
    """Above which there are as many values."""
    known = values[np.isfinite(values)]
    if not len(known):
        return np.inf
    place = max(len(known) - 1 - most, 0)
    return float(np.partition(known, place)[place])


class _Scratch:
    """Memory of one worker, for the values of a block."""

    def __init__(self) -> None:
        self.one, self.other = np.empty(_BLOCK), np.empty(_BLOCK)
        self.steps = np.empty(_BLOCK, dtype=np.int64)
        self.noted, self.test = (np.empty(_BLOCK, dtype=np.bool_) for _ in range(2))


def _noted(data: Screened, first: int, limits: _Limits) -> Rows:
    """The coarse test of a stretch of rows: everything that may be of interest, and some more."""
    scratch, found = _Scratch(), []
    for start in range(first, min(first + _STRETCH, len(data.moments)), _BLOCK):
        stop = min(start + _BLOCK, len(data.moments))
        found.append(np.flatnonzero(_coarse(data, start, stop, limits, scratch)) + start)
    return np.concatenate(found)


def _coarse(data: Screened, start: int, stop: int, limits: _Limits, scratch: _Scratch) -> Booleans:
    """(stop - start,). Written in place: each operation costs more in new memory than in work."""
    opens, highs, lows, closes = (data.columns[name][start:stop] for name in PRICES)
    volume = data.columns["volume"][start:stop]
    before = _shifted(data.columns["close"], start, stop)
    count = stop - start
    one, other = scratch.one[:count], scratch.other[:count]
    noted, test = scratch.noted[:count], scratch.test[:count]

    def farther(values: Floats, base: Floats, least: float) -> None:
        np.subtract(values, base, out=one)
        np.abs(one, out=one)
        np.multiply(before, least, out=other)
        np.greater(one, other, out=test)
        np.logical_or(noted, test, out=noted)

    np.greater(lows, 0, out=noted)
    for low, high in ((lows, opens), (opens, highs), (lows, closes), (closes, highs)):
        np.less_equal(low, high, out=test)
        np.logical_and(noted, test, out=noted)
    np.logical_not(noted, out=noted)
    farther(highs, lows, limits.range)
    np.equal(one, 0, out=test)
    np.logical_or(noted, test, out=noted)
    farther(closes, before, min(limits.move, _FAR_CLOSE))
    farther(opens, before, _FAR_OPEN)
    np.less_equal(volume, 0, out=test)
    np.logical_or(noted, test, out=noted)
    np.greater(volume, limits.volume, out=test)
    np.logical_or(noted, test, out=noted)
    steps = scratch.steps[:count]
    np.subtract(data.moments[start:stop], _shifted(data.moments, start, stop), out=steps)
    np.not_equal(steps, data.step, out=test)
    return np.logical_or(noted, test, out=noted)


def _looked_at(data: Screened, rows: Rows, limits: _Limits) -> Screen:
    """Why rows were noted, told apart."""
    opens, highs, lows, closes = (data.columns[name][rows] for name in PRICES)
    volume, earlier = data.columns["volume"][rows], np.maximum(rows - 1, 0)
    before = data.columns["close"][earlier]
    moves, spans = np.abs(closes - before), highs - lows
    sound = are_bars({"open": opens, "high": highs, "low": lows, "close": closes})
    far_opens = (opens > before * LEAST_SPLIT) | (opens * LEAST_SPLIT < before)
    extreme = (moves > before * limits.move) | (spans > before * limits.range)
    steps = np.where(rows > 0, data.moments[rows] - data.moments[earlier], data.step)
    return Screen(
        uneven=rows[steps != data.step],
        unsound=rows[~sound | (volume < 0)],
        still=rows[volume == 0],
        flat=rows[(spans == 0) & (moves == 0)],
        jumps=rows[far_opens],
        leaps=rows[(closes > before * SPIKE) | (closes * SPIKE < before)],
        extreme=rows[extreme | (volume > limits.volume)],
    )


def _shifted(values: npt.NDArray[_Number], start: int, stop: int) -> npt.NDArray[_Number]:
    """The values of the rows before; the first row's own where there is none before."""
    if start:
        return values[start - 1 : stop - 1]
    return np.concatenate([values[:1], values[: stop - 1]])
