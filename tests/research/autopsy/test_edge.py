"""Where the edge lives: groups known beforehand, that add up to the whole."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alphintra_desktop.research.autopsy.edge import best_trades, edge, regimes, thirds
from tests.backtest.made_results import Held, bars_at, healthy_result, made_result


def index(count: int = 800) -> np.ndarray:
    return 100.0 * np.exp(np.cumsum(0.01 * np.random.default_rng(1).standard_normal(count)))


def test_that_a_regime_is_known_before_its_return_and_never_changes_later():
    whole = regimes(index())
    for cut in (150, 333, 700):
        for known, all_of_them in zip(regimes(index()[:cut]), whole, strict=True):
            np.testing.assert_array_equal(known, all_of_them[: cut - 1])


def test_that_a_jump_of_the_bar_itself_does_not_change_its_own_regime():
    prices = index()
    jumped = prices.copy()
    jumped[500] *= 1.5
    for before, after in zip(regimes(prices), regimes(jumped), strict=True):
        np.testing.assert_array_equal(before[:500], after[:500])  # the return from 499 to 500, too


def test_that_thirds_are_thirds_of_what_was_known():
    found = thirds(np.random.default_rng(2).standard_normal(3000))
    assert (found[:60] == -1).all()
    assert np.bincount(found[found >= 0]) / (found >= 0).sum() == pytest.approx(1 / 3, abs=0.03)
    assert (thirds(np.full(200, np.nan)) == -1).all()


def test_that_groups_add_up_to_the_whole():
    result = healthy_result()
    found = edge(result)
    returns = result.equity[1:] / result.equity[:-1] - 1.0
    for group in found["by_bar"]:
        if group["name"] in ("year", "month", "weekday"):
            assert sum(row["bars"] for row in group["rows"]) == len(returns)
            assert sum(row["return"] for row in group["rows"]) == pytest.approx(returns.sum())
    for group in found["by_trade"]:
        assert sum(row["profit"] for row in group["rows"]) == pytest.approx(
            result.trades["profit"].sum()
        )
    assert [group["name"] for group in found["by_bar"]][:2] == ["trend", "volatility"]
    assert "hour" not in [group["name"] for group in found["by_bar"]]


def test_that_weekdays_and_hours_are_named_right():
    stamps = np.datetime64("2024-01-01T00:00", "ns") + np.arange(24 * 7) * np.timedelta64(1, "h")
    prices = 100.0 + np.arange(24 * 7)[:, None] * 0.1
    result = made_result(bars_at(stamps, prices, ("A",)), [Held(1, 100)])
    groups = {group["name"]: group["rows"] for group in edge(result)["by_bar"]}
    assert groups["weekday"][0]["label"] == "Monday"  # 2024-01-01 was one
    assert groups["weekday"][0]["bars"] == 23
    assert groups["hour"][5] == {**groups["hour"][5], "label": "05:00 UTC", "bars": 7}


def test_that_the_best_trades_have_a_share_only_of_a_profit():
    found = best_trades(np.array([10.0, 1, 1, 1, 1, 1, -5]))
    assert found["share"] == pytest.approx(14 / 10)
    assert found["without"] == pytest.approx(-4.0)
    assert math.isnan(best_trades(np.array([-1.0, -2.0]))["share"])
    assert math.isnan(best_trades(np.empty(0))["share"])
