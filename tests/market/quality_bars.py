"""Clean made bars of known sessions, to put faults into."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.market.calendars import sessions
from alphintra_desktop.market.quality_table import BarTable

MINUTE = 60_000_000_000


def walk(stamps: np.ndarray, timeframe: str, seed: int, symbol: str = "MADE") -> BarTable:
    """A random walk in whole cents at those times."""
    draw = np.random.default_rng(seed)
    bars, deviation = len(stamps), 0.01 if timeframe == "1d" else 0.001
    close = 100.0 * np.exp(np.cumsum(draw.normal(0.0, deviation, bars)))
    opened = np.append(100.0, close[:-1]) * np.exp(draw.normal(0.0, deviation / 4, bars))
    spread = np.exp(np.abs(draw.normal(0.0, deviation / 2, (2, bars))))
    columns = {
        "open": opened,
        "high": np.maximum(opened, close) * spread[0],
        "low": np.minimum(opened, close) / spread[1],
        "close": close,
    }
    cents = {name: np.maximum(np.round(values, 2), 0.01) for name, values in columns.items()}
    volume = np.round(draw.lognormal(9.0, 0.7, bars))
    return BarTable(symbol, timeframe, stamps.astype("datetime64[ns]"), {**cents, "volume": volume})


def daily(seed: int = 1, bars: int = 1_000, calendar: str = "XNYS") -> BarTable:
    """Daily bars of an exchange."""
    known = sessions(calendar, np.datetime64("2012-01-01"), np.datetime64("2018-12-31"))
    return walk(known.days[:bars], "1d", seed)


def minutes(seed: int = 1, days: int = 7) -> BarTable:
    """Bars of every minute."""
    start = np.datetime64("2021-03-01", "m")
    return walk(start + np.arange(days * 1440), "1m", seed)


def in_sessions(
    calendar: str = "XNYS",
    first: str = "2019-01-02",
    last: str = "2019-12-31",
    seed: int = 1,
    step: int = 5,
) -> BarTable:
    """Bars of some minutes in the sessions of an exchange, with its holidays and half days."""
    known = sessions(calendar, np.datetime64(first), np.datetime64(last))
    parts = [
        np.arange(start, stop, step * MINUTE)
        for start, stop in zip(known.opens, known.closes, strict=True)
    ]
    return walk(np.concatenate(parts).view("datetime64[ns]"), f"{step}m", seed)


def changed(table: BarTable, rows: object, **values: object) -> BarTable:
    """The table with some values of some rows set, or made from the old ones by a function."""
    columns = {name: column.copy() for name, column in table.columns.items()}
    for name, value in values.items():
        column = columns[name]
        column[rows] = value(column[rows]) if callable(value) else value
    return replace(table, columns=columns)


def without(table: BarTable, rows: object) -> BarTable:
    """The table without some rows, as if they had never been."""
    keep = np.ones(len(table), dtype=bool)
    keep[rows] = False
    return replace(table.picked(keep), rows=None)


def in_rows(table: BarTable, rows: np.ndarray) -> BarTable:
    """The rows of the table in that order, some perhaps twice."""
    return replace(table.picked(rows), rows=None)


def scaled_prices(table: BarTable, rows: object, factor: float) -> BarTable:
    """The prices of some rows times a factor."""
    return changed(table, rows, **dict.fromkeys(PRICES, lambda old: old * factor))
