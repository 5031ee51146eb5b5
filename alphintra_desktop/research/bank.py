"""A bank: what ops come to on one symbol's bars, as rows that compiled code finds by number."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np

from alphintra_desktop.ir import ops
from alphintra_desktop.research.evaluate import Values

FEWEST_ROWS = 12
MOST_ROWS = 8_192


class NoRoomError(Exception):
    """More rows are needed at once than there are."""


class Late:
    """The values of ops without the first bars, which only were there to warm up on."""

    def __init__(self, values: Values, skipped: int) -> None:
        self._values, self._skipped = values, skipped

    def of(self, op: ops.Expr) -> Any:
        """As `Values.of`, from a later bar on."""
        return later(self._values.of(op), self._skipped)


def later(values: Any, skipped: int) -> Any:
    """A series without its first bars; a constant as it is."""
    return values[skipped:] if np.ndim(values) else values


class Bank:
    """Rows of numbers and of flags. The first flags belong to whoever runs programs."""

    def __init__(self, bars: int, room: int, own: int) -> None:
        self.numbers = Rows(np.float64, bars, room // 8 * 7)
        self.flags = Rows(np.bool_, bars, room // 8, own=own)

    def forget(self) -> None:
        """Hold nothing any more."""
        self.numbers.forget()
        self.flags.forget()


class Rows:
    """Rows of one kind: what was not asked for longest makes room for what is new."""

    def __init__(self, kind: type, bars: int, room: int, own: int = 0) -> None:
        """As many rows as fit `room` bytes, after `own` rows that are left to the caller."""
        count = room // (np.dtype(kind).itemsize * max(bars, 1))
        count = own + min(max(count, FEWEST_ROWS), MOST_ROWS)
        self.array: Any = np.zeros((count, bars), kind)  # takes no memory until it is written to
        self._own = own
        self.forget()

    def forget(self) -> None:
        """Hold nothing any more: what comes is on other bars."""
        self._free = list(range(len(self.array) - 1, self._own - 1, -1))
        self._kept: OrderedDict[ops.Expr, int] = OrderedDict()

    def find(self, op: ops.Expr, values: Values | Late, needed: set[ops.Expr]) -> int:
        """The row of an op, which from now on is among those `needed`. Raises `NoRoomError`."""
        if op not in self._kept:
            made = values.of(op)
            row = self._room(needed)
            self.array[row] = made
            self._kept[op] = row
        self._kept.move_to_end(op)
        needed.add(op)
        return self._kept[op]

    def _room(self, needed: set[ops.Expr]) -> int:
        if self._free:
            return self._free.pop()
        oldest = next(iter(self._kept))
        if oldest in needed:
            raise NoRoomError
        return self._kept.pop(oldest)
