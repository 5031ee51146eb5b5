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
from typing import Any

import numpy as np

from alphintra_desktop.simulation import fills, orders
from alphintra_desktop.simulation import stops as stopping
from alphintra_desktop.simulation.desk import (
    MOST_FILLS,
    Curves,
    Desk,
    empty_curves,
    opened_desk,
    simulated,
    with_room,
)
from alphintra_desktop.simulation.orders import trade
from alphintra_desktop.simulation.rules import NEXT_OPEN, SAME_CLOSE, Decisions, Rules
from alphintra_desktop.simulation.simulated import Prices, Simulated
from alphintra_desktop.simulation.stops import stops

# Values (bars times symbols) from which on loading the compiled engine pays.
WORTH_COMPILING = 200_000


def simulate(
    rules: Rules, prices: Prices, decisions: Decisions, *, compiled: bool | None = None
) -> Simulated:
    """Trade `decisions` (settled: see `simulation.decisions`) on `prices` by `rules`.

    `compiled` None compiles where the input is large enough to be worth it.
    """
    if compiled is None:
        compiled = prices.close.size > WORTH_COMPILING
    if compiled:
        prices, decisions = same_layout(prices), same_layout(decisions)
        return _run(_compiled(), plain_types(rules), prices, decisions)
    return _run(run_bars, rules, prices, decisions)


def warm_up() -> None:
    """Compile, or load what was compiled before."""
    one = np.ones((1, 1))
    no = np.zeros((1, 1), np.bool_)
    decisions = Decisions(no, no, no, no, one, one, one, one, one, no)
    simulate(Rules(), Prices(*[one] * 6), decisions, compiled=True)


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


def decide(desk: Desk, rules: Rules, t: int) -> None:
    """What was decided on this bar is due next. Without a bar nothing is, but for weights."""
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
    *(fills.buying_price, fills.selling_price, fills.commission, fills.purchase, fills.plus),
    *(fills.purchase_for, fills.sale, fills.opening_purchase, fills.opening_sale),
    *(orders.trade, orders.leave, orders.enter, orders.open_long, orders.open_short, orders.take),
    *(orders.close_position, orders.book, orders.write_down, orders.any_due, orders.rebalance),
    *(orders.weight_due, orders.adjust, orders.account_value),
    *(stopping.stops, stopping.stop_long, stopping.stop_short),
    *(step, corporate_actions, decide, close_of_bar),
)


@cache
def _compiled() -> Callable[..., Any]:
    """`run_bars` as machine code."""
    return machine_code(run_bars)


@cache
def machine_code(loop: Callable[..., Any], *parts: Callable[..., Any]) -> Callable[..., Any]:
    """A loop that calls `step`, and `parts` of its own, as machine code, kept on disk.

    The loop takes a desk, rules, what it writes to, and a number. Numba's cache looks only at the
    file of the function it compiles and at what the function closes over: closing over a digest of
    all parts keeps old code from being used.
    """
    import numba  # noqa: PLC0415
    from numba.extending import register_jitable  # noqa: PLC0415

    code = [part.__code__ for part in (*PARTS, *parts, loop)]
    digest = hashlib.sha256(b"".join(map(marshal.dumps, code))).hexdigest()
    _let_loops_call_step()
    for part in parts:
        register_jitable(forceinline=True, _nrt=False)(part)
    whole = register_jitable(forceinline=True, _nrt=False)(loop)

    def run(desk: Desk, rules: Rules, written: Any, t: int) -> Any:
        _ = digest
        return whole(desk, rules, written, t)

    # No reference counts (`_nrt`): they cost more than all the rest. Only `rebalance` allocates.
    # No lock of Python's either: what a loop writes to is its caller's, who may run several.
    options: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False, "nogil": True}
    compiled: Callable[..., Any] = numba.njit(**options)(run)
    return compiled


@cache
def _let_loops_call_step() -> None:
    """Tell Numba of every part, once."""
    from numba.extending import register_jitable  # noqa: PLC0415

    for part in PARTS:
        register_jitable(forceinline=True, _nrt=part is orders.rebalance)(part)


def plain_types(rules: Rules) -> Rules:
    """Every rule in the type of its default, for Numba: `cash=10_000` is a float as well."""
    kinds = [type(Rules._field_defaults[name]) for name in Rules._fields]
    return Rules(*(kind(value) for kind, value in zip(kinds, rules, strict=True)))


def same_layout(arrays: Any) -> Any:
    """The arrays as Numba tells them apart: in C order and writable, so that one function fits."""
    return arrays._make(np.require(array, requirements=["C", "W"]) for array in arrays)
