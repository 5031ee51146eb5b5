"""Round trips: which fills opened what other fills closed, and what that earned.

Every fill that reduces a position is one trade (the convention of vectorbt's exit trades): its
entry is the average of all that the position was built from, weighted by shares, and it carries its
part of the costs of entry. What is still held at the end is one open trade a symbol, marked at the
last close without a cost of exit.

Splits, dividends and borrow fees are part of what a trade earned. So fills are matched in shares
of before all splits, at prices that carry the cash of all earlier bars with them (`with_carry`);
then they need no more thought, however often a position grows or shrinks.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from alphintra_desktop.simulation.fills import plus
from alphintra_desktop.simulation.rules import Booleans, Floats, Rules
from alphintra_desktop.simulation.simulated import Fills, Integers, Prices, Simulated


class Matches(NamedTuple):
    """Fills that close, with what they close: one row a closed trade, in the order of exits.

    `exit` is the number of the closing fill, `entry` that of the first fill of its position.
    `entry_price` is the average; `entry_cost` and `exit_cost` are this trade's parts.
    """

    entry: Integers
    exit: Integers
    side: Floats
    shares: Floats
    entry_price: Floats
    exit_price: Floats
    entry_cost: Floats
    exit_cost: Floats


class Held(NamedTuple):
    """What is held after the last fill, (N,) arrays: see `Matches`."""

    entry: Integers
    shares: Floats
    entry_price: Floats
    entry_cost: Floats


class Trades(NamedTuple):
    """Round trips as parallel arrays, closed ones in the order of their exits, open ones last.

    `side` is 1 (long) or -1 (short); `shares` is positive. Shares and prices are in units of the
    exit's bar where a split lies between. `costs` are commissions; `profit` is after costs,
    dividends and borrow fees. `bars_held` counts the symbol's own bars. `reason` is that of the
    exit; an open trade has -1.
    """

    symbol: Integers
    side: Integers
    entry_bar: Integers
    exit_bar: Integers
    shares: Floats
    entry_price: Floats
    exit_price: Floats
    costs: Floats
    profit: Floats
    return_fraction: Floats
    bars_held: Integers
    reason: Integers
    ambiguous: Booleans
    is_open: Booleans


def closed_profits(rules: Rules, prices: Prices, fills: Fills) -> Floats:
    """What every closed trade earned after costs, in money, in the order of the exits."""
    if rules.has_weights or rules.short_side or rules.has_events:
        matches, _ = matched(fills, *with_carry(rules, prices, fills))
        return profits(matches)
    # All that is bought is sold at once: a sale closes what the symbol's fill before it opened.
    order = np.argsort(fills.symbol, kind="stable")
    sales = np.flatnonzero(fills.shares[order] < 0.0)
    in_time = np.argsort(order[sales])
    opened, closed = order[sales - 1][in_time], order[sales][in_time]
    moved = -fills.shares[closed] * (fills.price[closed] - fills.price[opened])
    return moved - fills.cost[opened] - fills.cost[closed]


def profits(matches: Matches) -> Floats:
    """What every trade earned after costs, in money."""
    moved = matches.side * matches.shares * (matches.exit_price - matches.entry_price)
    return moved - matches.entry_cost - matches.exit_cost


def with_carry(rules: Rules, prices: Prices, fills: Fills) -> tuple[Floats, Floats, Floats]:
    """Shares before all splits, and prices that carry cash, of fills of longs and of shorts.

    A share bought before a dividend and sold after it brings price and dividend. So a fill's price
    is raised by all dividends paid until then, and that of a short by all borrow fees, too.
    """
    shares, long_price, short_price = fills.shares, fills.price, fills.price
    if rules.has_events:
        growth = share_growth(prices)[fills.bar, fills.symbol]
        shares = fills.shares / growth
        long_price = fills.price * growth + carried_dividends(prices)[fills.bar, fills.symbol]
        short_price = long_price
    if rules.borrow_rate:
        short_price = long_price + carried_fees(rules, prices)[fills.bar, fills.symbol]
    return shares, long_price, short_price


def share_growth(prices: Prices) -> Floats:
    """(T, N): the shares that one share of the first bar has become."""
    splits: Floats = np.where(prices.split > 0.0, prices.split, 1.0)
    return splits.cumprod(axis=0)


def carried_dividends(prices: Prices) -> Floats:
    """(T, N): the dividends that one share of the first bar has brought, this bar's included."""
    return np.cumsum(np.nan_to_num(prices.dividend) * share_growth(prices), axis=0)


