"""Who chooses what a search tries next. Asked again after a kill, a sampler chooses the same.

`GridOrder` goes through all points in an order drawn by the seed, so that a part of them is spread
over the whole; `Draws` draws each trial from the seed and its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.research.grid import MOST_POINTS, Grid
from alphintra_desktop.research.search_space import Point
from alphintra_desktop.research.studies import TrialRecord

TRIES = 1_000

Allows = Callable[[Point], bool]


class Sampler(Protocol):
    """Chooses points, and learns from what came of them."""

    def ask(self, count: int, known: Sequence[TrialRecord]) -> list[Point]:
        """The next points after those known, fewer than `count` where no more are left.

        `known` are all trials this sampler has asked for so far, in order, as they are kept; those
        it was not told of yet, it is told now.
        """

    @property
    def mark(self) -> int:
        """How long its journal is; 0 where it has none."""


class Journal(NamedTuple):
    """Where a sampler remembers, and how long that was with the last generation that is kept."""

    path: Path
    mark: int


class GridOrder:
    """Every point once."""

    mark = 0

    def __init__(self, seed: int, space: Grid, allows: Allows) -> None:
        if space.size > MOST_POINTS:
            raise AlphintraError(
                f"The grid has {space.size:,} points, and {MOST_POINTS:,} are the most.",
                hint="Take fewer values, or another sampler.",
            )
        self._points = (space.places(int(n)) for n in _shuffled(seed, space.size))
        self._allows, self._given = allows, 0

    def ask(self, count: int, known: Sequence[TrialRecord]) -> list[Point]:
        """See `Sampler`."""
        while self._given < len(known):
            self._next(1)
        return self._next(count)

    def _next(self, count: int) -> list[Point]:
        found: list[Point] = []
        for point in self._points:
            if self._allows(point):
                found.append(point)
            if len(found) == count:
                break
        self._given += len(found) or 1
        return found


class Draws:
    """Each trial drawn by itself, from all points that are allowed."""

    mark = 0

    def __init__(self, seed: int, space: Grid, allows: Allows) -> None:
        self._seed, self._space, self._allows = seed, space, allows

    def ask(self, count: int, known: Sequence[TrialRecord]) -> list[Point]:
        """See `Sampler`."""
        first = len(known)
        numbers = range(first, first + count)
        return [drawn(self._seed, number, self._space, self._allows) for number in numbers]


def drawn(seed: int, number: int, space: Grid, allows: Allows) -> Point:
    """A point that is allowed, of all alike. Raises `AlphintraError` where hardly any is."""
    generator = np.random.default_rng([seed, number])
    for _ in range(TRIES):
        point = tuple(int(generator.integers(length)) for length in space.shape)
        if allows(point):
            return point
    raise AlphintraError(
        "The constraints leave hardly any point of the space.",
        hint="Loosen them, or give ranges in which they can be kept.",
    )


def _shuffled(seed: int, size: int) -> Iterator[int]:
    yield from np.random.default_rng(seed).permutation(size)
