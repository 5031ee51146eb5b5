"""Everything that is wrong with the bars of a series: the checks, and what was found before.

Steps: 1. put rows in order, each time once; 2. find the calendar, and hold the times against it;
3. tell the rows that are no bars, and leave them out of what follows; 4. look at prices and volume;
5. let a forest look for what the rules missed. What a stored series was found to have is kept in
the catalog under the hash of its content, so that nothing is checked twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np

from alphintra_desktop.market.calendars import Sessions, sessions
from alphintra_desktop.market.calendars_guess import UNKNOWN, guessed_calendar
from alphintra_desktop.market.quality_clock import clock_findings
from alphintra_desktop.market.quality_finding import QualityFinding, Rows, worst_first
from alphintra_desktop.market.quality_forest import unusual_findings
from alphintra_desktop.market.quality_gaps import gap_findings
from alphintra_desktop.market.quality_jumps import jump_findings
from alphintra_desktop.market.quality_long_gaps import long_gap_findings
from alphintra_desktop.market.quality_order import in_order, overlap_findings
from alphintra_desktop.market.quality_prices import impossible_findings, stale_findings
from alphintra_desktop.market.quality_table import BarTable
from alphintra_desktop.market.quality_volume import volume_findings

# Higher whenever a check changes: what older ones found is then found anew.
EDITION = 2
_OF_PRICES = (stale_findings, jump_findings, volume_findings)


@dataclass(frozen=True)
class Checked:
    """What was found, the worst first, and the calendar it was held against ("" if none)."""

    findings: tuple[QualityFinding, ...]
    calendar: str


def checked(
    table: BarTable, *, market: str = "", calendar: str = "", with_forest: bool = True
) -> Checked:
    """Check some bars. `calendar` is guessed where it is not given; `market` helps to guess.

    `with_forest=False` leaves out the slowest check, which tells nothing above `Severity.INFO`.
    """
    found, table = in_order(table)
    if not len(table):
        return Checked((), UNKNOWN)
    name = calendar or guessed_calendar(table, market)
    found += _of_times(table, name)
    found += impossible_findings(table)
    table = _sound(table)
    for check in _OF_PRICES:
        found += check(table)
    if with_forest:
        found += unusual_findings(table, _explained(table, found))
    return Checked(worst_first(found), name)


def _of_times(table: BarTable, calendar: str) -> list[QualityFinding]:
    if calendar == UNKNOWN:
        return [*overlap_findings(table), *long_gap_findings(table)]
    known = _sessions(table, calendar)
    checks = (gap_findings(table, known), clock_findings(table, known))
    return [*overlap_findings(table), *chain(*checks)]


def _sound(table: BarTable) -> BarTable:
    """Without the rows that are no bars."""
    if not len(table.screen.unsound):
        return table
    sound = np.ones(len(table), dtype=np.bool_)
    sound[table.screen.unsound] = False
    return table.picked(sound)


def _sessions(table: BarTable, name: str) -> Sessions:
    """From the day before the first bar to the day after the last, as far as they have bars.

    Sessions before the first bar and after the last are not missing."""
    day = np.timedelta64(1, "D")
    first, last = (table.stamps[row].astype("datetime64[D]") for row in (0, -1))
    return (
        sessions(name, first - day, last + day) if table.intraday else sessions(name, first, last)
    )


def _explained(table: BarTable, found: list[QualityFinding]) -> Rows:
    """The rows of jumps, spikes and the like, which are unusual for a reason that is told, and of
    splits that are known."""
    rows = [row for one in found if one.code in _REASONS for row in one.place.rows]
    numbers = np.array(sorted(set(rows)), dtype=np.int64)
    told = numbers if table.rows is None else np.searchsorted(table.rows, numbers)
    return told if table.events is None else np.union1d(told, np.flatnonzero(table.events))


_REASONS = ("spike", "suspected_split", "gap", "missing_sessions", "missing_bars")
