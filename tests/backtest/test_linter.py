from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.backtest.ignored_entries import ignored_entries
from alphintra_desktop.backtest.linter import CHECKS, findings
from alphintra_desktop.backtest.result import BacktestResult, Finding, Severity
from alphintra_desktop.simulation.rules import NEXT_CLOSE, SAME_CLOSE, Rules
from tests.backtest.made_results import (
    CASH,
    Held,
    bars_at,
    healthy_result,
    made_bars,
    made_result,
)

PAID = Rules(commission=0.001)
RISING = 100 + 0.1 * np.arange(1008) + np.sin(np.arange(1008))


def _found(result: BacktestResult, rules: Rules = PAID, **more: Any) -> dict[str, Finding]:
    return {finding.code: finding for finding in findings(result, rules=rules, **more)}


def _only(result: BacktestResult, code: str, rules: Rules = PAID, **more: Any) -> Finding:
    found = _found(result, rules, **more)
    assert list(found) == [code]
    return found[code]


def test_that_a_healthy_result_has_no_findings() -> None:
    conditions = {"RSI below 30": 48}
    assert findings(healthy_result(), rules=PAID, conditions=conditions, warm_up=30) == ()


def test_that_every_check_is_tried_here_and_every_finding_says_what_to_do() -> None:
    worst = made_result(
        made_bars(np.array([1.0, 2.0, 3.0])), [], metrics={"sharpe": 9.0}, signals={}
    )
    assert len(CHECKS) == 17
    assert all(f.hint for f in findings(worst, rules=PAID, warm_up=9))


def test_that_no_trades_names_the_signals_and_the_condition_that_was_never_true() -> None:
    signals = {"long_entry": np.zeros((1008, 1), bool), "long_exit": np.ones((1008, 1), bool)}
    result = made_result(made_bars(RISING), [], signals=signals)
    conditions = {"Trend is up": 900, "RSI below 30": 0}
    finding = _only(result, "no_trades", conditions=conditions)
    assert finding.severity is Severity.ERROR
    assert "“Enter long” was true on 0 of 1,008 bars" in finding.message
    assert "“RSI below 30” was true on 0, “Trend is up” was true on 900" in finding.message
    assert "“RSI below 30”" in finding.hint


def test_that_no_trades_of_conditions_that_never_meet_says_so() -> None:
    result = made_result(made_bars(RISING), [], signals={"long_entry": np.zeros((1008, 1), bool)})
    hint = _found(result, conditions={"A": 3, "B": 5})["no_trades"].hint
    assert "never all together" in hint


def test_that_no_trades_despite_signals_points_at_size_and_cash() -> None:
    entries = np.zeros((1008, 1), bool)
    entries[[5, 50]] = True
    result = made_result(made_bars(RISING), [], signals={"long_entry": entries})
    found = _found(result)
    assert "2 of 1,008 bars" in found["no_trades"].message
    assert "check the size" in found["no_trades"].hint
    assert "2 of 2 entry signals" in found["cash_short"].message


def test_that_under_thirty_closed_trades_are_called_few() -> None:
    held = [Held(entry, entry + 10) for entry in range(30, 610, 20)]
    assert len(held) == 29
    finding = _only(made_result(made_bars(RISING), held), "few_trades")
    assert finding.message.startswith("Only 29 trades were closed")


def test_that_free_trading_is_noticed() -> None:
    finding = _only(healthy_result(), "no_costs", Rules())
    assert "96 orders" in finding.message


@pytest.mark.parametrize(
    "rules",
    [
        Rules(commission_per_share=0.01),
        Rules(commission_per_order=1.0),
        Rules(slippage=0.001),
        Rules(half_spread=0.01),
    ],
)
def test_that_any_cost_counts_as_a_cost(rules: Rules) -> None:
    assert findings(healthy_result(), rules=rules) == ()


def test_that_ambiguous_bars_are_counted_among_the_closed_trades() -> None:
    held = [Held(entry, entry + 10, ambiguous=entry < 70) for entry in range(30, 990, 20)]
    finding = _only(made_result(made_bars(RISING), held), "ambiguous_bars")
    assert finding.message.startswith("2 of 48 trades")


def test_that_one_trade_making_most_of_the_profit_is_named() -> None:
    close = np.where(np.arange(1008) < 500, 100.0, 200.0) + 0.5 * np.sin(np.arange(1008))
    held = [Held(entry, entry + 4) for entry in range(29, 989, 10)]
    finding = _only(made_result(made_bars(close), held, cost=0.0), "one_trade")
    assert finding.message.startswith("One of 96 trades made ")
    assert "SYM0, 2005-11-" in finding.message


def test_that_a_hole_in_the_data_is_found_with_its_length() -> None:
    result = healthy_result()
    stamps = result.bars.timestamps.copy()
    stamps[500:] += np.timedelta64(7, "D")
    finding = _only(replace(result, bars=replace(result.bars, timestamps=stamps)), "data_gaps")
    assert "1 gap in the data; it is 8 days of SYM0" in finding.message


