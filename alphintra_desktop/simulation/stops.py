"""Stops: what a bar's high and low do to the positions that are held."""

from __future__ import annotations

import numpy as np

from alphintra_desktop.simulation.desk import Desk
from alphintra_desktop.simulation.fills import Order
from alphintra_desktop.simulation.orders import close_position
from alphintra_desktop.simulation.rules import Rules
from alphintra_desktop.simulation.simulated import STOP_LOSS, TAKE_PROFIT, TRAILING_STOP


def stops(desk: Desk, rules: Rules, t: int) -> None:
    """Close positions whose stop or target the bar touches."""
    for n in range(len(desk.shares)):
        looked_at = rules.stops_on_entry_bar or desk.bars_held[n] > 0
        if looked_at and desk.prices.close[t, n] > 0.0:
            if rules.long_side and desk.shares[n] > 0.0:
                stop_long(desk, rules, t, n)
            elif rules.short_side and desk.shares[n] < 0.0:
                stop_short(desk, rules, t, n)


def stop_long(desk: Desk, rules: Rules, t: int, n: int) -> None:
    """The stop, the target and the trailing stop of a long position on one bar."""
    row, opened, high = desk.opened[n], desk.prices.open[t, n], desk.prices.high[t, n]
    stop, target, reason = 0.0, np.inf, STOP_LOSS
    if rules.has_stop_loss and desk.decisions.stop_loss[row, n] > 0.0:
        stop = desk.entry_price[n] * (1.0 - desk.decisions.stop_loss[row, n])
    if rules.has_trailing_stop and desk.decisions.trailing_stop[row, n] > 0.0:
        trailing = desk.best[n] * (1.0 - desk.decisions.trailing_stop[row, n])
        if trailing > stop:
            stop, reason = trailing, TRAILING_STOP
    if rules.has_take_profit and desk.decisions.take_profit[row, n] > 0.0:
        target = desk.entry_price[n] * (1.0 + desk.decisions.take_profit[row, n])
    if desk.prices.low[t, n] <= stop:
        close_position(desk, rules, Order(t, n, min(opened, stop), reason, high >= target))
    elif high >= target:
        close_position(desk, rules, Order(t, n, max(opened, target), TAKE_PROFIT, False))
    if rules.has_trailing_stop:
        desk.best[n] = max(desk.best[n], high)


def stop_short(desk: Desk, rules: Rules, t: int, n: int) -> None:
    """The stop, the target and the trailing stop of a short position on one bar."""
    row, opened, low = desk.opened[n], desk.prices.open[t, n], desk.prices.low[t, n]
    stop, target, reason = np.inf, 0.0, STOP_LOSS
    if rules.has_stop_loss and desk.decisions.stop_loss[row, n] > 0.0:
        stop = desk.entry_price[n] * (1.0 + desk.decisions.stop_loss[row, n])
    if rules.has_trailing_stop and desk.decisions.trailing_stop[row, n] > 0.0:
        trailing = desk.best[n] * (1.0 + desk.decisions.trailing_stop[row, n])
        if trailing < stop:
            stop, reason = trailing, TRAILING_STOP
    if rules.has_take_profit and desk.decisions.take_profit[row, n] > 0.0:
        target = desk.entry_price[n] * (1.0 - desk.decisions.take_profit[row, n])
    if desk.prices.high[t, n] >= stop:
        close_position(desk, rules, Order(t, n, max(opened, stop), reason, low <= target))
    elif low <= target:
        close_position(desk, rules, Order(t, n, min(opened, target), TAKE_PROFIT, False))
    if rules.has_trailing_stop:
        desk.best[n] = min(desk.best[n], low)
