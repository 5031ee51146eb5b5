"""Quiet bars: those on which a step of the event engine changes nothing but what things are worth.

A sweep spends most of its bars waiting: for an entry while nothing is held, for an exit while
something is. On such a bar no order is due, no stop can be hit and no fee is charged, so that
equity is the cash and the shares at the close. Tests hold skipping them against `step` on each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alphintra_desktop.simulation.desk import Desk
from alphintra_desktop.simulation.rules import SAME_CLOSE, Booleans, Floats, Rules
from alphintra_desktop.simulation.simulated import Prices


def may_skip(rules: Rules, prices: Prices) -> bool:
    """Whether quiet bars can be told: one symbol with a price on every bar, and no events."""
    alone = prices.close.shape[1] == 1 and not rules.has_events and not rules.has_weights
    return alone and bool((prices.close > 0.0).all())


def quiet_until(desk: Desk, rules: Rules, t: int) -> int:
    """The first bar from `t` on that needs a step; `t` itself if it is not quiet."""
    shares, decisions = desk.shares[0], desk.decisions
    if shares != 0.0 and is_watched(rules, shares):
        return t
    late = 0 if rules.fill == SAME_CLOSE else 1
    row = max(t - late, 0)
    if shares > 0.0:
        first = next_flag(decisions.long_exit, row)
        if rules.short_side:
            first = min(first, next_flag(decisions.short_entry, row))
    elif shares < 0.0:
        first = next_flag(decisions.short_exit, row)
        if rules.long_side:
            first = min(first, next_flag(decisions.long_entry, row))
    else:
        first = len(decisions.long_entry)
        if rules.long_side:
            first = next_flag(decisions.long_entry, row)
        if rules.short_side:
            first = min(first, next_flag(decisions.short_entry, row))
    return min(max(first + late, t), len(decisions.long_entry))


def is_watched(rules: Rules, shares: float) -> bool:
    """Whether something may happen to an open position on any bar."""
    stops = rules.has_stop_loss or rules.has_take_profit or rules.has_trailing_stop
    return stops or rules.exit_after > 0 or (rules.borrow_rate != 0.0 and shares < 0.0)


def next_flag(flags: Booleans, row: int) -> int:
    """The first row from `row` on that holds, or the number of rows."""
    while row < len(flags) and not flags[row, 0]:
        row += 1
    return row


def hold(desk: Desk, equity: Floats, start: int, end: int) -> None:
    """Value what is held on the quiet bars from `start` until before `end`."""
    cash, shares, close = desk.cash[0], desk.shares[0], desk.prices.close
    for t in range(start, end):
        equity[t] = cash + shares * close[t, 0]
    desk.decided[0] = end - 1
    desk.last_close[0] = close[end - 1, 0]


# What Numba has to know of, in order.
QUIET: tuple[Callable[..., Any], ...] = (next_flag, is_watched, quiet_until, hold)
