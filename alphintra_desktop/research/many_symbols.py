"""Many points on many symbols, each of which trades with a part of the cash of its own.

Symbols that share no cash know nothing of each other, so each is measured as if it were alone,
many points at a time (`research.batches`). Their equity is added up bar by bar, and the sum is
measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from alphintra_desktop.codegen.trading import Trading
from alphintra_desktop.research.batches import Batches, Room, Sums, new_bank
from alphintra_desktop.research.evaluate import Values
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.skeleton import Skeletons
from alphintra_desktop.simulation.rules import Floats
from alphintra_desktop.simulation.simulated import Integers, Prices


class ManySymbols:
    """Measures points of the same skeleton together, symbol by symbol."""

    def __init__(
        self, skeletons: Skeletons, values: Sequence[Values], prices: Prices, room: Room
    ) -> None:
        """`values` and the columns of `prices` are the symbols, which have a price on every bar."""
        bank = new_bank(len(prices.close), room)
        self._symbols = [
            Batches(skeletons, one, _of_one(prices, number), room, bank)
            for number, one in enumerate(values)
        ]
        self._bars = len(prices.close)
        self._last: tuple[Trading, Trading] | None = None

    def measure(self, trading: Trading, numbers: Integers, shape: tuple[int, ...]) -> Floats | None:
        """(points, 4) of the points with some `numbers`; None where symbols depend on each other.

        None as well where they have no program.
        """
        if trading.rules.shared_cash:
            return None
        count = len(numbers)
        sums = Sums(np.zeros((count, len(Measures._fields))), np.zeros((count, self._bars)))
        own = self._own(trading)
        if not all(symbol.add(own, numbers, shape, sums) for symbol in self._symbols):
            return None
        return self._symbols[0].finish(sums, trading.rules)

    def _own(self, trading: Trading) -> Trading:
        """What one symbol trades on: its part of the cash."""
        if self._last is None or self._last[0] is not trading:
            cash = trading.rules.cash / len(self._symbols)
            self._last = trading, replace(trading, rules=trading.rules._replace(cash=cash))
        return self._last[1]


def _of_one(prices: Prices, number: int) -> Prices:
    return Prices._make(column[:, number : number + 1] for column in prices)
