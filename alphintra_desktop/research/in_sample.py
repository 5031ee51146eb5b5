"""Measuring every point of a grid on one window, with all the history before it to warm up on.

The fast way is that of `research.engine`: ops are evaluated on every bar until the end of the
window, each equal one once, and a point is measured in one compiled pass over the window alone,
many points in one call where they have a program (`research.batches`). A strategy that has to run
through its generated file does, point by point. Either way, trading begins as in
`research.windowed_run`, and no bar after the window is known.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import islice, product
from typing import Any

import numpy as np

from alphintra_desktop.backtest.run import prices_of
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.ir.causality import reach
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.research.bank import Late
from alphintra_desktop.research.batches import Batches, Room
from alphintra_desktop.research.engine import ROOM
from alphintra_desktop.research.evaluate import Values
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.measure import Market, Measures
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.skeleton import Skeletons
from alphintra_desktop.research.splits import Span
from alphintra_desktop.research.windowed_run import opened, rows_between, run_window
from alphintra_desktop.simulation.decisions import as_panel, decisions_of
from alphintra_desktop.simulation.event_engine import same_layout
from alphintra_desktop.simulation.simulated import Integers
from alphintra_desktop.simulation.standalone import own_bars

MOST_CORNERS = 1_024


class InSample:
    """Measures points on one window. `threads` share what compiled code does at once."""

    def __init__(self, points: Points, bars: Bars, span: Span, threads: int = 1) -> None:
        self._points, self._span, self._threads = points, span, threads
        self._known = bars.until(span.end)
        self._window = rows_between(bars, opened(span).first, span.end)
        if not points.slow_because:
            self._market = Market(prices_of(self._window))
            self._values = _values(self._known)

    def block(self, first: int, end: int) -> Floats:
        """(end - first, 4): `Measures` of the points from `first` until before `end`."""
        numbers = np.arange(first, end)
        if self._points.slow_because:
            return self._one_by_one(numbers, self._through_the_file)
        is_whole = len(self._known.symbols) == 1 and bool(self._known.present.all())
        if not is_whole or len(numbers) == 1:
            return self._one_by_one(numbers, self._fast)
        found = np.empty((len(numbers), len(Measures._fields)))
        skeletons, _ = self._batched
        for group in skeletons.groups(skeletons.sorted(numbers)):
            found[group - first] = self._together(group)
        return found

    def _one_by_one(self, numbers: Integers, measure: Callable[[int], Measures]) -> Floats:
        return np.array([measure(int(number)) for number in numbers])

    @cached_property
    def _batched(self) -> tuple[Skeletons, Batches]:
        """Rows begin a bar early where there is one, because crossing looks at the bar before."""
        skeletons, begin = Skeletons(self._points), opened(self._span).first
        before = min(begin, 1)
        values = Late(self._values[0], begin - before)
        prices = prices_of(self._window)
        return skeletons, Batches(skeletons, values, prices, Room(ROOM, self._threads, before))

    def _together(self, numbers: Integers) -> Floats:
        skeletons, batches = self._batched
        found: Floats | None = None
        if len(numbers) > 1:
            with np.errstate(all="ignore"):
                trading = skeletons.at(int(numbers[0]))
                found = batches.measure(trading, numbers, self._points.grid.shape)
        return self._one_by_one(numbers, self._fast) if found is None else found

    def _fast(self, number: int) -> Measures:
        trading = self._points.trading(number)
        with np.errstate(all="ignore"):
            signals = [
                {name: values.of(op) for name, op in trading.decisions.items()}
                for values in self._values
            ]
        begin = opened(self._span).first
        panel = {
            name: value[begin:] if np.ndim(value) else value
            for name, value in as_panel(signals, self._known.present).items()
        }
        decisions = decisions_of(panel, self._window.present)
        return self._market.measure(trading.rules, same_layout(decisions))

    def _through_the_file(self, number: int) -> Measures:
        grid, graph = self._points.grid, self._points.graph
        code = generate(grid.graph_at(graph, number))
        found = run_window(code, self._known, self._span, flat=False).metrics
        return Measures(*(found[name] for name in Measures._fields))


def _values(known: Bars) -> list[Values]:
    given: dict[str, Any] = {"timestamp": known.timestamps, "present": known.present}
    given |= known.columns
    symbols = range(len(known.symbols))
    return [Values(own_bars(given, n), ROOM // len(symbols)) for n in symbols]


def warm_up_of(points: Points, grid: Grid) -> int:
    """The most bars that any point needs before it can decide, at least 1.

    It is looked for where every number of the grid is at one of its ends, for each switch and
    choice: what a strategy needs grows with its windows.
    """
    places = [
        _ends(axis.values) if axis.is_ordered else range(len(axis.values)) for axis in grid.axes
    ]
    longest = 1.0
    for corner in islice(product(*places), MOST_CORNERS):
        number = int(np.ravel_multi_index(corner, grid.shape))
        waits = [reach(op).warm_up for op in points.trading(number).decisions.values()]
        longest = max(longest, *(wait for wait in waits if np.isfinite(wait)), 1.0)
    return int(longest)


def _ends(values: tuple[Any, ...]) -> tuple[int, ...]:
    low, high = int(np.argmin(values)), int(np.argmax(values))
    return (low,) if low == high else (low, high)
