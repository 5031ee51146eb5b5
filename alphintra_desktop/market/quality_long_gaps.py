"""Holes in bars that keep no calendar we know: more time without a bar than is usual for them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alphintra_desktop.market.calendars import DAY
from alphintra_desktop.market.quality_finding import QualityFinding, Rows, Severity
from alphintra_desktop.market.quality_screen import Moments
from alphintra_desktop.market.quality_table import BarTable

# The longest time without a session at an exchange we know of is under two weeks.
_LONG = 14 * DAY
_MOST = 20


def long_gaps(moments: Moments, uneven: Rows) -> Rows:
    """The rows after a hole of over two weeks, or of over four usual steps if that is longer."""
    if len(moments) < 3:
        return np.empty(0, dtype=np.int64)
    steps = moments[uneven] - moments[uneven - 1]
    usual = int(np.median(np.diff(moments[: 2 * 50_000 : max(len(moments) // 50_000, 1)])))
    if len(moments) <= 50_000:
        usual = int(np.median(np.diff(moments)))
    return uneven[steps > max(_LONG, 4 * usual)]


def long_gap_findings(table: BarTable) -> Iterator[QualityFinding]:
    """Holes in bars of unknown sessions, the longest first."""
    rows = long_gaps(table.moments, table.screen.uneven)
    lengths = table.moments[rows] - table.moments[rows - 1]
    for row in rows[np.argsort(-lengths, kind="stable")][:_MOST]:
        yield QualityFinding(
            "gap",
            Severity.WARNING,
            said_of_gap(table, int(row)),
            "Import or update the missing bars.",
            table.span(np.array([row])),
        )


def said_of_gap(table: BarTable, row: int) -> str:
    """The hole before a row in a sentence."""
    days = table.stamps[[row - 1, row]].astype("datetime64[D]")
    first, last = days[0] + 1, days[1] - 1
    weekdays = np.busday_count(first, last + 1)
    return f"There is no bar from {first} to {last}, {weekdays} weekdays."
