"""Giving up trials whose early folds are bad.

Time is cut into folds. A generation is measured on the first one; who is below the median there is
given up, the rest goes on to the second, and so on until the last but one. Who is left is measured
on all bars, which is what counts.

Below the median means: the mean over the folds so far is lower than the median of the same mean
over all trials that came so far, in this generation and before. The first generation is not thinned
out: there is nothing to compare with yet. The rule knows nothing of processes and of time, so that
a search gives up the same trials wherever it runs.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.search_measuring import Measure
from alphintra_desktop.research.splits import Span


@dataclass(frozen=True)
class Thinned:
    """Points that go on, what all of them showed on each fold, and why some could not be measured.

    Points go by their numbers.
    """

    going: list[int]
    folds: dict[int, tuple[float, ...]]
    failed: dict[int, str]


class Pruning:
    """Which trials go on, by what they and all before them showed on the early folds."""

    def __init__(self, metric: str, early: Sequence[Span]) -> None:
        self._place = Measures._fields.index(metric)
        self._early = tuple(early)
        self._seen: list[list[float]] = [[] for _ in early]

    def learn(self, folds: Sequence[Sequence[float]]) -> None:
        """Take what a generation showed on the early folds into account for those to come."""
        for one in folds:
            for number in range(len(one)):
                self._seen[number].append(_mean(one[: number + 1]))

    @classmethod
    def none(cls) -> Pruning:
        """Nothing is given up."""
        return cls(Measures._fields[0], ())

    def thinned(self, numbers: Sequence[int], measure: Measure) -> Thinned:
        """Some points measured on the early folds, as far as each of them gets."""
        going, failed = list(numbers), dict[int, str]()
        folds: dict[int, tuple[float, ...]] = {number: () for number in numbers}
        for fold, span in enumerate(self._early):
            for number, found in zip(going, measure(span, going), strict=True):
                if isinstance(found, str):
                    failed[number] = found
                else:
                    folds[number] = (*folds[number], self._value(found))
            going = self._kept(fold, [n for n in going if n not in failed], folds)
        return Thinned(going, folds, failed)

    def _value(self, found: Measures) -> float:
        """The metric; a fold in which nothing was traded has earned nothing."""
        value = found[self._place]
        return value if math.isfinite(value) else 0.0

    def _kept(self, fold: int, going: list[int], folds: dict[int, tuple[float, ...]]) -> list[int]:
        if not self._seen[fold]:
            return going
        now = {number: _mean(folds[number]) for number in going}
        middle = statistics.median([*self._seen[fold], *now.values()])
        return [number for number in going if now[number] >= middle]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
