"""Measuring the points of a grid, block by block, in one process or in several.

A block is a run of neighbouring points, which share most of what they compute. What is kept of it
is four numbers a point; everything else is forgotten within `ROOM` bytes, however large the grid.

The first block tells how long the rest will take. Where that is much longer than starting
processes, the rest is spread over them; when a sweep is cancelled they end with their block.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.run import prices_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ir.ops import Expr
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.report import Report
from alphintra_desktop.research.batches import Batches
from alphintra_desktop.research.evaluate import Values
from alphintra_desktop.research.grid import Grid
from alphintra_desktop.research.measure import Market, Measures
from alphintra_desktop.research.points import Points
from alphintra_desktop.research.settling import Settling
from alphintra_desktop.research.skeleton import Skeletons
from alphintra_desktop.simulation.standalone import own_bars

Floats = npt.NDArray[np.float64]

ROOM = 64 * 2**20  # bytes of arrays that one process keeps of earlier points
# A block has at most so many points, and fewer of long series: a sweep is cancelled after a block.
BLOCK = 200
BARS_OF_A_BLOCK = 10_000_000
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
        self._grid, prices = task.grid, prices_of(task.bars)
        self._market = Market(prices)
        self._settling = Settling(task.bars.present)
        symbols = range(len(task.bars.symbols))
        given: dict[str, Any] = {"timestamp": task.bars.timestamps, "present": task.bars.present}
        given |= task.bars.columns
        self.is_batched = len(symbols) == 1 and bool(task.bars.present.all())
        kept = room // 2 if self.is_batched else room
        self._values = [Values(own_bars(given, n), kept // len(symbols)) for n in symbols]
        self.order: npt.NDArray[np.int64] | None = None
        if self.is_batched:
            self._skeletons = Skeletons(self.points)
            self.order = self._skeletons.order()
            workers = threads or os.cpu_count() or 1
            self._batches = Batches(self._skeletons, self._values[0], prices, room // 2, workers)

    def measure(self, number: int) -> Measures:
        """What one point comes to."""
        trading = self.points.trading(number)
        with np.errstate(all="ignore"):
            signals = [_signals(values, trading.decisions) for values in self._values]
        return self._market.measure(trading.rules, self._settling.decisions(signals))

    def block(self, first: int, end: int) -> Floats:
        """(end - first, 4): `Measures` of places `first` until before `end` in the order."""
        places = np.arange(first, end) if self.order is None else self.order[first:end]
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


def _signals(values: Values, decisions: Mapping[str, Expr]) -> dict[str, Any]:
    return {name: values.of(op) for name, op in decisions.items()}


def measure_grid(task: Task, report: Report, *, processes: int | None = None) -> Floats:
    """(points, 4): `Measures` of every point, in the order of the grid.

    `processes` None decides by how long the first block takes. Raises `AlphintraError` for a point
    that cannot be built, and `Cancelled`.
    """
    size = task.grid.size
    found = np.empty((size, len(Measures._fields)))
    report.progress(0, of=size, doing="Sweeping")
    engine = Engine(task)
    engine.block(0, 1)  # compiles, or loads what was compiled
    started = time.perf_counter()
    length = max(1, min(BLOCK, BARS_OF_A_BLOCK // max(1, task.bars["close"].size)))
    done = min(length, size)
    found[_places(engine, 0, done)] = engine.block(0, done)
    seconds = (time.perf_counter() - started) * (size / done - 1.0)
    if processes is None and engine.is_batched:
        processes = 1  # its threads keep all cores busy
    if processes is None:
        processes = (os.cpu_count() or 1) if seconds > WORTH_PROCESSES else 1
    blocks = [(first, min(first + length, size)) for first in range(done, size, length)]
    report.progress(done, of=size, doing="Sweeping")
    if processes > 1 and len(blocks) > 1:
        results = _in_processes(task, blocks, processes)
    else:
        results = (engine.block(*block) for block in blocks)
    for (first, end), values in zip(blocks, results, strict=True):
        found[_places(engine, first, end)] = values
        report.progress(end, of=size, doing="Sweeping")
    return found


def _places(engine: Engine, first: int, end: int) -> Any:
    return slice(first, end) if engine.order is None else engine.order[first:end]


# ------------------------------------------------------------- in other processes


def _in_processes(task: Task, blocks: list[tuple[int, int]], processes: int) -> Iterator[Floats]:
    """The blocks' measures in order, each process working on the next free block."""
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, spawn, initializer=_start, initargs=(task,))
    try:
        yield from pool.map(_block, blocks)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_engines: list[Engine] = []


def _start(task: Task) -> None:
    _engines.append(Engine(task, threads=1))


def _block(block: tuple[int, int]) -> Floats:
    return _engines[0].block(*block)


def told(grid: Grid, number: int) -> str:
    """A point in words."""
    return ", ".join(f"{name} = {value}" for name, value in grid.named_point(number).items())


def point_failed(grid: Grid, number: int, message: str, hint: str) -> AlphintraError:
    """An error that names a point."""
    return AlphintraError(f"At {told(grid, number)}: {message}", hint=hint)