def carried_fees(rules: Rules, prices: Prices) -> Floats:
    """(T, N): the fees for borrowing one share of the first bar since, without this bar's."""
    value = np.nan_to_num(prices.close)
    if rules.has_events:
        value = value * share_growth(prices)
    fees = np.cumsum(value * (rules.borrow_rate / rules.bars_per_year), axis=0)
    return np.vstack([np.zeros((1, fees.shape[1])), fees[:-1]])


def matched(
    fills: Fills, shares: Floats, long_price: Floats, short_price: Floats
) -> tuple[Matches, Held]:
    """Match fills, whatever they do: grow, shrink, close or turn a position round."""
    symbols = int(fills.symbol.max()) + 1 if len(fills.symbol) else 0
    held, average, costs = [0.0] * symbols, [0.0] * symbols, [0.0] * symbols
    first, found = [-1] * symbols, []
    columns = (fills.symbol, shares, long_price, short_price, fills.cost)
    rows = zip(*[column.tolist() for column in columns], strict=True)
    for i, (n, change, as_long, as_short, cost) in enumerate(rows):
        rest, rest_cost = change, cost
        if held[n] * change < 0.0:
            side = 1.0 if held[n] > 0.0 else -1.0
            closed = min(abs(change), abs(held[n]))
            entry_cost = costs[n] * (closed / abs(held[n]))
            exit_cost = cost * (closed / abs(change))
            price = as_long if side > 0.0 else as_short
            found.append((first[n], i, side, closed, average[n], price, entry_cost, exit_cost))
            costs[n] -= entry_cost
            rest, rest_cost = plus(change, side * closed), cost - exit_cost
            held[n] = plus(held[n], -side * closed)
        if rest != 0.0:
            price = as_long if rest > 0.0 else as_short
            if held[n] == 0.0:
                first[n], average[n], costs[n] = i, price, rest_cost
            else:
                total = average[n] * abs(held[n]) + price * abs(rest)
                average[n] = total / (abs(held[n]) + abs(rest))
                costs[n] += rest_cost
            held[n] += rest
    kept = Held(np.array(first, dtype=int), *(np.array(each) for each in (held, average, costs)))
    return as_matches(found), kept


def as_matches(rows: list[Any]) -> Matches:
    """Rows as columns; the first two are numbers of fills."""
    table = np.array(rows, dtype=np.float64).reshape(-1, len(Matches._fields))
    entry, exit_ = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    return Matches(entry, exit_, *table[:, 2:].T)


# ---------------------------------------------------------------------- the whole table


def round_trips(rules: Rules, prices: Prices, result: Simulated) -> Trades:
    """All trades of a simulation with everything there is to know about them."""
    fills = result.fills
    carry = with_carry(rules, prices, fills)
    matches, held = _matched(fills, carry)
    shown, kept = matches, held
    if rules.has_events or rules.borrow_rate:
        growth = _at(share_growth(prices), fills) if rules.has_events else 1.0
        shown, kept = _matched(fills, (carry[0], fills.price * growth, fills.price * growth))
    closed = _closed(rules, prices, fills, matches, shown)
    still_open = _open(rules, prices, fills, held, kept)
    return Trades._make(np.concatenate(pair) for pair in zip(closed, still_open, strict=True))


def _matched(fills: Fills, carry: tuple[Floats, Floats, Floats]) -> tuple[Matches, Held]:
    """The same as `matched`, at once where every position is opened and closed by one fill each."""
    order = np.argsort(fills.symbol, kind="stable")
    symbol, shares = fills.symbol[order], carry[0][order]
    starts = np.flatnonzero(np.diff(symbol, prepend=-1))
    place = np.arange(len(symbol)) - np.repeat(starts, np.diff(starts, append=len(symbol)))
    closing = np.flatnonzero(place % 2 == 1)
    if len(symbol) == 0 or (shares[closing] != -shares[closing - 1]).any():
        return matched(fills, *carry)
    return _pairs(fills, carry, order, closing), _unpaired(fills, carry, order, place)


