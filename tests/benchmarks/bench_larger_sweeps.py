"""Sweeps of other shapes than `bench_sweep`, against vectorbt and against loops made for them.

vectorbt's part is timed on a few of the points and scaled linearly. Before anything is timed, all
must find the same numbers: vectorbt on those points, the loop on all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from alphintra_desktop.report import Report
from alphintra_desktop.research.engine import GridWork, Task, measure_grid
from alphintra_desktop.research.executors.choice import RAY, Spread, staff
from alphintra_desktop.research.executors.cluster import start_cluster, stop_cluster
from tests.benchmarks.fused_loop import crossover_sweep, crossover_sweep_of_symbols, rsi_sweep
from tests.benchmarks.harness import Benchmark, Direction, compare
from tests.benchmarks.made_bars import own_library
from tests.benchmarks.sweep_cases import (
    CASES,
    COMMISSION,
    FAST,
    MINUTES,
    RSI,
    RSI_WITH_STOPS,
    SLOW,
    SYMBOLS,
    Case,
)
from tests.benchmarks.sweep_memory import peak_of
from tests.benchmarks.swept_on_vectorbt import swept

Floats = npt.NDArray[np.float64]

MOST_MEGABYTES = 500.0
LINEAR = 1.1  # the most that log time may grow with log size
MINUTES_OF_A_YEAR = 365.0 * 1_440.0


def sweep_of_rsi_with_stops() -> Iterator[Benchmark]:
    """10,000 points of period, level, stop and target."""
    yield from _compared(RSI_WITH_STOPS)


def sweep_of_1_000_000_bars() -> Iterator[Benchmark]:
    """100 pairs of averages on bars of a minute."""
    yield from _compared(MINUTES)


def sweep_of_100_symbols() -> Iterator[Benchmark]:
    """1,000 pairs of averages on 100 symbols, each with an equal part of the cash."""
    yield from _compared(SYMBOLS)


def _compared(case: Case) -> Iterator[Benchmark]:
    with own_library() as folder:
        case.import_bars(folder)
        task, part = case.task(), case.task(fewer=True)
        few = _points(part)
        _same(measure_grid(part, Report()), swept(case, task.bars, few, alike=True))
        loop = _loop(case, task)
        _same(measure_grid(task, Report()), loop())
        more = task.grid.size / len(few)
        found = compare(
            f"sweep of {case.name}, peer scaled from {len(few)} points",
            lambda: measure_grid(task, Report()),
            lambda: swept(case, task.bars, few),
            goal=0.04,
            rounds=3,
        )
        median = found.peer_median * more if found.peer_median is not None else None
        yield replace(found, peer=found.peer * more, peer_median=median)
        yield compare(
            f"sweep of {case.name}, against a loop made for it",
            lambda: measure_grid(task, Report()),
            loop,
            goal=5.0,
            rounds=3,
        )


def _points(task: Task) -> list[tuple[float, ...]]:
    return [task.grid.point(number) for number in range(task.grid.size)]


def _loop(case: Case, task: Task) -> Callable[[], Floats]:
    """A loop that is written for this one strategy, on the same bars."""
    points, bars = _points(task), task.bars
    one = [np.ascontiguousarray(bars[n][:, 0]) for n in ("open", "high", "low", "close")]
    if RSI in case.axes:
        return lambda: rsi_sweep(one, points, COMMISSION)
    pairs = [(int(fast), int(slow)) for fast, slow in points]
    if case.symbols > 1:
        prices = bars["open"], bars["close"]
        return lambda: crossover_sweep_of_symbols(*prices, pairs, COMMISSION)
    return lambda: crossover_sweep(one[0], one[3], pairs, COMMISSION, MINUTES_OF_A_YEAR)


def _same(ours: Floats, theirs: Floats) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


# ----------------------------------------------------------------- memory and growth


def memory_of_sweeps() -> Iterator[Benchmark]:
    """The most that is resident in a process that sweeps, libraries included."""
    with own_library() as folder:
        for case in CASES:
            case.import_bars(folder)
            yield Benchmark(
                name=f"most memory of a sweep of {case.name}",
                unit="MB",
                ours=peak_of(case),
                peer=MOST_MEGABYTES,
                goal=1.0,
            )


def growth_of_sweeps() -> Iterator[Benchmark]:
    """How time grows: the slope of log time over log bars, and over log trials."""
    by_bars = [_growing(bars, "102:111:1") for bars in (10_000, 40_000, 160_000)]
    yield _slope("bars, 200 SMA pairs", [case.bars for case in by_bars], by_bars)
    ends = (121, 181, 421)
    by_trials = [_growing(10_080, f"102:{end}:1") for end in ends]
    yield _slope("trials, 10,080 bars", [end - 101 for end in ends], by_trials)


def _growing(bars: int, slow: str) -> Case:
    return Case("growing", {FAST: "2:21:1", SLOW: slow}, bars=bars, step="m")


def _slope(of: str, sizes: list[int], cases: list[Case]) -> Benchmark:
    seconds = [_seconds_of(case) for case in cases]
    slope = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    return Benchmark(
        name=f"slope of log time over log {of}", unit="", ours=slope, peer=1.0, goal=LINEAR
    )


def _seconds_of(case: Case) -> float:
    """The best of three."""
    with own_library() as folder:
        case.import_bars(folder)
        task = case.task()
        measure_grid(task, Report())
        return min(_timed(lambda: measure_grid(task, Report())) for _ in range(3))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


# -------------------------------------------------------------------------------- Ray


def sweep_on_ray_workers() -> Iterator[Benchmark]:
    """The same sweep by two workers and by one, which have begun their work."""
    with own_library() as folder:
        case = replace(MINUTES, axes={FAST: "20:200:10", SLOW: "300:890:10"})
        case.import_bars(folder)
        task = case.task()
        cluster = start_cluster(2)
        try:
            one, two = (_on_ray(task, count, cluster.address) for count in (1, 2))
        finally:
            stop_cluster()
    yield Benchmark(
        name="sweep on Ray, how much faster two workers are than one",
        unit="1/s",
        ours=1.0 / two,
        peer=1.0 / one,
        goal=1.6,
        direction=Direction.HIGHER,
    )


def _on_ray(task: Task, workers: int, address: str) -> float:
    """Seconds for all blocks: the best of three times."""
    size = task.grid.size
    blocks = [(first, min(first + 40, size)) for first in range(0, size, 40)]
    with staff(Spread(RAY, workers, address), GridWork(task)) as crew:
        crew.map(blocks, Report())
        return min(_timed(lambda: crew.map(blocks, Report())) for _ in range(3))
