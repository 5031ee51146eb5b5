"""Measuring trials: on each early fold, and on all bars those that were not given up.

A trial is measured by itself (`research.in_sample`), so that what it comes to does not depend on
which others are measured with it, nor on which process does it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.in_sample import InSample
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.splits import SHORTEST_IN_SAMPLE, Span, equal_parts

Measured = Measures | str  # a text is why a point could not be measured
Measure = Callable[[Span, Sequence[int]], list[Measured]]


@dataclass(frozen=True)
class TrialTask:
    """What a process has to know to measure trials: the drawing, the space, the bars as traded."""

    graph: Graph
    space: Grid
    bars: Bars


class TrialMeasurer:
    """Measures points of a space on spans of bars, in this process."""

    def __init__(self, task: TrialTask) -> None:
        self.points = Points(task.graph, task.space)
        self._bars = task.bars
        self._samples: dict[Span, InSample] = {}

    def __call__(self, span: Span, numbers: Sequence[int]) -> list[Measured]:
        """What each point comes to on a span, or why it does not."""
        if span not in self._samples:
            self._samples[span] = InSample(self.points, self._bars, span)
        return [self._one(self._samples[span], number) for number in numbers]

    def _one(self, sample: InSample, number: int) -> Measured:
        try:
            return Measures(*sample.block(number, number + 1)[0].tolist())
        except AlphintraError as error:
            return error.message


def spans_of(bars: int, folds: int) -> tuple[Span, ...]:
    """The early folds, then all bars. Raises `AlphintraError` for folds that are too short."""
    whole = Span(0, bars)
    if folds == 1:
        return (whole,)
    if bars < folds * SHORTEST_IN_SAMPLE:
        raise AlphintraError(
            f"{bars:,} bars cannot be cut into {folds} folds: each needs {SHORTEST_IN_SAMPLE} bars "
            "at least.",
            hint="Take fewer folds, or a longer period.",
        )
    return (*equal_parts(bars, folds)[:-1], whole)
