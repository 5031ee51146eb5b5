"""Statistics of one window of numbers, from their textbook definitions."""

from __future__ import annotations

import math
from collections.abc import Sequence

NAN = math.nan


def ratio(left: float, right: float) -> float:
    """`left / right`; NaN where `right` is 0."""
    return left / right if right != 0 else NAN


def statistic(window: Sequence[float], name: str) -> float:
    """A statistic of a full window, by its definition; NaN where it has none."""
    count = len(window)
    match name:
        case "mean":
            return math.fsum(window) / count
        case "sum":
            return math.fsum(window)
        case "min":
            return min(window)
        case "max":
            return max(window)
        case "median":
            return quantile_of(window, 0.5)
        case _:
            return _moment_statistic(window, name)


def _moment_statistic(window: Sequence[float], name: str) -> float:
    """Sample variance, and the unbiased skewness and excess kurtosis of spreadsheets."""
    n, spread = len(window), moment(window, 2)
    stands_still = len(set(window)) == 1
    if name in ("std", "var"):
        variance = ratio(spread * n, n - 1)
        variance = 0.0 if stands_still and n > 1 else variance
        return math.sqrt(variance) if name == "std" else variance
    if stands_still or n < {"skew": 3, "kurt": 4}[name]:
        return NAN
    if name == "skew":
        return moment(window, 3) / math.pow(spread, 1.5) * math.sqrt(n * (n - 1)) / (n - 2)
    excess = moment(window, 4) / spread**2 - 3
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)


def moment(window: Sequence[float], power: int) -> float:
    """The mean of the distances from the mean, to a power."""
    mean = math.fsum(window) / len(window)
    return math.fsum((value - mean) ** power for value in window) / len(window)


def quantile_of(window: Sequence[float], quantile: float) -> float:
    """The value below which that share of the window lies, interpolated."""
    in_order = sorted(window)
    place = quantile * (len(in_order) - 1)
    below = math.floor(place)
    above = min(below + 1, len(in_order) - 1)
    return in_order[below] + (in_order[above] - in_order[below]) * (place - below)
