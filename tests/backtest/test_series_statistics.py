"""Statistics of a wire's values, against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from alphintra_desktop.backtest.series_statistics import statistics_of


def test_that_numbers_are_described_as_pandas_does():
    values = np.array([3.0, np.nan, -1.5, 8.25, 0.0, np.nan, 4.0])
    told = dict(statistics_of(values))
    described = pd.Series(values).describe()
    for name, theirs in (
        ("Values", "count"), ("Mean", "mean"), ("Deviation", "std"), ("Lowest", "min"),
        ("25 %", "25%"), ("Median", "50%"), ("75 %", "75%"), ("Highest", "max"),
    ):  # fmt: skip
        assert float(told[name]) == pytest.approx(described[theirs], rel=1e-5)
    assert told["Missing"] == "2"


def test_that_flags_tell_how_often_they_are_true_and_change():
    told = dict(statistics_of(np.array([False, True, True, False, True, False, False, False])))
    assert told == {"Values": "8", "True": "3", "Share true": "37.50%", "Changes": "4"}


@pytest.mark.parametrize("values", [np.full(3, np.nan), np.empty(0), np.empty(0, dtype=bool)])
def test_that_a_series_without_values_tells_that(values):
    told = dict(statistics_of(values))
    assert told["Values"] == "0"


def test_that_a_single_value_has_no_deviation():
    assert dict(statistics_of(np.array([2.0])))["Deviation"] == "–"  # noqa: RUF001
