"""What a simulation is given and what it gives back: plain arrays, whichever engine made them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from alphintra_desktop.simulation.rules import Floats

# Why a fill happened.
ENTRY, EXIT, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, TIME, REBALANCE = range(7)
REASONS = ("entry", "exit", "stop loss", "take profit", "trailing stop", "time", "rebalance")


class Prices(NamedTuple):
    """(T, N) arrays of prices and events, NaN where a symbol has no bar."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    split: Floats
    dividend: Floats


class Simulated(NamedTuple):
    """An account through time, (T,) arrays, and its fills, (F, 7): one row a fill, in order.

    The columns of `fills` are bar, symbol (by number), shares (negative when sold), price, cost
    in money, reason (an index into `REASONS`) and whether the bar touched stop and target (0, 1).
    `long_value` and `short_value` are the market values of positions, both positive.
    """

    equity: Floats
    cash: Floats
    long_value: Floats
    short_value: Floats
    fills: Floats


BAR, SYMBOL, SHARES_FILLED, PRICE, COST, REASON, AMBIGUOUS = range(7)
FILL_COLUMNS = 7


def bars_of(fills: Floats) -> npt.NDArray[np.int64]:
    """The bar of each fill."""
    return fills[:, BAR].astype(np.int64)
