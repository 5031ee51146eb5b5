"""Volume that is zero, unknown, or counted in another unit from some bar on.

A change of unit (shares to lots of a hundred, coins to thousandths) is a step of the usual volume
by about 100 or 1,000. Steps: 1. the series is cut into equal stretches, and of each the middle of
some of its volumes is taken; 2. where the middle of three stretches after a border is about a
hundred or a thousand times that before, or the other way, the border is suspicious; 3. of the bars
around it the one is taken that parts the logarithms of the volumes best.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.market.calendars import DAY
from alphintra_desktop.market.quality_finding import QualityFinding, Repair, Rows, Severity
from alphintra_desktop.market.quality_table import BarTable

_FEW = 0.05
_STRETCHES, _LEAST_STRETCH, _OF_STRETCH, _BESIDE = 500, 10, 64, 3
_UNITS = (100.0, 1000.0)
_UNIT_TOLERANCE = np.log10(2.0)
_AROUND = 2_000


def volume_findings(table: BarTable) -> Iterator[QualityFinding]:
    """Bars without volume, and changes of its unit."""
    yield from _zero(table)
    yield from _unknown(table)
    for change in unit_changes(table["volume"], _bars_a_day(table)):
        yield _unit(table, change)


def _bars_a_day(table: BarTable) -> int:
    """So that a stretch is at least a day: within one, volume comes and goes a hundredfold."""
    if not table.intraday or not len(table):
        return 1
    days = int((table.moments[-1] - table.moments[0]) // DAY) + 1
    return max(len(table) // days, 1)


def _zero(table: BarTable) -> Iterator[QualityFinding]:
    """Bars without any trade among many with. Where they are many, nobody counted."""
    still = table.screen.still
    if not len(still):
        return
    few = len(still) <= _FEW * len(table)
    yield QualityFinding(
        "zero_volume",
        Severity.WARNING if few and not table.intraday else Severity.INFO,
        _said_of_zero(table),
        "Orders of a strategy fill on such bars as on any other: nobody traded then, or the"
        " volume was not counted.",
        table.span(still),
    )


def few_without_volume(table: BarTable) -> list[str]:
    """A sentence about bars without volume, if there are some and they are few."""
    return [_said_of_zero(table)] if 0 < len(table.screen.still) <= _FEW * len(table) else []


def _said_of_zero(table: BarTable) -> str:
    still = table.screen.still
    bars = "bar has" if len(still) == 1 else "bars have"
    return f"{len(still):,} {bars} a volume of zero, the first on {table.time(still[0])}."


def _unknown(table: BarTable) -> Iterator[QualityFinding]:
    unknown = np.isnan(table["volume"][:: max(len(table) // 100_000, 1)])
    if not unknown.any():
        return
    rows = np.flatnonzero(np.isnan(table["volume"]))
    if len(rows) == len(table):
        said = "The volume is unknown."
    else:
        bars = "1 bar" if len(rows) == 1 else f"{len(rows):,} bars"
        said = f"The volume of {bars} is unknown, the first of {table.time(rows[0])}."
    hint = "Nodes that ask for the volume get no value there."
    yield QualityFinding("unknown_volume", Severity.INFO, said, hint, table.span(rows))


@dataclass(frozen=True)
class UnitChange:
    """The first row with another unit, the first row after it that is back (or the end), and by
    what the volumes between are too large (below 1: too small)."""

    row: int
    stop: int
    factor: float


def unit_changes(volume: Floats, least: int = 1) -> list[UnitChange]:
    """The stretches of bars whose volume is in another unit than at the end of the series.

    `least` is the fewest bars of which a volume is usual.
    """
    length = max(len(volume) // _STRETCHES, _LEAST_STRETCH, least)
    middles = _middles(volume, length)
    if len(middles) < 2 * _BESIDE:
        return []
    places = [
        (_border(volume, place * length, length, step), step) for place, step in _steps(middles)
    ]
    starts = [0, *(row for row, _ in places)]
    changes, factor = [], 1.0
    # Today's unit is the right one: go back from the end, and sum up what changed after each bar.
    for start, (row, step) in zip(reversed(starts[:-1]), reversed(places), strict=True):
        factor /= step
        if abs(np.log10(factor)) > 1 and row > start:
            changes.append(UnitChange(start, row, factor))
    return changes[::-1]


def _middles(volume: Floats, length: int) -> Floats:
    """The log10 of the median volume of each stretch, of at most `_OF_STRETCH` bars of it."""
    count = len(volume) // length
    stride = max(length // _OF_STRETCH, 1)
    parts = volume[: count * length].reshape(count, length)[:, ::stride]
    known = np.where(parts > 0, parts, np.nan)
    sorted_first = np.sort(known, axis=1)  # NaN last
    counts = (~np.isnan(sorted_first)).sum(axis=1)
    middle = sorted_first[np.arange(count), np.maximum(counts - 1, 0) // 2]
    return np.asarray(np.log10(middle))


def _steps(middles: Floats) -> list[tuple[int, float]]:
    """The borders at which the unit changes, and by which power of ten the volume steps."""
    unknown = np.isnan(middles)
    if unknown.all():
        return []
    known = np.where(unknown, np.median(middles[~unknown]), middles)
    windows = np.lib.stride_tricks.sliding_window_view(known, _BESIDE)
    levels = np.median(windows, axis=1)
    rise = levels[_BESIDE:] - levels[:-_BESIDE]
    near = np.min([np.abs(np.abs(rise) - np.log10(unit)) for unit in _UNITS], axis=0)
    found: list[tuple[int, float]] = []
    for place in np.flatnonzero(near < _UNIT_TOLERANCE).tolist():
        unit = min(_UNITS, key=lambda unit: abs(abs(rise[place]) - np.log10(unit)))
        step = unit if rise[place] > 0 else 1 / unit
        if found and place + _BESIDE - found[-1][0] <= 2 * _BESIDE:
            if abs(rise[place]) > abs(rise[found[-1][0] - _BESIDE]):
                found[-1] = (place + _BESIDE, step)
            continue
        found.append((place + _BESIDE, step))
    return found


def _border(volume: Floats, row: int, length: int, step: float) -> int:
    """The row that parts the logarithms around it best."""
    around = min(max(2 * length, 2 * _LEAST_STRETCH), _AROUND)
    row, around = _nearer(volume, row, length, around)
    start = max(row - around, 0)
    logs = np.log10(np.maximum(volume[start : row + around], 1e-12))
    sums = np.cumsum(np.where(np.isnan(logs), 0.0, logs))
    counts = np.arange(1, len(logs))
    before = sums[:-1] / counts
    after = (sums[-1] - sums[:-1]) / (len(logs) - counts)
    gain = (after - before) * np.sign(np.log10(step)) * np.sqrt(counts * (len(logs) - counts))
    return start + 1 + int(np.argmax(gain))


def _nearer(volume: Floats, row: int, length: int, around: int) -> tuple[int, int]:
    """Narrow a long stretch down to bars that can be looked at one by one."""
    if 2 * length <= around:
        return row, around
    start, stop = max(row - 2 * length, 0), min(row + 2 * length, len(volume))
    stride = max((stop - start) // _AROUND, 1)
    logs = np.log10(np.maximum(volume[start:stop:stride], 1e-12))
    sums = np.cumsum(np.where(np.isnan(logs), 0.0, logs))
    counts = np.arange(1, len(logs))
    apart = np.abs(sums[:-1] / counts - (sums[-1] - sums[:-1]) / (len(logs) - counts))
    best = int(np.argmax(apart * np.sqrt(counts * (len(logs) - counts))))
    return start + (best + 1) * stride, max(around, 4 * stride)


def _unit(table: BarTable, change: UnitChange) -> QualityFinding:
    rows: Rows = np.arange(change.row, change.stop)
    last = change.stop - 1
    times = change.factor if change.factor > 1 else 1 / change.factor
    word = "larger" if change.factor > 1 else "smaller"
    start, stop = table.number(change.row), table.number(last) + 1
    return QualityFinding(
        "volume_unit",
        Severity.WARNING,
        f"The volume until {table.time(last)} is about {times:,.0f} times {word} than from the next"
        " bar on, as if counted in another unit.",
        "Find out which unit is right, and bring the volume to one.",
        table.span(rows),
        Repair(
            "scale_volume",
            ((start, stop),),
            f"{'divide' if change.factor > 1 else 'multiply'} the volume from"
            f" {table.time(change.row)} to {table.time(last)} by {times:,.0f}",
            1 / change.factor,
        ),
    )
