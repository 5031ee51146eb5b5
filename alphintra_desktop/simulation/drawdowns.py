"""Times below a peak: how far the equity fell, and for how long."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphintra_desktop.simulation.rules import Floats
from alphintra_desktop.simulation.simulated import Integers


class Drawdowns(NamedTuple):
    """Every time below an earlier peak, as parallel arrays, the deepest first.

    `depth` is a negative fraction of the peak. `start` is the bar of the peak, `trough` that of the
    lowest point, `recovery` the first bar at or above the peak again (-1: not yet). `length` counts
    the bars below the peak, `recovery_length` those from the trough to the recovery (-1: not yet).
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
    """Every drawdown of a curve. A loss on the first bar has that bar as its start."""
    below = drawdown(equity, cash)
    first, end = spells(below)
    depth = depths(below, first, end)
    number = np.repeat(np.arange(len(first)), end - first)
    bars = np.flatnonzero(below < 0.0)
    lowest = np.flatnonzero(below[bars] == depth[number])
    trough = bars[lowest[np.searchsorted(number[lowest], np.arange(len(first)))]]
    is_over = end < len(equity)
    order = np.argsort(depth, kind="stable")
    return Drawdowns(
        depth[order],
        np.maximum(first - 1, 0)[order],
        trough[order],
        np.where(is_over, end, -1)[order],
        (end - first)[order],
        np.where(is_over, end - trough, -1)[order],
    )


def spells(below: Floats) -> tuple[Integers, Integers]:
    """The first bar below the peak, and the first one after, of each drawdown."""
    under = np.zeros(len(below) + 2, dtype=bool)
    np.less(below, 0.0, out=under[1:-1])
    turns = np.flatnonzero(under[1:] != under[:-1])
    return turns[::2], turns[1::2]


def depths(below: Floats, first: Integers, end: Integers) -> Floats:
    """The lowest value from each first bar until before its end."""
    if len(first) == 0:
        return np.empty(0)
    edges = np.column_stack([first, end]).ravel()
    lowest: Floats = np.minimum.reduceat(np.append(below, 0.0), edges)
    return lowest[::2]
