"""Results made by hand for the tests of the report and the linter: trades in, curves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.simulation.metrics import METRICS

CASH = 100_000.0


@dataclass(frozen=True)
class Held:
    """One round trip to put into a result; `exit` is None for one still open at the end."""

    entry: int
    exit: int | None
    shares: float = 100.0
    column: int = 0
    side: int = 1  # -1 is short
    reason: str = "signal"
    ambiguous: bool = False


def made_bars(close: Floats, *, first: str = "2004-01-01", symbols: Sequence[str] = ()) -> Bars:
    """Bars on business days; `close` is (T,) or (T, N), NaN where there is no bar."""
    close = close.reshape(len(close), -1)
    days = np.busday_offset(first, np.arange(len(close)), roll="forward")
    names = tuple(symbols) or tuple(f"SYM{column}" for column in range(close.shape[1]))
    return bars_at(days.astype("datetime64[ns]"), close, names)


def bars_at(stamps: Any, close: Floats, symbols: tuple[str, ...]) -> Bars:
    """Bars at given times that open at the close before and touch nothing else."""
    opens = np.vstack([close[:1], close[:-1]])
    opens = np.where(np.isnan(opens), close, opens)
    opens = np.where(np.isnan(close), np.nan, opens)
    ones = np.where(np.isnan(close), np.nan, 1.0)
    columns = {
        "open": opens,
        "high": np.fmax(opens, close),
        "low": np.fmin(opens, close),
        "close": close,
        "volume": ones * 1e6,
        "adj_factor": ones,
        "split": ones,
        "dividend": ones * 0.0,
    }
    return Bars(stamps, symbols, columns)


def made_result(
    bars: Bars,
    held: Sequence[Held],
    *,
    cost: float = 0.001,
    bars_per_year: float = 252.0,
    signals: Mapping[str, Any] | None = None,
    **changed: Any,
) -> BacktestResult:
    """The result of holding exactly that. Fills are at the open; costs a fraction of the value."""
    trades = pd.DataFrame([_trade(bars, trip, cost) for trip in held], columns=TRADE_COLUMNS)
    trades = trades.sort_values("status", kind="stable", ignore_index=True)
    filled = [order for trip in held for order in _orders(bars, trip, cost)]
    orders = pd.DataFrame(filled, columns=ORDER_COLUMNS).sort_values("bar", ignore_index=True)
    equity, exposed = _curves(bars, held, cost)
    first = bars["close"][np.argmax(bars.present, axis=0), range(len(bars.symbols))]
    last_known = pd.DataFrame(bars["close"]).ffill().bfill().to_numpy()
    values = {
        "run": "20040101T000000-abcdef",
        "name": "Made by hand",
        "engine": "event",
        "engine_reason": "it was asked for",
        "bars": bars,
        "bars_per_year": bars_per_year,
        "equity": equity,
        "drawdown": equity / np.maximum.accumulate(equity) - 1,
        "exposure": exposed / equity,
        "benchmark": CASH * (last_known / first).mean(axis=1),
        "orders": orders,
        "trades": trades,
        "metrics": {metric.name: 1.0 for metric in METRICS},
        "benchmark_metrics": {metric.name: 0.5 for metric in METRICS},
        "signals": signals if signals is not None else _entries(bars, held),
        "findings": (),
        "manifest": {"versions": {"numpy": "2.4"}, "seeds": [1, 2]},
    }
    return BacktestResult(**(values | changed))


def healthy_result() -> BacktestResult:
    """Four years, forty-eight trades of which no single one matters, costs, and no open end."""
    close = 100 + 0.1 * np.arange(1008) + np.sin(np.arange(1008))
    held = [Held(entry, entry + 10) for entry in range(30, 990, 20)]
    return made_result(made_bars(close), held)


TRADE_COLUMNS = [
    "symbol", "side", "entry_time", "exit_time", "entry_bar", "exit_bar", "shares", "entry_price",
    "exit_price", "costs", "profit", "return_fraction", "bars_held", "exit_reason", "ambiguous",
    "status",
]  # fmt: skip
ORDER_COLUMNS = ["time", "bar", "symbol", "side", "shares", "price", "cost", "reason"]


def _trade(bars: Bars, trip: Held, cost: float) -> dict[str, Any]:
    last = bars.count - 1 if trip.exit is None else trip.exit
    start = bars["open"][trip.entry, trip.column]
    end = bars["close" if trip.exit is None else "open"][last, trip.column]
    costs = trip.shares * cost * (start + (0.0 if trip.exit is None else end))
    profit = trip.side * trip.shares * (end - start) - costs
    return {
        "symbol": bars.symbols[trip.column],
        "side": "long" if trip.side > 0 else "short",
        "entry_time": pd.Timestamp(bars.timestamps[trip.entry]),
        "exit_time": pd.Timestamp(bars.timestamps[last]),
        "entry_bar": trip.entry,
        "exit_bar": last,
        "shares": trip.shares,
        "entry_price": start,
        "exit_price": end,
        "costs": costs,
        "profit": profit,
        "return_fraction": profit / (trip.shares * start),
        "bars_held": last - trip.entry,
        "exit_reason": "end" if trip.exit is None else trip.reason,
        "ambiguous": trip.ambiguous,
        "status": "open" if trip.exit is None else "closed",
    }


def _orders(bars: Bars, trip: Held, cost: float) -> list[tuple[Any, ...]]:
    ends = [(trip.entry, trip.side)] + ([] if trip.exit is None else [(trip.exit, -trip.side)])
    rows = []
    for bar, side in ends:
        price = bars["open"][bar, trip.column]
        paid = trip.shares * price * cost
        time, symbol = pd.Timestamp(bars.timestamps[bar]), bars.symbols[trip.column]
        word = "buy" if side > 0 else "sell"
        rows.append((time, bar, symbol, word, trip.shares, price, paid, trip.reason))
    return rows


def _curves(bars: Bars, held: Sequence[Held], cost: float) -> tuple[Floats, Floats]:
    """Equity, and the value of positions counted positive, at every close."""
    equity, exposed = np.full(bars.count, CASH), np.zeros(bars.count)
    known = pd.DataFrame(bars["close"]).ffill().to_numpy()
    for trip in held:
        start = bars["open"][trip.entry, trip.column]
        end = bars.count if trip.exit is None else trip.exit
        price = known[trip.entry : end, trip.column]
        equity[trip.entry : end] += trip.side * trip.shares * (price - start)
        equity[trip.entry :] -= trip.shares * start * cost
        exposed[trip.entry : end] += trip.shares * price
        if trip.exit is not None:
            gone = bars["open"][trip.exit, trip.column]
            equity[trip.exit :] += trip.shares * (trip.side * (gone - start) - gone * cost)
    return equity, exposed


def _entries(bars: Bars, held: Sequence[Held]) -> dict[str, Any]:
    """Signals on the bars before the fills."""
    shape = bars["close"].shape
    signals = {name: np.zeros(shape, dtype=bool) for name in ("long_entry", "long_exit")}
    for trip in held:
        signals["long_entry"][trip.entry - 1, trip.column] = True
        if trip.exit is not None:
            signals["long_exit"][trip.exit - 1, trip.column] = True
    return signals
