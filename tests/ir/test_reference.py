"""The slow evaluator, checked by hand where the fast one could share its mistake."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alphintra_desktop.ir import ops
from alphintra_desktop.ir.reference import evaluate
from alphintra_desktop.ir.reference_across import across
from alphintra_desktop.ir.reference_rules import now
from alphintra_desktop.ir.reference_statistics import statistic
from tests.ir import examples
from tests.ir.examples import CLOSE, HOURS, RISING
from tests.ir.tables import NAMES, Table, random_table

NAN = np.nan


def table_of(*rows, days=None) -> Table:
    close = np.array(rows, dtype=float)
    days = np.arange(len(close)) if days is None else np.array(days)
    stamps = np.datetime64("2024-01-01", "ns") + days * np.timedelta64(1, "D")
    return Table(stamps, ("A", "B")[: close.shape[1]], dict.fromkeys(NAMES, close))


def test_that_own_bars_are_counted_unless_the_common_calendar_is_asked_for():
    table = table_of([1, NAN], [2, 2], [3, 3], [4, 4])
    every = ops.EveryBars(HOURS, 2)
    own = evaluate(every, table)
    np.testing.assert_array_equal(own, [[1, 0], [0, 1], [1, 0], [0, 1]])
    common = evaluate(every, table, common_calendar=True)
    np.testing.assert_array_equal(common, [[1, 0], [0, 0], [1, 1], [0, 0]])
    assert common.dtype == bool


def test_that_a_new_month_is_missed_by_a_symbol_that_sleeps_on_its_first_day():
    table = table_of([1, 1], [2, NAN], [3, 3], days=[29, 31, 32])
    month = ops.OnNewPeriod(HOURS, "month")
    np.testing.assert_array_equal(evaluate(month, table), [[1, 1], [1, 0], [0, 1]])
    common = evaluate(month, table, common_calendar=True)
    np.testing.assert_array_equal(common, [[1, 1], [1, 0], [0, 0]])


def test_that_values_are_looked_up_in_the_symbols_own_past():
    table = table_of([1, 10], [2, NAN], [3, 30])
    lagged = evaluate(ops.Lag(CLOSE, 1), table)
    np.testing.assert_array_equal(lagged, [[NAN, NAN], [1, NAN], [2, 10]])


def test_that_a_constant_fits_any_number_of_bars():
    np.testing.assert_array_equal(evaluate(ops.Constant(3), table_of([1, NAN])), [[3, NAN]])
    assert evaluate(ops.Add(ops.Constant(1), CLOSE), random_table(1, 0)).shape == (0, 3)


def test_that_skewness_and_kurtosis_are_those_of_spreadsheets():
    window = [3, 4, 5, 2, 3, 4, 5, 6, 4, 7]
    # The examples of Excel's own help for SKEW and KURT.
    assert statistic(window, "skew") == pytest.approx(0.359543, abs=1e-6)
    assert statistic(window, "kurt") == pytest.approx(-0.151799637, abs=1e-9)
    assert statistic([1, 2, 3, 4], "var") == pytest.approx(5 / 3)
    assert statistic([1, 2, 3, 4], "median") == 2.5
    assert math.isnan(statistic([1], "std"))


@pytest.mark.parametrize("op", [HOURS, examples.RULES[0]])
def test_that_ops_without_a_value_are_refused(op):
    with pytest.raises(TypeError, match="no value of its own"):
        now(op)
    with pytest.raises(TypeError, match="does not compare symbols"):
        across(op, ())


def test_that_an_average_in_ta_lib_needs_a_known_volume_today():
    table = random_table(1, 6, 1, gaps=False)
    table.columns["volume"][:] = NAN
    distribution = ops.TaLib("AD", (CLOSE, CLOSE, CLOSE, examples.GAPPY), (), 0)
    assert np.isnan(evaluate(distribution, table)).all()


def test_that_custom_code_runs_on_what_was_known_and_cannot_peek():
    peeking = "def mine(values):\n    return np.full(len(values), values[-1])\n"
    table = random_table(1, 8, gaps=False)
    made = evaluate(ops.CustomNumbers(peeking, (CLOSE,), (), "Mine"), table)
    np.testing.assert_array_equal(made, table.columns["close"])
    typed = "def mine(a: Flags, *, n: int = 2) -> Flags:\n    return ~a\n"
    flags = evaluate(ops.CustomFlags(typed, (RISING,), (("n", 3),), "Mine"), table)
    np.testing.assert_array_equal(flags, ~evaluate(RISING, table))


def test_that_a_thousand_ops_in_a_row_are_no_trouble():
    op: ops.Numbers = CLOSE
    for _ in range(2000):
        op = ops.Negative(op)
    table = random_table(1, 2, 1, gaps=False)
    np.testing.assert_array_equal(evaluate(op, table), table.columns["close"])
