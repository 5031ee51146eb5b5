"""Bars that a stored series lacks between its first and its last.

A market that never closes lacks every step that is not there. Of the others only days are looked
at: the sessions of the New York Stock Exchange for US shares, weekdays for currencies and futures.
Minutes without a trade are no gaps there, and a vendor would have nothing for them.
"""

from __future__ import annotations

import numpy as np

from alphintra_desktop.market.calendars import WEEKDAYS, sessions
from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.timeframes import step_seconds

_NEVER_CLOSES = "crypto"
# Fewer calls: gaps this many bars apart are asked for together.
_TOGETHER = 50


def missing(stamps: Stamps, timeframe: str, market: str) -> Stamps:
    """The times that should have a bar and have none."""
    if len(stamps) < 2:
        return stamps[:0]
    if market == _NEVER_CLOSES:
        step = np.timedelta64(step_seconds(timeframe), "s")
        due = np.arange(stamps[0], stamps[-1], step).astype("datetime64[ns]")
    elif timeframe == "1d":
        due = _sessions(stamps[0], stamps[-1], market)
    else:
        return stamps[:0]
    return np.asarray(np.setdiff1d(due, stamps))


def spans(gaps: Stamps, timeframe: str) -> list[tuple[np.datetime64, np.datetime64]]:
    """From when to when (excluded) to ask for them, with a bar before and after to compare."""
    if not len(gaps):
        return []
    step = np.timedelta64(step_seconds(timeframe), "s")
    margin = max(step, np.timedelta64(5, "D")) if timeframe == "1d" else step
    breaks = np.flatnonzero(np.diff(gaps) > _TOGETHER * step) + 1
    return [
        (
            (part[0] - margin).astype("datetime64[s]"),
            (part[-1] + step + margin).astype("datetime64[s]"),
        )
        for part in np.split(gaps, breaks)
    ]


def _sessions(first: np.datetime64, last: np.datetime64, market: str) -> Stamps:
    name = "XNYS" if market == "us_equities" else WEEKDAYS
    return np.asarray(sessions(name, first, last).days.astype("datetime64[ns]"))
