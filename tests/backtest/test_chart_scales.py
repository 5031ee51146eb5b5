from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.backtest.chart_scales import bins, nice_ticks, thinned, time_ticks

NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(st.lists(st.one_of(NUMBERS, st.just(float("nan"))), min_size=1, max_size=400))
def test_that_thinning_keeps_ends_and_extremes_in_order(values: list[float]) -> None:
    line = np.array(values)
    rows = thinned([line, -2 * line], 40)
    assert len(rows) <= 40
    assert (np.diff(rows) > 0).all()
    assert {0, len(line) - 1} <= set(rows.tolist())
    if not np.isnan(line).all():
        assert np.nanmin(line[rows]) == np.nanmin(line)
        assert np.nanmax(line[rows]) == np.nanmax(line)


def test_that_a_million_bars_keep_their_one_bad_day() -> None:
    line = np.ones(1_000_000)
    line[765_432] = -5.0
    rows = thinned([line], 2_000)
    assert len(rows) <= 2_000
    assert 765_432 in rows


@given(NUMBERS, st.floats(1e-6, 1e9), st.integers(2, 10))
def test_that_ticks_are_round_few_and_inside(low: float, span: float, most: int) -> None:
    span = max(span, 1e-6 * abs(low))  # a chart never shows a narrower band: see `_limits`
    high = low + span
    ticks = nice_ticks(low, high, most)
    assert len(ticks) <= most + 1
    slack = 1e-6 * span + 1e-6 * abs(low)
    assert all(low - slack <= tick <= high + slack for tick in ticks)


def test_that_ticks_are_what_a_reader_expects() -> None:
    assert nice_ticks(0.0, 1.0, 5) == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert nice_ticks(95_000, 210_000, 5) == [100_000, 125_000, 150_000, 175_000, 200_000]
    assert nice_ticks(3.0, 3.0) == [3.0]


@pytest.mark.parametrize(
    ("first", "step", "count", "labels"),
    [
        ("2000-03-01", "1 D", 4700, ["2002", "2004", "2006", "2008", "2010", "2012"]),
        ("2004-01-30", "1 D", 100, ["2004-02", "2004-03", "2004-04", "2004-05"]),
        ("2004-02-27", "1 D", 4, ["2004-02-28", "2004-02-29", "2004-03-01"]),
        ("2004-02-27T09:45", "5 m", 20, ["10:00", "10:15", "10:30", "10:45", "11:00", "11:15"]),
    ],
)
def test_that_time_ticks_stand_where_a_period_begins(
    first: str, step: str, count: int, labels: list[str]
) -> None:
    number, unit = step.split()
    stamps = np.datetime64(first, "ns") + np.arange(count) * np.timedelta64(int(number), unit)
    ticks = time_ticks(stamps)
    assert [label for _, label in ticks] == labels
    assert all(str(stamps[row]).replace("T", " ").find(label) >= 0 for row, label in ticks)


@given(st.lists(st.floats(-1, 1, allow_subnormal=False), max_size=300))
def test_that_a_histogram_counts_every_value_once_and_parts_gains_from_losses(
    values: list[float],
) -> None:
    edges, counts = bins(np.array(values))
    assert counts.sum() == len(values)
    assert len(edges) == len(counts) + 1
    assert 0.0 in edges
    assert (np.diff(edges) > 0).all()
