"""Skipping quiet bars finds what a step on every bar finds, to the bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.research.measure import measured
from alphintra_desktop.simulation.event_engine import simulate
from alphintra_desktop.simulation.metrics import headline
from alphintra_desktop.simulation.quiet import may_skip
from alphintra_desktop.simulation.rules import CASH, FRACTION, SHARES, Decisions, Rules
from alphintra_desktop.simulation.simulated import Prices
from alphintra_desktop.simulation.trades import closed_profits
from tests.simulation.made_markets import decided, market, random_prices

NUMBERS = ("total_return", "sharpe", "max_drawdown", "trades")


def seldom_trading(seed: int, bars: int) -> tuple[Rules, Prices, Decisions]:
    """One symbol that has every bar, few signals, and any rules."""
    rng = np.random.default_rng(seed)
    chance = lambda share: bool(rng.random() < share)  # noqa: E731
    prices = random_prices(rng, bars, 1, gaps=0.0)
    prices = prices._replace(split=np.ones((bars, 1)), dividend=np.zeros((bars, 1)))
    rarely = rng.choice([0.0, 0.02, 0.1, 0.4])
    names = ("long_entry", "long_exit", "short_entry", "short_exit")
    kind = int(rng.choice([SHARES, CASH, FRACTION]))
    size = {SHARES: rng.integers(0, 3_000), CASH: 90_000.0, FRACTION: 0.9}[kind]
    signals = {name: rng.random((bars, 1)) < rarely for name in names}
    signals |= {"size": size, "stop_loss": 0.04, "take_profit": 0.05, "trailing_stop": 0.06}
    long_side = chance(0.7)
    rules = Rules(
        size_kind=kind,
        fill=int(rng.integers(3)),
        commission=0.001,
        commission_per_order=1.0 if chance(0.3) else 0.0,
        slippage=0.0005,
        half_spread=0.01,
        borrow_rate=0.05 if chance(0.5) else 0.0,
        exit_after=5 if chance(0.2) else 0,
        stops_on_entry_bar=chance(0.5),
        whole_shares=chance(0.3),
        shared_cash=chance(0.3),
        long_side=long_side,
        short_side=not long_side or chance(0.5),
        has_stop_loss=chance(0.2),
        has_take_profit=chance(0.2),
        has_trailing_stop=chance(0.2),
    )
    return rules, prices, decided(prices, **signals)


def stepped(rules: Rules, prices: Prices, decisions: Decisions) -> list[float]:
    """The numbers of a whole simulation, every bar a step."""
    result = simulate(rules, prices, decisions, compiled=False)
    profits = closed_profits(rules, prices, result.fills)
    ten = headline(rules.cash, result.equity, profits, rules.bars_per_year)
    return [ten[name] for name in NUMBERS]


def assert_same(found, expected) -> None:
    np.testing.assert_allclose(np.array(found), np.array(expected), rtol=1e-10, atol=1e-13)
    exact = [0, 2, 3]  # all but the Sharpe ratio, which is summed in another order
    np.testing.assert_array_equal(np.array(found)[exact], np.array(expected)[exact])


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**6), bars=st.integers(1, 80))
def test_that_quiet_bars_change_no_number(seed, bars):
    made = seldom_trading(seed, bars)
    assert may_skip(*made[:2])
    assert_same(measured(*made, compiled=False), stepped(*made))


def test_that_compiled_code_skips_the_same_bars():
    for seed in range(20):
        made = seldom_trading(seed, 900)
        np.testing.assert_array_equal(np.array(measured(*made)), np.array(stepped_alike(made)))
        assert_same(measured(*made), stepped(*made))


def stepped_alike(made: tuple[Rules, Prices, Decisions]) -> tuple[float, ...]:
    return measured(*made, compiled=False)


def test_that_an_entry_on_the_first_bar_and_an_exit_on_the_last_are_no_quiet_bars():
    prices = market(np.array([10.0, 11.0, 12.0, 13.0, 12.0]))
    for fill in range(3):
        decisions = decided(prices, long_entry=[0, 3], long_exit=[2, 4], size=1.0)
        made = Rules(fill=fill), prices, decisions
        assert_same(measured(*made, compiled=False), stepped(*made))


@pytest.mark.parametrize("gap", [np.nan, 0.0, -1.0])
def test_that_bars_without_a_price_are_not_skipped(gap):
    prices = market(np.array([10.0, 11.0, 12.0, 13.0, 12.0]))
    prices.close[2] = gap
    assert not may_skip(Rules(), prices)


def test_that_events_and_several_symbols_are_not_skipped():
    prices = market(np.ones((4, 2)))
    assert not may_skip(Rules(), prices)
    assert not may_skip(Rules(has_events=True), market(np.ones(4)))
    assert may_skip(Rules(), market(np.ones(4)))
