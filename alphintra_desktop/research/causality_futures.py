"""Other futures: what was known until a bar, followed by nothing, by other numbers, or by none.

A causal statement says the same about the bars before the cut in all of them.

1. What has a row a bar keeps its first `cut` rows. Later rows are gone, taken from other bars and
   stretched (flags are turned round, and the bars lie five weeks later), or missing.
2. What has a row a longer bar keeps those that are over, by the clock, at the close of the last
   bar before the cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

GONE, OTHER, MISSING = "gone", "other", "missing"
FUTURES = (GONE, OTHER, MISSING)
LATER = np.timedelta64(35, "D")
LAST_COMPLETE = "last_complete"  # of longer bars: on each bar, the last one that is over
Array = npt.NDArray[Any]
_MISSING_AS = {"f": np.nan, "b": False, "i": 0, "u": 0}


@dataclass(frozen=True)
class Future:
    """One way in which things could go on after the first `cut` of `rows` bars."""

    kind: str
    cut: int
    rows: int
    seed: int = 0

    def of(self, values: Any) -> Any:
        """A value in this future: the same where it does not have one row a bar."""
        if np.ndim(values) == 0 or len(values) != self.rows:
            return values
        return self._continued(values, self.cut, self.length)

    @property
    def length(self) -> int:
        """How many bars there are in this future."""
        return self.cut if self.kind == GONE else self.rows

    def of_longer(self, values: Array, longer: Mapping[str, Array]) -> Array:
        """Values of longer bars, where `longer` are those bars in this future."""
        return self._continued(values, self.complete(longer), len(longer["timestamp"]))

    def complete(self, longer: Mapping[str, Array]) -> int:
        """How many longer bars are over at the last bar before the cut."""
        return int(longer[LAST_COMPLETE][self.cut - 1]) + 1

    def _continued(self, values: Array, known: int, rows: int) -> Array:
        if rows <= known:
            return values[:known]
        return np.concatenate([values[:known], self._tail(values, rows - known)])

    def _tail(self, values: Array, count: int) -> Array:
        shape = (count, *values.shape[1:])
        kind = values.dtype.kind
        if kind == "M":
            return self._stamps(values, count)
        if self.kind == MISSING:
            return np.full(shape, _MISSING_AS[kind], dtype=values.dtype)
        taken = values[self._places[:count] % len(values)]
        if kind == "b":
            return np.logical_not(values[-count:] if len(values) >= count else taken)
        if kind == "f":
            stretched: Array = taken * self._factors[:count].reshape(-1, *[1] * (values.ndim - 1))
            return stretched
        return np.asarray(taken)

    def _stamps(self, values: Array, count: int) -> Array:
        tail = values[-count:]
        return tail + LATER if self.kind == OTHER else tail

    @cached_property
    def _places(self) -> Array:
        return self._random.integers(0, self.rows, size=self.rows)

    @cached_property
    def _factors(self) -> Array:
        return np.exp(self._random.normal(0.0, 1.0, size=self.rows))

    @property
    def _random(self) -> np.random.Generator:
        return np.random.default_rng((self.seed, self.cut))


class OtherBars(Mapping[str, Any]):
    """Bars in another future, a column made when it is asked for."""

    def __init__(self, bars: Mapping[str, Any], future: Future) -> None:
        self._bars, self._future = bars, future
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name == "present":  # which symbols have a bar: what they have on it may be anything
            present: Array = self._bars[name][: self._future.length]
            return present
        if name not in self._made:
            known = self._bars[name]
            self._made[name] = known if name == "symbols" else self._future.of(known)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._bars)

    def __len__(self) -> int:
        return len(self._bars)


def first_difference(one: Array, other: Array, tolerance: float) -> int | None:
    """The first row in which two arrays are not the same; None if there is none.

    `tolerance` is relative to the value, or to the typical size of the first array's values.
    """
    rows = differing_rows(one, other, tolerance)
    return int(rows[0]) if len(rows) else None


def differing_rows(one: Array, other: Array, tolerance: float) -> Array:
    """The rows in which two arrays are not the same; nothing known equals nothing known."""
    if one.shape != other.shape:
        return np.arange(min(len(one), len(other)), max(len(one), len(other)))
    if one.dtype.kind == "f" or other.dtype.kind == "f":
        same = _close(one.astype(float), other.astype(float), tolerance)
    else:
        same = one == other
    return np.flatnonzero(~same.all(axis=tuple(range(1, same.ndim))))


def _close(one: Array, other: Array, tolerance: float) -> Array:
    same: Array = (one == other) | (np.isnan(one) & np.isnan(other))
    if not same.all():
        least = tolerance * _size(one)
        same = np.isclose(one, other, rtol=tolerance, atol=least, equal_nan=True)
    return same


def _size(values: Array) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(np.median(finite)) if len(finite) else 0.0
