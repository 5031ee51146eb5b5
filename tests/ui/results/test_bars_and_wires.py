"""Looking at a bar with the slider, and at all values of a wire: on values really computed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel

from alphintra_desktop.backtest.series_statistics import statistics_of
from alphintra_desktop.graph.edits import RemoveNode
from alphintra_desktop.ui.results.inspect_pane import NOTHING, InspectPane, build_inspect
from alphintra_desktop.ui.results.scrubber import NO_BAR, NO_VALUES, Scrubber, build_scrubber
from tests.ui.results.conftest import BREAKOUT, run_of

ATR = ("f675cdd8", "value")
BREAKOUT_FLAG = ("c1c3779c", "value")


@pytest.fixture
def values(workspace):
    return workspace.current.values


def computed(qtbot, values) -> None:
    values.run()
    qtbot.waitUntil(lambda: values.bars > 0 and not values.running, timeout=60_000)


@pytest.fixture
def scrubber(qtbot, workspace, look) -> Scrubber:
    made = build_scrubber(workspace, look)
    qtbot.addWidget(made)
    made.resize(900, 40)
    made.show()
    return made


@pytest.fixture
def pane(qtbot, workspace, look) -> InspectPane:
    made = build_inspect(workspace, look)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    return made


def test_that_the_slider_offers_to_compute_values_and_then_moves_over_them(qtbot, scrubber, values):
    assert NO_VALUES in [label.text() for label in scrubber.findChildren(QLabel)]
    qtbot.mouseClick(scrubber.compute, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not scrubber.slider.isHidden(), timeout=60_000)
    assert scrubber.label.text() == NO_BAR
    assert values.bar is None
    scrubber.slider.setValue(700)
    assert values.bar == 700
    assert scrubber.label.text() == f"2007-06-01   bar 701 of {values.bars:,}"
    qtbot.keyClick(scrubber.slider, Qt.Key.Key_Right)
    assert values.bar == 701
    qtbot.mouseClick(scrubber.buttons["back"], Qt.MouseButton.LeftButton)
    assert values.bar == 700
    for act, expected in (("last", values.bars - 1), ("first", 0), ("none", None)):
        qtbot.mouseClick(scrubber.buttons[act], Qt.MouseButton.LeftButton)
        assert values.bar == expected
    values.scrub(12)
    assert scrubber.slider.value() == 12


def test_that_the_slider_goes_to_where_it_is_clicked_and_needs_little_room(qtbot, scrubber, values):
    before = scrubber.minimumSizeHint().width()
    computed(qtbot, values)
    assert max(before, scrubber.minimumSizeHint().width()) < 320
    slider = scrubber.slider
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert values.bar == pytest.approx(values.bars / 2, rel=0.02)


def test_that_a_wire_is_shown_as_a_table_a_plot_and_statistics(qtbot, pane, values):
    assert pane.title.text() == NOTHING
    values.inspect(*ATR)
    assert "has no values yet" in pane.title.text()
    computed(qtbot, values)
    qtbot.waitUntil(lambda: pane.shown is not None, timeout=10_000)
    assert pane.title.text().startswith("ATR")
    series = values.series(*ATR)
    assert pane.view.model.rowCount() == len(series)
    assert float(pane.view.model.index(500, 2).data()) == pytest.approx(series[500], rel=1e-5)
    figures = pane.view.statistics
    told = {
        figures.itemAt(row, QFormLayout.ItemRole.LabelRole).widget().text(): figures.itemAt(
            row, QFormLayout.ItemRole.FieldRole
        )
        .widget()
        .text()
        for row in range(figures.rowCount())
    }
    assert told == dict(statistics_of(series))
    table, date = pane.view.table, pane.view.model.index(500, 1).data()
    assert table.columnWidth(1) > table.fontMetrics().horizontalAdvance(date) + 8
    assert pane.minimumSizeHint().width() < 320
    assert pane.view.stack.isVisible()
    pane.resize(330, 300)
    assert not pane.view.stack.isVisible()
    assert table.viewport().width() > table.columnViewportPosition(1) + table.columnWidth(1)
    pane.resize(1000, 300)
    assert pane.view.stack.isVisible()
    assert not pane.grab().isNull()


def test_that_flags_are_told_as_yes_and_no(qtbot, pane, values):
    computed(qtbot, values)
    values.inspect(*BREAKOUT_FLAG)
    qtbot.waitUntil(lambda: pane.shown is not None, timeout=10_000)
    series = values.series(*BREAKOUT_FLAG)
    first = int(np.flatnonzero(series)[0])
    assert pane.view.model.index(first, 2).data() == "yes"
    assert pane.view.model.index(first - 1, 2).data() == "no"
    assert not pane.grab().isNull()


def test_that_the_bar_that_is_looked_at_is_marked_and_can_be_chosen(qtbot, pane, values):
    computed(qtbot, values)
    values.inspect(*ATR)
    qtbot.waitUntil(lambda: pane.shown is not None, timeout=10_000)
    values.scrub(321)
    assert pane.view.stack.marked == 321
    assert [index.row() for index in pane.view.table.selectionModel().selectedRows()] == [321]
    qtbot.keyClick(pane.view.stack, Qt.Key.Key_Period)
    assert values.bar == 322
    place = pane.view.table.visualRect(pane.view.model.index(320, 1)).center()
    qtbot.mouseClick(pane.view.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert values.bar == 320


def test_that_another_sheet_has_a_bar_and_a_wire_of_its_own(qtbot, pane, scrubber, workspace, runs):
    values = workspace.current.values
    computed(qtbot, values)
    values.inspect(*ATR)
    qtbot.waitUntil(lambda: pane.shown is not None, timeout=10_000)
    values.scrub(100)
    first = workspace.current
    workspace.open_sheet(runs.folders[BREAKOUT] / "artifacts" / "graph.alphintra")
    assert pane.title.text() == NOTHING
    assert scrubber.slider.isHidden()
    workspace.switch_to(first)
    qtbot.waitUntil(lambda: pane.shown is not None, timeout=10_000)
    assert scrubber.slider.value() == 100
    assert run_of(workspace, BREAKOUT).job_folder


def test_that_a_node_that_is_removed_is_no_longer_inspected(qtbot, pane, workspace, values):
    computed(qtbot, values)
    values.inspect(*ATR)
    qtbot.waitUntil(lambda: pane.shown is not None, timeout=10_000)
    workspace.current.document.apply(RemoveNode(ATR[0]))
    qtbot.waitUntil(lambda: pane.title.text() == NOTHING, timeout=10_000)
