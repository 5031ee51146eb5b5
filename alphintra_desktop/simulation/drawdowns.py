"""Times under water: how far the equity fell below its highest point, and for how long."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphintra_desktop.simulation.rules import Floats
from alphintra_desktop.simulation.simulated import Integers


class Drawdowns(NamedTuple):
    """Every time under water, as parallel arrays, in the order of time.

    `start` is the bar of the peak before, `trough` that of the lowest point, `recovery` the first
    bar at or above the peak again (-1: not yet). `depth` is a negative fraction. `length` counts
    bars from peak to recovery (or the last bar), `recovery_length` those from the trough on.
    """

    depth: Floats
    start: Integers
    trough: Integers
    recovery: Integers
    length: Integers
    recovery_length: Integers


def drawdown(equity: Floats, cash: float) -> Floats:
    """How far each bar's equity lies below the highest until then: fractions, 0 or negative.

    The money at the start counts as the first peak.
    """
    return equity / np.maximum(np.maximum.accumulate(equity), cash) - 1.0


def drawdowns(equity: Floats, cash: float) -> Drawdowns:
    """Every time under water. A loss on the first bar has that bar as its start."""
    under = drawdown(equity, cash)
    below = np.concatenate([[False], under < 0.0, [False]])
    first = np.flatnonzero(below[1:-1] & ~below[:-2])
    last = np.flatnonzero(below[1:-1] & ~below[2:])
    trough = np.array(
        [a + np.argmin(under[a : b + 1]) for a, b in zip(first, last, strict=True)], dtype=np.int64
    )
    start = np.maximum(first - 1, 0)
    end = np.minimum(last + 1, len(equity) - 1)
    recovery = np.where(last + 1 < len(equity), last + 1, -1)
    return Drawdowns(under[trough], start, trough, recovery, end - start, end - trough)
