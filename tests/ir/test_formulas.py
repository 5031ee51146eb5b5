"""Worked by hand: what the formulas say where opinions differ, and at the edges."""

from __future__ import annotations

import ast
import inspect
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from alphintra_desktop.ir import formulas
from tests.ir.tables import NAMES

NAN = np.nan


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def numbers(*values):
    return np.array(values, dtype=float)


def stamps(*texts):
    return np.array(texts, dtype="datetime64[ns]")


def same(made, expected):
    np.testing.assert_array_equal(made, expected)


def test_that_a_crossing_fires_after_bars_of_equality():
    below_equal_above = numbers(1, 2, 3)
    same(formulas.crosses_above(below_equal_above, 2.0), [False, False, True])
    same(formulas.crosses_below(below_equal_above[::-1], 2.0), [False, False, True])
    same(formulas.crosses_above(2.0, numbers(3, 2, 2, 1)), [False, False, False, True])
    same(formulas.crosses_below(2.0, numbers(1, 2, 2, 3)), [False, False, False, True])


def test_that_touching_a_level_from_below_or_above_is_no_crossing():
    same(formulas.crosses_above(numbers(1, 2, 1), 2.0), [False, False, False])
    same(formulas.crosses_below(numbers(3, 2, 3), 2.0), [False, False, False])


def test_that_nothing_crosses_on_the_first_bar_or_next_to_a_missing_number():
    same(formulas.crosses_above(numbers(3, NAN, 3, 1, 3), 2.0), [False, False, False, False, True])
    same(formulas.crosses_below(numbers(1, NAN, 1, 3, 1), 2.0), [False, False, False, False, True])


def test_that_ties_share_the_higher_rank():
    same(formulas.rank_across(np.array([[1, 2, 2, NAN, 4]])), [[0.25, 0.75, 0.75, NAN, 1.0]])
    same(formulas.rolling_rank(numbers(1, 3, 2, 2, 5), 3), [NAN, NAN, 2 / 3, 2 / 3, 1])


def test_that_earlier_symbols_win_ties_for_the_top():
    values = np.array([[2, 2, 2, 1], [NAN, 1, NAN, 1], [NAN, NAN, NAN, NAN], [-0.0, 0.0, 1, NAN]])
    expected = [[1, 1, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0], [1, 0, 1, 0]]
    same(formulas.top_across(values, 2), np.array(expected, dtype=bool))


def test_that_weights_sum_to_one_over_the_chosen_or_to_nothing():
    chosen = np.array([[True, True, False], [False, False, False]])
    same(formulas.equal_weights(chosen), [[0.5, 0.5, 0], [0, 0, 0]])
    values = np.array([[1, 3, 9], [1, 1, 1.0]])
    same(formulas.inverse_weights(chosen, values), [[0.75, 0.25, 0], [0, 0, 0]])
    unusable = np.array([[NAN, 0, 1], [1, 1, 1.0]])
    same(formulas.inverse_weights(chosen, unusable), np.zeros((2, 3)))


def test_that_one_symbols_values_are_given_to_all():
    values = np.array([[1.0, 2], [3, NAN]])
    same(formulas.of_symbol(values, ("A", "B"), "B"), [[2, 2], [NAN, NAN]])
    same(formulas.is_symbol(("A", "B", "C"), ("C", "A")), [[True, False, True]])


def test_that_each_symbol_sees_its_own_bars_only():
    values = np.array([[1.0, 10], [NAN, 20], [3, NAN], [4, 40]])
    present = ~np.isnan(values)
    same(
        formulas.each(formulas.lag, present, values, 1), [[NAN, NAN], [NAN, 10], [1, NAN], [3, 20]]
    )
    flags = formulas.each(formulas.lag_flags, present, values > 2, 1)
    assert flags.dtype == bool
    same(flags, [[False, False], [False, True], [False, False], [True, True]])
    # A row for all symbols, such as `is_symbol` gives, stands for every bar.
    chosen = formulas.is_symbol(("A", "B"), ("B",))
    same(formulas.each(formulas.held_for, present, chosen, 2)[:, 1], [False, True, False, True])
    assert formulas.each(formulas.lag, np.zeros((3, 0), dtype=bool), 1).shape == (3, 0)


