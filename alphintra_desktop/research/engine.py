"""Measuring the points of a grid, block by block, here or spread over workers.

A block is a run of neighbouring points, which share most of what they compute. What is kept of it
is four numbers a point; everything else is forgotten within `ROOM` bytes, however large the grid.

Blocks are done by an executor. Where none is named, the first block tells how long the rest will
take, and if that is much longer than starting processes, the rest is spread over them.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.run import prices_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.report import Report
from alphintra_desktop.research.batches import Batches, Room
from alphintra_desktop.research.evaluate import Values
from alphintra_desktop.research.executors.choice import (
    PROCESSES,
    THIS_PROCESS,
    Spread,
    spread_over,
)
from alphintra_desktop.research.executors.crew import Work
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.many_symbols import ManySymbols
from alphintra_desktop.research.measure import Market, Measures
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.settling import Settling
from alphintra_desktop.research.skeleton import Skeletons
from alphintra_desktop.simulation.standalone import own_bars

Floats = npt.NDArray[np.float64]
Block = tuple[int, int]  # from a place in the order of an engine until before another one
Placed = tuple[npt.NDArray[np.int64], Floats]  # points, and their `Measures`

ROOM = 64 * 2**20  # bytes of arrays that one process keeps of earlier points
# A block has at most so many points, and fewer of long series: a sweep is cancelled after a block.
BLOCK = 200
BARS_OF_A_BLOCK = 50_000_000
PARTS_A_WORKER = 4
WORTH_PROCESSES = 10.0  # seconds of work: starting a process takes some


@dataclass(frozen=True)
class Task:
    """What every process has to know: the drawing, the grid, and the bars as they are traded."""

    graph: Graph
    grid: Grid
    bars: Bars


class Engine:
    """Evaluates and simulates points in this process.

    `order` are the points in the order in which it is fast to go through them; None is that of the
    grid. `is_batched` tells whether compiled code takes many points at once.
    """

    def __init__(self, task: Task, room: int = ROOM, threads: int | None = None) -> None:
        self.points = Points(task.graph, task.grid)
        self._grid, self._bars, prices = task.grid, task.bars, prices_of(task.bars)
        symbols = range(len(task.bars.symbols))
        self.is_batched = bool(task.bars.present.all())
        kept = room // 8 if self.is_batched else room  # rows of batches keep what is used again
        own = (_own(task.bars, number) for number in symbols)
        self._values = [Values(bars, kept // len(symbols)) for bars in own]
        self.order: npt.NDArray[np.int64] | None = None
        if self.is_batched:
            self._skeletons = Skeletons(self.points)
            self.order = self._skeletons.order()
            workers = threads or os.cpu_count() or 1
            space = Room(room // 2, workers)
            self._batches = (
                Batches(self._skeletons, self._values[0], prices, space)
                if len(symbols) == 1
                else ManySymbols(self._skeletons, self._values, prices, space)
            )

    def measure(self, number: int) -> Measures:
        """What one point comes to."""
        trading = self.points.trading(number)
        with np.errstate(all="ignore"):
            signals = [_signals(values, trading.decisions) for values in self._values]
        market, settling = self._alone
        return market.measure(trading.rules, settling.decisions(signals))

    @cached_property
    def _alone(self) -> tuple[Market, Settling]:
        """For points that are measured by themselves."""
        return Market(prices_of(self._bars)), Settling(self._bars.present)

    def placed(self, block: Block) -> Placed:
        """The points of a block and what they come to."""
        return self._places(*block), self.block(*block)

    def _places(self, first: int, end: int) -> npt.NDArray[np.int64]:
        return np.arange(first, end) if self.order is None else self.order[first:end]

    def block(self, first: int, end: int) -> Floats:
        """(end - first, 4): `Measures` of places `first` until before `end` in the order."""
        places = self._places(first, end)
        if not self.is_batched:
            return self._one_by_one(places)
        return np.concatenate([self._batch(numbers) for numbers in self._skeletons.groups(places)])

    def _batch(self, numbers: npt.NDArray[np.int64]) -> Floats:
        with np.errstate(all="ignore"):
            found: Floats | None = self._batches.measure(
                self._skeletons.at(int(numbers[0])), numbers, self._grid.shape
            )
        return self._one_by_one(numbers) if found is None else found

    def _one_by_one(self, numbers: npt.NDArray[np.int64]) -> Floats:
        return np.array([self.measure(int(number)) for number in numbers])


def _own(bars: Bars, number: int) -> dict[str, Any]:
    """What a symbol's ops are evaluated on: for a symbol that has every bar, no copy of them."""
    if len(bars.symbols) == 1 and bool(bars.present.all()):
        own = {name: column[:, 0] for name, column in bars.columns.items()}
        return {"timestamp": bars.timestamps, **own}
    given = {"timestamp": bars.timestamps, "present": bars.present, **bars.columns}
    return own_bars(given, number)


