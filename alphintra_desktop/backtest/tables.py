"""Fills and round trips as tables, with times and names for numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from alphintra_desktop.market.bars import Bars
from alphintra_desktop.simulation.simulated import REASONS, Simulated
from alphintra_desktop.simulation.trades import Trades

# The exit reason of a trade that is still open, -1, is the last one.
EXIT_REASONS = np.array([*REASONS, "end"], dtype=object)


def orders_table(simulated: Simulated, bars: Bars) -> pd.DataFrame:
    """One row a fill: time, bar, symbol, side, shares, price, cost, reason."""
    fills = simulated.fills
    return pd.DataFrame(
        {
            "time": bars.timestamps[fills.bar],
            "bar": fills.bar,
            "symbol": np.array(bars.symbols, dtype=object)[fills.symbol],
            "side": np.where(fills.shares > 0.0, "buy", "sell"),
            "shares": np.abs(fills.shares),
            "price": fills.price,
            "cost": fills.cost,
            "reason": EXIT_REASONS[fills.reason],
        }
    )


def trades_table(trades: Trades, bars: Bars) -> pd.DataFrame:
    """One row a round trip, open ones last; an open one ends with the reason "end"."""
    return pd.DataFrame(
        {
            "symbol": np.array(bars.symbols, dtype=object)[trades.symbol],
            "side": np.where(trades.side > 0, "long", "short"),
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
            "exit_reason": EXIT_REASONS[trades.reason],
            "ambiguous": trades.ambiguous,
            "status": np.where(trades.is_open, "open", "closed"),
        }
    )