def _pairs(fills: Fills, carry: Any, order: Integers, closing: Integers) -> Matches:
    entry, exit_ = order[closing - 1], order[closing]
    by_exit = np.argsort(exit_)
    entry, exit_ = entry[by_exit], exit_[by_exit]
    shares, as_long, as_short = carry
    side = np.sign(shares[entry])
    long = side > 0.0
    return Matches(
        entry,
        exit_,
        side,
        np.abs(shares[entry]),
        np.where(long, as_long[entry], as_short[entry]),
        np.where(long, as_long[exit_], as_short[exit_]),
        fills.cost[entry],
        fills.cost[exit_],
    )


def _unpaired(fills: Fills, carry: Any, order: Integers, place: Integers) -> Held:
    symbol = fills.symbol[order]
    last = np.flatnonzero(np.diff(symbol, append=-1))
    left = order[last[place[last] % 2 == 0]]
    symbols = int(symbol.max()) + 1
    held = Held(np.full(symbols, -1), *(np.zeros(symbols) for _ in range(3)))
    shares, as_long, as_short = carry
    n = fills.symbol[left]
    held.entry[n], held.shares[n], held.entry_cost[n] = left, shares[left], fills.cost[left]
    held.entry_price[n] = np.where(shares[left] > 0.0, as_long[left], as_short[left])
    return held


def _closed(rules: Rules, prices: Prices, fills: Fills, matches: Matches, shown: Matches) -> Trades:
    symbol, first, last = (
        fills.symbol[matches.exit],
        fills.bar[matches.entry],
        fills.bar[matches.exit],
    )
    growth = share_growth(prices)[last, symbol] if rules.has_events else 1.0
    profit = profits(matches)
    return Trades(
        symbol,
        matches.side.astype(np.int64),
        first,
        last,
        matches.shares * growth,
        shown.entry_price / growth,
        fills.price[matches.exit],
        matches.entry_cost + matches.exit_cost,
        profit,
        profit / (shown.shares * shown.entry_price),
        _own_bars(prices, symbol, first, last),
        fills.reason[matches.exit],
        fills.ambiguous[matches.exit],
        np.zeros(len(symbol), np.bool_),
    )


def _open(rules: Rules, prices: Prices, fills: Fills, held: Held, kept: Held) -> Trades:
    """What is held at the end, in the order of the symbols."""
    symbol = np.flatnonzero(held.shares)
    row, end = _last_rows(prices, symbol), len(prices.close) - 1
    close = prices.close[row, symbol]
    growth, dividends, fees = np.ones(len(row)), np.zeros(len(row)), np.zeros(len(row))
    if rules.has_events:
        growth = share_growth(prices)[end, symbol]
        dividends = carried_dividends(prices)[end, symbol]
    if rules.borrow_rate:
        charged = close * growth * (rules.borrow_rate / rules.bars_per_year)
        fees = carried_fees(rules, prices)[row, symbol] + charged
    shares, cost = held.shares[symbol], held.entry_cost[symbol]
    marked = close * growth + dividends + np.where(shares < 0.0, fees, 0.0)
    profit = shares * (marked - held.entry_price[symbol]) - cost
    first = fills.bar[held.entry[symbol]]
    last = np.full(len(symbol), end)
    return Trades(
        symbol,
        np.sign(shares).astype(np.int64),
        first,
        last,
        np.abs(shares) * growth,
        kept.entry_price[symbol] / growth,
        close,
        cost,
        profit,
        profit / (np.abs(shares) * kept.entry_price[symbol]),
        _own_bars(prices, symbol, first, last),
        np.full(len(symbol), -1),
        np.zeros(len(symbol), np.bool_),
        np.ones(len(symbol), np.bool_),
    )


def _at(values: Floats, fills: Fills) -> Floats:
    return values[fills.bar, fills.symbol]


def _last_rows(prices: Prices, symbol: Integers) -> Integers:
    """The last row on which each symbol has a bar."""
    backwards = prices.close[::-1, symbol] > 0.0
    rows: Integers = len(prices.close) - 1 - np.argmax(backwards, axis=0)
    return rows


def _own_bars(prices: Prices, symbol: Integers, first: Integers, last: Integers) -> Integers:
    """How many bars of its own a symbol had after `first`, up to `last`."""
    present = prices.close > 0.0
    if present.all():
        return last - first
    number = np.cumsum(present, axis=0)
    return number[last, symbol] - number[first, symbol]
