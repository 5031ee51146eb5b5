"""How fast a grid is swept, against vectorbt's Rust engine through its public API.

vectorbt's part of 10,000 pairs is timed on 500 of them, each with its own column as its users have
it, and scaled linearly: all at once would take gigabytes. A loop written by hand for this one
strategy says how much room there is. Before anything is timed, all must find the same numbers:
vectorbt on those 500 pairs, the loop on all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import vectorbt as vbt

from alphintra_desktop.backtest.run import load_data
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.report import Report
from alphintra_desktop.research.engine import Task, measure_grid
from alphintra_desktop.research.grid import Grid, axis_of, grid_of
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.sweep import sweep
from tests.benchmarks.fused_loop import crossover_sweep
from tests.benchmarks.harness import Benchmark, compare
from tests.benchmarks.made_bars import import_walks, own_library
from tests.benchmarks.written_on_vectorbt import AVERAGE, next_bar
from tests.drawing import sma_crossover

FAST, SLOW = "00000003", "00000004"
TEN_YEARS = 2_520
PAIRS, PEER_PAIRS = 10_000, 500
COMMISSION = 0.002  # what `sma_crossover` has


def sweep_of_10_000_pairs() -> Iterator[Benchmark]:
    """Returns, Sharpe ratio, largest drawdown and closed trades of 100 x 100 averages."""
    with own_library() as folder:
        import_walks(folder, "made", 1, TEN_YEARS, "D")
        graph = sma_crossover(dataset="made", symbols="MADE000")
        whole = _grid(graph, "2:101:1", "102:201:1")
        part = _grid(graph, "2:101:1", "102:106:1")
        bars = load_data(generate(graph)).bars.adjusted()
        task = Task(graph, whole, bars)
        opened, close = pd.Series(bars["open"][:, 0]), pd.Series(bars["close"][:, 0])
        index = pd.DatetimeIndex(bars.timestamps)
        opened.index = close.index = index
        pairs = [part.point(number) for number in range(part.size)]
        _same(
            measure_grid(replace(task, grid=part), Report()),
            _on_vectorbt(opened, close, pairs, alike=True),
        )

        def peer() -> None:
            _on_vectorbt(opened, close, pairs)

        every = [whole.point(number) for number in range(whole.size)]

        def by_hand() -> npt.NDArray[np.float64]:
            return crossover_sweep(bars["open"][:, 0], bars["close"][:, 0], every, COMMISSION)

        _same(measure_grid(task, Report()), by_hand())
        name = f"{PAIRS:,} SMA pairs, {TEN_YEARS:,} bars, peer scaled from {PEER_PAIRS}"
        yield _scaled(
            compare(
                f"sweep of {name}", lambda: measure_grid(task, Report()), peer, goal=0.04, rounds=3
            )
        )
        yield _scaled(
            compare(
                f"the same, checked by the file: {name}",
                lambda: sweep(graph, whole),
                peer,
                goal=0.1,
                rounds=3,
            )
        )
        yield compare(
            f"sweep of {PAIRS:,} SMA pairs, {TEN_YEARS:,} bars, against a loop made for it",
            lambda: measure_grid(task, Report()),
            by_hand,
            goal=5.0,
            rounds=3,
        )


def _grid(graph: Graph, fast: str, slow: str) -> Grid:
    return grid_of([axis_of(graph, FAST, "period", fast), axis_of(graph, SLOW, "period", slow)])


def _scaled(found: Benchmark) -> Benchmark:
    """With the peer's time for all pairs in place of the time for some."""
    more = PAIRS / PEER_PAIRS
    median = found.peer_median * more if found.peer_median is not None else None
    return replace(found, peer=found.peer * more, peer_median=median)


def _on_vectorbt(
    opened: pd.Series, close: pd.Series, pairs: list[tuple[int, int]], *, alike: bool = False
) -> npt.NDArray[np.float64]:
    """Each average once, a column a pair, and the four numbers.

    vectorbt counts the first bar as a return of 0. `alike` leaves it out, as we do: for comparing
    numbers, not for timing.
    """
    averages = {
        period: AVERAGE.run(close, period).real.to_numpy().ravel()
        for period in sorted({period for pair in pairs for period in pair})
    }
    columns = [f"{fast} {slow}" for fast, slow in pairs]
    fast, slow = (
        pd.DataFrame(
            np.column_stack([averages[pair[side]] for pair in pairs]), close.index, columns
        )
        for side in (0, 1)
    )
    before = fast.shift(1), slow.shift(1)
    entries = (fast > slow) & (before[0] <= before[1])
    exits = (fast < slow) & (before[0] >= before[1])
    portfolio = vbt.Portfolio.from_signals(
        close,
        entries=next_bar(entries),
        exits=next_bar(exits),
        price=opened,
        init_cash=100_000.0,
        fees=COMMISSION,
        freq="1D",
    )
    if alike:
        returns = portfolio.returns().iloc[1:].vbt.returns(freq="1D", year_freq="252 days")
    else:
        returns = portfolio.get_returns_acc(year_freq="252 days")
    found = {
        "total_return": portfolio.total_return(),
        "sharpe": returns.sharpe_ratio(),
        "max_drawdown": returns.max_drawdown(),
        "trades": portfolio.trades.closed.count(),
    }
    return np.column_stack([np.asarray(found[name]) for name in Measures._fields])


def _same(ours: npt.NDArray[np.float64], theirs: npt.NDArray[np.float64]) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
