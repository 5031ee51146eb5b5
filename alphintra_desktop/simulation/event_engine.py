"""What a market does to orders, a bar at a time: fills, costs, stops, splits and dividends.

One function, `step`, is the whole of a bar. It is plain Python over arrays, so that it runs as it
stands (the slow, obvious oracle, and what generated files carry), compiled by Numba (long runs
and sweeps), and one call a bar (paper trading). All three give the same bits.

A bar, in order:

1. Splits and dividends happen to the account (raw prices only).
2. Positions that have been held long enough are left at the open.
3. Orders decided on a symbol's bar before this one are filled at the open: exits of all symbols,
   then entries, symbol by symbol. A reversal is an exit and an entry.
4. Stops: at the open if the bar starts beyond one, else at the stop; of stop and target on one
   bar the stop is taken, and the trade is ambiguous. A trailing stop follows the best price up to
   the bar before.
5. Orders that fill at a close are filled.
6. Borrowed shares are paid for, and the account is marked at the close.

Everything optional stands under a test of `rules`, and costs are written so that one that is 0
changes nothing: code generation leaves out what a strategy does not need.
"""

from __future__ import annotations

import types
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from alphintra_desktop.simulation.rules import (
    CASH,
    FRACTION,
    NEXT_CLOSE,
    NEXT_OPEN,
    SAME_CLOSE,
    SHARES,
    Decisions,
    Floats,
    Rules,
)
from alphintra_desktop.simulation.simulated import (
    ENTRY,
    EXIT,
    REBALANCE,
    STOP_LOSS,
    TAKE_PROFIT,
    TIME,
    TRAILING_STOP,
    Prices,
    Simulated,
)

# Above so many bars times symbols, compiling (or loading what was compiled) pays.
WORTH_COMPILING = 200_000


class Account(NamedTuple):
    """Where an account stands: arrays, changed in place. One entry a symbol, but for `cash`.

    `cash` has one entry an account. `decided` is the row of the symbol's last own bar, -1 before
    the first; `held` counts its bars since the entry; `best` is the best price since then; the
    last three are the distances of its stops, as fractions.
    """

    cash: Floats
    shares: Floats
    entry_price: Floats
    best: Floats
    last_close: Floats
    held: npt.NDArray[np.int64]
    decided: npt.NDArray[np.int64]
    stop_loss: Floats
    take_profit: Floats
    trailing_stop: Floats


def new_account(rules: Rules, symbols: int) -> Account:
    """An account with nothing but its cash, or one for each symbol with its part of it."""
    accounts = 1 if rules.shared_cash else symbols
    return Account(
        np.full(accounts, rules.cash / accounts),
        np.zeros(symbols),
        np.full(symbols, np.nan),
        np.full(symbols, np.nan),
        np.full(symbols, np.nan),
        np.zeros(symbols, dtype=np.int64),
        np.full(symbols, -1, dtype=np.int64),
        np.full(symbols, np.nan),
        np.full(symbols, np.nan),
        np.full(symbols, np.nan),
    )


# ------------------------------------------------------------------------------ fills


def enough(cash: float, needed: float) -> bool:
    """Whether the cash covers what is needed, give or take rounding."""
    return needed <= cash or abs(needed - cash) <= max(1e-9 * max(abs(needed), abs(cash)), 1e-12)


def commission(rules: Rules, shares: float, traded: float) -> float:
    """The commission of an order, in money."""
    return traded * rules.commission + shares * rules.commission_per_share + rules.commission_per_order


def cash_of(rules: Rules, symbol: int) -> int:
    """Which account a symbol trades from."""
    if rules.shared_cash:
        return 0
    return symbol


def equity_at(account: Account, price: Floats) -> float:
    """What a shared account is worth at these prices; the last close where there is none."""
    worth = account.cash[0]
    for symbol in range(len(price)):
        if account.shares[symbol] != 0:
            now = account.last_close[symbol] if np.isnan(price[symbol]) else price[symbol]
            worth += account.shares[symbol] * now
    return worth


def filled(
    fills: Floats, count: int, bar: int, symbol: int, shares: float, price: float, cost: float, reason: int
) -> int:
    """Write down a fill. Returns how many there are now."""
    fills[count, 0] = bar
    fills[count, 1] = symbol
    fills[count, 2] = shares
    fills[count, 3] = price
    fills[count, 4] = cost
    fills[count, 5] = reason
    fills[count, 6] = 0.0
    return count + 1


