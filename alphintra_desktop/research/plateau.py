"""The best neighbourhood of a grid, which lasts longer than the best point.

A point's plateau is the mean of the metric over the box around it: itself and its neighbours one
step away along every ordered axis, diagonals included, as far as the grid goes. Points that differ
in a switch or a choice are no neighbours. A point without a number counts like the worst of the
grid, and no better than 0: a neighbour that never traded does not hold a plateau up.

What differs by rounding alone is equal, so that no order of summation decides. Of equal plateaus
the one with the better own value is chosen, and of equal ones among those the first of the grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.research.grid import Grid

Floats = npt.NDArray[np.float64]

ROUNDING = 1e-9  # relative to the larger of the best value and 1
LONE = 0.5  # of what the best point is above the lower quartile, its neighbours keep so much


@dataclass(frozen=True)
class Best:
    """The best point, and the point with the best neighbourhood, by their numbers.

    `value` is the metric, `around` the mean over the box of each. `warning` is a sentence when the
    best point is a lone peak, else empty.
    """

    point: int
    value: float
    around: float
    plateau: int
    plateau_value: float
    plateau_around: float
    warning: str


def best_of(grid: Grid, metric: Floats) -> Best | None:
    """The best point and plateau by a metric of which more is better; None without any number."""
    if not np.isfinite(metric).any():
        return None
    around = neighbourhood_means(grid, metric)
    known = np.isfinite(metric)
    point = int(nearly_best(np.where(known, metric, -np.inf))[0])
    flat = nearly_best(np.where(known, around, -np.inf))
    plateau = int(flat[nearly_best(metric[flat])[0]])
    return Best(
        point=point,
        value=float(metric[point]),
        around=float(around[point]),
        plateau=plateau,
        plateau_value=float(metric[plateau]),
        plateau_around=float(around[plateau]),
        warning=_warning(grid, metric, point),
    )


def nearly_best(values: Floats | Sequence[float]) -> npt.NDArray[np.int64]:
    """The places of the largest value and of all that are equal to it but for rounding."""
    array = np.asarray(values, np.float64)
    best = float(array.max())
    return np.flatnonzero(array >= best - ROUNDING * max(1.0, abs(best)))


def neighbourhood_means(grid: Grid, metric: Floats) -> Floats:
    """(points,) the mean over the box around each point."""
    sums, counts = _box_sums(grid, metric)
    return np.asarray((sums / counts).ravel())


def _box_sums(grid: Grid, metric: Floats) -> tuple[Floats, Floats]:
    sums = _without_gaps(metric).reshape(grid.shape)
    counts = np.ones(grid.shape)
    for number in range(len(grid.axes)):
        order = _order(grid, number)
        if order is not None:
            sums, counts = _three(sums, number, order), _three(counts, number, order)
    return sums, counts


def _without_gaps(metric: Floats) -> Floats:
    known = np.isfinite(metric)
    return np.where(known, metric, min(0.0, float(metric[known].min())))


def _order(grid: Grid, number: int) -> Any:
    """The places of an axis in the order of its values; None where they have none."""
    axis = grid.axes[number]
    return np.argsort(axis.values) if axis.is_ordered else None


def _three(values: Floats, axis: int, order: Any) -> Floats:
    """Each value plus the one before and the one after along an axis."""
    rows = np.moveaxis(values, axis, 0)[order]
    total = rows.copy()
    total[1:] += rows[:-1]
    total[:-1] += rows[1:]
    result = np.empty_like(total)
    result[order] = total
    return np.moveaxis(result, 0, axis)


def _warning(grid: Grid, metric: Floats, point: int) -> str:
    sums, counts = _box_sums(grid, metric)
    neighbours = float(counts.ravel()[point]) - 1.0
    if neighbours < 1.0:
        return ""
    best = float(metric[point])
    beside = (float(sums.ravel()[point]) - best) / neighbours
    usual = float(np.quantile(_without_gaps(metric), 0.25))
    if best <= usual or beside - usual >= LONE * (best - usual):
        return ""
    return (
        f"The best point is a lone peak: it shows {best:.3f}, its neighbours {beside:.3f} on "
        f"average, and a quarter of all points {usual:.3f} or less. What one step of a param takes "
        "away was luck; prefer the plateau."
    )
