"""What is drawn of long series: nothing that stands out is left out, nothing takes for ever."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from alphintra_desktop.backtest.charted_run import charted
from alphintra_desktop.backtest.extremes import Extremes
from alphintra_desktop.backtest.stored_run import stored_run
from alphintra_desktop.backtest.stored_trades import StoredTrades
from alphintra_desktop.ui.charts.series_items import zigzag
from alphintra_desktop.ui.look import DARK
from alphintra_desktop.ui.results.chart import RunChart
from tests.ui.results.conftest import BREAKOUT


@given(
    st.integers(1, 30_000),
    st.integers(2, 1200),
    st.sampled_from([0.0, 0.4]),
    st.integers(0, 2**32 - 1),
)
def test_that_the_drawn_line_reaches_every_extreme(count, pixels, missing, seed):
    made = np.random.default_rng(seed)
    values = np.where(made.random(count) < missing, np.nan, made.standard_t(2, count))
    x, y = zigzag(Extremes(values, values).between(0, count, pixels))
    assert len(x) == len(y) <= 2 * (pixels + 2)
    assert not np.isnan(y).any()
    assert (np.diff(x) >= 0).all()
    if np.isfinite(values).any():
        assert y.min() == np.nanmin(values)
        assert y.max() == np.nanmax(values)
    else:
        assert len(y) == 0


def test_that_the_drawn_points_lie_within_their_columns():
    values = np.arange(1000.0)
    x, y = zigzag(Extremes(values, values).between(0, 1000, 100))
    np.testing.assert_array_less(np.abs(x - y), 16)


@pytest.mark.parametrize("many", [1, 300, 2_000, 100_000])
def test_that_any_number_of_trades_can_be_drawn(qtbot, runs, many):
    run = stored_run(runs.folders[BREAKOUT])
    places = np.arange(many) % len(run.trades)
    columns = {
        name: getattr(run.trades, name)[places] for name in StoredTrades.__dataclass_fields__
    }
    chart = RunChart(charted(replace(run, trades=StoredTrades(**columns)), run.symbols[0]))
    chart.colour(DARK, QApplication.font())
    qtbot.addWidget(chart)
    assert not chart.grab().isNull()
    chart.show_trade(many - 1)
    assert not chart.grab().isNull()
