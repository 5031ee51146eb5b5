"""What a window shows of a recorded run besides its curves, made in one go and in any thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.chart_scales import bins
from alphintra_desktop.backtest.result_tables import (
    DrawdownSpell,
    MonthTable,
    month_table,
    worst_drawdowns,
)
from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.simulation.metrics import bar_returns

DRAWDOWNS = 10


@dataclass(frozen=True, eq=False)
class Spread:
    """How returns are spread: `counts` between neighbours of `edges`.

    Returns of exactly 0 are counted as `idle` and in no bin: an account that holds nothing has
    so many of them that nothing else would be seen. `tail` is the 5th percentile; `mean`, `tail`
    and `deviation` (ddof 1) are of all `count` returns.
    """

    edges: Floats
    counts: npt.NDArray[np.int64]
    count: int
    idle: int
    mean: float
    deviation: float
    tail: float


@dataclass(frozen=True, eq=False)
class RunTables:
    """Months of the account and of buy and hold, the deepest drawdowns, and spreads of returns."""

    months: MonthTable
    held_months: MonthTable
    drawdowns: tuple[DrawdownSpell, ...]
    bar_returns: Spread
    trade_returns: Spread


def run_tables(run: StoredRun) -> RunTables:
    """Everything that is made of a run's curves and trades."""
    curves, closed = run.curves, run.trades.status == "closed"
    return RunTables(
        months=month_table(curves.timestamps, curves.equity),
        held_months=month_table(curves.timestamps, curves.buy_and_hold),
        drawdowns=tuple(worst_drawdowns(curves.equity, DRAWDOWNS)),
        bar_returns=spread(bar_returns(curves.equity)),
        trade_returns=spread(run.trades.return_fraction[closed]),
    )


def spread(values: Floats) -> Spread:
    """The spread of these returns; what is not finite is left out."""
    known = values[np.isfinite(values)]
    some = known[known != 0.0]
    edges, counts = bins(some)
    return Spread(
        edges=edges,
        counts=counts,
        count=len(known),
        idle=len(known) - len(some),
        mean=float(known.mean()) if len(known) else np.nan,
        deviation=float(known.std(ddof=1)) if len(known) > 1 else np.nan,
        tail=float(np.quantile(known, 0.05)) if len(known) else np.nan,
    )
