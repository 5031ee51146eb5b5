"""The list of runs: searched, sorted, looked at and compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication

from alphintra_desktop.graph.edits import SetParam
from alphintra_desktop.ui.results.runs_model import (
    GRAPH,
    HEADS,
    RunsModel,
    told_briefly,
)
from alphintra_desktop.ui.results.runs_pane import RunsPane, build_runs
from tests.ui.results.conftest import BREAKOUT, FASTER, ROTATION, run_of

ATR = "f675cdd8"


@pytest.fixture
def pane(qtbot, workspace, look) -> RunsPane:
    made = build_runs(workspace, look)
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    return made


def names(pane) -> list[str]:
    return [pane.model.index(row, 0).data() for row in range(pane.model.rowCount())]


def click(qtbot, pane, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    place = pane.table.visualRect(pane.model.index(row, 0)).center()
    qtbot.mouseClick(pane.table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_that_the_latest_run_comes_first(pane, workspace):
    assert names(pane) == [run.name for run in workspace.runs.recorded]
    assert names(pane)[0] == "Momentum rotation"


def test_that_clicking_a_run_looks_at_it(qtbot, pane, workspace):
    click(qtbot, pane, 2)
    assert workspace.runs.shown == run_of(workspace, BREAKOUT)
    assert workspace.runs.compared == ()


def test_that_clicking_several_compares_them(qtbot, pane, workspace):
    click(qtbot, pane, 1)
    click(qtbot, pane, 2, Qt.KeyboardModifier.ControlModifier)
    assert workspace.runs.compared == (run_of(workspace, FASTER), run_of(workspace, BREAKOUT))
    assert workspace.runs.shown == run_of(workspace, FASTER)
    click(qtbot, pane, 0)
    assert workspace.runs.compared == ()


def test_that_the_run_that_is_looked_at_is_selected_wherever_it_was_chosen(pane, workspace):
    workspace.runs.show(run_of(workspace, FASTER))
    assert [index.row() for index in pane.table.selectionModel().selectedRows()] == [1]


def test_that_search_finds_by_strategy_symbol_and_engine(qtbot, pane):
    for words, expected in (("rotation", 1), ("goog breakout", 2), ("MSFT", 1), ("nothing", 0)):
        pane.words.setText(words)
        assert pane.model.rowCount() == expected
        assert f"{expected} of 3 runs" in pane._count.text()


def test_that_a_head_sorts_by_its_numbers(pane, workspace):
    column = HEADS.index("Sharpe")
    pane.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    rows = range(pane.model.rowCount())
    found = [pane.model.run_at(row).metrics["sharpe"] for row in rows]
    assert found == sorted(found, reverse=True)


def test_that_a_run_of_what_the_graph_no_longer_computes_says_so(qtbot, pane, workspace):
    row = pane.model.row_of(run_of(workspace, BREAKOUT))
    graph = pane.model.index(row, GRAPH)
    assert graph.data() == "the same"
    assert pane.model.index(pane.model.row_of(run_of(workspace, ROTATION)), GRAPH).data() != (
        "the same"
    )
    first = graph.siblingAtColumn(0)
    assert first.data(Qt.ItemDataRole.DecorationRole) is None
    workspace.current.document.apply(SetParam(ATR, "period", 10))
    qtbot.waitUntil(lambda: graph.data() == "changed")
    assert not first.data(Qt.ItemDataRole.DecorationRole).isNull()
    faster = pane.model.index(pane.model.row_of(run_of(workspace, FASTER)), GRAPH)
    assert faster.data() == "the same"


def test_that_thousands_of_runs_are_searched_sorted_and_drawn(qtbot, pane, workspace):
    kinds = workspace.runs.recorded
    many = [
        replace(kinds[number % 3], id=f"run-{number:05}", metrics={"sharpe": float(number % 97)})
        for number in range(5_000)
    ]
    model: RunsModel = pane.model
    model.show_runs(many)
    model.search("rotation")
    assert model.rowCount() == 1_667
    pane.table.sortByColumn(HEADS.index("Sharpe"), Qt.SortOrder.AscendingOrder)
    assert model.run_at(0).metrics["sharpe"] == 0.0
    assert model.index(0, HEADS.index("Return")).data() == "n/a"
    pane.table.scrollToBottom()
    assert not pane.grab().isNull()


def test_that_a_selection_made_by_keys_looks_at_the_run(qtbot, pane, workspace):
    selection = pane.table.selectionModel()
    flags = QItemSelectionModel.SelectionFlag
    selection.setCurrentIndex(pane.model.index(0, 0), flags.ClearAndSelect | flags.Rows)
    qtbot.keyClick(pane.table, Qt.Key.Key_Down)
    assert workspace.runs.shown == run_of(workspace, FASTER)


def test_that_a_time_is_told_as_briefly_as_it_can_be():
    now = datetime(2026, 3, 9, 12, 0)
    for time, told in (
        (datetime(2026, 3, 9, 8, 5), "08:05"),
        (datetime(2026, 1, 31, 8, 5), "01-31 08:05"),
        (datetime(2025, 12, 31, 8, 5), "2025-12-31"),
    ):
        assert told_briefly(time, now) == told


def actions_of(pane, run) -> dict:
    return {action.text(): action for action in pane.menu_of(run).actions() if action.text()}


def test_that_the_menu_of_a_run_opens_its_graph_as_it_was(pane, workspace):
    run = run_of(workspace, FASTER)
    for _ in range(2):  # the second time it is there already
        actions_of(pane, run)["Open its graph"].trigger()
    sheet = workspace.current
    assert run.id in sheet.path.name
    assert not workspace.runs.stale(run, sheet.document.graph)
    assert len([other for other in workspace.sheets if other.path == sheet.path]) == 1


def test_that_the_menu_of_a_run_compares_it_with_the_one_in_sight(pane, workspace):
    shown, other = run_of(workspace, FASTER), run_of(workspace, BREAKOUT)
    workspace.runs.show(shown)
    actions_of(pane, other)["Compare with the shown run"].trigger()
    assert workspace.runs.compared == (shown, other)
    assert "Compare with the shown run" not in actions_of(pane, shown)
    actions_of(pane, other)["Copy its id"].trigger()
    assert QGuiApplication.clipboard().text() == other.id
