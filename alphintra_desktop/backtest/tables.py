"""Trades and orders as tables: see `BacktestResult` for their columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from alphintra_desktop.market.bars import Bars
from alphintra_desktop.simulation.simulated import REASONS, Integers, Simulated
from alphintra_desktop.simulation.trades import Trades

# Why an open trade has an exit at all.
AT_THE_END = "end"


def trades_table(trades: Trades, bars: Bars) -> pd.DataFrame:
    """One row a round trip, closed ones in the order of their exits, open ones last."""
    reasons = np.array([*REASONS, AT_THE_END], dtype=object)
    return pd.DataFrame(
        {
            "symbol": _names(bars, trades.symbol),
            "side": np.where(trades.side > 0, "long", "short").astype(object),
            "entry_time": bars.timestamps[trades.entry_bar],
            "exit_time": bars.timestamps[trades.exit_bar],
            "entry_bar": trades.entry_bar,
            "exit_bar": trades.exit_bar,
            "shares": trades.shares,
            "entry_price": trades.entry_price,
            "exit_price": trades.exit_price,
            "costs": trades.costs,
            "profit": trades.profit,
            "return_fraction": trades.return_fraction,
            "bars_held": trades.bars_held,
            "exit_reason": reasons[trades.reason],
            "ambiguous": trades.ambiguous,
            "status": np.where(trades.is_open, "open", "closed").astype(object),
        }
    )


def orders_table(simulated: Simulated, bars: Bars) -> pd.DataFrame:
    """One row a fill, in the order they happened."""
    fills = simulated.fills
    return pd.DataFrame(
        {
            "time": bars.timestamps[fills.bar],
            "bar": fills.bar,
            "symbol": _names(bars, fills.symbol),
            "side": np.where(fills.shares > 0.0, "buy", "sell").astype(object),
            "shares": np.abs(fills.shares),
            "price": fills.price,
            "cost": fills.cost,
            "reason": np.array(REASONS, dtype=object)[fills.reason],
        }
    )


def _names(bars: Bars, symbol: Integers) -> npt.NDArray[np.object_]:
    return np.array(bars.symbols, dtype=object)[symbol]
