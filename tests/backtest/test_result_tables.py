from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.backtest.result_tables import (
    DrawdownSpell,
    costs,
    period_returns,
    worst_drawdowns,
    years,
)
from tests.backtest.made_results import Held, healthy_result, made_bars, made_result


def test_that_drawdowns_run_from_the_peak_to_the_bar_that_is_back_there() -> None:
    equity = np.array([10.0, 12.0, 9.0, 6.0, 12.0, 16.0, 12.0, 14.0])
    assert worst_drawdowns(equity) == [
        DrawdownSpell(-0.5, peak=1, trough=3, recovery=4),
        DrawdownSpell(-0.25, peak=5, trough=6, recovery=None),
    ]


def test_that_a_rising_account_has_no_drawdown() -> None:
    assert worst_drawdowns(np.array([1.0, 1.0, 2.0])) == []


@given(st.lists(st.integers(1, 50), min_size=1, max_size=60))
def test_that_the_worst_drawdown_is_the_deepest_of_all_pairs(values: list[int]) -> None:
    equity = np.array(values, dtype=float)
    deepest = min(
        equity[j] / equity[i] - 1 for i in range(len(equity)) for j in range(i, len(equity))
    )
    found = worst_drawdowns(equity)
    assert (found[0].depth if found else 0.0) == pytest.approx(deepest)
    assert [spell.depth for spell in found] == sorted(spell.depth for spell in found)


def test_that_monthly_and_yearly_returns_are_those_pandas_finds() -> None:
    result = healthy_result()
    series = pd.Series(result.equity, pd.DatetimeIndex(result.bars.timestamps))
    for unit, rule in (("M", "ME"), ("Y", "YE")):
        lasts = series.resample(rule).last()
        expected = lasts.pct_change().fillna(lasts.iloc[0] / series.iloc[0] - 1)
        found = period_returns(result.bars.timestamps, result.equity, unit)
        assert list(found.values()) == pytest.approx(expected.tolist(), abs=1e-12)


def test_that_years_count_the_trades_closed_in_them() -> None:
    result = healthy_result()
    found = years(result)
    assert [year.year for year in found] == [2004, 2005, 2006, 2007]
    assert sum(year.trades for year in found) == 48
    assert sum(year.profit for year in found) == pytest.approx(result.trades["profit"].sum())


def test_that_costs_are_added_up_and_compared() -> None:
    close = np.array([100.0, 100.0, 100.0, 120.0, 120.0])
    result = made_result(made_bars(close), [Held(1, 4, shares=10)], cost=0.01, bars_per_year=5.0)
    paid = costs(result)
    assert (paid.orders, paid.traded) == (2, 2200.0)
    assert paid.paid == pytest.approx(22.0)
    assert paid.a_year == pytest.approx(22.0)
    assert paid.of_traded == pytest.approx(0.01)
    assert paid.of_gross_profit == pytest.approx(0.11)
    assert paid.turnover == pytest.approx(2200 / result.equity.mean())