def test_that_a_position_open_at_the_end_is_a_note() -> None:
    held = [Held(entry, entry + 10) for entry in range(30, 970, 20)] + [Held(1000, None)]
    finding = _only(made_result(made_bars(RISING), held), "open_at_end")
    assert finding.severity is Severity.INFO
    assert finding.message.startswith("1 position is still open")


def test_that_a_position_that_is_never_closed_is_a_warning() -> None:
    found = _found(made_result(made_bars(RISING), [Held(30, None)]))
    assert found["never_closed"].severity is Severity.WARNING
    assert "the exit was true on 0 bars" in found["never_closed"].message


def test_that_a_fill_at_the_deciding_close_is_unsafe() -> None:
    result = replace(healthy_result(), signals={})
    assert "96 orders" in _only(result, "unsafe_fill", PAID._replace(fill=SAME_CLOSE)).message
    assert findings(result, rules=PAID._replace(fill=NEXT_CLOSE)) == ()


def test_that_a_ruined_account_is_an_error_and_comes_first() -> None:
    close = np.concatenate([np.full(500, 100.0), np.full(508, 4.0)]) + 0.0
    result = made_result(made_bars(close), [Held(30, None, shares=CASH / 100)], cost=0.0)
    found = findings(result, rules=PAID)
    assert found[0].code == "ruined"
    assert found[0].severity is Severity.ERROR
    assert "4,000 of 100,000 was left on 2005-12-01" in found[0].message


def test_that_entry_signals_without_cash_are_counted() -> None:
    result = healthy_result()
    entries = result.signals["long_entry"].copy()
    entries[[1000, 1001, 1002]] = True
    entries[35] = True  # while a position is held: nothing was to be bought
    entries[1007] = True  # on the last bar: no bar is left to fill on
    finding = _only(
        replace(result, signals={**result.signals, "long_entry": entries}), "cash_short"
    )
    assert finding.message.startswith("3 of 51 entry signals")
    assert finding.severity is Severity.INFO


def test_that_cancelled_entries_are_not_called_ignored() -> None:
    result = healthy_result()
    both = result.signals["long_entry"].copy()
    both[1000] = True
    exits = result.signals["long_exit"] | both
    entries = {"long_entry": both, "long_exit": exits}
    assert findings(replace(result, signals=entries), rules=PAID) == ()


def test_that_a_profit_of_one_symbol_alone_is_noticed() -> None:
    close = np.column_stack([RISING, 200 - RISING])
    held = [Held(entry, entry + 10, column=c) for entry in range(30, 990, 20) for c in (0, 1)]
    held = [replace(trip, shares=100.0 if trip.column == 0 else 5.0) for trip in held]
    finding = _only(made_result(made_bars(close), held, cost=0.0001), "one_symbol")
    assert finding.message.startswith("SYM0 made 1")


def test_that_most_exposure_in_a_fall_without_recovery_is_noticed() -> None:
    close = np.concatenate([100 + 0.1 * np.arange(300), 130 - 0.1 * np.arange(708)])
    held = [Held(entry, entry + 18) for entry in range(30, 980, 20)]
    result = made_result(made_bars(close), [replace(h, shares=600.0) for h in held])
    finding = _only(result, "ends_under_water")
    assert "under its peak of 2005-02-" in finding.message


@pytest.mark.parametrize("rising", [5, 60])
def test_that_hardly_anything_before_the_peak_is_nothing_that_worked(rising: int) -> None:
    close = np.concatenate([100 + 0.1 * np.arange(rising), 100 - 0.05 * np.arange(1008 - rising)])
    held = [Held(entry, entry + 18) for entry in range(2, 980, 20)]
    result = made_result(made_bars(close), [replace(h, shares=600.0) for h in held])
    assert "ends_under_water" not in _found(result)


@pytest.mark.parametrize(
    ("drawdown", "sharpe", "severity"),
    [(-0.4, 0.3, Severity.WARNING), (-0.4, 0.9, Severity.INFO), (-0.1, 0.3, Severity.INFO)],
)
def test_that_less_than_buying_and_holding_earned_at_more_risk_is_noticed(
    drawdown: float, sharpe: float, severity: Severity
) -> None:
    result = healthy_result()
    own = {**result.metrics, "total_return": 0.2, "max_drawdown": drawdown, "sharpe": sharpe}
    held = {**own, "total_return": 0.5, "max_drawdown": -0.2, "sharpe": 0.6}
    finding = _only(replace(result, metrics=own, benchmark_metrics=held), "worse_than_holding")
    assert finding.severity is severity
    assert "50.00% instead of 20.00%" in finding.message
    assert ("drawdown of −40.00% instead of −20.00%" in finding.message) is (drawdown < -0.2)  # noqa: RUF001
    assert ("Sharpe ratio of 0.30 instead of 0.60" in finding.message) is (sharpe < 0.6)


