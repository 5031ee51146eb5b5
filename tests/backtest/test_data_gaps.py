from __future__ import annotations

from dataclasses import replace

import numpy as np

from alphintra_desktop.backtest.data_gaps import gaps
from tests.backtest.made_results import bars_at, made_bars


def test_that_a_long_weekend_is_no_gap_and_a_lost_week_is() -> None:
    bars = made_bars(np.ones(200))
    assert gaps(bars) == []
    stamps = bars.timestamps
    holidays = np.delete(np.arange(200), [101, 102])  # a Friday and the Monday after
    assert np.diff(stamps[holidays]).max() == np.timedelta64(5, "D")
    assert gaps(bars_at(stamps[holidays], np.ones((198, 1)), ("A",))) == []
    holed = np.delete(np.arange(200), np.arange(100, 105))
    found = gaps(bars_at(stamps[holed], np.ones((195, 1)), ("A",)))
    assert [(gap.symbol, gap.before, gap.after) for gap in found] == [("A", 99, 100)]
    assert found[0].length > np.timedelta64(5, "D")


def test_that_only_the_symbol_with_the_hole_is_named_and_late_starts_are_none() -> None:
    close = np.ones((300, 3))
    close[100:110, 1] = np.nan
    close[:250, 2] = np.nan
    found = gaps(made_bars(close))
    assert [(gap.symbol, gap.before, gap.after) for gap in found] == [("SYM1", 99, 110)]


def test_that_the_longest_gap_comes_first() -> None:
    close = np.ones((300, 2))
    close[100:110, 1] = np.nan
    close[200:230, 0] = np.nan
    assert [gap.symbol for gap in gaps(made_bars(close))] == ["SYM0", "SYM1"]


def test_that_weekly_bars_are_not_all_gaps() -> None:
    weeks = np.datetime64("2004-01-02", "ns") + np.arange(60) * np.timedelta64(7, "D")
    bars = bars_at(weeks, np.ones((60, 1)), ("A",))
    assert gaps(bars) == []
    kept = np.delete(np.arange(60), [30, 31])
    assert len(gaps(bars_at(weeks[kept], np.ones((58, 1)), ("A",)))) == 1
    assert gaps(replace(bars, timestamps=weeks[:2], columns={"close": np.ones((2, 1))})) == []
