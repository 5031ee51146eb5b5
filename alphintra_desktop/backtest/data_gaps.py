"""Holes in the bars of a period: more time without a bar than the market's own breaks explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.figures import are_dates
from alphintra_desktop.market.bars import Bars, Booleans

Times = npt.NDArray[np.datetime64]

DAY = np.timedelta64(1, "D").astype("timedelta64[ns]")
# From the last session before to the first one after the longest close of a large market in fifty
# years: New York, 2001-09-10 to 2001-09-17.
LONGEST_HOLIDAY = 7 * DAY
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

    On daily and longer bars a hole is more than seven calendar days, or than two and a half usual
    steps where those are longer. On intraday bars it is more than twelve usual steps and more
    than twice the longest break that happens at least every tenth day (a night, a weekend).
    """
    whole: Booleans = np.asarray(bars.present.all(axis=0))
    shared = _holes(bars.timestamps) if whole.any() else []
    found = []
    for column, symbol in enumerate(bars.symbols):
        if whole[column]:
            found += [Gap(symbol, i, i + 1, length) for i, length in shared]
            continue
        rows = np.flatnonzero(bars.present[:, column])
        holes = _holes(bars.timestamps[rows])
        found += [Gap(symbol, int(rows[i]), int(rows[i + 1]), length) for i, length in holes]
    return sorted(found, key=lambda gap: gap.length, reverse=True)


def _holes(stamps: Times) -> list[tuple[int, np.timedelta64]]:
    """The places before each hole in these times, and its length."""
    if len(stamps) < 3:
        return []
    steps = np.diff(stamps)
    ordered = np.sort(steps)
    usual = ordered[len(steps) // 2]
    if are_dates(stamps):
        longest = max(LONGEST_HOLIDAY, usual * 5 // 2)
    else:
        regular = ordered[-1 - int((stamps[-1] - stamps[0]) / DAY) // 10]
        longest = max(usual * THIN_TRADING, regular * 2)
    return [(int(i), steps[i]) for i in np.flatnonzero(steps > longest)]