def buy(
    rules: Rules,
    account: Account,
    symbol: int,
    shares: float,
    limit: float,
    price: float,
    bar: int,
    reason: int,
    fills: Floats,
    count: int,
) -> int:
    """Buy shares, or as many as the limit pays for, costs included."""
    fill = price * (1.0 + rules.slippage) + rules.half_spread
    if rules.whole_shares:
        shares = np.floor(shares + 1e-9)
    cost = commission(rules, shares, shares * fill)
    spent = shares * fill + cost
    if not enough(limit, spent):
        traded = (limit - rules.commission_per_order) / (1.0 + rules.commission)
        if rules.commission_per_share > 0.0:
            traded = (limit - rules.commission_per_order) / (
                fill * (1.0 + rules.commission) + rules.commission_per_share
            ) * fill
        shares = traded / fill
        cost = limit - traded
        spent = limit
        if rules.whole_shares:
            shares = np.floor(shares + 1e-9)
            cost = commission(rules, shares, shares * fill)
            spent = shares * fill + cost
    if not shares > 1e-12:
        return count
    a = cash_of(rules, symbol)
    account.cash[a] -= spent
    if abs(account.cash[a]) <= 1e-9 * spent:
        account.cash[a] = 0.0
    account.shares[symbol] += shares
    if abs(account.shares[symbol]) <= 1e-9 * shares:
        account.shares[symbol] = 0.0
    return filled(fills, count, bar, symbol, shares, fill, cost, reason)


def sell(
    rules: Rules,
    account: Account,
    symbol: int,
    shares: float,
    price: float,
    bar: int,
    reason: int,
    fills: Floats,
    count: int,
) -> int:
    """Sell shares, short if there are none."""
    fill = price * (1.0 - rules.slippage) - rules.half_spread
    if not shares > 1e-12:
        return count
    cost = commission(rules, shares, shares * fill)
    account.cash[cash_of(rules, symbol)] += shares * fill - cost
    account.shares[symbol] -= shares
    if abs(account.shares[symbol]) <= 1e-9 * shares:
        account.shares[symbol] = 0.0
    return filled(fills, count, bar, symbol, -shares, fill, cost, reason)


def leave(
    rules: Rules, account: Account, symbol: int, price: float, bar: int, reason: int, fills: Floats, count: int
) -> int:
    """Close a symbol's position at a price. Buying back is limited by the cash there is."""
    shares = account.shares[symbol]
    if shares > 0.0:
        return sell(rules, account, symbol, shares, price, bar, reason, fills, count)
    if rules.short_side:
        limit = account.cash[cash_of(rules, symbol)]
        return buy(rules, account, symbol, -shares, limit, price, bar, reason, fills, count)
    return count


# ----------------------------------------------------------------------------- orders


def wants_out(rules: Rules, account: Account, decisions: Decisions, symbol: int) -> bool:
    """Whether the last decision closes the position that is held, or turns it round."""
    row = account.decided[symbol]
    if rules.long_side and account.shares[symbol] > 0.0:
        if rules.short_side:
            return decisions.long_exit[row, symbol] or decisions.short_entry[row, symbol]
        return decisions.long_exit[row, symbol]
    if rules.short_side and account.shares[symbol] < 0.0:
        if rules.long_side:
            return decisions.short_exit[row, symbol] or decisions.long_entry[row, symbol]
        return decisions.short_exit[row, symbol]
    return False


def budget(rules: Rules, account: Account, symbol: int, price: Floats, size: float) -> float:
    """The money that a fraction of the account's equity stands for; all cash at most."""
    cash = account.cash[cash_of(rules, symbol)]
    if rules.shared_cash:
        return min(cash, size * equity_at(account, price))
    return min(cash, size * cash)


def wanted_shares(rules: Rules, size: float, price: float) -> float:
    """How many shares a size means, before the cash is looked at."""
    if rules.size_kind == SHARES:
        return size
    if rules.size_kind == CASH:
        return size / price
    return np.inf


