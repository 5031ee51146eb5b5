"""A market that runs one bar at a time: `step` is the whole simulation, written once.

It runs as plain Python (small inputs, tests, paper trading bar by bar) or compiled by Numba, with
the same result to the bit. On every bar:

1. At the open, in raw mode: splits multiply shares, dividends become cash.
2. At the open: orders due. All exits first, then entries in the order of the symbols, so that a
   reversal is two fills. A time exit leaves at the open of the n-th bar after the entry bar.
3. During the bar: stops, also of positions just opened (or only from the next bar on, and then
   they see nothing of the entry bar). A gap through a level fills at the open. A bar that touches
   stop and target takes the stop. A trailing stop hangs on the best price up to the bar before.
4. At the close: orders due, where the rules fill at the close.
5. At the close: the borrow fee of shorts, and everything is valued.

An order waits for the next bar of its own symbol; what was decided on the last bar never fills.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from alphintra_desktop.simulation import fills as filling
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
from alphintra_desktop.simulation.rules import (
    NEXT_OPEN,
    SAME_CLOSE,
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
    Fills,
    Integers,
    Prices,
    Simulated,
)

# Values (bars times symbols) from which on loading the compiled engine pays.
WORTH_COMPILING = 200_000
# The fills that one symbol can have on one bar: a reversal, and a stop of what was just opened.
MOST_FILLS = 3
FILL_KINDS = (np.int64, np.int64, np.float64, np.float64, np.float64, np.int64, np.bool_)


class Desk(NamedTuple):
    """Everything a step looks at and changes.

    `cash` has one place an account, all other arrays one a symbol: `decided` the row of the decision
    whose order is due (-1: none), `opened` that of the decision which opened the position.
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


def simulate(
    rules: Rules, prices: Prices, decisions: Decisions, *, compiled: bool | None = None
) -> Simulated:
    """Trade `decisions` (settled: see `simulation.decisions`) on `prices` by `rules`.

    `compiled` None compiles where the input is large enough to be worth it.
    """
    if compiled is None:
        compiled = prices.close.size > WORTH_COMPILING
    if compiled:
        prices, decisions = _same_layout(prices), _same_layout(decisions)
        return _run(_compiled(), _plain(rules), prices, decisions)
    return _run(run_bars, rules, prices, decisions)


def _run(
    steps: Callable[..., int], rules: Rules, prices: Prices, decisions: Decisions
) -> Simulated:
    desk, curves = opened_desk(rules, prices, decisions), empty_curves(len(prices.close))
    t = 0
    while t < len(curves.cash):
        desk = with_room(desk)
        t = steps(desk, rules, curves, t)
    return simulated(desk, curves)


def run_all(rules: Rules, prices: Prices, decisions: Decisions) -> Simulated:
    """Every bar in plain Python, for a file that stands alone."""
    desk, curves = opened_desk(rules, prices, decisions), empty_curves(len(prices.close))
    for t in range(len(curves.cash)):
        desk = with_room(desk)
        curves.cash[t], curves.value[t], curves.gross[t] = step(desk, rules, t)
    return simulated(desk, curves)


def warm_up() -> None:
    """Compile, or load what was compiled before."""
    one = np.ones((1, 1))
    no = np.zeros((1, 1), np.bool_)
    decisions = Decisions(no, no, no, no, one, one, one, one, one, no)
    simulate(Rules(), Prices(*[one] * 6), decisions, compiled=True)


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
        Fills(*(np.empty(0, kind) for kind in FILL_KINDS)),
        np.zeros(1, np.int64),
    )


def with_room(desk: Desk) -> Desk:
    """The desk with room for the fills of at least one more bar."""
    needed = desk.filled[0] + MOST_FILLS * len(desk.shares)
    if needed <= len(desk.fills.bar):
        return desk
    more = 1000 + needed
    fills = (np.concatenate([values, np.empty(more, values.dtype)]) for values in desk.fills)
    return desk._replace(fills=Fills(*fills))


def empty_curves(bars: int) -> Curves:
    """Room for what the steps will find."""
    return Curves(np.empty(bars), np.empty(bars), np.empty(bars))


def simulated(desk: Desk, curves: Curves) -> Simulated:
    """The result, once the last bar is done."""
    fills = Fills(*[values[: desk.filled[0]] for values in desk.fills])
    return Simulated(curves.cash + curves.value, *curves, fills)


def run_bars(desk: Desk, rules: Rules, curves: Curves, t: int) -> int:
    """Step from bar `t` on, until the end or until there may be no room for a bar's fills.

    Returns the bar to go on from.
    """
    most = len(desk.fills.bar) - MOST_FILLS * len(desk.shares)
    while t < len(curves.cash) and desk.filled[0] <= most:
        curves.cash[t], curves.value[t], curves.gross[t] = step(desk, rules, t)
        t += 1
    return t


