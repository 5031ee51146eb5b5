"""How fast orders are simulated, against vectorbt's Rust engine called as directly as can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from vectorbt.portfolio.dispatch import simulate_from_signals

from alphintra_desktop.backtest import vectorbt_engine
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.rules import Decisions, Rules
from alphintra_desktop.simulation.simulated import Prices
from tests.benchmarks.harness import Benchmark, compare

STOPS = Rules(commission=0.001, slippage=0.0005, has_stop_loss=True, has_take_profit=True)


def event_engine_with_stops() -> Iterator[Benchmark]:
    """A million bars with stop and target: ours also looks at the entry bar, vectorbt cannot."""
    prices, decisions = market(1_000_000, 1)
    yield compare(
        "event engine, 1,000,000 bars, stop and target",
        lambda: event_engine.simulate(STOPS, prices, decisions, compiled=True),
        bare_vectorbt(STOPS, prices, decisions),
        goal=2.0,
    )


def vectorbt_engine_with_equity() -> Iterator[Benchmark]:
    """Decisions to fills, reasons and equity, against the bare order records."""
    rules = STOPS._replace(stops_on_entry_bar=False)
    for bars, symbols in ((1_000_000, 1), (2_500, 500)):
        prices, decisions = market(bars, symbols)
        yield compare(
            f"vectorbt engine with its equity, {bars:,} bars of {symbols:,}",
            lambda p=prices, d=decisions: vectorbt_engine.simulate(rules, p, d),  # type: ignore[misc]
            bare_vectorbt(rules, prices, decisions),
            goal=2.5,
        )


def market(bars: int, symbols: int) -> tuple[Prices, Decisions]:
    """Bars that wander, with an entry or an exit on every tenth."""
    rng, shape = np.random.default_rng(7), (bars, symbols)
    close = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.002, shape), axis=0))
    opened = close * np.exp(rng.normal(0.0, 0.001, shape))
    high = np.maximum(opened, close) * 1.002
    low = np.minimum(opened, close) * 0.998
    prices = Prices(opened, high, low, close, np.ones(shape), np.zeros(shape))
    panel = {"long_entry": rng.random(shape) < 0.05, "long_exit": rng.random(shape) < 0.05}
    panel |= {"size": 1.0, "stop_loss": 0.01, "take_profit": 0.015}
    return prices, decisions_of(panel, np.ones(shape, np.bool_))


def bare_vectorbt(rules: Rules, prices: Prices, decisions: Decisions) -> Any:
    """vectorbt's order records and nothing else, of signals that were moved before."""
    bars, symbols = prices.close.shape
    entries, exits = (
        np.vstack([np.zeros((1, symbols), np.bool_), flags[:-1]])
        for flags in (decisions.long_entry, decisions.long_exit)
    )
    given: dict[str, Any] = {
        "long_entries": entries,
        "long_exits": exits,
        "size": np.asarray(1.0),
        "size_type": np.asarray(2),
        "price": prices.open,
        "open": prices.open,
        "high": prices.high,
        "low": prices.low,
        "close": prices.close,
        "fees": np.asarray(rules.commission),
        "slippage": np.asarray(rules.slippage),
        "sl_stop": np.asarray(0.01),
        "tp_stop": np.asarray(0.015),
        "stop_entry_price": np.asarray(2),
        "stop_exit_price": np.asarray(1),
    }
    shape, groups = (bars, symbols), np.ones(symbols, np.int64)
    cash, sequence = np.full(symbols, rules.cash / symbols), np.zeros((bars, symbols), np.int64)
    return lambda: simulate_from_signals(shape, groups, cash, sequence, engine="rust", **given)
