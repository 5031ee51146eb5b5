"""Holes in the bars of a period: more time without a bar than the market's own breaks explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphintra_desktop.backtest.figures import are_dates
from alphintra_desktop.market.bars import Bars

DAY = np.timedelta64(1, "D").astype("timedelta64[ns]")
# The longest run of days that weekends and holidays leave without a session.
LONGEST_HOLIDAY = 5 * DAY
# Less than this many missing bars in a row is what thin trading looks like.
THIN_TRADING = 12


@dataclass(frozen=True)
class Gap:
    """A hole in the bars of a symbol: the rows of the bars before and after it."""

    symbol: str
    before: int
    after: int
    length: np.timedelta64


def gaps(bars: Bars) -> list[Gap]:
    """All holes, the longest first.

    On daily and longer bars a hole is more than five calendar days, or than two and a half usual
    steps where those are longer. On intraday bars it is more than twelve usual steps and more
    than twice the longest break that happens at least every tenth day (a night, a weekend).
    """
    found = []
    for column, symbol in enumerate(bars.symbols):
        rows = np.flatnonzero(bars.present[:, column])
        if len(rows) < 3:
            continue
        stamps = bars.timestamps[rows]
        steps = np.diff(stamps)
        longest = _longest_usual(stamps, steps)
        found += [
            Gap(symbol, int(rows[i]), int(rows[i + 1]), steps[i])
            for i in np.flatnonzero(steps > longest).tolist()
        ]
    return sorted(found, key=lambda gap: gap.length, reverse=True)


def _longest_usual(
    stamps: np.ndarray[tuple[int], np.dtype[np.datetime64]],
    steps: np.ndarray[tuple[int], np.dtype[np.timedelta64]],
) -> np.timedelta64:
    usual = np.sort(steps)[len(steps) // 2]
    if are_dates(stamps):
        return max(LONGEST_HOLIDAY, usual * 5 // 2)
    days = int((stamps[-1] - stamps[0]) / DAY)
    regular = np.partition(steps, -1 - days // 10)[-1 - days // 10]
    longest: np.timedelta64 = max(usual * THIN_TRADING, regular * 2)
    return longest
