"""Catching a look into the future in the act: take the future away and see what changes.

A computation that is causal gives the same numbers for the first rows whether the later rows are
there, missing, or nonsense. One that is not gives itself away at one of the cuts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Bars = TypeVar("Bars")
Outputs = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class ChangedPast:
    """Output `name` was different on row `bar` once the rows from `cut` on were not the same."""

    bar: int
    name: str
    cut: int


def first_change_when_cut(
    compute: Callable[[Bars], Outputs],
    bars: Bars,
    *,
    until: Callable[[Bars, int], Bars],
    cuts: Iterable[int],
    tolerance: float = 0.0,
) -> ChangedPast | None:
    """The first bar of the past that changes with the future, or None if none does.

    `until(bars, rows)` gives bars whose first `rows` rows are the same, and whose later rows are
    gone or different. Arrays have the rows first. `tolerance` is relative; 0 is to the bit. Of
    several outputs that change on the same bar, the first in their own order is named.
    """
    whole = compute(bars)
    for cut in cuts:
        known = compute(until(bars, cut))
        changes = [
            ChangedPast(bar, name, cut)
            for name in {**whole, **known}
            if (bar := _first_difference(whole.get(name), known.get(name), cut, tolerance))
            is not None
        ]
        if changes:
            return min(changes, key=lambda change: change.bar)
    return None


def spread_cuts(rows: int, count: int) -> list[int]:
    """About `count` places to cut `rows` rows: the first and last few, and some in between."""
    between = np.random.default_rng(rows).integers(1, max(rows, 2), size=count)
    return sorted({cut for cut in (1, 2, rows - 2, rows - 1, *between.tolist()) if 0 < cut < rows})


def _first_difference(
    whole: npt.NDArray[Any] | None, known: npt.NDArray[Any] | None, cut: int, tolerance: float
) -> int | None:
    if whole is None or known is None:
        return 0
    left, right = whole[:cut], known[:cut]
    if left.shape != right.shape:
        return min(len(left), len(right))
    same = np.isclose(
        left.astype(float), right.astype(float), rtol=tolerance, atol=tolerance, equal_nan=True
    )
    rows = np.flatnonzero(~same.reshape(len(same), -1).all(axis=1))
    return int(rows[0]) if len(rows) else None
