"""The trades of a recorded run as columns: read, searched, sorted and written without pandas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from alphintra_desktop.backtest.arrow_columns import flags_of, numbers_of
from alphintra_desktop.backtest.figures import times
from alphintra_desktop.backtest.spreadsheet_text import as_written, delimited
from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.simulation.simulated import Integers

Texts = npt.NDArray[np.str_]
Times = npt.NDArray[np.datetime64]

_TEXTS = ("symbol", "side", "exit_reason", "status")
_BARS = ("entry_bar", "exit_bar", "bars_held")
_NUMBERS = (
    "shares",
    "entry_price",
    "exit_price",
    "costs",
    "profit",
    "return_fraction",
)


@dataclass(frozen=True, eq=False)
class StoredTrades:
    """Every round trip as parallel arrays, open ones last; see `BacktestResult.trades`."""

    symbol: Texts
    side: Texts
    exit_reason: Texts
    status: Texts
    entry_bar: Integers
    exit_bar: Integers
    bars_held: Integers
    shares: Floats
    entry_price: Floats
    exit_price: Floats
    costs: Floats
    profit: Floats
    return_fraction: Floats
    ambiguous: Booleans
    entry_time: Times
    exit_time: Times

    def __len__(self) -> int:
        return len(self.symbol)

    @property
    def ending(self) -> Texts:
        """Why each trade ended, or that it is open."""
        return np.where(self.status == "open", "still open", self.exit_reason)


class TradeColumn(NamedTuple):
    """One column of a trade table; `kind` is one of `figures.KINDS`, "text" or "time"."""

    name: str
    title: str
    kind: str
    help: str = ""


COLUMNS = (
    TradeColumn("number", "#", "count", "In the order in which the trades were closed."),
    TradeColumn("symbol", "Symbol", "text"),
    TradeColumn("side", "Side", "text"),
    TradeColumn("entry_time", "Entry", "time", "The bar whose open (or close) it was bought at."),
    TradeColumn("exit_time", "Exit", "time", "The bar on which it ended, or the last bar."),
    TradeColumn("shares", "Shares", "shares"),
    TradeColumn("entry_price", "Entry price", "price", "With slippage and spread."),
    TradeColumn("exit_price", "Exit price", "price", "With slippage and spread."),
    TradeColumn("profit", "Profit", "money", "After all costs."),
    TradeColumn("return_fraction", "Return", "fraction", "Profit over the value at entry."),
    TradeColumn("costs", "Costs", "money", "Commissions of entry and exit."),
    TradeColumn("bars_held", "Bars", "count", "Bars of the symbol from entry to exit."),
    TradeColumn("ending", "How it ended", "text"),
)


def read_trades(path: Path, stamps: Times) -> StoredTrades:
    """The trades in a run's `trades.csv`; `stamps` are the times of the run's bars."""
    kinds: dict[str, Any] = {
        **dict.fromkeys(_TEXTS, pa.string()),
        **dict.fromkeys(_BARS, pa.int64()),
        **dict.fromkeys(_NUMBERS, pa.float64()),
        "ambiguous": pa.bool_(),
    }
    wanted = csv.ConvertOptions(
        column_types=kinds, include_columns=list(kinds), strings_can_be_null=False
    )
    table = csv.read_csv(path, convert_options=wanted)
    columns: dict[str, Any] = {name: _texts(table[name]) for name in _TEXTS}
    columns |= {name: numbers_of(table[name], np.int64) for name in _BARS}
    columns |= {name: numbers_of(table[name]) for name in _NUMBERS}
    columns["ambiguous"] = flags_of(table["ambiguous"])
    return StoredTrades(
        **columns,
        entry_time=stamps[columns["entry_bar"]],
        exit_time=stamps[columns["exit_bar"]],
    )


def _texts(column: pa.ChunkedArray) -> Texts:
    """Few different texts stand in many rows: each is looked at once."""
    coded = column.dictionary_encode().unify_dictionaries()
    if not len(column):
        return np.empty(0, dtype=np.str_)
    words = np.array([as_written(text) for text in coded.chunk(0).dictionary.to_pylist()])
    places = pa.chunked_array([chunk.indices for chunk in coded.chunks])
    return np.asarray(words[numbers_of(places, np.int32)], dtype=np.str_)


# ---------------------------------------------------------------------- which, in which order


@dataclass(frozen=True)
class TradeFilter:
    """Which trades to list: with all `words` in symbol, side or ending; "" lets every one pass.

    `side` is "long" or "short", `outcome` is "won", "lost" or "open".
    """

    words: str = ""
    side: str = ""
    outcome: str = ""


OUTCOMES: dict[str, Callable[[StoredTrades], Booleans]] = {
    "won": lambda trades: trades.profit > 0.0,
    "lost": lambda trades: trades.profit <= 0.0,
    "open": lambda trades: np.asarray(trades.status == "open", dtype=np.bool_),
}


def matching(trades: StoredTrades, asked: TradeFilter) -> Integers:
    """The rows of the trades that pass."""
    passes = np.ones(len(trades), dtype=np.bool_)
    if asked.side:
        passes &= trades.side == asked.side
    if asked.outcome:
        passes &= OUTCOMES[asked.outcome](trades)
    for word in asked.words.lower().split():
        passes &= _has_word(trades, word)
    return np.flatnonzero(passes)


def _has_word(trades: StoredTrades, word: str) -> Booleans:
    found = np.zeros(len(trades), dtype=np.bool_)
    for column in (trades.symbol, trades.side, trades.ending):
        words, place = np.unique(column, return_inverse=True)
        found |= np.array([word in text.lower() for text in words], dtype=np.bool_)[place]
    return found


def column_values(trades: StoredTrades, name: str) -> npt.NDArray[Any]:
    """The values of one of `COLUMNS`."""
    if name == "number":
        return np.arange(1, len(trades) + 1)
    return np.asarray(getattr(trades, name))


def in_order(trades: StoredTrades, rows: Integers, name: str, *, descending: bool) -> Integers:
    """The rows sorted by a column, equal ones as they were; missing numbers last."""
    values = column_values(trades, name)[rows]
    if not descending:
        return np.asarray(rows[np.argsort(values, kind="stable")])
    ranks = np.unique(values, return_inverse=True)[1]
    missing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), np.bool_)
    return np.asarray(rows[np.argsort(np.where(missing, 1, -ranks), kind="stable")])


def text_of_trades(
    trades: StoredTrades, rows: Integers, *, daily: bool, separator: str = ","
) -> str:
    """Those trades with all digits, for a file (a comma) or the clipboard (a tab)."""
    columns = [_plain(column_values(trades, column.name)[rows], daily) for column in COLUMNS]
    heads = [column.title for column in COLUMNS]
    return delimited(heads, zip(*columns, strict=True), separator)


def _plain(values: npt.NDArray[Any], daily: bool) -> Sequence[Any]:
    return times(values, daily=daily) if values.dtype.kind == "M" else values.tolist()
