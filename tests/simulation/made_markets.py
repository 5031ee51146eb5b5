"""Prices, decisions and fills made by hand or at random for the tests of trades and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.rules import SHARES, Decisions, Rules
from alphintra_desktop.simulation.simulated import ENTRY, Fills, Prices


def market(close: Any, *, split: Any = 1.0, dividend: Any = 0.0, **others: Any) -> Prices:
    """Bars of one symbol (T,) or many (T, N). What is not given is as the close, without events."""
    closes = _columns(close)
    given = {"open": closes, "high": closes, "low": closes, **others}
    given |= {"split": split, "dividend": dividend}
    wide = {name: np.where(np.isnan(closes), np.nan, _columns(v)) for name, v in given.items()}
    return Prices(close=closes, **wide)


def decided(prices: Prices, **signals: Any) -> Decisions:
    """Decisions by name: (T,) or (T, N) flags and numbers; a list of ints is the bars that hold."""
    panel = {name: _flags(value, prices) for name, value in signals.items()}
    return decisions_of(panel, ~np.isnan(prices.close))


def fills_of(*rows: tuple[int, int, float, float, float]) -> Fills:
    """Fills from rows of bar, symbol, shares, price, cost."""
    bar, symbol, shares, price, cost = zip(*rows, strict=True) if rows else ([],) * 5
    count = len(rows)
    return Fills(
        np.array(bar, np.int64),
        np.array(symbol, np.int64),
        np.array(shares, float),
        np.array(price, float),
        np.array(cost, float),
        np.full(count, ENTRY),
        np.zeros(count, bool),
    )


def random_prices(rng: np.random.Generator, bars: int, symbols: int, *, gaps: float) -> Prices:
    """Bars that wander, with missing ones, splits and dividends."""
    shape = (bars, symbols)
    close = np.round(50 * np.exp(np.cumsum(rng.normal(0, 0.03, shape), axis=0)), 2) + 0.01
    split = np.where(rng.random(shape) < 0.03, rng.choice([2.0, 0.5, 1.5, 3.0], shape), 1.0)
    opened = close * np.exp(rng.normal(0, 0.01, shape))
    close = np.where(rng.random(shape) < gaps, np.nan, close)
    close[0] = 50.0
    return market(
        close,
        open=opened,
        high=np.fmax(opened, close) * 1.01,
        low=np.fmin(opened, close) * 0.99,
        split=split,
        dividend=np.where(rng.random(shape) < 0.03, 0.25, 0.0),
    )


def random_decisions(rng: np.random.Generator, prices: Prices, rules: Rules) -> Decisions:
    """Entries, exits, sizes, stops and weights at random."""
    shape = prices.close.shape
    names = ("long_entry", "long_exit", "short_entry", "short_exit")
    signals: dict[str, Any] = {name: rng.random(shape) < 0.2 for name in names}
    signals["size"] = rng.integers(1, 40, shape) if rules.size_kind == SHARES else 0.8
    signals |= {"stop_loss": 0.03, "take_profit": 0.05, "trailing_stop": 0.04}
    signals["weights"] = rng.normal(0.1, 0.5, shape)
    signals["rebalance"] = np.repeat(rng.random((shape[0], 1)) < 0.3, shape[1], axis=1)
    return decided(prices, **signals)


def _columns(values: Any) -> Any:
    array = np.asarray(values, dtype=float)
    return array[:, None] if array.ndim == 1 else array


def _flags(value: Any, prices: Prices) -> Any:
    if isinstance(value, Sequence):
        flags = np.zeros(prices.close.shape, bool)
        flags[list(value)] = True
        return flags
    array = np.asarray(value)
    return array[:, None] if array.ndim == 1 else array