def step(desk: Desk, rules: Rules, t: int) -> tuple[float, float, float]:
    """One bar. Returns cash, value of positions, and the same with shorts counted positive."""
    if rules.has_events:
        corporate_actions(desk, rules, t)
    if rules.fill == NEXT_OPEN:
        trade(desk, rules, desk.prices.open, t)
    if rules.has_stop_loss or rules.has_take_profit or rules.has_trailing_stop:
        stops(desk, rules, t)
    if rules.fill == SAME_CLOSE:
        decide(desk, rules, t)
    if rules.fill != NEXT_OPEN:
        trade(desk, rules, desk.prices.close, t)
    if rules.fill != SAME_CLOSE:
        decide(desk, rules, t)
    return close_of_bar(desk, rules, t)


def corporate_actions(desk: Desk, rules: Rules, t: int) -> None:
    """Splits and dividends happen to what is held at the open."""
    for n in range(len(desk.shares)):
        split = desk.prices.split[t, n]
        if split > 0.0 and desk.shares[n] != 0.0:
            a = 0 if rules.shared_cash else n
            desk.shares[n] *= split
            desk.last_close[n] /= split
            desk.entry_price[n] /= split
            desk.best[n] /= split
            desk.cash[a] += desk.shares[n] * desk.prices.dividend[t, n]


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
    for row in desk.decided:
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
    value = desk.cash[0]
    for n in range(len(desk.shares)):
        if desk.shares[n] != 0.0:
            price = at[t, n] if at[t, n] > 0.0 else desk.last_close[n]
            value += desk.shares[n] * price
    return value


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


def decide(desk: Desk, rules: Rules, t: int) -> None:
    """What was decided on this bar is due next. A decision without a bar is none, a weight waits."""
    for n in range(len(desk.shares)):
        if rules.has_weights:
            if desk.decisions.rebalance[t, n]:
                desk.decided[n] = t
        elif desk.prices.close[t, n] > 0.0:
            desk.decided[n] = t


def close_of_bar(desk: Desk, rules: Rules, t: int) -> tuple[float, float, float]:
    """Charge the borrow fee and value everything at the last close."""
    value, gross, cash = 0.0, 0.0, 0.0
    for n in range(len(desk.shares)):
        close = desk.prices.close[t, n]
        if close > 0.0:
            desk.last_close[n] = close
            if rules.exit_after or not rules.stops_on_entry_bar:
                desk.bars_held[n] += 1
            if rules.borrow_rate and desk.shares[n] < 0.0:
                a = 0 if rules.shared_cash else n
                desk.cash[a] += desk.shares[n] * close * (rules.borrow_rate / rules.bars_per_year)
        worth = desk.shares[n] * desk.last_close[n]
        value += worth
        gross += abs(worth)
    for account in desk.cash:
        cash += account
    return cash, value, gross


# ------------------------------------------------------------------------ compiling

# What Numba compiles, besides `run_bars` itself.
PARTS: tuple[Callable[..., Any], ...] = (
    *(filling.buying_price, filling.selling_price, filling.commission, filling.purchase),
    *(filling.purchase_for, filling.sale, filling.opening_purchase, filling.opening_sale),
    *(filling.plus, step, corporate_actions, trade, leave, enter, open_long),
    *(open_short, take, close_position, book, write_down, any_due, rebalance, weight_due, adjust),
    *(account_value, stops, stop_long, stop_short, decide, close_of_bar),
)


@cache
def _compiled() -> Callable[..., Any]:
    """`run_bars` as machine code, kept on disk.

    Numba's cache looks only at the file of the function it compiles and at what the function
    closes over: closing over a digest of all parts keeps old code from being used.
    """
    import numba  # noqa: PLC0415
    from numba.extending import register_jitable  # noqa: PLC0415

    digest = hashlib.sha256(b"".join(marshal.dumps(part.__code__) for part in PARTS)).hexdigest()
    for part in PARTS:
        register_jitable(forceinline=True, _nrt=part is rebalance)(part)
    bars = register_jitable(forceinline=True, _nrt=False)(run_bars)

    def run(desk: Desk, rules: Rules, curves: Curves, t: int) -> Any:
        _ = digest
        return bars(desk, rules, curves, t)

    return numba.njit(run, cache=True, error_model="numpy", _nrt=False)


def _plain(rules: Rules) -> Rules:
    """Every rule in the type of its default, for Numba: `cash=10_000` is a float as well."""
    kinds = [type(Rules._field_defaults[name]) for name in Rules._fields]
    return Rules(*(kind(value) for kind, value in zip(kinds, rules, strict=True)))


def _same_layout(arrays: Any) -> Any:
    """The arrays in C order, so that one compiled function fits all."""
    return type(arrays)(*(np.ascontiguousarray(array) for array in arrays))
