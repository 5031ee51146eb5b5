"""Filling orders that are due: exits, entries and rebalancing, and booking what they come to."""

from __future__ import annotations

import numpy as np

from alphintra_desktop.simulation.desk import Desk
from alphintra_desktop.simulation.fills import (
    DUST,
    SMALLEST_ORDER,
    Deal,
    Order,
    buying_price,
    opening_purchase,
    opening_sale,
    plus,
    purchase,
    sale,
    selling_price,
)
from alphintra_desktop.simulation.rules import Floats, Rules
from alphintra_desktop.simulation.simulated import ENTRY, EXIT, REBALANCE, TIME


def trade(desk: Desk, rules: Rules, at: Floats, t: int) -> None:
    """Fill the orders that are due, at the prices `at`."""
    if rules.has_weights:
        if any_due(desk):
            rebalance(desk, rules, at, t)
    else:
        for n in range(len(desk.shares)):
            leave(desk, rules, at, t, n)
        for n in range(len(desk.shares)):
            enter(desk, rules, at, t, n)


def leave(desk: Desk, rules: Rules, at: Floats, t: int, n: int) -> None:
    """Close a position whose exit, opposite entry or time has come."""
    row, held, price = desk.decided[n], desk.shares[n], at[t, n]
    if held == 0.0 or row < 0 or not price > 0.0:
        return
    due = False
    if rules.long_side and held > 0.0:
        due = desk.decisions.long_exit[row, n]
        if rules.short_side:
            due = due or desk.decisions.short_entry[row, n]
    if rules.short_side and held < 0.0:
        due = desk.decisions.short_exit[row, n]
        if rules.long_side:
            due = due or desk.decisions.long_entry[row, n]
    if due:
        close_position(desk, rules, Order(t, n, price, EXIT, False))
    elif rules.exit_after and desk.bars_held[n] >= rules.exit_after:
        close_position(desk, rules, Order(t, n, price, TIME, False))


def enter(desk: Desk, rules: Rules, at: Floats, t: int, n: int) -> None:
    """Open a position that was decided on, unless there is one."""
    row, price = desk.decided[n], at[t, n]
    if row < 0 or desk.shares[n] != 0.0 or not price > 0.0:
        return
    if rules.long_side and desk.decisions.long_entry[row, n]:
        open_long(desk, rules, at, Order(t, n, price, ENTRY, False))
    if rules.short_side and desk.decisions.short_entry[row, n]:
        open_short(desk, rules, at, Order(t, n, price, ENTRY, False))


def open_long(desk: Desk, rules: Rules, at: Floats, order: Order) -> None:
    """Buy as much as the decision says and the cash allows."""
    n = order.symbol
    size = desk.decisions.size[desk.decided[n], n]
    if size > 0.0:
        cash = desk.cash[0 if rules.shared_cash else n]
        money = account_value(desk, at, order.bar) if rules.shared_cash else cash
        take(desk, rules, order, opening_purchase(order, size, money, cash, rules))


def open_short(desk: Desk, rules: Rules, at: Floats, order: Order) -> None:
    """Sell short as much as the decision says."""
    n = order.symbol
    size = desk.decisions.size[desk.decided[n], n]
    if size > 0.0:
        money = account_value(desk, at, order.bar) if rules.shared_cash else desk.cash[n]
        take(desk, rules, order, opening_sale(order, size, money, rules))


def take(desk: Desk, rules: Rules, order: Order, deal: Deal) -> None:
    """Book the deal that opens a position, and remember what its stops and its time hang on."""
    n = order.symbol
    book(desk, rules, order, deal)
    if rules.has_stop_loss or rules.has_take_profit or rules.has_trailing_stop:
        desk.opened[n] = desk.decided[n]
        desk.entry_price[n] = deal.price
    if rules.has_trailing_stop:
        desk.best[n] = deal.price
    if rules.exit_after or not rules.stops_on_entry_bar:
        desk.bars_held[n] = 0


