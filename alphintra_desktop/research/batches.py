"""Many points in one compiled call: decisions, trades and measures of one after the other.

1. Points of one skeleton are taken together. What fills their holes is put into the bank, each
   equal op once.
2. Compiled code goes through the points: it runs the skeleton's program for the entries and exits,
   and measures them as `research.measure` measures any (the same function). All it writes to is
   this thread's own, so that several threads share the points.
3. A strategy that has no program is measured a point at a time, by the caller.

It is for one symbol that has every bar: what most sweeps run on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from alphintra_desktop.codegen.trading import Trading
from alphintra_desktop.ir import ops
from alphintra_desktop.research.bank import Bank, Late, NoRoomError, Rows, later
from alphintra_desktop.research.evaluate import Values
from alphintra_desktop.research.measure import (
    MEASURING,
    EquityRow,
    Measures,
    measure_equity,
    run_and_measure,
    simulate_equity,
)
from alphintra_desktop.research.program import (
    MOST_ROWS,
    RUNNING,
    SIDES,
    NotExpressibleError,
    Program,
    program_of,
    run_program,
)
from alphintra_desktop.research.settling import Settling
from alphintra_desktop.research.skeleton import FlagsHole, NumbersHole, Skeletons
from alphintra_desktop.simulation.desk import Desk, opened_desk, with_room
from alphintra_desktop.simulation.event_engine import machine_code, plain_types, same_layout
from alphintra_desktop.simulation.quiet import may_skip
from alphintra_desktop.simulation.rules import Booleans, Floats, Rules
from alphintra_desktop.simulation.simulated import Integers, Prices

TRADES = Measures._fields.index("trades")
WORTH_THREADS = 100_000  # bars times points


class Work(NamedTuple):
    """What `run_points` is given besides a desk and rules.

    `leaves` (points, leaves) are rows of `numbers` or `flags`, `fresh` is the desk before the
    first bar. The points until before `end` are measured into `found` (points, 4), or added to
    `totals` (points, bars) where they are one symbol's part of an account.
    """

    instructions: Integers
    leaves: Integers
    base: int
    numbers: Floats
    flags: Booleans
    fresh: Desk
    row: EquityRow
    found: Floats
    totals: Floats
    end: int


class Sums(NamedTuple):
    """Accounts that are added up of their symbols: (points, 4), and their equity (points, bars)."""

    found: Floats
    totals: Floats


class _Into(NamedTuple):
    """Compiled code, and what it writes to."""

    run: Callable[..., Any]
    found: Floats
    totals: Floats

    def rows(self, first: int, end: int | None) -> _Into:
        """The same for some of the points."""
        return _Into(self.run, self.found[first:end], self.totals[first:end])


class _Prepared(NamedTuple):
    """A skeleton made ready: its program, its rules, and a desk of each thread."""

    program: Program
    rules: Rules
    desks: tuple[Desk, ...]
    may_skip: bool


@dataclass(frozen=True)
class Room:
    """How many bytes of rows are kept, by how many threads points are shared, and how many bars
    before those that are traded the rows begin: 1 where crossing something needs the bar before.
    """

    bytes: int
    threads: int
    before: int = 0


def new_bank(bars: int, room: Room) -> Bank:
    """Room for what ops come to on so many bars, and for what programs write."""
    return Bank(bars + room.before, room.bytes, room.threads * MOST_ROWS)


class Batches:
    """Measures points of the same skeleton together."""

    def __init__(
        self,
        skeletons: Skeletons,
        values: Values | Late,
        prices: Prices,
        room: Room,
        bank: Bank | None = None,
    ) -> None:
        """`values` are those of the bars with `prices`, and of `room.before` bars before them.

        A `bank` may be shared by several who forget in turn what is in it (see `add`).
        """
        self._skeletons, self._values, self._threads = skeletons, values, room.threads
        self._before, threads = room.before, room.threads
        self._prices = same_layout(prices)
        bars = len(prices.close)
        self._bank = bank or new_bank(bars, room)
        self._numbers, self._flags = self._bank.numbers, self._bank.flags
        self._settling = Settling(np.ones((bars, 1), np.bool_))
        self._equity = np.empty((threads, bars))
        self._measuring = machine_code(
            run_points, *MEASURING, run_and_measure, *RUNNING, start_again
        )
        self._adding = machine_code(add_points, *MEASURING, *RUNNING, start_again)
        self._last: tuple[Trading, _Prepared | None] | None = None
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def measure(self, trading: Trading, numbers: Integers, shape: tuple[int, ...]) -> Any:
        """(points, 4) of the points with some `numbers`; None where they have no program."""
        prepared = self._prepared_for(trading)
        if prepared is None:
            return None
        found = np.empty((len(numbers), len(Measures._fields)))
        into = _Into(self._measuring, found, np.empty((0, 0)))
        return found if self._measured(prepared, numbers, shape, into) else None

    def add(self, trading: Trading, numbers: Integers, shape: tuple[int, ...], sums: Sums) -> bool:
        """Add what points come to with these prices; False where they have no program.

        What others have put into the bank is forgotten.
        """
        self._bank.forget()
        prepared = self._prepared_for(trading)
        into = _Into(self._adding, sums.found, sums.totals)
        return prepared is not None and self._measured(prepared, numbers, shape, into)

    def finish(self, sums: Sums, rules: Rules) -> Floats:
        """The measures of accounts whose parts were added up."""
        assert self._last is not None
        assert self._last[1] is not None
        desk, end = self._last[1].desks[0], len(sums.found)
        none = np.empty((0, 0), np.int64)
        row = EquityRow(self._equity[0], False)
        work = Work(
            *(none, none, 0, self._numbers.array, self._flags.array, desk),
            *(row, sums.found, sums.totals, end),
        )
        machine_code(measure_totals, *MEASURING)(desk, plain_types(rules), work, 0)
        return sums.found

    def _prepared_for(self, trading: Trading) -> _Prepared | None:
        if self._last is None or self._last[0] is not trading:
            self._last = trading, self._prepared(trading)
        return self._last[1]

    def _prepared(self, trading: Trading) -> _Prepared | None:
        try:
            program = program_of(trading.decisions)
        except NotExpressibleError:
            return None
        amounts = {
            name: later(self._values.of(op), self._before)
            for name, op in trading.decisions.items()
            if name not in SIDES
        }
        rules = plain_types(trading.rules)
        decisions = same_layout(self._settling.decisions([amounts]))
        desks = []
        for thread in range(self._threads):
            own = self._flags.array[thread * MOST_ROWS : thread * MOST_ROWS + len(SIDES)]
            own[:] = False
            sides = {name: own[row, self._before :, None] for row, name in enumerate(SIDES)}
            fresh = opened_desk(rules, self._prices, decisions._replace(**sides))
            desks.append(with_room(fresh))
        return _Prepared(program, rules, tuple(desks), may_skip(rules, self._prices))

    def _measured(
        self, prepared: _Prepared, numbers: Integers, shape: tuple[int, ...], into: _Into
    ) -> bool:
        """Measure in halves where the bank has no room for all at once."""
        try:
            leaves = self._leaves(prepared.program, numbers, shape)
        except NoRoomError:
            half = len(numbers) // 2
            return (
                half > 0
                and self._measured(prepared, numbers[:half], shape, into.rows(0, half))
                and self._measured(prepared, numbers[half:], shape, into.rows(half, None))
            )
        self._run_all(prepared, leaves, into)
        return True

    def _leaves(self, program: Program, numbers: Integers, shape: tuple[int, ...]) -> Integers:
        """(points, leaves) rows of the bank."""
        places = np.unravel_index(numbers, shape)
        leaves = np.empty((len(numbers), len(program.leaves)), np.int64)
        needed = set[ops.Expr]()
        for column, leaf in enumerate(program.leaves):
            rows = self._numbers if isinstance(leaf, ops.Numbers) else self._flags
            if not isinstance(leaf, NumbersHole | FlagsHole):
                leaves[:, column] = rows.find(leaf, self._values, needed)
                continue
            axes = self._skeletons.axes(leaf)
            combined = np.ravel_multi_index(
                [places[axis] for axis in axes], [shape[axis] for axis in axes]
            )
            _, first, which = np.unique(combined, return_index=True, return_inverse=True)
            fillings = (self._skeletons.filling(leaf, int(numbers[n])) for n in first)
            leaves[:, column] = _found(rows, fillings, self._values, needed)[which]
        return leaves

    def _run_all(self, prepared: _Prepared, leaves: Integers, into: _Into) -> None:
        count = len(into.found)
        work = Work(
            prepared.program.instructions,
            leaves,
            0,
            self._numbers.array,
            self._flags.array,
            prepared.desks[0],
            EquityRow(self._equity[0], prepared.may_skip),
            into.found,
            into.totals,
            count,
        )
        threads = self._threads if count * len(self._prices.close) > WORTH_THREADS else 1
        edges = [count * thread // threads for thread in range(threads + 1)]
        parts = [
            self._part(prepared, work, thread, edges[thread], edges[thread + 1])
            for thread in range(threads)
        ]
        if self._pool is None or threads == 1:
            for part in parts:
                into.run(*part)
        else:
            list(self._pool.map(lambda part: into.run(*part), parts))

    def _part(
        self, prepared: _Prepared, work: Work, thread: int, first: int, end: int
    ) -> tuple[Desk, Rules, Work, int]:
        fresh = prepared.desks[thread]
        row = work.row._replace(equity=self._equity[thread])
        own = work._replace(base=thread * MOST_ROWS, fresh=fresh, row=row, end=end)
        changed = [array.copy() for array in fresh[2:10]]
        desk = Desk._make([fresh.prices, fresh.decisions, *changed, fresh.fills, fresh.filled])
        return desk, prepared.rules, own, first


def _found(
    rows: Rows, fillings: Iterable[ops.Expr], values: Values | Late, needed: set[ops.Expr]
) -> Integers:
    return np.array([rows.find(op, values, needed) for op in fillings], np.int64)


# ------------------------------------------------------------------ as compiled code


def run_points(desk: Desk, rules: Rules, work: Work, first: int) -> int:
    """Measure the points from `first` on."""
    for p in range(first, work.end):
        run_program(work.instructions, work.leaves[p], work.base, work.numbers, work.flags)
        start_again(desk, work.fresh)
        found = run_and_measure(desk, rules, work.row, 0)
        for n in range(len(found)):
            work.found[p, n] = found[n]
    return work.end


def add_points(desk: Desk, rules: Rules, work: Work, first: int) -> int:
    """Add the equity of the points from `first` on, and their trades, to those of other symbols."""
    equity = work.row.equity
    for p in range(first, work.end):
        run_program(work.instructions, work.leaves[p], work.base, work.numbers, work.flags)
        start_again(desk, work.fresh)
        work.found[p, TRADES] += simulate_equity(desk, rules, work.row, 0)
        for t in range(len(equity)):
            work.totals[p, t] += equity[t]
    return work.end


def measure_totals(desk: Desk, rules: Rules, work: Work, first: int) -> int:
    """Measure equity that was added up; it is used up."""
    for p in range(first, work.end):
        measured = measure_equity(work.totals[p], rules)
        for n in range(len(measured)):
            work.found[p, n] = measured[n]
    return work.end


def start_again(desk: Desk, fresh: Desk) -> None:
    """Put everything that steps change back to what it was before the first bar."""
    desk.cash[0] = fresh.cash[0]
    desk.shares[0] = fresh.shares[0]
    desk.last_close[0] = fresh.last_close[0]
    desk.decided[0] = fresh.decided[0]
    desk.opened[0] = fresh.opened[0]
    desk.bars_held[0] = fresh.bars_held[0]
    desk.entry_price[0] = fresh.entry_price[0]
    desk.best[0] = fresh.best[0]
    desk.filled[0] = 0
