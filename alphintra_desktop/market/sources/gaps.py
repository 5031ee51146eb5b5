"""Bars that a stored series lacks between its first and its last, and what to ask for them.

The calendar is the one chosen for the symbol or the one that its bars keep. Minutes without a
trade are no gaps where a market is thin: within the sessions of an exchange only longer holes are
asked for. A market that never closes lacks every step that is not there.
"""

from __future__ import annotations

import numpy as np

from alphintra_desktop.market.calendars import ALWAYS, Moments, sessions
from alphintra_desktop.market.calendars_guess import UNKNOWN, guessed_calendar
from alphintra_desktop.market.quality_gaps import THIN_TRADING, promised
from alphintra_desktop.market.quality_table import BarTable
from alphintra_desktop.market.snapshots import Stamps

# Fewer calls: gaps this many bars apart are asked for together.
_TOGETHER = 50
_DAY = np.timedelta64(1, "D")
# Bars before and after a gap are asked for too, to be compared: over a long weekend, if need be.
_LONG_WEEKEND = np.timedelta64(5, "D")

Span = tuple[np.datetime64, np.datetime64]


def gap_spans(table: BarTable, market: str, calendar: str = "") -> list[Span]:
    """From when to when (excluded) to ask for what is missing in a series, in order of time."""
    name = calendar or (ALWAYS if market == "crypto" else guessed_calendar(table, market))
    if len(table) < 2 or name == UNKNOWN:
        return []
    gaps = _missing(table, name)
    if not len(gaps):
        return []
    step = np.timedelta64(table.step, "ns")
    margin = step if name == ALWAYS else _LONG_WEEKEND
    breaks = np.flatnonzero(np.diff(gaps) > _TOGETHER * step) + 1
    edges = [(part[0] - margin, part[-1] + step + margin) for part in np.split(gaps, breaks)]
    return [(first.astype("datetime64[s]"), end.astype("datetime64[s]")) for first, end in edges]


def _missing(table: BarTable, name: str) -> Stamps:
    first, last = (table.stamps[row].astype("datetime64[D]") for row in (0, -1))
    promise = promised(table, sessions(name, first - _DAY, last + _DAY))
    due = _starts(promise.starts, promise.counts, promise.step).astype("datetime64[ns]")
    due = due[(due > table.stamps[0]) & (due < table.stamps[-1])]
    gaps = np.asarray(np.setdiff1d(due, table.stamps))
    if name == ALWAYS or not table.intraday:
        return gaps
    number = np.searchsorted(due, gaps)
    runs = np.cumsum(np.concatenate([[0], np.diff(number) > 1])) if len(gaps) else number
    return gaps[np.isin(runs, np.flatnonzero(np.bincount(runs) >= THIN_TRADING))]


def _starts(starts: Moments, counts: Moments, step: int) -> Moments:
    """The starts of all promised bars, part after part."""
    before = np.cumsum(counts) - counts
    within = np.arange(int(counts.sum())) - np.repeat(before, counts)
    return np.asarray(np.repeat(starts, counts) + within * step)