def close_position(desk: Desk, rules: Rules, order: Order) -> None:
    """Sell what is held, or buy back what is short, as far as the cash goes."""
    n = order.symbol
    if rules.long_side and desk.shares[n] > 0.0:
        price = selling_price(order.price, rules)
        book(desk, rules, order, sale(desk.shares[n], price, rules))
    elif rules.short_side and desk.shares[n] < 0.0:
        price = buying_price(order.price, rules)
        cash = desk.cash[0 if rules.shared_cash else n]
        book(desk, rules, order, purchase(-desk.shares[n], cash, price, rules))


def book(desk: Desk, rules: Rules, order: Order, deal: Deal) -> None:
    """Move cash and shares, and write the fill down."""
    if abs(deal.shares) > SMALLEST_ORDER:
        n = order.symbol
        a = 0 if rules.shared_cash else n
        desk.cash[a] = plus(desk.cash[a], -deal.paid)
        desk.shares[n] = plus(desk.shares[n], deal.shares)
        write_down(desk, order, deal)


def write_down(desk: Desk, order: Order, deal: Deal) -> None:
    """Keep what was filled."""
    i = desk.filled[0]
    desk.fills.bar[i] = order.bar
    desk.fills.symbol[i] = order.symbol
    desk.fills.shares[i] = deal.shares
    desk.fills.price[i] = deal.price
    desk.fills.cost[i] = deal.cost
    desk.fills.reason[i] = order.reason
    desk.fills.ambiguous[i] = order.ambiguous
    desk.filled[0] = i + 1


def any_due(desk: Desk) -> bool:
    """Whether some symbol waits for its target weight."""
    for row in desk.decided:  # noqa: SIM110 - Numba knows no generators in `any`
        if row >= 0:
            return True
    return False


def rebalance(desk: Desk, rules: Rules, at: Floats, t: int) -> None:
    """Trade to the target weights that are due, what brings in cash first.

    Weights are fractions of the account's value at the prices `at`. Orders come by their value,
    sales before purchases. Without money there is nothing to trade with.
    """
    equity = account_value(desk, at, t)
    change = np.zeros(len(desk.shares))
    for n in range(len(change)):
        if desk.decided[n] >= 0 and at[t, n] > 0.0:
            change[n] = weight_due(desk, n) * equity - desk.shares[n] * at[t, n]
    for n in np.argsort(change, kind="mergesort"):
        if desk.decided[n] >= 0 and at[t, n] > 0.0:
            target = weight_due(desk, n) * equity / at[t, n]
            if equity > 0.0:
                adjust(desk, rules, Order(t, n, at[t, n], REBALANCE, False), target)
            desk.decided[n] = -1


def weight_due(desk: Desk, n: int) -> float:
    """The target weight of a symbol that is due; one that is no number counts as 0."""
    weight = desk.decisions.weights[desk.decided[n], n]
    return weight if abs(weight) < np.inf else 0.0


def adjust(desk: Desk, rules: Rules, order: Order, target: float) -> None:
    """Buy or sell until `target` shares are held, as far as the cash goes."""
    held = desk.shares[order.symbol]
    shares = abs(target - held)
    if shares <= DUST * max(abs(target), abs(held)):
        return
    if rules.whole_shares:
        shares = np.floor(shares)
    if target > held:
        price = buying_price(order.price, rules)
        book(desk, rules, order, purchase(shares, desk.cash[0], price, rules))
    else:
        price = selling_price(order.price, rules)
        book(desk, rules, order, sale(shares, price, rules))


def account_value(desk: Desk, at: Floats, t: int) -> float:
    """The one account, valued at the prices `at`, or the last close of what has no bar."""
    value: float = desk.cash[0]
    for n in range(len(desk.shares)):
        if desk.shares[n] != 0.0:
            price = at[t, n] if at[t, n] > 0.0 else desk.last_close[n]
            value += desk.shares[n] * price
    return value
