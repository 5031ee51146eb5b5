"""Flags of many points as a program of few instructions over rows, run by compiled code.

A skeleton's entries and exits become instructions on rows of flags and numbers, one value a bar.
What fills a hole, and what is the same at every point, are rows of a bank; what an instruction
finds is a row of this thread's own, written again at every point. The last instructions settle
what contradicts itself, as `simulation.decisions.settle` does.

An instruction is (code, result, left, right); a negative operand -1 - n is leaf number n.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alphintra_desktop.ir import ops
from alphintra_desktop.research.skeleton import holes_of
from alphintra_desktop.simulation.rules import Booleans, Floats
from alphintra_desktop.simulation.simulated import Integers

SIDES = ("long_entry", "long_exit", "short_entry", "short_exit")  # rows 0 to 3 of a thread
MOST_ROWS = 32  # of one thread

ABOVE, BELOW, EQUAL, AT_LEAST, AT_MOST, CROSSES_ABOVE, CROSSES_BELOW = 0, 1, 2, 3, 4, 5, 6
BOTH, EITHER, WITHOUT, NOT, COPY = 7, 8, 9, 10, 11
_COMPARE: Mapping[type[ops.Expr], int] = {
    ops.Above: ABOVE,
    ops.Below: BELOW,
    ops.AtLeast: AT_LEAST,
    ops.AtMost: AT_MOST,
    ops.Equal: EQUAL,
    ops.CrossesAbove: CROSSES_ABOVE,
    ops.CrossesBelow: CROSSES_BELOW,
}


class NotExpressibleError(Exception):
    """A strategy that has no program."""


@dataclass(frozen=True, eq=False)
class Program:
    """The entries and exits of a skeleton. `leaves` are holes, and ops that are the same always."""

    instructions: Integers
    leaves: tuple[ops.Expr, ...]
    rows: int


def program_of(decisions: Mapping[str, ops.Expr]) -> Program:
    """The program for the sides among some decisions. Raises `NotExpressibleError`."""
    if any(holes_of(op) for name, op in decisions.items() if name not in SIDES):
        raise NotExpressibleError
    writing = _Writing()
    sides = [decisions.get(name) for name in SIDES]
    found = [writing.operand(op) if op is not None else None for op in sides]
    writing.settle(*found)
    return Program(np.array(writing.lines, np.int64), tuple(writing.leaves), writing.rows)


@dataclass
class _Writing:
    lines: list[tuple[int, int, int, int]] = field(default_factory=list)
    leaves: dict[ops.Expr, int] = field(default_factory=dict)
    known: dict[ops.Expr, int] = field(default_factory=dict)
    rows: int = len(SIDES)
    opened: int = 0

    def operand(self, op: ops.Expr) -> int:
        """Where the values of an op will be."""
        if op not in self.known:
            self.known[op] = self._written(op)
        return self.known[op]

    def settle(self, *sides: int | None) -> None:
        """Exits cancel entries of their side, then entries of both sides cancel each other."""
        long_entry, long_exit, short_entry, short_exit = sides
        long_entry = self._without(long_entry, long_exit)
        short_entry = self._without(short_entry, short_exit)
        settled = (
            self._without(long_entry, short_entry),
            long_exit,
            self._without(short_entry, long_entry),
            short_exit,
        )
        for row, side in enumerate(settled):
            if side is not None:
                self.lines.append((COPY, row, side, 0))

    def _without(self, flags: int | None, others: int | None) -> int | None:
        if flags is None or others is None:
            return flags
        return self._line(WITHOUT, flags, others)

    def _written(self, op: ops.Expr) -> int:
        holes = holes_of(op)
        if not holes or op in holes:
            return -1 - self.leaves.setdefault(op, len(self.leaves))
        self.opened += 1
        if self.opened > MOST_ROWS:  # before the tree is too deep for a function that calls itself
            raise NotExpressibleError
        match op:
            case ops.Not():
                return self._line(NOT, self.operand(op.condition), 0)
            case ops.Between():
                values = self.operand(op.values)
                low = self._line(AT_MOST, self.operand(op.low), values)
                return self._line(BOTH, low, self._line(AT_MOST, values, self.operand(op.high)))
            case ops.AllOf() | ops.AnyOf():
                code = BOTH if isinstance(op, ops.AllOf) else EITHER
                first, *others = (self.operand(part) for part in op.conditions)
                for other in others:
                    first = self._line(code, first, other)
                return first
        if type(op) not in _COMPARE:
            raise NotExpressibleError
        left, right = op.inputs()
        return self._line(_COMPARE[type(op)], self.operand(left), self.operand(right))

    def _line(self, code: int, left: int, right: int) -> int:
        if self.rows >= MOST_ROWS:
            raise NotExpressibleError
        self.lines.append((code, self.rows, left, right))
        self.rows += 1
        return self.rows - 1


# ------------------------------------------------------------------ as compiled code


def run_program(
    instructions: Integers, leaves: Integers, base: int, numbers: Floats, flags: Booleans
) -> None:
    """Run all instructions for one point, whose `leaves` are rows of the bank.

    The rows of this thread begin at row `base` of the flags.
    """
    for i in range(len(instructions)):
        code, out = instructions[i, 0], base + instructions[i, 1]
        left, right = instructions[i, 2], instructions[i, 3]
        left = base + left if left >= 0 else leaves[-1 - left]
        right = base + right if right >= 0 else leaves[-1 - right]
        if code <= EQUAL:
            compare(code, flags[out], numbers[left], numbers[right])
        elif code <= AT_MOST:
            compare_or_equal(code, flags[out], numbers[left], numbers[right])
        elif code <= CROSSES_BELOW:
            cross(code, flags[out], numbers[left], numbers[right])
        elif code <= WITHOUT:
            combine(code, flags[out], flags[left], flags[right])
        else:
            carry(code, flags[out], flags[left])


def compare(code: int, out: Any, left: Any, right: Any) -> None:
    """Bar by bar; a missing number compares as no."""
    if code == ABOVE:
        for t in range(len(out)):
            out[t] = left[t] > right[t]
    elif code == BELOW:
        for t in range(len(out)):
            out[t] = left[t] < right[t]
    else:
        for t in range(len(out)):
            out[t] = left[t] == right[t]


def compare_or_equal(code: int, out: Any, left: Any, right: Any) -> None:
    """Bar by bar; a missing number compares as no."""
    if code == AT_LEAST:
        for t in range(len(out)):
            out[t] = left[t] >= right[t]
    else:
        for t in range(len(out)):
            out[t] = left[t] <= right[t]


def cross(code: int, out: Any, left: Any, right: Any) -> None:
    """On the one side now, and not there one bar ago."""
    out[0] = False
    if code == CROSSES_ABOVE:
        for t in range(1, len(out)):
            out[t] = (left[t] > right[t]) & (left[t - 1] <= right[t - 1])
    else:
        for t in range(1, len(out)):
            out[t] = (left[t] < right[t]) & (left[t - 1] >= right[t - 1])


def combine(code: int, out: Any, left: Any, right: Any) -> None:
    """Flags from two flags."""
    if code == BOTH:
        for t in range(len(out)):
            out[t] = left[t] & right[t]
    elif code == EITHER:
        for t in range(len(out)):
            out[t] = left[t] | right[t]
    else:
        for t in range(len(out)):
            out[t] = left[t] & (not right[t])


def carry(code: int, out: Any, flags: Any) -> None:
    """Flags from flags, or their opposite."""
    if code == NOT:
        for t in range(len(out)):
            out[t] = not flags[t]
    else:
        for t in range(len(out)):
            out[t] = flags[t]


# What Numba has to know of, in order.
RUNNING: tuple[Callable[..., Any], ...] = (
    *(compare, compare_or_equal, cross, combine, carry),
    run_program,
)
