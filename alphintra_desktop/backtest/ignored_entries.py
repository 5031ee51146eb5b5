"""Entry signals that led to no order, found from what a result holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.market.bars import Booleans

Rows = npt.NDArray[np.intp]


def ignored_entries(result: BacktestResult, *, same_close: bool) -> tuple[int, int]:
    """How many entry signals came on symbols without a position, and how many had no order.

    An order belongs on the symbol's next own bar, or on the same one if `same_close`.
    """
    wanted = _wanted(result) & result.bars.present
    if not wanted.any():
        return 0, 0
    rows, columns = np.nonzero(wanted & ~_held(result, same_close))
    if not same_close:
        rows = _next_own_rows(result.bars.present, rows, columns)
        columns, rows = columns[rows >= 0], rows[rows >= 0]
    return len(rows), int((~_filled(result)[rows, columns]).sum())


def _wanted(result: BacktestResult) -> Booleans:
    """Entries that stand: not cancelled by an exit of their side or by an entry of the other."""
    shape = result.bars["close"].shape

    def signal(name: str) -> Booleans:
        given = result.signals.get(name, np.zeros(shape, dtype=bool))
        return np.asarray(given, dtype=bool).reshape(shape)

    long = signal("long_entry") & ~signal("long_exit")
    short = signal("short_entry") & ~signal("short_exit")
    return long ^ short


def _held(result: BacktestResult, same_close: bool) -> Booleans:
    """At which closes a position was held, before orders at that close."""
    count, trades = result.bars.count, result.trades
    still_open = (trades["status"] == "open").to_numpy(dtype=bool)
    entries = trades["entry_bar"].to_numpy(dtype=np.intp) + same_close
    exits = trades["exit_bar"].to_numpy(dtype=np.intp) + same_close
    columns = _columns(result, trades)
    changes = np.zeros((count + 2, len(result.bars.symbols)), dtype=np.int32)
    np.add.at(changes, (entries, columns), 1)
    np.add.at(changes, (np.where(still_open, count, exits), columns), -1)
    return np.cumsum(changes, axis=0)[:count] > 0


def _filled(result: BacktestResult) -> Booleans:
    """On which bars which symbol had an order filled."""
    filled = np.zeros(result.bars["close"].shape, dtype=bool)
    filled[result.orders["bar"].to_numpy(dtype=np.intp), _columns(result, result.orders)] = True
    return filled


def _columns(result: BacktestResult, rows: pd.DataFrame) -> Rows:
    """The column of each row's symbol."""
    columns: Rows = pd.Index(result.bars.symbols).get_indexer(rows["symbol"])
    return columns


def _next_own_rows(present: Booleans, rows: Rows, columns: Rows) -> Rows:
    """For each place the next row on which its symbol has a bar, -1 after its last."""
    count = len(present)
    found: Rows = rows + 1
    if not present.all():
        own = np.where(present, np.arange(count)[:, None], count)
        coming = np.minimum.accumulate(own[::-1], axis=0)[::-1]
        after_last = np.full((1, present.shape[1]), count)
        found = np.vstack([coming, after_last])[rows + 1, columns]
    return np.where(found < count, found, -1)
