"""A sweep that is looked at: maps, surface, slices, parallel lines, the table, and a choice."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from alphintra_desktop.ui.research.sweep_view import SweepView
from alphintra_desktop.workspace.research_runs import SWEEP
from tests.ui.research.conftest import LONG_MS, show
from tests.workspace.researched import node

FAST, SLOW = "Fast average.period", "Slow average.period"
MAP, SURFACE, SLICES, PARALLEL, POINTS = range(5)


@pytest.fixture
def view(qtbot, page) -> SweepView:
    return show(qtbot, page, SWEEP, SweepView)


def test_that_the_plateau_is_proposed_and_luck_stands_beside_it(view):
    titles = [figure.title for figure in view.cards.figures]
    assert titles == [
        "Plateau, proposed",
        "Best point",
        "Deflated Sharpe ratio",
        "Probability (PBO)",
    ]
    assert view.point == view.found.plateau
    assert "20 trials on this data" in view.cards.figures[2].lines
    assert view.warning.isVisible() == bool(view.found.warning)


def test_that_a_cell_is_read_and_chosen_with_mouse_and_keys(qtbot, view):
    tab = view.maps[MAP]
    chart = tab.chart
    box = chart.box_of(2, 1).center().toPoint()
    QTest.mouseMove(chart, box)
    chart.point((2, 1))
    assert tab._told.text().startswith(f"{FAST} 20, {SLOW} 80:")
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=box)
    assert view.found.table.values_at(view.point) == {FAST: 20, SLOW: 80}
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    qtbot.keyClick(chart, Qt.Key.Key_Up)
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert view.picked.text().startswith("Chosen:  ")


def test_that_two_axes_never_show_the_same_param(view):
    tab = view.maps[MAP]
    tab.across.setCurrentIndex(1)
    assert {tab.across.currentText(), tab.upwards.currentText()} == {FAST, SLOW}
    assert tab.chart.cells.x.name == SLOW


def test_that_a_lone_peak_is_marked_as_one_and_said_in_words(qtbot, page, workspace):
    view = show(qtbot, page, SWEEP, SweepView)
    found = view.found
    object.__setattr__(found, "warning", "The best point is a lone peak: prefer the plateau.")
    object.__setattr__(found, "best", next(n for n in range(20) if n != found.plateau))
    view.show_found(found)
    marks = view.maps[MAP].chart._marks
    assert [(mark.text, mark.lone) for mark in marks] == [("Plateau", False), ("Lone peak", True)]
    assert "lone peak" in view.warning.text()
    assert view.warning.isVisible()


def test_that_the_surface_turns_with_keys_and_mouse_and_back(qtbot, view):
    view.tabs.setCurrentIndex(SURFACE)
    surface = view.maps[SURFACE].chart
    first = surface.turn, surface.tilt
    qtbot.keyClick(surface, Qt.Key.Key_Left)
    qtbot.keyClick(surface, Qt.Key.Key_Up)
    assert surface.turn < first[0]
    assert surface.tilt < first[1]
    qtbot.mousePress(surface, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(surface, QPoint(260, 500))
    qtbot.mouseRelease(surface, Qt.MouseButton.LeftButton)
    assert surface.tilt <= math.radians(85)
    qtbot.keyClick(surface, Qt.Key.Key_Home)
    assert (surface.turn, surface.tilt) == first
    assert not surface.grab().isNull()


def test_that_slices_show_every_param(view):
    view.tabs.setCurrentIndex(SLICES)
    charts = [chart for chart in view.slices.charts if chart.isVisible()]
    assert [chart.accessibleName() for chart in charts] == [
        f"Measure along {FAST}",
        f"Measure along {SLOW}",
    ]
    assert not view.slices.grab().isNull()


def test_that_a_brush_keeps_what_is_inside_and_escape_lets_go(qtbot, view):
    view.tabs.setCurrentIndex(PARALLEL)
    chart = view.parallel
    qtbot.waitUntil(lambda: chart.drawn, timeout=LONG_MS)
    box = chart.box()
    x = int(chart.axis_at(0))
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=QPoint(x, int(box.bottom())))
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=QPoint(x, int(box.center().y() + 5)))
    assert int(chart.inside.sum()) == 8
    assert view.brushed.text().startswith("8 of 20 points are inside.")
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.inside.all()


def test_that_the_table_sorts_copies_and_chooses(qtbot, view):
    view.tabs.setCurrentIndex(POINTS)
    model = view.points.model
    best = view.found.table.measures["sharpe"].max()
    assert model.index(0, 2).data() == f"{best:.3f}"
    view.points.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert [model.index(row, 0).data() for row in (0, 19)] == ["10", "30"]
    view.points.table.selectRow(19)
    assert view.found.table.values_at(view.point)[FAST] == 30
    view.points.table.setFocus()
    qtbot.keyClick(view.points.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:2] == [FAST, SLOW]
    assert len(lines) == 21


def test_that_all_points_are_exported(qtbot, view, answers, tmp_path):
    answers.answers = [tmp_path / "points"]
    view.tabs.setCurrentIndex(POINTS)
    qtbot.mouseClick(view.points.export_button, Qt.MouseButton.LeftButton)
    lines = (tmp_path / "points.csv").read_text().splitlines()
    assert len(lines) == 21
    assert lines[0].startswith(f"{FAST},{SLOW},Sharpe ratio")


def test_that_the_chosen_params_go_into_the_graph_as_one_step(qtbot, view, workspace):
    view.choose(view.found.table.find({FAST: 15, SLOW: 120}))
    document = workspace.current.document
    before = document.graph
    qtbot.mouseClick(view.use, Qt.MouseButton.LeftButton)
    nodes = document.graph.nodes
    assert nodes[node("Fast average")].params["period"] == 15
    assert nodes[node("Slow average")].params["period"] == 120
    document.undo()
    assert document.graph == before


def test_that_another_measure_is_shown_everywhere(qtbot, view):
    view.measure.setCurrentIndex(view.measure.findData("max_drawdown"))
    assert view.maps[MAP].chart._measure == "max_drawdown"
    view.tabs.setCurrentIndex(PARALLEL)
    qtbot.waitUntil(lambda: view.parallel.drawn, timeout=LONG_MS)
    assert view.parallel._measure == "max_drawdown"
