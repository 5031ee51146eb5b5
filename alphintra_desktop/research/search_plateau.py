"""How good the neighbourhood of a trial is, where only some points of a space are measured.

The box around a point is itself and its neighbours one step away along every ordered axis,
diagonals included, as far as the space goes. With more than `MOST_DIAGONAL` ordered axes diagonals
are left out: there would be too many to measure. Points that the constraints on params forbid are
nobody's neighbours. A neighbour without a number, or one that breaks a constraint on results,
counts like the worst of all trials, and no better than 0 (as in `research.plateau`).

Of two that are equal but for rounding, the one that was tried first is the better.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.plateau import LONE, nearly_best
from alphintra_desktop.research.samplers import Allows
from alphintra_desktop.research.search_space import Point

MOST_DIAGONAL = 3


@dataclass(frozen=True)
class Neighbourhood:
    """What is known around a point: the mean over its box, and which of it is not measured."""

    point: Point
    value: float
    mean: float
    missing: tuple[Point, ...]
    beside: float  # the mean of its neighbours without itself; NaN where it has none


class Neighbourhoods:
    """The boxes around the points of a space."""

    def __init__(self, space: Grid, allows: Allows) -> None:
        self._space, self._allows = space, allows
        ordered = [axis.is_ordered for axis in space.axes]
        steps = product(*((-1, 0, 1) if one else (0,) for one in ordered))
        most = len(ordered) if sum(ordered) <= MOST_DIAGONAL else 1
        self._steps = [step for step in steps if 0 < sum(map(abs, step)) <= most]

    def beside(self, point: Point) -> list[Point]:
        """The neighbours of a point that may be tried."""
        moved = (tuple(p + s for p, s in zip(point, step, strict=True)) for step in self._steps)
        return [there for there in moved if self._is_inside(there) and self._allows(there)]

    def around(self, point: Point, values: Mapping[Point, float]) -> Neighbourhood:
        """What `values` tell of the box around a point; a NaN was measured, and is no number."""
        worst = floor_of(values.values())
        near = self.beside(point)
        known = [_or(values[there], worst) for there in near if there in values]
        own = _or(values[point], worst)
        return Neighbourhood(
            point=point,
            value=values[point],
            mean=math.fsum((own, *known)) / (1 + len(known)),
            missing=tuple(there for there in near if there not in values),
            beside=math.fsum(known) / len(known) if known else math.nan,
        )

    def _is_inside(self, point: Point) -> bool:
        return all(0 <= p < length for p, length in zip(point, self._space.shape, strict=True))


def floor_of(values: Iterable[float]) -> float:
    """What a point without a number counts: the worst there is, and no better than 0."""
    return min(0.0, min((value for value in values if math.isfinite(value)), default=0.0))


def best_neighbourhoods(found: Iterable[Neighbourhood], count: int) -> list[Neighbourhood]:
    """The best ones first: by the mean, then by the own value, then as they come."""
    left = [one for one in found if math.isfinite(one.value)]
    order: list[Neighbourhood] = []
    while left and len(order) < count:
        tied = nearly_best([one.mean for one in left])
        best = tied[nearly_best([left[n].value for n in tied])[0]]
        order.append(left.pop(best))
    return order


def lone_peak(peak: Neighbourhood, values: Iterable[float]) -> str:
    """A sentence when the best trial is a lone peak, else empty."""
    known = sorted(value for value in values if math.isfinite(value))
    if math.isnan(peak.beside) or not known:
        return ""
    usual = known[len(known) // 4]
    if peak.value <= usual or peak.beside - usual >= LONE * (peak.value - usual):
        return ""
    return (
        f"The best trial is a lone peak: it shows {peak.value:.3f}, its neighbours "
        f"{peak.beside:.3f} on average, and a quarter of all trials {usual:.3f} or less. What one "
        "step of a param takes away was luck; prefer the plateau."
    )


def _or(value: float, worst: float) -> float:
    return value if math.isfinite(value) else worst
