"""How much of what a calendar lets expect a series has, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.market.calendars import Days, Sessions, sessions
from alphintra_desktop.market.quality_table import BarTable

Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Coverage:
    """Sessions by year and month: `expected` and `present` have a row of twelve for each year.

    Without a calendar (""), there are none to expect and no years.
    """

    calendar: str
    years: tuple[int, ...] = ()
    expected: Counts = ()
    present: Counts = ()

    def share(self, row: int, month: int) -> float | None:
        """Which part of a month's sessions is there; None if the month has none."""
        wanted = self.expected[row][month]
        return self.present[row][month] / wanted if wanted else None


def coverage_of(table: BarTable, calendar: str) -> Coverage:
    """The coverage of the bars of a series from its first to its last.

    Raises `AlphintraError` if there is no such calendar.
    """
    if not calendar or not len(table):
        return Coverage("")
    moments = np.sort(table.moments)
    ends = moments[[0, -1]].view("datetime64[ns]").astype("datetime64[D]")
    known = sessions(calendar, ends[0], ends[1])
    if not len(known.days):
        return Coverage("")
    there = _with_bars(moments, known) if table.intraday else np.isin(known.days, _days(moments))
    years = known.days.astype("datetime64[Y]").astype(int) + 1970
    months = known.days.astype("datetime64[M]").astype(int) % 12
    first, count = int(years[0]), int(years[-1] - years[0]) + 1
    places = (years - first) * 12 + months
    return Coverage(
        calendar,
        tuple(range(first, first + count)),
        _counted(places, count),
        _counted(places[there], count),
    )


def _days(moments: npt.NDArray[np.int64]) -> Days:
    return np.unique(moments.view("datetime64[ns]").astype("datetime64[D]"))


def _with_bars(moments: npt.NDArray[np.int64], known: Sessions) -> npt.NDArray[np.bool_]:
    """(S,): the sessions in which at least one bar starts."""
    inside = np.searchsorted(moments, known.closes) > np.searchsorted(moments, known.opens)
    there = np.zeros(len(known.days), dtype=np.bool_)
    there[known.session[inside]] = True
    return there


def _counted(places: npt.NDArray[np.int64], years: int) -> Counts:
    counts = np.bincount(places, minlength=years * 12).reshape(years, 12)
    return tuple(tuple(row) for row in counts.tolist())
