"""A run made ready to be drawn: everything that takes time is done here, away from the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alphintra_desktop.backtest.extremes import Extremes
from alphintra_desktop.backtest.stored_bars import SymbolBars, bars_of
from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.simulation.simulated import Integers


@dataclass(frozen=True, eq=False)
class ChartedRun:
    """The lines of a run's charts. `trades` are the rows of the symbol's trades.

    `log_equity` and `log_buy_and_hold` are decimal logarithms, missing where there is nothing left.
    """

    run: StoredRun
    bars: SymbolBars
    price: Extremes
    equity: Extremes
    buy_and_hold: Extremes
    log_equity: Extremes
    log_buy_and_hold: Extremes
    drawdown: Extremes
    exposure: Extremes
    trades: Integers


def charted(run: StoredRun, symbol: str) -> ChartedRun:
    """Load the bars of a symbol of the run, and gather all that is drawn.

    Raises `AlphintraError` if the library no longer holds the bars.
    """
    bars, curves = bars_of(run, symbol), run.curves
    return ChartedRun(
        run=run,
        bars=bars,
        price=Extremes(bars.low, bars.high),
        equity=_line(curves.equity),
        buy_and_hold=_line(curves.buy_and_hold),
        log_equity=_line(_logarithm(curves.equity)),
        log_buy_and_hold=_line(_logarithm(curves.buy_and_hold)),
        drawdown=_line(curves.drawdown),
        exposure=_line(curves.exposure),
        trades=np.flatnonzero(run.trades.symbol == symbol),
    )


def _line(values: Floats) -> Extremes:
    return Extremes(values, values)


def _logarithm(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0.0, np.log10(values), np.nan)
