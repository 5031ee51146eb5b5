"""Times that are not one after the other: rows out of order, repeated, or into one another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from alphintra_desktop.market.quality_finding import (
    QualityFinding,
    Repair,
    Rows,
    Severity,
    ranges_of,
)
from alphintra_desktop.market.quality_table import BarTable


def in_order(table: BarTable) -> tuple[list[QualityFinding], BarTable]:
    """What is wrong with the order of the rows, and the table in order with each time once."""
    found: list[QualityFinding] = []
    rows = table.screen.uneven
    back = rows[table.moments[rows] < table.moments[rows - 1]]
    if len(back):
        found.append(_unsorted(table, back))
        table = table.picked(np.argsort(table.moments, kind="stable"))
        rows = table.screen.uneven
    again = rows[table.moments[rows] == table.moments[rows - 1]]
    if len(again):
        found += _repeated(table, again)
        keep = np.ones(len(table), dtype=np.bool_)
        keep[again] = False
        table = table.picked(keep)
    return found, table


def _unsorted(table: BarTable, back: Rows) -> QualityFinding:
    row = int(back[0])
    return QualityFinding(
        "unsorted",
        Severity.ERROR,
        f"{_counted(len(back), 'row is', 'rows are')} earlier than the one before, the first"
        f" {table.time(row)} after {table.time(row - 1)}.",
        "Sort the rows by their times.",
        table.span(back),
        Repair("sort", ((0, len(table)),), "sort the rows by their times"),
    )


def _repeated(table: BarTable, again: Rows) -> Iterator[QualityFinding]:
    same = np.ones(len(again), dtype=np.bool_)
    for values in table.columns.values():
        one, other = values[again], values[again - 1]
        same &= (one == other) | (np.isnan(one) & np.isnan(other))
    if same.any():
        rows = again[same]
        yield QualityFinding(
            "repeated_bars",
            Severity.WARNING,
            f"{_counted(len(rows), 'row is an', 'rows are')} exact repetition"
            f"{'' if len(rows) == 1 else 's'} of another, the first of {table.time(rows[0])}.",
            "Leave the repetitions out.",
            table.span(rows),
            _dropped(table, rows, "leave the repetitions out"),
        )
    if not same.all():
        rows = again[~same]
        yield QualityFinding(
            "conflicting_bars",
            Severity.ERROR,
            f"{_counted(len(rows), 'time has', 'times have')} two different bars, the first"
            f" {table.time(rows[0])}.",
            "Find out which of the two is right, and correct the file.",
            table.span(rows),
        )


def overlap_findings(table: BarTable) -> Iterator[QualityFinding]:
    """Bars that start before the one before them has ended."""
    rows = table.screen.uneven
    steps = table.moments[rows] - table.moments[rows - 1]
    inside = rows[(steps > 0) & (steps < table.step)]
    if not len(inside) or not (table.intraday or table.has_daily_bars):
        return
    yield QualityFinding(
        "overlapping_bars",
        Severity.ERROR,
        f"{_counted(len(inside), 'bar starts', 'bars start')} before the one before has ended, the"
        f" first at {table.time(inside[0])}: bars of {table.timeframe} cannot be so close.",
        "Import each timeframe by itself, or leave these bars out.",
        table.span(inside),
        _dropped(table, inside, "leave out the bars that start too early"),
    )


def _dropped(table: BarTable, rows: Rows, does: str) -> Repair:
    return Repair("drop_rows", ranges_of(np.sort(table.numbers(rows))), does)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