def test_that_less_earned_at_less_risk_or_more_at_more_is_no_finding() -> None:
    result = healthy_result()
    calm = {**result.metrics, "total_return": 0.2, "max_drawdown": -0.1, "sharpe": 0.9}
    wild = {**result.metrics, "total_return": 0.9, "max_drawdown": -0.4, "sharpe": 0.3}
    held = {**calm, "total_return": 0.5, "max_drawdown": -0.2, "sharpe": 0.6}
    for own in (calm, wild):
        assert findings(replace(result, metrics=own, benchmark_metrics=held), rules=PAID) == ()


def test_that_costs_that_eat_the_profit_are_noticed() -> None:
    held = [Held(entry, entry + 10) for entry in range(30, 990, 20)]
    gross = made_result(made_bars(RISING), held, cost=0.0).trades["profit"].sum()
    result = made_result(made_bars(RISING), held, cost=0.003)
    part = result.orders["cost"].sum() / gross
    assert part > 0.5
    finding = _only(result, "costs_eat_profit")
    assert f"took {part:.1%} of a profit" in finding.message


@pytest.mark.parametrize(("warm_up", "severity"), [(505, Severity.WARNING), (1008, Severity.ERROR)])
def test_that_a_warm_up_that_takes_most_of_the_period_is_noticed(
    warm_up: int, severity: Severity
) -> None:
    finding = _only(healthy_result(), "long_warm_up", warm_up=warm_up)
    assert finding.severity is severity
    assert f"{warm_up:,} bars" in finding.message


def test_that_a_sharpe_ratio_too_good_to_be_true_asks_for_a_look_ahead_check() -> None:
    result = healthy_result()
    good = replace(result, metrics={**result.metrics, "sharpe": 4.2})
    finding = _only(good, "too_good")
    assert "4.20" in finding.message
    assert "look-ahead" in finding.hint


def test_that_less_than_a_year_is_called_extrapolated() -> None:
    held = [Held(entry, entry + 4) for entry in range(30, 210, 5)]
    finding = _only(made_result(made_bars(RISING[:216]), held, cost=1e-5), "short_period")
    assert "216 bars, 0.86 of a year" in finding.message


def test_that_intraday_nights_and_weekends_are_no_gaps() -> None:
    days = np.busday_offset("2004-01-01", np.arange(60), roll="forward").astype("M8[ns]")
    minutes = (np.arange(78) * 5 + 870).astype("m8[m]")
    stamps = (days[:, None] + minutes[None, :]).ravel()
    close = 100 + 0.001 * np.arange(len(stamps)) + np.sin(np.arange(len(stamps)))
    held = [Held(entry, entry + 10) for entry in range(30, 4000, 20)]
    whole = made_result(bars_at(stamps, close[:, None], ("A",)), held, bars_per_year=19656.0)
    assert "data_gaps" not in _found(whole)
    lunch = (stamps < stamps[2000]) | (stamps > stamps[2060])  # 5 hours of one day
    holed = bars_at(stamps[lunch], close[lunch, None], ("A",))
    assert "data_gaps" not in _found(made_result(holed, held))  # shorter than any night
    week = (stamps < stamps[1950]) | (stamps > stamps[1950] + np.timedelta64(7, "D"))
    holed = bars_at(stamps[week], close[week, None], ("A",))
    assert "8 days" in _found(made_result(holed, held))["data_gaps"].message
    # Round the clock, the same five hours stand out.
    always = np.datetime64("2004-01-01", "ns") + np.arange(9000) * np.timedelta64(5, "m")
    kept = (np.arange(9000) < 5000) | (np.arange(9000) > 5060)
    holed = bars_at(always[kept], np.full((kept.sum(), 1), 9.0), ("A",))
    assert "5.2 hours of A" in _found(made_result(holed, []))["data_gaps"].message


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_that_ignored_entries_are_those_a_walk_over_the_bars_finds(
    seed: int, same_close: bool
) -> None:
    random = np.random.default_rng(seed)
    close = np.where(random.random((12, 2)) < 0.3, np.nan, 10.0)
    close[0] = 10.0
    held = [Held(3, 5, column=0), Held(7, None, column=1), Held(8, 8, column=0)]
    signals = {name: random.random((12, 2)) < 0.5 for name in ("long_entry", "short_entry")}
    signals["long_exit"] = random.random((12, 2)) < 0.2
    result = made_result(made_bars(close), held, signals=signals)
    asked = ignored = 0
    for column, symbol in enumerate(result.bars.symbols):
        own = [row for row in range(12) if not np.isnan(close[row, column])]
        orders = set(result.orders.loc[result.orders["symbol"] == symbol, "bar"])
        for row in own:
            long = signals["long_entry"][row, column] and not signals["long_exit"][row, column]
            if long == signals["short_entry"][row, column]:
                continue
            later = [other for other in own if other > row]
            fill = row if same_close else later[0] if later else None
            inside = any(
                h.entry + same_close <= row < (99 if h.exit is None else h.exit + same_close)
                for h in held
                if h.column == column
            )
            if fill is None or inside:
                continue
            asked += 1
            ignored += fill not in orders
    assert ignored_entries(result, same_close=same_close) == (asked, ignored)