def test_that_impossible_arithmetic_has_no_number_and_no_warning():
    same(formulas.divide(numbers(1, 0, -1, NAN, 6), numbers(0, 0, 0, 0, 3)), [NAN] * 4 + [2])
    same(formulas.divide(1.0, numbers(0, 2)), [NAN, 0.5])
    same(formulas.log(numbers(-1, 0, 1, NAN)), [NAN, NAN, 0, NAN])
    same(formulas.square_root(numbers(-1, 0, 4, NAN)), [NAN, 0, 2, NAN])
    same(
        formulas.power(numbers(-8, 0, NAN, 2, 1, 2), numbers(0.5, -1, 0, 3, NAN, 9999)),
        [NAN, NAN, NAN, 8, NAN, NAN],
    )
    same(formulas.power(numbers(2, 3), 2), [4, 9])
    same(formulas.power(np.array([2, 4]), -1), [0.5, 0.25])
    same(formulas.between(numbers(1, 2, NAN), 1.0, 1.5), [True, False, False])


def test_that_a_series_that_stands_still_has_no_z_score_skewness_or_correlation():
    still = numbers(5, 5, 5, 5, 5)
    moving = numbers(1, 2, 4, 8, 16)
    assert np.isnan(formulas.zscore(still, 4)).all()
    assert np.isnan(formulas.rolling(still, 4, "skew")).all()
    assert np.isnan(formulas.rolling(still, 4, "kurt")).all()
    assert np.isnan(formulas.rolling_correlation(still, moving, 4)).all()
    same(formulas.rolling(still, 4, "std")[3:], [0, 0])


def test_that_a_window_is_full_again_after_a_gap():
    values = numbers(NAN, 1, 2, NAN, 4, 5, 6)
    same(formulas.rolling(values, 2, "mean"), [NAN, NAN, 1.5, NAN, NAN, 4.5, 5.5])


def test_that_bars_are_counted_from_the_last_time_a_condition_held():
    condition = np.array([False, True, False, False, True, True])
    same(formulas.bars_since(condition), [NAN, 0, 1, 2, 0, 0])
    same(formulas.held_for(condition, 2), [False, False, False, False, False, True])
    same(formulas.held_for(condition, 7), [False] * 6)
    same(formulas.held_for(condition, 9), [False] * 6)
    same(formulas.lag_flags(condition, 2), [False, False, False, True, False, False])
    same(formulas.every_bars(7, 3), [True, False, False, True, False, False, True])


def test_that_returns_look_over_the_given_bars():
    values = numbers(1, 2, 0, 8)
    same(formulas.returns(values, 2), [NAN, NAN, -1, 3])
    same(formulas.change(values, 2), [NAN, NAN, -1, 6])
    same(formulas.future_returns(values, 1), [1, -1, NAN, NAN])
    same(formulas.log_returns(values, 1)[[0, 2, 3]], [NAN, NAN, NAN])
    assert formulas.log_returns(values, 1)[1] == pytest.approx(np.log(2))


def test_that_the_vwap_starts_anew_with_the_utc_day_and_skips_missing_bars():
    times = stamps("2024-01-01T22:00", "2024-01-01T23:00", "2024-01-02T00:00", "2024-01-02T01:00")
    bars = {"timestamp": times, **dict.fromkeys(NAMES, numbers(1, 3, 4, 8))}
    bars["volume"] = numbers(1, 3, 0, 2)
    same(formulas.session_vwap(bars), [1, 2.5, NAN, 8])
    bars["volume"] = numbers(NAN, 3, 1, NAN)
    same(formulas.session_vwap(bars), [NAN, 3, 4, NAN])


def test_that_a_session_keeps_its_local_hours_when_the_clocks_change():
    # New York left winter time on 2024-03-10: half past nine is 14:30 UTC before, 13:30 after.
    times = stamps(
        *("2024-03-08T13:30", "2024-03-08T14:29", "2024-03-08T14:30", "2024-03-08T20:59"),
        *("2024-03-08T21:00", "2024-03-11T13:29", "2024-03-11T13:30", "2024-03-11T20:00"),
    )
    made = formulas.in_session(times, "09:30", "16:00", "America/New_York")
    same(made, [False, False, True, True, False, False, True, False])


def test_that_a_session_may_run_over_midnight_or_all_day():
    times = stamps("2024-01-01T21:59", "2024-01-01T22:00", "2024-01-02T01:59", "2024-01-02T02:00")
    same(formulas.in_session(times, "22:00", "02:00", "UTC"), [False, True, True, False])
    same(formulas.in_session(times, "2:00", "22:00", "UTC"), [True, False, False, True])
    assert formulas.in_session(times, "17:00", "17:00", "UTC").all()
    assert formulas.in_session(times, "00:00", "24:00", "UTC").all()


