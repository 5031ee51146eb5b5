"""Lows and highs of any stretch of a long series, at once: what a chart of it draws.

1. Once: gather the series by 16, those by 4, and so on, until little is left; each level holds the
   lowest and the highest value of every block. All levels together are a tenth of the series.
2. For a stretch and a number of columns: take the smallest power of two of bars a column for which
   they suffice, slice the coarsest level whose blocks fit into a column, and gather the few
   blocks of each. Columns begin at multiples of their length, so that they stay when panned.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphintra_desktop.market.bars import Floats

FINEST = 16
COARSER = 4
FEW = 512  # blocks that can be looked at one by one


class Columns(NamedTuple):
    """Columns of `step` bars each from bar `start` on; NaN where there is no value."""

    start: int
    step: int
    low: Floats
    high: Floats


class Extremes:
    """The lows and highs of a series. Both may be the same array, that of a single line."""

    def __init__(self, low: Floats, high: Floats) -> None:
        self.low, self.high = low, high
        self._levels: list[tuple[int, Floats, Floats]] = []
        block, lows, highs = FINEST, _gathered(low, FINEST, np.fmin), high
        highs = _gathered(high, FINEST, np.fmax)
        while True:
            self._levels.append((block, lows, highs))
            if len(lows) <= FEW:
                break
            block *= COARSER
            lows, highs = _gathered(lows, COARSER, np.fmin), _gathered(highs, COARSER, np.fmax)

    def __len__(self) -> int:
        return len(self.low)

    def between(self, first: int, last: int, most: int) -> Columns:
        """Bars `first` to before `last` as at most `most` + 2 columns. All of them are covered."""
        first, last = max(first, 0), min(last, len(self))
        step = 1
        while (last - first) > most * step:
            step *= 2
        start = first - first % step
        end = -(-last // step) * step
        if step == 1:
            return Columns(start, 1, self.low[start:end], self.high[start:end])
        block, lows, highs = self._level(step)
        inside = slice(start // block, -(-end // block))
        return Columns(
            start,
            step,
            _gathered(lows[inside], step // block, np.fmin),
            _gathered(highs[inside], step // block, np.fmax),
        )

    def span(self, first: int, last: int) -> tuple[float, float]:
        """The lowest and the highest value from `first` to before `last`; NaN where there is none.

        Long stretches are widened to whole columns.
        """
        _, _, low, high = self.between(first, last, FEW)
        if not len(low):
            return np.nan, np.nan
        return float(np.fmin.reduce(low)), float(np.fmax.reduce(high))

    def _level(self, step: int) -> tuple[int, Floats, Floats]:
        chosen = (1, self.low, self.high)
        for level in self._levels:
            if level[0] <= step:
                chosen = level
        return chosen


def _gathered(values: Floats, many: int, smaller: np.ufunc) -> Floats:
    """The extreme of each `many` values; the last of what is left. NaNs count as nothing."""
    if many == 1:
        return values
    whole = len(values) // many * many
    found = smaller.reduce(values[:whole].reshape(-1, many), axis=1)
    if whole == len(values):
        return np.asarray(found)
    return np.append(found, smaller.reduce(values[whole:]))
