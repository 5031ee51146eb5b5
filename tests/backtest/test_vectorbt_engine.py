"""vectorbt gives the fills of the event engine wherever the table of capabilities says it can."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from alphintra_desktop.backtest import vectorbt_engine
from alphintra_desktop.backtest.capabilities import only_event_engine
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.rules import (
    CASH,
    FRACTION,
    NEXT_CLOSE,
    NEXT_OPEN,
    SAME_CLOSE,
    SHARES,
    Decisions,
    Rules,
)
from alphintra_desktop.simulation.simulated import REASONS, Prices, Simulated
from alphintra_desktop.simulation.trades import round_trips
from tests.shared_files import shared

Engine = Callable[[Rules, Prices, Decisions], Simulated]
ENGINES: dict[str, Engine] = {
    "vectorbt": vectorbt_engine.simulate,
    "event engine": event_engine.simulate,
    "compiled event engine": lambda r, p, d: event_engine.simulate(r, p, d, compiled=True),
}
MONEY = 1e-8


def told(found: Simulated, prices: Prices, rules: Rules) -> pd.DataFrame:
    """Round trips as a table of numbers."""
    return pd.DataFrame(round_trips(rules, prices, found)._asdict())


def assert_same(left: Simulated, right: Simulated, cash: float) -> None:
    """Fill for fill, and money at every close."""
    for name in ("bar", "symbol", "reason", "ambiguous"):
        np.testing.assert_array_equal(
            getattr(left.fills, name), getattr(right.fills, name), err_msg=name
        )
    for name in ("shares", "price", "cost"):
        np.testing.assert_allclose(
            getattr(left.fills, name),
            getattr(right.fills, name),
            rtol=MONEY,
            atol=1e-7,
            err_msg=name,
        )
    for one, other in zip(left[:4], right[:4], strict=True):
        np.testing.assert_allclose(one, other, rtol=MONEY, atol=MONEY * cash)


# ------------------------------------------------------------- other people's engines


def averages_cross(close: Any) -> dict[str, Any]:
    fast, slow = talib.SMA(close, 10), talib.SMA(close, 20)
    above, below = fast > slow, fast < slow
    was_above, was_below = np.roll(above, 1), np.roll(below, 1)
    known = np.arange(len(close)) > 19
    return {"long_entry": above & was_below & known, "long_exit": below & was_above & known}


def strength_swings(close: Any) -> dict[str, Any]:
    strength = talib.RSI(close, 14)
    return {"long_entry": strength < 30, "long_exit": strength > 70}


TEN_SHARES = Rules(size_kind=SHARES, commission=0.002)
ALL_IN = Rules(cash=1e10, commission=0.002)
CASES: dict[str, tuple[Callable[[Any], dict[str, Any]], float, Rules]] = {
    "sma_10shares_next_open": (averages_cross, 10.0, TEN_SHARES),
    "sma_10shares_same_close": (averages_cross, 10.0, TEN_SHARES._replace(fill=SAME_CLOSE)),
    "sma_all_in_next_open": (averages_cross, 1.0, ALL_IN),
    "rsi_all_in_next_open": (strength_swings, 1.0, ALL_IN),
    "sma_all_in_next_open_no_fee": (averages_cross, 1.0, ALL_IN._replace(commission=0.0)),
}


def google() -> tuple[Prices, pd.Index]:
    bars = pd.read_parquet(shared("reference/data/GOOG.parquet")).astype(float)
    columns = (bars[[name]].to_numpy() for name in ("Open", "High", "Low", "Close"))
    ones = np.ones((len(bars), 1))
    return Prices(*columns, ones, 0.0 * ones), bars.index


def test_that_no_reference_case_is_left_out():
    cases = json.loads(shared("reference/backtests/cases.json").read_text("utf-8"))
    assert {case["case"] for case in cases} == set(CASES)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CASES)
def test_that_every_engine_finds_the_trades_of_the_reference(name: str, engine: str):
    folder = shared("reference/backtests")
    cases = json.loads((folder / "cases.json").read_text("utf-8"))
    (case,) = (case for case in cases if case["case"] == name)
    expected = pd.read_csv(folder / name / "trades.csv", parse_dates=["entry_time", "exit_time"])
    make, size, rules = CASES[name]
    prices, days = google()
    signals = {key: values[:, None] for key, values in make(prices.close[:, 0]).items()}
    decisions = decisions_of({**signals, "size": size}, np.ones(prices.close.shape, bool))

    found = ENGINES[engine](rules, prices, decisions)

    trades = told(found, prices, rules)
    assert (~trades["is_open"]).sum() == case["closed_trades"]
    assert trades["is_open"].sum() == case["open_trades"]
    assert found.equity[-1] == pytest.approx(case["final_equity"], rel=MONEY)
    trades = trades.iloc[: len(expected)]
    assert (days[trades["entry_bar"]] == pd.DatetimeIndex(expected["entry_time"])).all()
    assert (days[trades["exit_bar"]] == pd.DatetimeIndex(expected["exit_time"])).all()
    pairs = {"shares": "size", "costs": "fees", "profit": "pnl"}
    same = ("entry_price", "exit_price", "return_fraction")
    for ours, theirs in {**pairs, **dict(zip(same, same, strict=True))}.items():
        np.testing.assert_allclose(trades[ours], expected[theirs], rtol=3e-8, atol=1e-9)
    curve = pd.read_parquet(folder / name / "equity.parquet")["value"].to_numpy()
    # The engine that drew these curves books a fill at the close only on the bar after.
    booked = np.ones(len(curve), bool)
    booked[found.fills.bar] = rules.fill == NEXT_OPEN
    np.testing.assert_allclose(found.equity[booked], curve[booked], rtol=3e-8)


# --------------------------------------------------------------------- random markets


@st.composite
def rules_vectorbt_can_run(draw: st.DrawFn) -> Rules:
    some = st.booleans()
    weights = draw(st.sampled_from([False, False, True]))
    stops = not weights and draw(some)
    rules = Rules(
        cash=draw(st.sampled_from([1_000.0, 100_000.0])),
        size_kind=draw(st.sampled_from([SHARES, CASH, FRACTION])),
        fill=draw(st.sampled_from([NEXT_OPEN, NEXT_CLOSE, SAME_CLOSE])),
        commission=draw(st.sampled_from([0.0, 0.002])),
        commission_per_order=draw(st.sampled_from([0.0, 1.5])),
        slippage=draw(st.sampled_from([0.0, 0.001])),
        stops_on_entry_bar=False,
        whole_shares=draw(some),
        shared_cash=weights,
        long_side=draw(some) or weights,
        short_side=draw(some),
        has_stop_loss=stops and draw(some),
        has_take_profit=stops and draw(some),
        has_trailing_stop=stops and draw(some),
        has_weights=weights,
    )
    assume(rules.long_side or rules.short_side)
    assume(not only_event_engine(rules, 2))
    return rules


def random_market(rng: np.random.Generator, bars: int, symbols: int, gaps: float) -> Prices:
    shape = (bars, symbols)
    close = np.round(50.0 * np.exp(np.cumsum(rng.normal(0.0, 0.03, shape), axis=0)), 2) + 0.01
    opened = np.round(close * np.exp(rng.normal(0.0, 0.01, shape)), 2) + 0.01
    high = np.maximum(opened, close) * (1.0 + 0.02 * rng.random(shape))
    low = np.minimum(opened, close) * (1.0 - 0.02 * rng.random(shape))
    return with_gaps(Prices(opened, high, low, close, np.ones(shape), np.zeros(shape)), rng, gaps)


def with_gaps(prices: Prices, rng: np.random.Generator, share: float) -> Prices:
    missing = rng.random(prices.close.shape) < share
    return Prices._make(np.where(missing, np.nan, values) for values in prices)


def random_decisions(rng: np.random.Generator, rules: Rules, prices: Prices) -> Decisions:
    shape = prices.close.shape
    often = rng.choice([0.03, 0.15, 0.5])
    panel: dict[str, Any] = {}
    for side, traded in (("long", rules.long_side), ("short", rules.short_side)):
        if traded:
            panel[f"{side}_entry"] = rng.random(shape) < often
            panel[f"{side}_exit"] = rng.random(shape) < often
    sizes = {SHARES: [1.0, 7.5, 400.0], CASH: [90.0, 5_000.0], FRACTION: [0.3, 1.0]}
    panel["size"] = rng.choice([*sizes[rules.size_kind], np.nan], shape)
    if rng.random() < 0.5:
        panel["size"] = sizes[rules.size_kind][0]
    for name in ("stop_loss", "take_profit", "trailing_stop"):
        if getattr(rules, f"has_{name}"):
            panel[name] = rng.choice([0.01, 0.04, np.nan], shape)
    if rules.has_weights:
        low = -0.5 if rules.short_side else 0.0
        panel["weights"] = rng.choice([np.nan, 0.0, low, 0.2, 0.7], shape)
        panel["rebalance"] = np.repeat(rng.random((shape[0], 1)) < often, shape[1], axis=1)
    return decisions_of(panel, prices.close > 0.0)


seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=250)
@given(rules_vectorbt_can_run(), seeds, st.integers(1, 4), st.sampled_from([0.0, 0.15]))
def test_that_both_engines_agree_on_random_markets(
    rules: Rules, seed: int, symbols: int, gaps: float
):
    rng = np.random.default_rng(seed)
    prices = random_market(rng, 80, symbols, gaps)
    decisions = random_decisions(rng, rules, prices)
    assert_same(
        vectorbt_engine.simulate(rules, prices, decisions),
        event_engine.simulate(rules, prices, decisions, compiled=False),
        rules.cash,
    )


@settings(max_examples=40)
@given(rules_vectorbt_can_run(), seeds)
def test_that_both_engines_agree_on_real_bars(rules: Rules, seed: int):
    rng = np.random.default_rng(seed)
    prices, _ = google()
    start = rng.integers(0, 1_700)
    prices = Prices._make(values[start : start + 400] for values in prices)
    decisions = random_decisions(rng, rules, prices)
    assert_same(
        vectorbt_engine.simulate(rules, prices, decisions),
        event_engine.simulate(rules, prices, decisions, compiled=False),
        rules.cash,
    )


# ------------------------------------------------------------------------ single rules


def one_symbol(*rows: tuple[float, float, float, float]) -> Prices:
    columns = [np.array(column)[:, None] for column in zip(*rows, strict=True)]
    ones = np.ones((len(rows), 1))
    return Prices(*columns, ones, 0.0 * ones)


STILL = (64.0, 64.0, 64.0, 64.0)


def test_that_an_exit_due_at_the_open_comes_before_a_stop_on_that_bar():
    prices = one_symbol(STILL, STILL, (60.0, 62.0, 40.0, 50.0))
    rules = Rules(size_kind=SHARES, has_stop_loss=True, stops_on_entry_bar=False)
    enters, leaves = np.array([[True], [False], [False]]), np.array([[False], [True], [False]])
    panel = {"long_entry": enters, "long_exit": leaves, "size": 1.0, "stop_loss": 0.25}
    found = vectorbt_engine.simulate(rules, prices, decisions_of(panel, prices.close > 0.0))
    assert found.fills.price.tolist() == [64.0, 60.0]
    assert [REASONS[reason] for reason in found.fills.reason] == ["entry", "exit"]


def test_that_a_reversal_becomes_an_exit_and_an_entry_with_their_parts_of_the_cost():
    prices = one_symbol(STILL, STILL, STILL, STILL)
    rules = Rules(size_kind=SHARES, short_side=True, commission=0.125)
    up, down = np.array([[1], [0], [0], [0]], bool), np.array([[0], [1], [0], [0]], bool)
    sizes = np.array([[2.0], [4.0], [1.0], [1.0]])
    panel = {"long_entry": up, "short_entry": down, "size": sizes}
    found = vectorbt_engine.simulate(rules, prices, decisions_of(panel, prices.close > 0.0))
    assert found.fills.shares.tolist() == [2.0, -2.0, -4.0]
    assert found.fills.cost.tolist() == [16.0, 16.0, 32.0]
    assert [REASONS[reason] for reason in found.fills.reason] == ["entry", "exit", "entry"]


def test_that_no_decision_at_all_leaves_the_cash_as_it_was():
    prices = one_symbol(STILL, STILL)
    found = vectorbt_engine.simulate(Rules(), prices, decisions_of({}, prices.close > 0.0))
    assert found.equity.tolist() == [100_000.0, 100_000.0]
    assert len(found.fills.bar) == 0


def test_that_nothing_is_compiled_on_the_way():
    code = """
import numba.core.dispatcher as dispatcher
compiled = []
plain = dispatcher.Dispatcher.compile
def told(self, signature):
    compiled.append(self)
    return plain(self, signature)
dispatcher.Dispatcher.compile = told
import numpy as np
from alphintra_desktop.backtest import vectorbt_engine
from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.rules import Rules
from alphintra_desktop.simulation.simulated import Prices
vectorbt_engine.warm_up()
prices = Prices(*(np.full((50, 2), 64.0) for _ in range(6)))
flags = np.arange(100).reshape(50, 2) % 3 == 0
panel = {"long_entry": flags, "long_exit": ~flags, "size": 1.0, "stop_loss": 0.1}
panel |= {"weights": 0.5, "rebalance": flags}
decisions = decisions_of(panel, prices.close > 0)
stops = Rules(has_stop_loss=True, stops_on_entry_bar=False)
weights = Rules(has_weights=True, shared_cash=True)
for rules in (Rules(), stops, weights):
    vectorbt_engine.simulate(rules, prices, decisions)
print(len(compiled))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "0", done.stderr