def test_that_the_hour_that_clocks_repeat_belongs_to_the_session_twice():
    # Berlin went from 03:00 back to 02:00 at 01:00 UTC on 2024-10-27.
    times = stamps("2024-10-27T00:15", "2024-10-27T01:15", "2024-10-27T02:15")
    same(formulas.in_session(times, "02:00", "03:00", "Europe/Berlin"), [True, True, False])


def test_that_new_periods_start_where_the_calendar_says():
    days = stamps(
        "2024-12-27", "2024-12-30", "2024-12-31", "2025-01-02", "2025-01-06", "2025-04-01"
    )
    expected = {
        "day": [True, True, True, True, True, True],
        # 2024-12-30 is the Monday of a week that reaches over the end of the year.
        "week": [True, True, False, False, True, True],
        "month": [True, False, False, True, False, True],
        "quarter": [True, False, False, True, False, True],
        "year": [True, False, False, True, False, False],
    }
    for period, flags in expected.items():
        same(formulas.on_new_period(days, period), flags)
    hours = stamps("2023-12-31T23:00", "2024-01-01T00:00", "2024-01-01T01:00")
    for period in expected:
        same(formulas.on_new_period(hours, period), [True, True, False])


def test_that_weekdays_count_from_monday_also_before_1970():
    days = stamps("1969-12-31", "2024-02-29", "2024-03-03T23:59", "2024-03-04T00:00")
    same(formulas.on_weekdays(days, (2,)), [True, False, False, False])
    same(formulas.on_weekdays(days, (3, 6)), [False, True, True, False])
    same(formulas.on_weekdays(days, ()), [False] * 4)


BY_SERIES = {
    "lag": (2,),
    "change": (2,),
    "returns": (2,),
    "log_returns": (2,),
    "future_returns": (2,),
    "filled": (),
    "rolling": (3, "mean"),
    "rolling_quantile": (3, 0.5),
    "rolling_rank": (3,),
    "zscore": (3,),
    "log": (),
    "square_root": (),
    "divide": (2.0,),
    "power": (2.0,),
}


@pytest.mark.parametrize("name", BY_SERIES)
@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_that_a_formula_takes_any_number_of_bars_with_or_without_numbers(name, rows):
    for values in (np.ones(rows), np.full(rows, NAN)):
        made = getattr(formulas, name)(values, *BY_SERIES[name])
        assert made.shape == (rows,)
        assert made.dtype == float
        assert not np.isinf(made).any()


@pytest.mark.parametrize("rows", [0, 1])
def test_that_calendars_and_symbols_may_be_empty(rows):
    times = stamps("2024-01-01")[:rows]
    bars = {"timestamp": times, **dict.fromkeys(NAMES, np.ones(rows))}
    assert formulas.session_vwap(bars).shape == (rows,)
    assert formulas.on_new_period(times, "month").tolist() == [True] * rows
    assert formulas.in_session(times, "09:30", "16:00", "Asia/Tokyo").shape == (rows,)
    assert formulas.on_weekdays(times, (0,)).tolist() == [True] * rows
    assert formulas.rolling_correlation(np.ones(rows), np.ones(rows), 3).shape == (rows,)
    for symbols in (0, 2):
        panel = np.ones((rows, symbols))
        for made in (
            formulas.rank_across(panel),
            formulas.top_across(panel, 1),
            formulas.equal_weights(panel > 0),
            formulas.inverse_weights(panel > 0, panel),
        ):
            assert made.shape == (rows, symbols)


def public_functions():
    tree = ast.parse(inspect.getsource(formulas))
    return [part for part in tree.body if isinstance(part, ast.FunctionDef)]


@pytest.mark.parametrize("function", public_functions(), ids=lambda part: part.name)
def test_that_a_formula_can_be_copied_into_a_file(function):
    """Only np, pd and other formulas, no decorator, no annotated variable, few lines."""
    known = {"np", "pd", *dir(SimpleNamespace), *(part.name for part in public_functions())}
    known |= set(__builtins__ if isinstance(__builtins__, dict) else dir(__builtins__))
    body = [node for statement in function.body for node in ast.walk(statement)]
    bound = {
        node.id
        for node in body
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    arguments = function.args
    named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    given = {a.arg for a in (*named, arguments.vararg, arguments.kwarg) if a}
    used = {node.id for node in body if isinstance(node, ast.Name)}
    assert used <= known | bound | given
    assert not function.decorator_list
    assert not any(isinstance(node, ast.AnnAssign) for node in body)
    assert ast.get_docstring(function)
    assert function.end_lineno - function.lineno < 30
