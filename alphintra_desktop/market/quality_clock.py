"""Bars whose clock is an hour off in the summer or in the winter.

Exchanges open by the clock on their wall. Where a file gives the times of another clock, or of one
that is never set, its sessions start an hour early or late for half of the year. Steps: 1. of each
session, how far from its time is the first bar, and how far the end of the last; 2. the seasons
between two changes of the exchange's clock in which nearly all sessions are off by one hour at
both ends; 3. in the week of currencies, which opens at an hour of the vendor's, only seasons can
be held against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from alphintra_desktop.market.calendars import ALWAYS, WEEK, WEEKDAYS, Moments, Sessions
from alphintra_desktop.market.quality_finding import (
    QualityFinding,
    Repair,
    Rows,
    Severity,
    ranges_of,
)
from alphintra_desktop.market.quality_gaps import title_of
from alphintra_desktop.market.quality_table import BarTable

_HOUR = 3_600 * 1_000_000_000
_NEARLY_ALL = 0.8
_FEWEST_SESSIONS, _FEWEST_WEEKS = 5, 3


def clock_findings(table: BarTable, known: Sessions) -> Iterator[QualityFinding]:
    """The seasons whose bars are an hour early or late."""
    if not table.intraday or known.name in (ALWAYS, WEEKDAYS) or len(known.days) < 2:
        return
    if table.step > _HOUR:
        return
    sides = _week_sides(table, known) if known.name == WEEK else _sides(table, known)
    shifted = [side for side in sides if side.off]
    for off in (-_HOUR, _HOUR):
        alike = [side for side in shifted if side.off == off]
        if alike:
            yield _shifted(table, known, alike, of=len(sides))


@dataclass(frozen=True)
class _Side:
    """A season: its first and last session, and how far its bars are off, in nanoseconds."""

    first: int
    last: int
    off: int


def _seasons(known: Sessions) -> Iterator[tuple[int, int]]:
    """The ranges of sessions between two changes of the clock."""
    changes = np.flatnonzero(np.diff(known.offsets)) + 1
    edges = [0, *changes.tolist(), len(known.days)]
    yield from pairwise(edges)


def _sides(table: BarTable, known: Sessions) -> list[_Side]:
    starts, ends = _offs(table, known)
    at_both = np.where(starts == ends, starts, 1)
    found = []
    for start, stop in _seasons(known):
        seen = at_both[start:stop]
        there = int((starts[start:stop] != _NO_BARS).sum())
        counts = {off: int((seen == off).sum()) for off in (-_HOUR, _HOUR)}
        off = max(counts, key=lambda off: counts[off])
        if there >= _FEWEST_SESSIONS:
            is_off = counts[off] >= _NEARLY_ALL * there
            found.append(_Side(start, stop - 1, off if is_off else 0))
    return found


_NO_BARS = np.iinfo(np.int64).max


def _offs(table: BarTable, known: Sessions) -> tuple[Moments, Moments]:
    """(S,) each: how far from the open the first bar starts, and from the close the last ends."""
    opens, closes = known.first_opens, known.last_closes
    first = np.searchsorted(table.moments, opens - 2 * _HOUR)
    last = np.searchsorted(table.moments, closes + 2 * _HOUR) - 1
    none = first > last
    first, last = np.minimum(first, len(table) - 1), np.maximum(last, 0)
    starts = np.where(none, _NO_BARS, _whole(table, table.moments[first] - opens))
    ends = _whole(table, table.moments[last] + table.step - closes)
    return starts, np.where(none | known.early, starts, ends)


def _whole(table: BarTable, off: Moments) -> Moments:
    """Less than a bar off is not off: hourly bars start at the full hour before a half past."""
    rounded = np.round(off / _HOUR).astype(np.int64) * _HOUR
    return np.where(np.abs(off - rounded) < table.step, rounded, off)


def _week_sides(table: BarTable, known: Sessions) -> list[_Side]:
    """The seasons whose weeks open an hour from when the others do, by the clock of New York."""
    offs = _first_bars(table, known)
    sides = []
    for start, stop in _seasons(known):
        offs_then = offs[start:stop]
        offs_then = offs_then[offs_then != _NO_BARS]
        if len(offs_then) >= _FEWEST_WEEKS:
            sides.append(_Side(start, stop - 1, int(np.median(offs_then))))
    usual = np.median([side.off for side in sides]) if sides else 0.0
    levels = sorted({side.off for side in sides})
    if len(levels) != 2 or levels[1] - levels[0] != _HOUR:
        return []
    least = levels[0] if usual not in levels else int(usual)
    return [_Side(side.first, side.last, side.off - least) for side in sides]


def _first_bars(table: BarTable, known: Sessions) -> Moments:
    """(S,): how long after the roll at 17:00 in New York trading starts again: after the market's
    daily break if it has one, else after the weekend. `_NO_BARS` where it cannot be told."""
    first = np.searchsorted(table.moments, known.opens)
    inside = (first > 0) & (first < len(table))
    first = np.clip(first, 1, len(table) - 1)
    paused = inside & (table.moments[first] - table.moments[first - 1] > table.step)
    offs = np.where(paused, table.moments[first] - known.opens, _NO_BARS)
    new_week = np.diff(known.days, prepend=known.days[0]).astype(int) > 1
    has_break = (paused & ~new_week).sum() * 2 > (~new_week).sum()
    return np.where(new_week == has_break, _NO_BARS, offs)


def _shifted(table: BarTable, known: Sessions, sides: list[_Side], of: int) -> QualityFinding:
    late = sides[0].off > 0
    edges = [
        np.searchsorted(
            table.moments, [known.opens[side.first] - 2 * _HOUR, _end(known, side)]
        ).tolist()
        for side in sides
    ]
    rows: Rows = np.concatenate([np.arange(start, stop) for start, stop in edges])
    days = f"{known.days[sides[0].first]} to {known.days[sides[0].last]}"
    seasons = days if len(sides) == 1 else f"{len(sides)} seasons, the first {days},"
    when = f"from {seasons}" if len(sides) < of or of == 1 else "in all seasons"
    return QualityFinding(
        "clock_shift",
        Severity.WARNING,
        f"The bars {when} are an hour {'late' if late else 'early'} for"
        f" {title_of(known.name)}, as if their clock were not set with the market's.",
        "Import the file again with the time zone of its times, or shift these bars.",
        table.span(rows),
        Repair(
            "shift_times",
            ranges_of(table.numbers(rows)),
            f"move the bars {when} an hour {'back' if late else 'on'}",
            -60.0 if late else 60.0,
        ),
    )


def _end(known: Sessions, side: _Side) -> int:
    """Where the rows of a season end: halfway to the next session."""
    close = int(known.last_closes[side.last])
    following = side.last + 1
    if following < len(known.days):
        return (close + int(known.first_opens[following])) // 2 + 1
    return close + 12 * _HOUR
