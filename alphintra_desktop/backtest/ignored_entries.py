"""Entry signals that led to no order, found from what a result holds."""

from __future__ import annotations

import numpy as np

from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.market.bars import Booleans


def ignored_entries(result: BacktestResult, *, same_close: bool) -> tuple[int, int]:
    """How many entry signals came on symbols without a position, and how many had no order.

    An order belongs on the symbol's next own bar, or on the same one if `same_close`.
    """
    asked = ignored = 0
    wanted = _wanted(result)
    for column, symbol in enumerate(result.bars.symbols):
        own = np.flatnonzero(result.bars.present[:, column])
        decided, fills = (own, own) if same_close else (own[:-1], own[1:])
        signals = wanted[decided, column] & ~_held(result, symbol, same_close)[decided]
        asked += int(signals.sum())
        ignored += int((signals & ~_filled(result, symbol)[fills]).sum())
    return asked, ignored


def _wanted(result: BacktestResult) -> Booleans:
    """Entries that stand: not cancelled by an exit of their side or by an entry of the other."""
    shape = result.bars["close"].shape

    def signal(name: str) -> Booleans:
        given = result.signals.get(name, np.zeros(shape, dtype=bool))
        return np.asarray(given, dtype=bool).reshape(shape)

    long = signal("long_entry") & ~signal("long_exit")
    short = signal("short_entry") & ~signal("short_exit")
    return long ^ short


def _held(result: BacktestResult, symbol: str, same_close: bool) -> Booleans:
    """At which closes a position of the symbol was held, before orders at that close."""
    count = result.bars.count
    trades = result.trades[result.trades["symbol"] == symbol]
    still_open = (trades["status"] == "open").to_numpy(dtype=bool)
    entries = trades["entry_bar"].to_numpy(dtype=np.intp) + same_close
    exits = trades["exit_bar"].to_numpy(dtype=np.intp) + same_close
    changes = np.zeros(count + 2, dtype=np.int64)
    np.add.at(changes, entries, 1)
    np.add.at(changes, np.where(still_open, count, exits), -1)
    return np.cumsum(changes)[:count] > 0


def _filled(result: BacktestResult, symbol: str) -> Booleans:
    """On which bars the symbol had an order filled."""
    filled = np.zeros(result.bars.count, dtype=bool)
    orders = result.orders
    filled[orders.loc[orders["symbol"] == symbol, "bar"].to_numpy(dtype=np.intp)] = True
    return filled
