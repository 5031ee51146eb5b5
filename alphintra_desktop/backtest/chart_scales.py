"""Which bars of a long chart are drawn, and where its axes have their ticks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.figures import are_dates
from alphintra_desktop.market.bars import Floats

Rows = npt.NDArray[np.intp]
Times = npt.NDArray[np.datetime64]

# Spacings of time ticks: seconds, NumPy's unit, how many of it, digits of the ISO label to show.
SPACINGS = (
    (60, "m", 1, slice(11, 16)),
    (300, "m", 5, slice(11, 16)),
    (900, "m", 15, slice(11, 16)),
    (3_600, "h", 1, slice(11, 16)),
    (10_800, "h", 3, slice(5, 16)),
    (43_200, "h", 12, slice(5, 16)),
    (86_400, "D", 1, slice(0, 10)),
    (604_800, "D", 7, slice(0, 10)),
    (2_629_746, "M", 1, slice(0, 7)),
    (7_889_238, "M", 3, slice(0, 7)),
    (15_778_476, "M", 6, slice(0, 7)),
    (31_556_952, "Y", 1, slice(0, 4)),
    (63_113_904, "Y", 2, slice(0, 4)),
    (157_784_760, "Y", 5, slice(0, 4)),
    (315_569_520, "Y", 10, slice(0, 4)),
)


def thinned(lines: Sequence[Floats], points: int) -> Rows:
    """At most `points` rows, among them the first, the last and each line's extremes.

    The rows are cut into stretches of equal length; of each stretch the row of every line's
    lowest and highest value stays.
    """
    count = len(lines[0])
    if count <= points:
        return np.arange(count)
    stretches = max((points - 2) // (2 * len(lines)), 1)
    length = -(-count // stretches)
    starts = np.arange(0, count, length)
    rows = [np.array([0, count - 1])]
    for line in lines:
        for values in (line, -line):
            padded = np.full(len(starts) * length, np.inf)
            padded[:count] = np.where(np.isnan(values), np.inf, values)
            rows.append(padded.reshape(-1, length).argmin(axis=1) + starts)
    return np.unique(np.concatenate(rows))


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values from `low` to `high`, in steps of 1, 2, 2.5 or 5 times a power of ten."""
    if not high > low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(n * power for n in (1.0, 2.0, 2.5, 5.0, 10.0) if n * power >= rough * (1 - 1e-9))
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
    return [float(n * step) for n in np.arange(first, last + 1)]


def time_ticks(timestamps: Times, most: int = 9) -> list[tuple[int, str]]:
    """Rows at which a new year, month, day or hour begins, with their labels."""
    span = float((timestamps[-1] - timestamps[0]) / np.timedelta64(1, "s"))
    finest = 86_400 if are_dates(timestamps) else 0
    fitting = (spacing for spacing in SPACINGS if spacing[0] >= max(finest, span / most))
    _, unit, many, digits = next(fitting, SPACINGS[-1])
    number = timestamps.astype(f"datetime64[{unit}]").astype(np.int64) // many
    rows = np.flatnonzero(np.diff(number)) + 1
    return [(int(row), str(timestamps[row])[digits].replace("T", " ")) for row in rows]


def row_ticks(timestamps: Times, first: int, last: int, most: int = 9) -> list[tuple[int, str]]:
    """`time_ticks` of the rows from `first` to `last`, without looking at those between.

    Rows are found by search, so that ten million of them take no longer than ten.
    """
    if last <= first:
        return []
    ends = timestamps[[first, last]]
    seconds = float((ends[1] - ends[0]) / np.timedelta64(1, "s"))
    finest = 86_400 if are_dates(timestamps[[0, len(timestamps) // 2, -1]]) else 0
    fitting = (spacing for spacing in SPACINGS if spacing[0] >= max(finest, seconds / most))
    _, unit, many, digits = next(fitting, SPACINGS[-1])
    low, high = (ends.astype(f"datetime64[{unit}]").astype(np.int64) // many).tolist()
    begins = (np.arange(low + 1, high + 1) * many).astype(f"datetime64[{unit}]")
    rows = np.unique(np.searchsorted(timestamps, begins.astype(timestamps.dtype)))
    return [(int(row), str(timestamps[row])[digits].replace("T", " ")) for row in rows]


def bins(values: Floats, most: int = 36) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Edges of a histogram, one more than bins, and how many values each bin holds.

    Bins have a round width and an edge at zero. The outermost half percent on each side is
    gathered in the last bins, so that one wild value does not squeeze all others into one.
    """
    low, high = np.quantile(values, (0.005, 0.995)) if len(values) else (0.0, 0.0)
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    ticks = nice_ticks(low, high, most)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 0.01
    edges = step * np.arange(np.floor(low / step), max(np.ceil(high / step), 1) + 1)
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return edges, counts.astype(np.int64)
