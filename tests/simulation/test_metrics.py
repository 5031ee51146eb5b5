"""Metrics against other packages, by hand, and where there is nothing to measure."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.simulation.metrics import (
    DECIMALS,
    METRICS,
    MONEY,
    RATIOS,
    TEN,
    WHOLE,
    all_metrics,
    format_metric,
    headline,
    return_metrics,
)
from alphintra_desktop.simulation.rules import Rules
from alphintra_desktop.simulation.simulated import Fills, Simulated
from alphintra_desktop.simulation.trades import Trades, round_trips
from tests.shared_files import shared
from tests.simulation.made_markets import fills_of, market

pytestmark = pytest.mark.filterwarnings("error")
KINDS = {metric.name: metric.kind for metric in METRICS}
NO_TRADES = np.empty(0)


def result_of(equity: Any, fills: Fills | None = None, gross_value: Any = 0.0) -> Simulated:
    curve = np.asarray(equity, dtype=float)
    held = np.broadcast_to(np.asarray(gross_value, dtype=float), curve.shape)
    return Simulated(curve, curve - held, held, held, fills or fills_of())


def trades_of(fills: Fills, bars: int) -> Trades:
    return round_trips(Rules(), market(np.full(bars, 100.0)), result_of(np.ones(bars), fills))


# ------------------------------------------------------------------------ other packages

# What others call our metrics, where they follow the conventions that ours state.
SAME = {
    "total_return": "total_return",
    "cagr": "cagr",
    "ann_volatility": "volatility",
    "sharpe": "sharpe",
    "sortino": "sortino",
    "calmar": "calmar",
    "max_drawdown": "max_drawdown",
    "omega_0": "omega",
    "tail_ratio": "tail_ratio",
    "var_95_hist": "value_at_risk",
    "cvar_95_hist": "expected_shortfall",
    "skew": "skew",
    "kurtosis_excess": "kurtosis",
    "ulcer_index": "ulcer_index",
    "ulcer_index_ddof0": "ulcer_index",
    "max_dd_duration_bars": "longest_drawdown",
}
# Unbiased moments, a divisor of n - 1, the order statistic, and calendar years.
OTHERWISE = {
    ("quantstats", "skew"),
    ("quantstats", "kurtosis_excess"),
    ("quantstats", "ulcer_index"),
    ("skfolio", "var_95_hist"),
    ("skfolio", "cvar_95_hist"),
    ("ffn", "calmar"),
    ("ffn", "skew"),
    ("ffn", "kurtosis_excess"),
}


@pytest.mark.parametrize(("series", "count"), [("SPX_1999_2018", 53), ("EW20_2010_2019", 53)])
def test_that_every_package_with_our_conventions_has_our_numbers(series: str, count: int) -> None:
    table = pd.read_parquet(shared(f"reference/metrics/series_{series}.parquet"))
    rows = pd.read_csv(shared("reference/metrics/metrics.csv")).query("series == @series")
    equity = np.cumprod(np.append(1.0, 1.0 + table["ret"].to_numpy()))
    ours = all_metrics(1.0, result_of(equity), None, float(table["periods_per_year"].iloc[0]))

    compared = 0
    for library, metric, value in rows[["lib", "metric", "value"]].itertuples(index=False):
        package = re.split(r"[ -]", library)[0]
        if metric in SAME and (package, metric) not in OTHERWISE:
            assert ours[SAME[metric]] == pytest.approx(value, rel=1e-9), (library, metric)
            compared += 1
    assert compared == count


# --------------------------------------------------------------------------- by hand


def test_that_a_curve_worked_by_hand_has_the_returns_and_falls_it_should() -> None:
    # Returns 1, -0.5, 0.5, 0 a bar; the fall from 200 is still open at the end.
    equity = np.array([100.0, 200.0, 100.0, 150.0, 150.0])
    found = headline(100.0, equity, NO_TRADES, 4.0)
    mean, deviation = 0.25, np.sqrt((0.5625 + 0.5625 + 0.0625 + 0.0625) / 3)

    assert found["total_return"] == 0.5
    assert found["cagr"] == pytest.approx(0.5, rel=1e-15)
    assert found["volatility"] == pytest.approx(deviation * 2, rel=1e-15)
    assert found["sharpe"] == pytest.approx(mean / deviation * 2, rel=1e-15)
    assert found["sortino"] == pytest.approx(mean / 0.25 * 2, rel=1e-15)
    assert found["max_drawdown"] == -0.5
    assert found["calmar"] == pytest.approx(1.0, rel=1e-15)

    rest = all_metrics(100.0, result_of(equity), None, 4.0)
    assert rest["omega"] == 3.0
    assert rest["average_drawdown"] == -0.5
    assert rest["longest_drawdown"] == 3.0
    assert rest["ulcer_index"] == pytest.approx(np.sqrt((0.25 + 0.0625 + 0.0625) / 4), rel=1e-15)
    assert rest["final_equity"] == 150.0


def test_that_a_cost_on_the_first_bar_counts_in_the_return_and_the_drawdown() -> None:
    found = headline(100.0, np.array([96.0, 120.0]), NO_TRADES, 1.0)
    assert found["total_return"] == pytest.approx(0.2, rel=1e-15)
    assert found["max_drawdown"] == pytest.approx(-0.04, rel=1e-12)


def test_that_trades_worked_by_hand_are_counted_by_what_they_earned() -> None:
    fills = fills_of(
        *((0, 0, 1.0, 100.0, 0.0), (2, 0, -1.0, 150.0, 10.0)),  # 40, two bars
        *((2, 0, 1.0, 100.0, 0.0), (5, 0, -1.0, 80.0, 0.0)),  # -20, three bars
        *((5, 0, -2.0, 100.0, 0.0), (6, 0, 2.0, 90.0, 0.0)),  # 20, one bar
        *((6, 0, 1.0, 100.0, 0.0), (6, 0, -1.0, 100.0, 0.0)),  # nothing, no bar
        (7, 0, 1.0, 90.0, 10.0),  # open: 100 at the end
    )
    equity = np.array([100.0, 200.0, 200.0, 200.0, 200.0, 200.0, 200.0, 300.0])
    gross = np.array([0.0, 50.0, 50.0, 0.0, 0.0, 0.0, 0.0, 50.0])
    trades = trades_of(fills, 8)
    found = all_metrics(100.0, result_of(equity, fills, gross), trades, 4.0)

    assert set(found) == set(KINDS)
    assert found["trades"] == 4.0
    assert found["win_rate"] == 0.5
    assert found["profit_factor"] == 3.0
    assert found["expectancy"] == 10.0
    assert found["average_win"] == pytest.approx((0.4 + 0.1) / 2, rel=1e-15)
    assert found["average_loss"] == pytest.approx(-0.2, rel=1e-15)
    assert found["best_trade"] == 0.4
    assert found["worst_trade"] == -0.2
    assert found["average_holding"] == 1.5
    assert found["longest_holding"] == 3.0
    # Twenty of costs, and forty of profit (nothing from the open one) before they are paid: sixty.
    assert found["cost_share"] == pytest.approx(20.0 / 60.0, rel=1e-15)
    assert found["exposure"] == 3 / 8
    traded = 100 + 150 + 100 + 80 + 200 + 180 + 200 + 90
    assert found["turnover"] == pytest.approx(traded / 200.0 / 2.0, rel=1e-15)


def test_that_buy_and_hold_has_no_metrics_of_trades() -> None:
    found = all_metrics(100.0, result_of([100.0, 110.0], gross_value=100.0), None, 252.0)
    of_trades = {"trades", "win_rate", "profit_factor", "expectancy", "average_win", "turnover"}
    assert not of_trades & set(found)
    assert found["exposure"] == 1.0


def test_that_the_headline_is_the_ten_in_their_order_and_the_same_among_all() -> None:
    fills = fills_of((0, 0, 1.0, 100.0, 0.0), (1, 0, -1.0, 101.0, 0.0))
    equity = np.array([100.0, 101.0, 99.0, 103.0])
    trades = trades_of(fills, 4)
    ten = headline(100.0, equity, trades.profit, 252.0)
    everything = all_metrics(100.0, result_of(equity, fills), trades, 252.0)

    assert tuple(ten) == TEN
    for name, value in ten.items():
        assert value == everything[name] or (np.isnan(value) and np.isnan(everything[name]))


# ----------------------------------------------------------------------- independent oracles

curves = st.lists(st.floats(1.0, 1000.0), min_size=3, max_size=60).map(np.array)


@given(curves)
def test_that_percentiles_and_moments_are_those_of_pandas_and_numpy(equity: Any) -> None:
    returns = equity[1:] / equity[:-1] - 1.0
    found = return_metrics(returns)
    low, high = np.percentile(returns, [5, 95])
    assert found["value_at_risk"] == pytest.approx(low, rel=1e-9, abs=1e-12)
    assert found["expected_shortfall"] == pytest.approx(
        np.sort(returns)[: int((len(returns) - 1) * 0.05) + 1].mean(), rel=1e-9, abs=1e-12
    )
    if abs(low) > 1e-9:
        assert found["tail_ratio"] == pytest.approx(abs(high) / abs(low), rel=1e-6)
    deviation = returns.std()
    if deviation > 1e-9:
        standard = (returns - returns.mean()) / deviation
        assert found["skew"] == pytest.approx((standard**3).mean(), rel=1e-6, abs=1e-9)
        assert found["kurtosis"] == pytest.approx((standard**4).mean() - 3, rel=1e-6, abs=1e-9)


@given(curves, st.floats(0.25, 400.0))
def test_that_ratios_do_not_depend_on_the_currency(equity: Any, bars_per_year: float) -> None:
    one = headline(equity[0], equity, NO_TRADES, bars_per_year)
    other = headline(equity[0] * 8, equity * 8, NO_TRADES, bars_per_year)
    for name, value in one.items():
        assert value == other[name] or (np.isnan(value) and np.isnan(other[name])), name


@given(curves)
def test_that_the_growth_of_a_year_repeated_for_all_years_gives_the_end(equity: Any) -> None:
    years = (len(equity) - 1) / 12.0
    growth = headline(equity[0], equity, NO_TRADES, 12.0)["cagr"]
    if 1e-6 < 1 + growth < 1e12:  # NaN and what rounding eats are not
        assert (1 + growth) ** years == pytest.approx(equity[-1] / equity[0], rel=1e-6)


# ---------------------------------------------------------------------------- nothing to measure


def test_that_a_flat_account_without_trades_has_zeros_where_zero_is_the_truth() -> None:
    found = all_metrics(100.0, result_of(np.full(300, 100.0)), trades_of(fills_of(), 300), 252.0)
    zeros = (
        *("total_return", "cagr", "volatility", "max_drawdown", "trades", "average_drawdown"),
        *("longest_drawdown", "ulcer_index", "exposure", "turnover", "value_at_risk"),
        "expected_shortfall",
    )
    assert {name: found.pop(name) for name in zeros} == dict.fromkeys(zeros, 0.0)
    assert found.pop("final_equity") == 100.0
    assert {name for name, value in found.items() if not np.isnan(value)} == set()


def test_that_one_bar_measures_what_it_can() -> None:
    found = all_metrics(100.0, result_of([99.0]), trades_of(fills_of(), 1), 252.0)
    assert found["total_return"] == pytest.approx(-0.01, rel=1e-12)
    assert found["max_drawdown"] == pytest.approx(-0.01, rel=1e-12)
    for name in ("cagr", "volatility", "sharpe", "sortino", "calmar", "value_at_risk", "skew"):
        assert np.isnan(found[name]), name


def test_that_two_bars_have_one_return_and_no_deviation() -> None:
    found = headline(100.0, np.array([100.0, 90.0]), NO_TRADES, 1.0)
    assert found["cagr"] == pytest.approx(-0.1, rel=1e-12)
    assert np.isnan(found["volatility"])
    assert np.isnan(found["sharpe"])


def test_that_steady_growth_has_no_sharpe_ratio_made_of_rounding() -> None:
    found = all_metrics(1.0, result_of(1.01 ** np.arange(500)), None, 252.0)
    for name in ("sharpe", "sortino", "calmar", "skew", "kurtosis", "omega"):
        assert np.isnan(found[name]), name
    assert found["volatility"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("last", [0.0, -50.0])
def test_that_a_ruined_account_has_its_loss_and_no_ratios(last: float) -> None:
    found = all_metrics(
        100.0, result_of([100.0, 50.0, last, last]), trades_of(fills_of(), 4), 252.0
    )
    assert found["total_return"] == last / 100.0 - 1.0
    assert found["max_drawdown"] == last / 100.0 - 1.0
    assert found["longest_drawdown"] == 3.0
    for name in ("volatility", "sharpe", "sortino", "omega", "value_at_risk"):
        assert np.isnan(found[name]), name
    assert (found["cagr"] == -1.0) if last == 0.0 else np.isnan(found["cagr"])


def test_that_growth_too_fast_for_a_number_is_none() -> None:
    assert np.isnan(headline(1.0, np.array([1.0, 1e200]), NO_TRADES, 252.0)["cagr"])


def test_that_only_winners_have_no_profit_factor_and_no_average_loss() -> None:
    fills = fills_of((0, 0, 1.0, 100.0, 0.0), (1, 0, -1.0, 101.0, 0.0))
    found = all_metrics(100.0, result_of([100.0, 101.0], fills), trades_of(fills, 2), 252.0)
    assert found["win_rate"] == 1.0
    assert np.isnan(found["profit_factor"])
    assert np.isnan(found["average_loss"])


# ------------------------------------------------------------------------------ words


def test_that_every_metric_has_a_name_of_its_own_a_title_a_kind_and_a_help() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS) == 30
    assert len({metric.title for metric in METRICS}) == len(METRICS)
    assert set(KINDS.values()) == {"fraction", "ratio", "count", "bars", "money"}
    assert set(TEN) < set(KINDS)
    for metric in METRICS:
        assert metric.help.endswith("."), metric.name


def test_that_each_kind_is_printed_in_its_way() -> None:
    plain = {*RATIOS, *DECIMALS, *WHOLE, *MONEY}
    assert set(KINDS) - plain == {name for name, kind in KINDS.items() if kind == "fraction"}
    assert {KINDS[name] for name in (*RATIOS, *DECIMALS)} == {"ratio", "bars"}
    assert set(MONEY) == {name for name, kind in KINDS.items() if kind == "money"}
    assert {KINDS[name] for name in WHOLE} == {"count", "bars"}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("total_return", 5.4161297665225785, "541.61%"),
        ("max_drawdown", -0.20134206769734353, "-20.13%"),
        ("volatility", 1e-17, "0.00%"),
        ("volatility", -1e-17, "0.00%"),
        ("sharpe", 1.0810441703291478, "1.081"),
        ("profit_factor", 2.7504459652953397, "2.750"),
        ("trades", 1046.0, "1,046"),
        ("longest_drawdown", 412.0, "412"),
        ("average_holding", 25.478, "25.478"),
        ("final_equity", 64161297665.225784, "64,161,297,665.23"),
        ("expectancy", -12.5, "-12.50"),
        ("sharpe", np.nan, "n/a"),
        ("trades", np.nan, "n/a"),
    ],
)
def test_that_a_metric_is_printed_as_a_reader_wants_it(name: str, value: float, text: str) -> None:
    assert format_metric(name, value) == text
