"""What a simulation works on: prices, decisions, the accounts, and the fills so far."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphintra_desktop.simulation.rules import Decisions, Floats, Rules
from alphintra_desktop.simulation.simulated import Fills, Integers, Prices, Simulated

# The fills that one symbol can have on one bar: a reversal, and a stop of what was just opened.
MOST_FILLS = 3


class Desk(NamedTuple):
    """Everything a step looks at and changes.

    `cash` has one place an account, all other arrays one a symbol: `decided` is the row of the
    decision whose order is due (-1: none), `opened` that of the one that opened the position.
    `bars_held` counts the symbol's bars since the entry bar, `best` is the best price since.
    `fills` has room for more than the `filled[0]` fills there are.
    """

    prices: Prices
    decisions: Decisions
    cash: Floats
    shares: Floats
    last_close: Floats
    decided: Integers
    opened: Integers
    bars_held: Integers
    entry_price: Floats
    best: Floats
    fills: Fills
    filled: Integers


class Curves(NamedTuple):
    """What every step finds, (T,): see `Simulated`."""

    cash: Floats
    value: Floats
    gross: Floats


def opened_desk(rules: Rules, prices: Prices, decisions: Decisions) -> Desk:
    """The desk before the first bar: `rules.cash` in one account, or in equal parts in N."""
    symbols = prices.close.shape[1]
    accounts = 1 if rules.shared_cash else symbols
    return Desk(
        prices,
        decisions,
        np.full(accounts, rules.cash / accounts),
        np.zeros(symbols),
        np.zeros(symbols),
        np.full(symbols, -1),
        np.full(symbols, -1),
        np.zeros(symbols, np.int64),
        np.zeros(symbols),
        np.zeros(symbols),
        no_fills(),
        np.zeros(1, np.int64),
    )


def no_fills() -> Fills:
    """No fills yet, and no room for any."""
    numbers, amounts = np.empty(0, np.int64), np.empty(0)
    return Fills(numbers, numbers, amounts, amounts, amounts, numbers, np.empty(0, np.bool_))


def with_room(desk: Desk) -> Desk:
    """The desk with room for the fills of at least one more bar."""
    needed = desk.filled[0] + MOST_FILLS * len(desk.shares)
    if needed <= len(desk.fills.bar):
        return desk
    more = 1000 + needed
    fills = [np.concatenate([values, np.empty(more, values.dtype)]) for values in desk.fills]
    return desk._replace(fills=Fills._make(fills))


def empty_curves(bars: int) -> Curves:
    """Room for what the steps will find."""
    return Curves(np.empty(bars), np.empty(bars), np.empty(bars))


def simulated(desk: Desk, curves: Curves) -> Simulated:
    """The result, once the last bar is done."""
    fills = Fills._make([values[: desk.filled[0]] for values in desk.fills])
    return Simulated(curves.cash + curves.value, *curves, fills)
