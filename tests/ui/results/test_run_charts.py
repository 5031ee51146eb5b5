"""The charts of a run, moved by mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from alphintra_desktop.ui.look import DARK
from alphintra_desktop.ui.results.chart import RunChart
from tests.ui.results.conftest import BREAKOUT, ROTATION, charted_run


@pytest.fixture
def chart(qtbot, runs):
    made = RunChart(charted_run(runs.folders[BREAKOUT]))
    made.colour(DARK, QApplication.font())
    qtbot.addWidget(made)
    made.resize(1000, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def views(chart):
    return [chart.stack.view_of(panel) for panel in chart.stack.panels]


def place_of(chart, bar: float, price: float) -> QPoint:
    """Where a bar and a price are on the screen, in the price chart."""
    scene = views(chart)[0].mapViewToScene(QPointF(bar, price))
    return chart.stack.mapFromScene(scene)


def test_that_all_charts_always_show_the_same_bars(chart):
    chart.stack.show_bars(300, 500)
    assert {tuple(view.viewRange()[0]) for view in views(chart)} == {(300.0, 500.0)}
    chart.stack.zoom(0.5)
    assert {tuple(view.viewRange()[0]) for view in views(chart)} == {(350.0, 450.0)}


@pytest.mark.parametrize("span", [20, 300, 1900])
def test_that_no_price_of_the_bars_in_sight_is_out_of_sight(chart, span):
    chart.stack.show_bars(100, 100 + span)
    low, high = views(chart)[0].viewRange()[1]
    bars = chart.charted.bars
    assert low <= np.nanmin(bars.low[100 : 100 + span])
    assert high >= np.nanmax(bars.high[100 : 100 + span])
    assert not chart.grab().isNull()


def test_that_the_wheel_zooms_about_the_bar_under_the_mouse(chart):
    chart.stack.show_bars(200, 800)
    place = place_of(chart, 350, chart.charted.bars.close[350])
    turned = QWheelEvent(
        QPointF(place),
        QPointF(chart.stack.viewport().mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = views(chart)[0].mapSceneToView(chart.stack.mapToScene(place)).x()
    QApplication.sendEvent(chart.stack.viewport(), turned)
    first, last = chart.stack.shown
    assert last - first < 600
    after = views(chart)[0].mapSceneToView(chart.stack.mapToScene(place)).x()
    assert after == pytest.approx(before, abs=0.01)


def test_that_dragging_pans(qtbot, chart):
    chart.stack.show_bars(500, 700)
    port, start = chart.stack.viewport(), place_of(chart, 600, chart.charted.bars.close[600])
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    for step in (20, 60, 120):
        qtbot.mouseMove(port, start + QPoint(step, 0))
        qtbot.wait(5)
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPoint(120, 0))
    first, last = chart.stack.shown
    assert last - first == pytest.approx(200)
    assert first < 490


def test_that_keys_pan_zoom_and_show_everything(qtbot, chart):
    chart.stack.show_bars(500, 600)
    qtbot.keyClick(chart.stack, Qt.Key.Key_Right)
    assert chart.stack.shown == pytest.approx((510, 610))
    qtbot.keyClick(chart.stack, Qt.Key.Key_Plus)
    assert chart.stack.shown[1] - chart.stack.shown[0] == pytest.approx(85)
    qtbot.keyClick(chart.stack, Qt.Key.Key_Home)
    assert chart.stack.shown == pytest.approx((-1, chart.stack.count + 1))


def test_that_nothing_is_shown_beyond_the_bars_nor_fewer_than_a_few(chart):
    chart.stack.show_bars(-5000, -4000)
    assert chart.stack.shown[0] >= -1
    chart.stack.show_bars(100, 100.5)
    assert chart.stack.shown[1] - chart.stack.shown[0] >= 8


def test_that_clicking_a_mark_of_a_trade_chooses_that_trade(qtbot, chart):
    trades = chart.charted.run.trades
    chart.show_trade(8)
    place = place_of(chart, trades.entry_bar[8], trades.entry_price[8])
    with qtbot.waitSignal(chart.trade_chosen) as chosen:
        qtbot.mouseClick(chart.stack.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [8]


def test_that_clicking_elsewhere_chooses_a_bar(qtbot, chart):
    chart.stack.show_bars(100, 140)
    high = views(chart)[0].viewRange()[1][1]
    place = place_of(chart, 120, high) + QPoint(0, 3)
    with qtbot.waitSignal(chart.bar_chosen) as chosen:
        qtbot.mouseClick(chart.stack.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [120]


def test_that_a_trade_is_shown_with_bars_around_it(chart):
    trades = chart.charted.run.trades
    for trade in (0, len(trades) - 1):
        chart.show_trade(trade)
        first, last = chart.stack.shown
        assert first < trades.entry_bar[trade]
        assert last >= trades.exit_bar[trade]


def test_that_the_values_of_the_marked_bar_are_told(chart):
    chart.mark(1000)
    told = chart._readout.text()
    assert chart.charted.run.time(1000) in told
    assert f"{chart.charted.run.curves.equity[1000]:,.0f}" in told


def test_that_a_logarithmic_scale_shows_the_same_equity(chart):
    chart._log.setChecked(True)
    low, high = views(chart)[1].viewRange()[1]
    curves = chart.charted.run.curves
    assert low < np.log10(curves.equity.min())
    assert np.log10(curves.buy_and_hold.max()) < high
    assert chart.stack.axis_of(chart.stack.panels[1]).logarithmic
    assert not chart.grab().isNull()


def test_that_a_run_over_several_symbols_offers_each_of_them(qtbot, runs):
    made = RunChart(charted_run(runs.folders[ROTATION], "MSFT"))
    qtbot.addWidget(made)
    assert made._symbols.currentText() == "MSFT"
    with qtbot.waitSignal(made.symbol_asked_for) as asked:
        qtbot.keyClick(made._symbols, Qt.Key.Key_Home)
    assert asked.args == [made.charted.run.symbols[0]]
