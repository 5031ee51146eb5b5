"""The Training activity: found again, followed while it learns, stopped, and looked at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from alphintra_desktop.jobs.events import Failed, Started
from alphintra_desktop.jobs.job import Spec, append, write_spec
from alphintra_desktop.ui.training.result_view import ResultView
from alphintra_desktop.ui.training.ups_view import UpsView
from tests.ui.training.conftest import LONG_MS

ALL_TABS = (
    *("Scores", "Ups and downs", "Calibration", "Over time", "Later label", "Model card"),
    "Settings",
)


def look_at(qtbot, page, name: str) -> ResultView:
    """Choose a training by its name; what shows it."""
    rows = range(page.list.model.rowCount())
    row = next(row for row in rows if page.list.model.run_at(row).name == name)
    page.list.table.selectRow(row)
    qtbot.waitUntil(
        lambda: page.view is not None and page.view.found.run.name == name, timeout=LONG_MS
    )
    assert page.shown.currentWidget() is page.view
    return page.view


def tabs_of(view: ResultView) -> tuple[str, ...]:
    return tuple(view.tabs.tabText(number) for number in range(view.tabs.count()))


def ups_of(view: ResultView) -> UpsView:
    view.choose_tab("Ups and downs")
    return view.tabs.currentWidget()


def test_that_trainings_are_listed_with_their_scores_and_searched(qtbot, page):
    model = page.list.model
    cells = [[model.index(row, column).data() for column in range(4)] for row in range(2)]
    assert [row[:3] for row in cells] == [
        ["yours", cells[0][1], "done"],
        ["mine", cells[1][1], "done"],
    ]
    assert cells[0][3].startswith("IC ")
    assert cells[1][3].startswith("AUC 0.")
    qtbot.keyClicks(page.list.words, "direction")
    assert [model.run_at(row).name for row in range(model.rowCount())] == ["mine"]


def test_that_a_direction_is_shown_in_every_way(qtbot, page):
    view = look_at(qtbot, page, "mine")
    assert tabs_of(view) == ALL_TABS
    assert view.verdict.text() == view.found.verdict
    for number in range(view.tabs.count()):
        view.tabs.setCurrentIndex(number)
        assert not view.grab().isNull()


def test_that_a_return_has_no_calibration_and_the_chosen_tab_stays(qtbot, page):
    view = look_at(qtbot, page, "mine")
    view.choose_tab("Later label")
    view = look_at(qtbot, page, "yours")
    assert tabs_of(view) == tuple(tab for tab in ALL_TABS if tab != "Calibration")
    assert view.chosen_tab == "Later label"


def test_that_the_threshold_moves_the_matrix_and_the_marks(qtbot, page):
    ups = ups_of(look_at(qtbot, page, "mine"))
    assert ups.told.text() == "Called up above 0.5"
    before = ups.matrix.found
    ups.slider.setValue(ups.slider.maximum())
    assert ups.matrix.found.true_up == ups.matrix.found.false_up == 0
    assert ups.matrix.found.rows == before.rows
    assert ups.cards.figures[1].value == "–"  # noqa: RUF001 - none was called up
    assert "Called up: 0 went up" in ups.matrix.accessibleDescription()
    ups.slider.setValue(0)
    assert ups.matrix.found.rows - ups.matrix.found.true_up - ups.matrix.found.false_up <= 1


def test_that_a_chart_tells_what_is_pointed_at_by_mouse_and_keyboard(qtbot, page):
    chart = ups_of(look_at(qtbot, page, "mine")).roc
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.told() == "False positive rate 0  ·  True positive rate 0"
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.pointed == 1
    qtbot.mouseMove(chart, QPointF(chart.width() - 25, 40).toPoint())
    assert chart.pointed > 1
    assert chart.accessibleDescription() == chart.told()


def test_that_training_is_followed_from_the_button_to_the_result(qtbot, page, workspace):
    assert page.shown.currentWidget() is page.empty
    qtbot.mouseClick(page.empty.train, Qt.MouseButton.LeftButton)
    assert page.shown.currentWidget() is page.running
    qtbot.waitUntil(lambda: page.view is not None, timeout=LONG_MS)
    assert page.shown.currentWidget() is page.view
    assert page.running.charts.charts["auc"].lines
    assert page.list.model.run_at(0).id == workspace.training.shown.id
    assert page.list.model.rowCount() == 3


def test_that_training_can_be_cancelled_where_it_is_followed(qtbot, page, workspace):
    qtbot.mouseClick(page.list.train, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.running.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.shown.currentWidget() is page.empty, timeout=LONG_MS)
    assert page.empty.title.text() == "Training of mine: cancelled"
    assert workspace.training.shown.state == "cancelled"


def test_that_a_training_that_failed_says_why(qtbot, page, workspace):
    folder = workspace.project.new_job_folder()
    write_spec(folder, Spec("run_train", {"name": "bad", "model": "linear"}))
    append(folder, Started("run_train", 1))
    append(folder, Failed("All labels are the same.", "Use another label."))
    workspace.training.refresh()
    qtbot.waitUntil(lambda: page.list.model.rowCount() == 3, timeout=LONG_MS)
    page.list.table.selectRow(0)
    assert page.empty.title.text() == "Training of bad: failed"
    assert page.empty.words.text() == "All labels are the same.\nUse another label."


def test_that_torn_files_are_told_where_the_result_would_be(qtbot, page, workspace):
    run = workspace.training.runs[0]
    (run.folder / "artifacts" / "training.json").unlink()
    page.list.table.selectRow(0)
    words = "Its files were removed or changed. Train the model again."
    qtbot.waitUntil(lambda: page.empty.words.text() == words, timeout=LONG_MS)


@pytest.mark.parametrize("removed", [True, False])
def test_that_delete_removes_a_training_when_the_user_agrees(qtbot, page, workspace, removed):
    look_at(qtbot, page, "yours")
    workspace.questions.answers = ["remove" if removed else None]
    qtbot.keyClick(page.list.table, Qt.Key.Key_Delete)
    assert page.list.model.rowCount() == (1 if removed else 2)


def test_that_the_menu_trains_again_what_was_trained(qtbot, page, workspace):
    before = workspace.training.runs[0]
    menu = page.list.menu_of(before)
    told = {action.text(): action.isEnabled() for action in menu.actions()}
    assert told == {"Cancel": False, "Train again": True, "Remove…": True}
    menu.actions()[1].trigger()
    again = workspace.training.shown
    assert again.id != before.id
    assert again.spec == before.spec
    menu = page.list.menu_of(again)
    told = {action.text(): action.isEnabled() for action in menu.actions()}
    assert told == {"Cancel": True, "Train again": False, "Remove…": False}
    qtbot.waitUntil(lambda: not workspace.training.shown.running, timeout=LONG_MS)
    assert workspace.training.shown.score == before.score


def test_that_several_are_compared_and_one_alone_is_looked_at_again(qtbot, page, workspace):
    page.list.table.selectAll()
    qtbot.waitUntil(lambda: page.shown.currentWidget() is page.comparison, timeout=LONG_MS)
    view = page.comparison
    assert view.compared.names == ("mine", "yours")
    assert view.settings.rows[0] == ["Target", "direction", "return"]
    assert view.told.text().endswith("so scores say little: target.")
    assert [line.title.split()[0] for line in view.roc.lines] == ["mine", "yours", "Guessing"]
    assert not view.grab().isNull()
    assert workspace.training.shown is None
    assert len(page.list.table.selectionModel().selectedRows()) == 2
    look_at(qtbot, page, "mine")
    assert workspace.training.compared == ()
    page.list.table.selectAll()
    assert page.shown.currentWidget() is view


def test_that_a_comparison_with_torn_files_is_told(qtbot, page, workspace):
    (workspace.training.runs[0].folder / "artifacts" / "training.json").unlink()
    page.list.table.selectAll()
    words = "Its files were removed or changed. Train the model again."
    qtbot.waitUntil(lambda: page.empty.words.text() == words, timeout=LONG_MS)