def enter_long(
    rules: Rules, account: Account, price: Floats, symbol: int, size: float, bar: int, fills: Floats, count: int
) -> int:
    """Buy as much as the size says and the cash allows."""
    limit = account.cash[cash_of(rules, symbol)]
    if rules.size_kind == FRACTION:
        limit = budget(rules, account, symbol, price, size)
    shares = wanted_shares(rules, size, price[symbol])
    if rules.size_kind == FRACTION:
        shares = limit / price[symbol] + 1.0
    return buy(rules, account, symbol, shares, limit, price[symbol], bar, ENTRY, fills, count)


def enter_short(
    rules: Rules, account: Account, price: Floats, symbol: int, size: float, bar: int, fills: Floats, count: int
) -> int:
    """Sell short; a fraction of equity is one of what the cash would pay for."""
    shares = wanted_shares(rules, size, price[symbol])
    if rules.size_kind == FRACTION:
        fill = price[symbol] * (1.0 - rules.slippage) - rules.half_spread
        worth = account.cash[cash_of(rules, symbol)]
        if rules.shared_cash:
            worth = equity_at(account, price)
        per_share = fill * (1.0 + rules.commission) + rules.commission_per_share
        shares = size * ((worth - rules.commission_per_order) / per_share)
    if rules.whole_shares:
        shares = np.floor(shares + 1e-9)
    return sell(rules, account, symbol, shares, price[symbol], bar, ENTRY, fills, count)


def enter(
    rules: Rules,
    account: Account,
    price: Floats,
    decisions: Decisions,
    symbol: int,
    bar: int,
    fills: Floats,
    count: int,
) -> int:
    """Open the position that was decided on, with its stops."""
    row = account.decided[symbol]
    size = decisions.size[row, symbol]
    before = count
    if not size > 0.0:
        return count
    if rules.long_side and decisions.long_entry[row, symbol]:
        count = enter_long(rules, account, price, symbol, size, bar, fills, count)
    elif rules.short_side and decisions.short_entry[row, symbol]:
        count = enter_short(rules, account, price, symbol, size, bar, fills, count)
    if count > before:
        account.held[symbol] = 0
        account.entry_price[symbol] = fills[before, 3]
        account.best[symbol] = fills[before, 3]
        if rules.has_stop_loss:
            account.stop_loss[symbol] = decisions.stop_loss[row, symbol]
        if rules.has_take_profit:
            account.take_profit[symbol] = decisions.take_profit[row, symbol]
        if rules.has_trailing_stop:
            account.trailing_stop[symbol] = decisions.trailing_stop[row, symbol]
    return count


def trade(
    rules: Rules, account: Account, price: Floats, decisions: Decisions, bar: int, fills: Floats, count: int
) -> int:
    """Fill what the last decisions ask for: exits of all symbols, then entries."""
    for symbol in range(len(price)):
        if not np.isnan(price[symbol]) and account.decided[symbol] >= 0:
            if wants_out(rules, account, decisions, symbol):
                count = leave(rules, account, symbol, price[symbol], bar, EXIT, fills, count)
    for symbol in range(len(price)):
        if not np.isnan(price[symbol]) and account.decided[symbol] >= 0:
            if account.shares[symbol] == 0.0:
                count = enter(rules, account, price, decisions, symbol, bar, fills, count)
    return count


def rebalance(
    rules: Rules, account: Account, price: Floats, decisions: Decisions, row: int, bar: int, fills: Floats, count: int
) -> int:
    """Trade towards the weights of a row: the largest sale first, the largest purchase last."""
    worth = equity_at(account, price)
    orders = np.zeros(len(price))
    for symbol in range(len(price)):
        weight = decisions.weights[row, symbol]
        if not np.isnan(price[symbol]):
            target = 0.0 if np.isnan(weight) else weight * worth
            orders[symbol] = target - account.shares[symbol] * price[symbol]
    if not worth > 0.0:
        return count
    for symbol in np.argsort(orders, kind="mergesort"):
        if np.isnan(price[symbol]):
            continue
        weight = decisions.weights[row, symbol]
        target = 0.0 if np.isnan(weight) else weight * worth / price[symbol]
        if rules.whole_shares:
            target = np.trunc(target)
        shares = target - account.shares[symbol]
        if shares > 0.0:
            limit = account.cash[0]
            count = buy(rules, account, symbol, shares, limit, price[symbol], bar, REBALANCE, fills, count)
        elif shares < 0.0:
            count = sell(rules, account, symbol, -shares, price[symbol], bar, REBALANCE, fills, count)
    return count


