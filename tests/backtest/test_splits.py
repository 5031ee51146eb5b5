"""A held AAPL position crosses its splits of 2000 and 2005 as in an account: prices as traded."""

from __future__ import annotations

import numpy as np
import pytest

from alphintra_desktop.backtest.run import backtest, load_data
from alphintra_desktop.codegen.module import generate
from tests.drawing import Drawing

SPLITS = (np.datetime64("2000-06-21"), np.datetime64("2005-02-28"))


def held(prices, *, end="2013-03-01", shares=None):
    """Buy on the second day and hold; where `shares` are given, for 1,500 days."""
    draw = Drawing("Buy and hold")
    data = draw.add("market_data.dataset", prices=prices, end=end)
    once = draw.add("logic.every_bars", bars=data, count=100_000)
    parts = {"rules": [draw.add("signals.enter_long", when=once)]}
    if shares is not None:
        parts["sizing"] = draw.add("sizing.shares", shares=shares)
        parts["stops"] = draw.add("stops.exit_after", bars=1_500)
    draw.add("strategy.strategy", **parts)
    code = generate(draw.graph)
    data = load_data(code)
    return backtest(code, data), data


@pytest.fixture(scope="module")
def raw():
    return held("raw")


def test_that_raw_prices_need_the_event_engine_and_jump_at_the_splits(raw):
    result, data = raw
    assert result.engine == "event_engine"
    assert "splits" in result.engine_reason
    close = data.bars["close"][:, 0]
    for day in SPLITS:
        (row,) = np.flatnonzero(data.bars.timestamps == day)
        assert close[row] / close[row - 1] < 0.6
        assert data.bars["split"][row, 0] == 2.0


def test_that_equity_crosses_both_splits_by_the_return_of_the_day_alone(raw):
    result, data = raw
    adjusted = data.bars.adjusted()["close"][:, 0]
    for day in SPLITS:
        (row,) = np.flatnonzero(data.bars.timestamps == day)
        earned = result.equity[row] / result.equity[row - 1]
        assert earned == pytest.approx(adjusted[row] / adjusted[row - 1], rel=1e-6)
        assert 0.85 < earned < 1.15


def test_that_shares_double_twice_and_the_profit_is_what_was_paid_and_got():
    result, data = held("raw", shares=100.0)
    bought, sold = (result.orders.iloc[row] for row in (0, 1))
    first = data.bars["open"][1, 0]
    assert (bought["shares"], bought["price"]) == (100.0, first)
    assert (bought["side"], sold["side"]) == ("buy", "sell")
    assert sold["bar"] == bought["bar"] + 1_500
    assert sold["shares"] == 400.0
    trade = result.trades.iloc[0]
    assert trade["profit"] == pytest.approx(400.0 * sold["price"] - 100.0 * bought["price"])
    assert trade["return_fraction"] == pytest.approx(4.0 * sold["price"] / bought["price"] - 1.0)
    after = result.equity[int(sold["bar"])] - 100_000.0
    assert after == pytest.approx(trade["profit"])


def test_that_adjusted_and_raw_runs_are_the_same_until_the_first_dividend(raw):
    """All cash is in shares. A dividend is the only thing the two tell differently."""
    result, data = raw
    adjusted, _ = held("adjusted")
    first = int(np.flatnonzero(data.bars["dividend"][:, 0] > 0.0)[0])
    assert data.bars.timestamps[first] > np.datetime64("2012-08-01")
    np.testing.assert_allclose(result.equity[:first], adjusted.equity[:first], rtol=1e-6)


def test_that_after_dividends_they_differ_by_what_cash_does_not_earn(raw):
    """Adjusted prices buy more shares for every dividend at once; an account holds it as cash."""
    result, data = raw
    adjusted, _ = held("adjusted")
    bars = data.bars
    rows = np.flatnonzero(bars["dividend"][:, 0] > 0.0)
    bought = result.orders.iloc[0]
    paid = 4.0 * bought["shares"] * bars["dividend"][rows, 0]
    cash = np.zeros(bars.count)
    for row, amount in zip(rows, paid, strict=True):
        cash[row:] += amount
    shares = 4.0 * bought["shares"] * bars["close"][:, 0]
    np.testing.assert_allclose(result.equity[rows[0] :], (shares + cash)[rows[0] :], rtol=1e-9)
    # Three dividends of half a percent, on a price that fell by a third: less than one percent.
    assert adjusted.equity[-1] != pytest.approx(result.equity[-1], rel=1e-6)
    assert adjusted.equity[-1] == pytest.approx(result.equity[-1], rel=0.01)
