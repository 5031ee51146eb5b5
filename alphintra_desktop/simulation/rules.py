"""What a simulation is told: the rules of trading, and what was decided on each bar.

Rules are numbers and switches only, so that Numba can compile with them, and so that a generated
file can put each one in its settings and leave out the branches it does not need.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

# How `Decisions.size` is meant.
SHARES, CASH, FRACTION = 0, 1, 2
# When an order that was decided at the close of bar t is filled.
NEXT_OPEN, NEXT_CLOSE, SAME_CLOSE = 0, 1, 2


class Rules(NamedTuple):
    """How a simulation trades. Fractions, not percents: 0.001 is ten basis points."""

    cash: float = 100_000.0
    size_kind: int = FRACTION
    fill: int = NEXT_OPEN
    commission: float = 0.0  # fraction of the traded value
    commission_per_share: float = 0.0  # money
    commission_per_order: float = 0.0  # money
    slippage: float = 0.0  # fraction of the price
    half_spread: float = 0.0  # money per share
    borrow_rate: float = 0.0  # fraction of the short value, a year
    bars_per_year: float = 252.0
    exit_after: int = 0  # bars; 0 is never
    stops_on_entry_bar: bool = True
    whole_shares: bool = False
    shared_cash: bool = False  # one account for all symbols, else one each
    long_side: bool = True  # whether any rule enters long
    short_side: bool = False  # whether any rule enters short
    has_stop_loss: bool = False
    has_take_profit: bool = False
    has_trailing_stop: bool = False
    has_weights: bool = False  # target weights instead of entries and exits
    has_events: bool = False  # raw prices: splits and dividends happen to the account


class Decisions(NamedTuple):
    """What a strategy decided at the close of each bar: (T, N) arrays, one column a symbol.

    Of an entry and an exit of one side on the same bar, the exit stands; a long and a short entry
    on the same bar cancel each other (see `settle`). `size`, `stop_loss`, `take_profit` and
    `trailing_stop` are read on the bar of the entry's decision; the last three are fractions of
    the fill price, NaN for none. `weights` are target fractions of the account's equity, traded
    on the bars where `rebalance` holds.
    """

    long_entry: Booleans
    long_exit: Booleans
    short_entry: Booleans
    short_exit: Booleans
    size: Floats
    stop_loss: Floats
    take_profit: Floats
    trailing_stop: Floats
    weights: Floats
    rebalance: Booleans
