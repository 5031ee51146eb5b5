"""What a simulation is given besides its rules and decisions, and what comes out: plain arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from alphintra_desktop.simulation.rules import Booleans, Floats

Integers = npt.NDArray[np.int64]

# Why an order was filled: places in `REASONS`.
ENTRY, EXIT, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, TIME, REBALANCE = 0, 1, 2, 3, 4, 5, 6
REASONS = ("entry", "exit", "stop loss", "take profit", "trailing stop", "time", "rebalance")


class Prices(NamedTuple):
    """Bars as (T, N) arrays, one column a symbol, NaN where a symbol has no bar.

    `split` is the number of shares one share becomes at the open of a bar, `dividend` the cash paid
    per share then. Both are read only under `rules.has_events`.
    """

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    split: Floats
    dividend: Floats


class Fills(NamedTuple):
    """Every fill in the order it happened, as parallel arrays.

    `bar` and `symbol` are places in the (T, N) arrays, `shares` is negative for a sale, `price` is
    what was paid a share (slippage and spread included), `cost` the commission in money. `reason`
    is a place in `REASONS`; `ambiguous` marks a stop whose bar touched the target too.
    """

    bar: Integers
    symbol: Integers
    shares: Floats
    price: Floats
    cost: Floats
    reason: Integers
    ambiguous: Booleans


class Simulated(NamedTuple):
    """What a simulation found.

    (T,) arrays at the close of every bar: `equity` = `cash` + `position_value` over all accounts.
    `position_value` counts shorts negative, `gross_value` positive.
    """

    equity: Floats
    cash: Floats
    position_value: Floats
    gross_value: Floats
    fills: Fills
