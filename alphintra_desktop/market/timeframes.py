"""Timeframes as text: one spelling each, and the one that a column of times is in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import timeframe_parts

Stamps = npt.NDArray[np.datetime64]

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LARGER = {"s": (60, "m"), "m": (60, "h")}
_MONTH_DAYS = range(28, 32)
_NANOSECONDS = 1_000_000_000
_LOOKED_AT = 1000


def canonical_timeframe(timeframe: str) -> str:
    """`60m` is `1h`: one spelling for each timeframe, so that a catalog finds it again."""
    count, unit = timeframe_parts(timeframe)
    while unit in _LARGER and count % _LARGER[unit][0] == 0:
        per, larger = _LARGER[unit]
        count, unit = count // per, larger
    return f"{count}{unit}"


def step_seconds(timeframe: str) -> int:
    """The length of a bar in seconds; a month counts its shortest, 28 days."""
    count, unit = timeframe_parts(timeframe)
    return count * (_MONTH_DAYS.start * _SECONDS["d"] if unit == "mo" else _SECONDS[unit])


def inferred_timeframe(stamps: Stamps, new_series: npt.NDArray[np.bool_], name: str) -> str:
    """The most common step between rows, which must be that of at least half of them.

    `stamps` is (R,) in order, series after series; `new_series` is true where one begins.
    A single bar is daily if it falls on midnight. Raises `AlphintraError` if no step prevails.
    """
    nanoseconds = np.asarray(stamps.astype("datetime64[ns]", copy=False).view(np.int64))
    steps = nanoseconds[1:] - nanoseconds[:-1]
    inside = ~new_series[1:] & (steps > 0)
    steps = steps if inside.all() else steps[inside]
    if not len(steps):
        return _of_lone_bars(stamps, name)
    common, count = _most_common(steps)
    days = common // (_SECONDS["d"] * _NANOSECONDS)
    if days in _MONTH_DAYS and days != _MONTH_DAYS.start:
        return "1mo"
    if count * 2 < len(steps) or common % _NANOSECONDS:
        raise AlphintraError(
            f"The rows of {name} are not evenly spaced in time.",
            hint="Say the length of a bar with timeframe, such as 1m, 1h or 1d.",
        )
    return _named(common // _NANOSECONDS)


def _most_common(steps: npt.NDArray[np.int64]) -> tuple[int, int]:
    """The most common step and how often it is there."""
    lengths, counts = np.unique(steps[:_LOOKED_AT], return_counts=True)
    likely = int(lengths[np.argmax(counts)])
    count = int((steps == likely).sum())
    if count * 2 > len(steps):  # no other can be more common, and sorting them all takes long
        return likely, count
    lengths, counts = np.unique(steps, return_counts=True)
    return int(lengths[np.argmax(counts)]), int(counts.max())


def _of_lone_bars(stamps: Stamps, name: str) -> str:
    if (stamps == stamps.astype("datetime64[D]")).all():
        return "1d"
    raise AlphintraError(
        f"{name} has too few rows to tell how long a bar is.",
        hint="Say the length of a bar with timeframe, such as 1m, 1h or 1d.",
    )


def _named(seconds: int) -> str:
    unit = next(unit for unit, length in _SECONDS.items() if seconds % length == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"
