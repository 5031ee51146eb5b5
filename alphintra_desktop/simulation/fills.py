"""How one order fills: at what price, how many shares, and what it costs.

The operations stand in the order in which vectorbt executes an order, so that both engines find the
same number of shares, to the bit in most cases. Nothing here knows of time or of other orders.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphintra_desktop.simulation.rules import CASH, FRACTION, Rules

# Relative: what is left of a sum by rounding alone is nothing. Shares: no order is that small.
DUST = 1e-9
SMALLEST_ORDER = 1e-12


class Order(NamedTuple):
    """An order that is due: `price` is the market's, before slippage and spread."""

    bar: int
    symbol: int
    price: float
    reason: int
    ambiguous: bool


class Deal(NamedTuple):
    """What an order comes to: `shares` and `paid` are negative for a sale. No shares: no deal."""

    shares: float
    price: float
    cost: float
    paid: float


def buying_price(price: float, rules: Rules) -> float:
    """What a buyer pays for a share that costs `price`."""
    return price * (1.0 + rules.slippage) + rules.half_spread


def selling_price(price: float, rules: Rules) -> float:
    """What a seller gets for a share that costs `price`."""
    return price * (1.0 - rules.slippage) - rules.half_spread


def commission(shares: float, price: float, rules: Rules) -> float:
    """The cost of one order in money."""
    by_value = shares * price * rules.commission
    return by_value + shares * rules.commission_per_share + rules.commission_per_order


def purchase(shares: float, limit: float, price: float, rules: Rules) -> Deal:
    """Buying `shares`, or as many as `limit` of cash pays for with all costs."""
    cost = commission(shares, price, rules)
    paid = shares * price + cost
    if paid - limit <= DUST * paid:
        return Deal(shares, price, cost, paid)
    return purchase_for(limit, price, rules)


def purchase_for(limit: float, price: float, rules: Rules) -> Deal:
    """Buying for all of `limit`, costs included."""
    room = (limit - rules.commission_per_order) / (1.0 + rules.commission)
    if room <= 0.0:
        return Deal(0.0, price, 0.0, 0.0)
    shares = room / price
    if rules.commission_per_share:
        room = limit - rules.commission_per_order
        shares = room / (price * (1.0 + rules.commission) + rules.commission_per_share)
    if rules.whole_shares:
        shares = np.floor(shares)
        cost = commission(shares, price, rules)
        return Deal(shares, price, cost, shares * price + cost)
    if rules.commission_per_share:
        return Deal(shares, price, limit - shares * price, limit)
    return Deal(shares, price, limit - room, limit)


def sale(shares: float, price: float, rules: Rules) -> Deal:
    """Selling `shares`, from a position or short. A sale that costs more than it brings is none."""
    cost = commission(shares, price, rules)
    received = shares * price - cost
    if shares <= 0.0 or received < 0.0:
        return Deal(0.0, price, 0.0, 0.0)
    return Deal(-shares, price, cost, -received)


def opening_purchase(order: Order, size: float, money: float, cash: float, rules: Rules) -> Deal:
    """Going long. `money` is what a fraction is taken of; no more than `cash` can be paid."""
    price = buying_price(order.price, rules)
    if rules.size_kind == FRACTION:
        return purchase_for(min(size * money, cash), price, rules)
    shares = size / order.price if rules.size_kind == CASH else size
    if rules.whole_shares:
        shares = np.floor(shares)
    return purchase(shares, cash, price, rules)


def opening_sale(order: Order, size: float, money: float, rules: Rules) -> Deal:
    """Going short. `money` is what a fraction is taken of."""
    price = selling_price(order.price, rules)
    shares = size / order.price if rules.size_kind == CASH else size
    if rules.size_kind == FRACTION:
        a_share = price * (1.0 + rules.commission) + rules.commission_per_share
        shares = size * ((money - rules.commission_per_order) / a_share)
    if rules.whole_shares:
        shares = np.floor(shares)
    return sale(shares, price, rules)


def plus(amount: float, change: float) -> float:
    """The sum, or 0 where only the dust of rounding is left of `amount`."""
    total = amount + change
    return 0.0 if abs(total) <= DUST * abs(amount) else total
