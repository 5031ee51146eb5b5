"""A chart of a long series never hides a low or a high of the bars it shows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.backtest.extremes import Extremes


@st.composite
def stretches(draw):
    count = draw(st.integers(1, 40_000))
    first = draw(st.integers(0, count - 1))
    last = draw(st.integers(first + 1, count))
    return count, first, last, draw(st.integers(2, 1500)), draw(st.integers(0, 2**32 - 1))


@given(stretches(), st.sampled_from([0.0, 0.3, 1.0]))
def test_that_columns_hold_every_low_and_high_of_the_bars_they_cover(asked, missing):
    count, first, last, most, seed = asked
    made = np.random.default_rng(seed)
    low = np.where(made.random(count) < missing, np.nan, made.normal(size=count))
    high = low + made.random(count)
    columns = Extremes(low, high).between(first, last, most)
    assert columns.start <= first
    assert columns.start + columns.step * len(columns.low) >= last
    assert len(columns.low) <= most + 2
    for number in {0, len(columns.low) // 2, len(columns.low) - 1}:
        start = columns.start + number * columns.step
        inside = slice(start, start + columns.step)
        np.testing.assert_equal(columns.low[number], np.fmin.reduce(low[inside]))
        np.testing.assert_equal(columns.high[number], np.fmax.reduce(high[inside]))


@given(stretches())
def test_that_the_span_of_a_stretch_covers_it(asked):
    count, first, last, _, seed = asked
    values = np.random.default_rng(seed).normal(size=count)
    low, high = Extremes(values, values).span(first, last)
    assert low <= values[first:last].min()
    assert high >= values[first:last].max()


def test_that_panning_by_less_than_a_column_leaves_the_columns_where_they_were():
    values = np.sin(np.arange(100_000) / 50)
    found = Extremes(values, values)
    before, after = found.between(10_000, 50_000, 500), found.between(10_007, 50_007, 500)
    assert before.step == after.step == 128
    assert (after.start - before.start) % before.step == 0