def _signals(values: Values, decisions: Mapping[str, Expr]) -> dict[str, Any]:
    return {name: values.of(op) for name, op in decisions.items()}


def measure_grid(task: Task, report: Report, *, spread: Spread | None = None) -> Floats:
    """(points, 4): `Measures` of every point, in the order of the grid.

    `spread` None decides by how long the first block takes. Raises `AlphintraError` for a point
    that cannot be built, and `Cancelled`.
    """
    found = _Found(task.grid.size, report)
    work: Work = GridWork(task)
    if spread is not None and spread.executor == THIS_PROCESS:
        work = GridWork(task, spread.workers or None)
    if spread is None:
        engine = Engine(task)
        engine.block(0, 1)  # compiles, or loads what was compiled
        started = time.perf_counter()
        found.take_in(0, engine.placed((0, min(_length(task), task.grid.size))))
        seconds = (time.perf_counter() - started) * (task.grid.size / found.done - 1.0)
        # The threads of batches keep all cores busy.
        spread = Spread() if engine.is_batched or seconds < WORTH_PROCESSES else Spread(PROCESSES)
        if spread.executor == THIS_PROCESS:
            work = _Begun(engine)
    spread_over(spread, work, _blocks(task, spread, found.done), report, found.take_in)
    return found.measures


class _Found:
    """What blocks came to, put into its places, and told."""

    def __init__(self, size: int, report: Report) -> None:
        self.measures, self.done = np.empty((size, len(Measures._fields))), 0
        self._report = report
        self._tell()

    def take_in(self, _: int, placed: Placed) -> None:
        """A block is done."""
        places, values = placed
        self.measures[places] = values
        self.done += len(places)
        self._tell()

    def _tell(self) -> None:
        self._report.progress(self.done, of=len(self.measures), doing="Sweeping")


@dataclass(frozen=True)
class GridWork:
    """Measuring blocks of a grid: what is sent to a worker."""

    task: Task
    threads: int | None = 1  # there are as many workers as are wanted

    def begin(self) -> Callable[[Block], Placed]:
        """Prepare an engine."""
        return Engine(self.task, threads=self.threads).placed


@dataclass(frozen=True)
class _Begun:
    """The same for an engine of this process."""

    engine: Engine

    def begin(self) -> Callable[[Block], Placed]:
        return self.engine.placed


def _blocks(task: Task, spread: Spread, done: int) -> list[Block]:
    """What is left of a grid, in so many parts that no worker waits long for the last ones."""
    size = task.grid.size
    workers = 1 if spread.executor == THIS_PROCESS else spread.workers or os.cpu_count() or 1
    length = _length(task)
    if workers > 1:
        length = max(1, min(length, math.ceil((size - done) / (workers * PARTS_A_WORKER))))
    return [(first, min(first + length, size)) for first in range(done, size, length)]


def _length(task: Task) -> int:
    return max(1, min(BLOCK, BARS_OF_A_BLOCK // max(1, task.bars["close"].size)))


def told(grid: Grid, number: int) -> str:
    """A point in words."""
    return ", ".join(f"{name} = {value}" for name, value in grid.named_point(number).items())


def point_failed(grid: Grid, number: int, message: str, hint: str) -> AlphintraError:
    """An error that names a point."""
    return AlphintraError(f"At {told(grid, number)}: {message}", hint=hint)
