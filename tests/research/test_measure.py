"""The numbers of a sweep's point are those of a whole simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.research.measure import measured
from alphintra_desktop.simulation import event_engine
from alphintra_desktop.simulation.metrics import headline
from alphintra_desktop.simulation.rules import FRACTION, SHARES, Decisions, Rules
from alphintra_desktop.simulation.simulated import Prices
from alphintra_desktop.simulation.trades import closed_profits
from tests.simulation.made_markets import decided, random_prices


def whole(rules: Rules, prices: Prices, decisions: Decisions) -> list[float]:
    """The same numbers from curves and trades."""
    result = event_engine.simulate(rules, prices, decisions, compiled=False)
    profits = closed_profits(rules, prices, result.fills)
    ten = headline(rules.cash, result.equity, profits, rules.bars_per_year)
    return [ten[name] for name in ("total_return", "sharpe", "max_drawdown", "trades")]


def random_market(seed: int, bars: int) -> tuple[Rules, Prices, Decisions]:
    rng = np.random.default_rng(seed)
    shape = (bars, int(rng.integers(1, 4)))
    prices = random_prices(rng, *shape, gaps=0.05)
    yes = lambda share: rng.random(shape) < share  # noqa: E731
    short = bool(rng.random() < 0.5)
    signals = {"long_entry": yes(0.2), "long_exit": yes(0.2), "size": 0.9, "stop_loss": 0.05}
    if short:
        signals |= {"short_entry": yes(0.1), "short_exit": yes(0.2)}
    rules = Rules(
        size_kind=FRACTION if seed % 2 else SHARES,
        fill=seed % 3,
        commission=0.001,
        slippage=0.0005,
        borrow_rate=0.01,
        exit_after=7 if seed % 5 == 0 else 0,
        shared_cash=bool(seed % 4 == 0),
        short_side=short,
        has_stop_loss=bool(seed % 2),
        has_events=bool(rng.random() < 0.5),
    )
    return rules, prices, decided(prices, **signals)


def assert_same(found, expected) -> None:
    np.testing.assert_allclose(np.array(found), np.array(expected), rtol=1e-10, atol=1e-13)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), bars=st.integers(1, 60))
def test_that_a_point_comes_to_what_a_whole_simulation_comes_to(seed, bars):
    market = random_market(seed, bars)
    assert_same(measured(*market, compiled=False), whole(*market))


def test_that_the_compiled_loop_finds_the_same_bits():
    for seed in range(12):
        market = random_market(seed, 700)
        plain, fast = measured(*market, compiled=False), measured(*market)
        np.testing.assert_array_equal(np.array(fast), np.array(plain))
        assert_same(fast, whole(*market))


def test_that_an_account_that_never_trades_has_no_sharpe_ratio():
    _, prices, _ = random_market(1, 50)
    found = measured(Rules(), prices, decided(prices), compiled=False)
    assert np.isnan(found.sharpe)
    assert found[0] == found[2] == found[3] == 0.0


def test_that_a_ruined_account_has_no_sharpe_ratio():
    close = np.array([[100.0], [100.0], [100.0], [400.0], [50.0]])
    prices = Prices(close, close, close, close, np.ones_like(close), np.zeros_like(close))
    rules = Rules(size_kind=SHARES, short_side=True, long_side=False)
    decisions = decided(prices, short_entry=[0], size=900.0)
    found = measured(rules, prices, decisions, compiled=False)
    assert np.isnan(found.sharpe)
    assert found.max_drawdown < -1.0
    assert_same(found, whole(rules, prices, decisions))


def test_that_target_weights_are_refused():
    _, prices, decisions = random_market(1, 5)
    with pytest.raises(ValueError, match="weights"):
        measured(Rules(has_weights=True), prices, decisions)
