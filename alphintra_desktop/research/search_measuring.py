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
class TrialWork:
    """What is sent to a worker once: the drawing, the space, and the bars as they are traded."""

    graph: Graph
    space: Grid
    bars: Bars

    def begin(self) -> TrialMeasurer:
        """What measures a point, on a span of the bars."""
        return TrialMeasurer(Points(self.graph, self.space), self.bars)


class TrialMeasurer:
    """Measures points of a space on spans of bars, in the process that it is in."""

    def __init__(self, points: Points, bars: Bars) -> None:
        self._points, self._bars = points, bars
        self._samples: dict[Span, InSample] = {}

    def __call__(self, asked: tuple[Span, int]) -> Measured:
        """What a point comes to on a span, or why it does not."""
        span, number = asked
        if span not in self._samples:
            self._samples[span] = InSample(self._points, self._bars, span)
        try:
            return Measures(*self._samples[span].block(number, number + 1)[0].tolist())
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