# ------------------------------------------------------------------------------ stops


def stop_level(rules: Rules, account: Account, symbol: int, side: float) -> float:
    """The price of the nearer of stop loss and trailing stop, NaN without one."""
    level = np.nan
    if rules.has_stop_loss:
        level = account.entry_price[symbol] * (1.0 - side * account.stop_loss[symbol])
    if rules.has_trailing_stop:
        trailing = account.best[symbol] * (1.0 - side * account.trailing_stop[symbol])
        if np.isnan(level) or side * trailing > side * level:
            level = trailing
    return level


def stop_reason(rules: Rules, account: Account, symbol: int, side: float) -> int:
    """Which of stop loss and trailing stop is the nearer one."""
    if rules.has_trailing_stop:
        if not rules.has_stop_loss:
            return TRAILING_STOP
        fixed = account.entry_price[symbol] * (1.0 - side * account.stop_loss[symbol])
        trailing = account.best[symbol] * (1.0 - side * account.trailing_stop[symbol])
        if np.isnan(fixed) or side * trailing > side * fixed:
            return TRAILING_STOP
    return STOP_LOSS


def check_stops(
    rules: Rules, account: Account, prices: Prices, symbol: int, bar: int, fills: Floats, count: int
) -> int:
    """Leave a position whose stop or target the bar has touched."""
    side = 1.0 if account.shares[symbol] > 0.0 else -1.0
    start = prices.open[bar, symbol]
    worst = prices.low[bar, symbol] if side > 0.0 else prices.high[bar, symbol]
    best = prices.high[bar, symbol] if side > 0.0 else prices.low[bar, symbol]
    before = count
    stop = stop_level(rules, account, symbol, side)
    target = np.nan
    if rules.has_take_profit:
        target = account.entry_price[symbol] * (1.0 + side * account.take_profit[symbol])
    if side * start <= side * stop:
        reason = stop_reason(rules, account, symbol, side)
        count = leave(rules, account, symbol, start, bar, reason, fills, count)
    elif rules.has_take_profit and side * start >= side * target:
        count = leave(rules, account, symbol, start, bar, TAKE_PROFIT, fills, count)
    elif side * worst <= side * stop:
        reason = stop_reason(rules, account, symbol, side)
        count = leave(rules, account, symbol, stop, bar, reason, fills, count)
        if rules.has_take_profit and side * best >= side * target and count > before:
            fills[before, 6] = 1.0
    elif rules.has_take_profit and side * best >= side * target:
        count = leave(rules, account, symbol, target, bar, TAKE_PROFIT, fills, count)
    if rules.has_trailing_stop and side * best > side * account.best[symbol]:
        account.best[symbol] = best
    return count


# -------------------------------------------------------------------------- one bar


def happen(account: Account, prices: Prices, symbol: int, cash: int, bar: int) -> None:
    """A split and a dividend of a bar, before its open."""
    split = prices.split[bar, symbol]
    if split > 0.0 and split != 1.0:
        account.shares[symbol] *= split
        account.entry_price[symbol] /= split
        account.best[symbol] /= split
        account.last_close[symbol] /= split
    if prices.dividend[bar, symbol] > 0.0:
        account.cash[cash] += account.shares[symbol] * prices.dividend[bar, symbol]


def step(
    rules: Rules, account: Account, prices: Prices, decisions: Decisions, bar: int, fills: Floats, count: int
) -> int:
    """One bar for all symbols. Changes the account and writes its fills.

    `fills` must have room for three more rows a symbol. Returns how many fills there are now.
    """
    symbols = len(account.shares)
    for symbol in range(symbols):
        if not np.isnan(prices.close[bar, symbol]):
            if rules.has_events:
                happen(account, prices, symbol, cash_of(rules, symbol), bar)
            account.held[symbol] += 1
            if rules.exit_after > 0:
                if account.shares[symbol] != 0.0 and account.held[symbol] >= rules.exit_after:
                    count = leave(rules, account, symbol, prices.open[bar, symbol], bar, TIME, fills, count)
    if rules.fill == NEXT_OPEN:
        if rules.has_weights:
            if bar > 0 and decisions.rebalance[bar - 1]:
                count = rebalance(rules, account, prices.open[bar], decisions, bar - 1, bar, fills, count)
        else:
            count = trade(rules, account, prices.open[bar], decisions, bar, fills, count)
    if rules.has_stop_loss or rules.has_take_profit or rules.has_trailing_stop:
        for symbol in range(symbols):
            live = rules.stops_on_entry_bar or account.held[symbol] > 0
            if live and account.shares[symbol] != 0.0 and not np.isnan(prices.close[bar, symbol]):
                count = check_stops(rules, account, prices, symbol, bar, fills, count)
    if rules.fill == NEXT_CLOSE:
        if rules.has_weights:
            if bar > 0 and decisions.rebalance[bar - 1]:
                count = rebalance(rules, account, prices.close[bar], decisions, bar - 1, bar, fills, count)
        else:
            count = trade(rules, account, prices.close[bar], decisions, bar, fills, count)
    for symbol in range(symbols):
        if not np.isnan(prices.close[bar, symbol]):
            account.decided[symbol] = bar
            account.last_close[symbol] = prices.close[bar, symbol]
    if rules.fill == SAME_CLOSE:
        if rules.has_weights:
            if decisions.rebalance[bar]:
                count = rebalance(rules, account, prices.close[bar], decisions, bar, bar, fills, count)
        else:
            count = trade(rules, account, prices.close[bar], decisions, bar, fills, count)
    if rules.borrow_rate > 0.0:
        for symbol in range(symbols):
            if account.shares[symbol] < 0.0 and not np.isnan(prices.close[bar, symbol]):
                short = -account.shares[symbol] * account.last_close[symbol]
                account.cash[cash_of(rules, symbol)] -= short * rules.borrow_rate / rules.bars_per_year
    return count


def run_bars(
    rules: Rules, prices: Prices, decisions: Decisions, account: Account
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """All bars, one after the other. Returns the fields of `Simulated`."""
    bars, symbols = prices.close.shape
    equity, cash = np.empty(bars), np.empty(bars)
    long_value, short_value = np.zeros(bars), np.zeros(bars)
    room = 3 * symbols
    fills = np.empty((room + 1024, 7))
    count = 0
    for bar in range(bars):
        if count + room > len(fills):
            fills = np.concatenate((fills, np.empty((len(fills) + room, 7))))
        count = step(rules, account, prices, decisions, bar, fills, count)
        cash[bar] = account.cash.sum()
        equity[bar] = cash[bar]
        for symbol in range(symbols):
            value = account.shares[symbol] * account.last_close[symbol]
            if value > 0.0:
                long_value[bar] += value
            elif value < 0.0:
                short_value[bar] -= value
        equity[bar] = cash[bar] + long_value[bar] - short_value[bar]
    return equity, cash, long_value, short_value, fills[:count]


# --------------------------------------------------------------------- both ways to run


def simulate(
    rules: Rules, prices: Prices, decisions: Decisions, *, compiled: bool | None = None
) -> Simulated:
    """Run a strategy's decisions over (T, N) prices.

    `compiled` chooses between Numba and plain Python, which give the same bits; None chooses the
    quicker one for the size.
    """
    if compiled is None:
        compiled = prices.close.size > WORTH_COMPILING
    run = _compiled_run() if compiled else run_bars
    account = new_account(rules, prices.close.shape[1])
    plain = Rules(*(type(default)(value) for value, default in zip(rules, Rules(), strict=True)))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        return Simulated(*run(plain, prices, decisions, account))


@cache
def _compiled_run() -> Any:
    """`run_bars` and all it calls, compiled by Numba and kept on disk."""
    from numba import njit  # noqa: PLC0415 - a second to import, and seldom needed

    names = dict(globals())
    for name, value in list(names.items()):
        if isinstance(value, types.FunctionType) and value.__module__ == __name__ and name not in _NOT_COMPILED:
            copied = types.FunctionType(value.__code__, names, name, value.__defaults__)
            names[name] = njit(cache=True)(copied)
    return names["run_bars"]


_NOT_COMPILED = ("simulate", "_compiled_run", "new_account")
