"""The tabs of open graphs, and what is shown while none is open."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QMainWindow, QPushButton, QTabBar, QVBoxLayout, QWidget

from alphintra_desktop.graph.edits import RenameGraph
from alphintra_desktop.ui.actions import Actions
from alphintra_desktop.ui.graph_editor.build_page import (
    BuildPage,
    add_canvas_commands,
    current_canvas,
)
from alphintra_desktop.ui.graph_editor.canvas import LABELLED
from tests.drawing import Drawing, sma_crossover
from tests.ui.open_workspace import opened


def test_that_every_open_sheet_has_a_tab_and_a_canvas(qtbot, tmp_path):
    with opened(tmp_path, sma_crossover(), Drawing("Nothing yet").graph) as (workspace, look):
        page = BuildPage(workspace, look)
        assert [page.tabs.tabText(i) for i in range(2)] == ["SMA crossover", "Nothing yet"]
        assert page.canvas.sheet is workspace.sheets[0]
        page.tabs.setCurrentIndex(1)
        assert workspace.current is workspace.sheets[1]
        assert page.canvas.sheet is workspace.current
        window = QMainWindow()
        qtbot.addWidget(window)
        assert current_canvas(window) is None
        window.setCentralWidget(page)
        assert current_canvas(window) is page.canvas


def test_that_an_unsaved_sheet_is_marked_until_it_is_saved(qtbot, tmp_path):
    with opened(tmp_path, sma_crossover()) as (workspace, look):
        page = BuildPage(workspace, look)
        qtbot.addWidget(page)
        workspace.sheets[0].document.apply(RenameGraph("Crossing"))
        assert page.tabs.tabText(0) == "Crossing \N{BLACK CIRCLE}"
        workspace.sheets[0].save()
        assert page.tabs.tabText(0) == "Crossing"


def test_that_a_closed_sheet_loses_its_tab_and_the_last_one_leaves_a_way_to_begin(qtbot, tmp_path):
    with opened(tmp_path, sma_crossover()) as (workspace, look):
        page = BuildPage(workspace, look)
        qtbot.addWidget(page)
        page.show()
        page.tabs.tabButton(0, QTabBar.ButtonPosition.RightSide).click()
        assert (page.canvas, page.tabs.count()) == (None, 0)
        asked = []
        workspace.asked_for.subscribe(asked.append)
        buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]
        buttons[0].click()
        assert asked == ["templates"]


def test_that_the_window_has_the_commands_of_the_canvas_and_they_work_on_the_current_one(
    qtbot, tmp_path
):
    with opened(tmp_path, sma_crossover(), Drawing("Nothing yet").graph) as (workspace, look):
        window = QMainWindow()
        qtbot.addWidget(window)
        window.setCentralWidget(BuildPage(workspace, look))
        actions = Actions(window, workspace.settings, workspace.notices)
        add_canvas_commands(actions, window)
        actions.trigger("edit.select_all")
        assert len(workspace.sheets[0].selection.ids) == 10
        workspace.switch_to(workspace.sheets[1])
        actions.trigger("edit.delete")
        assert workspace.notices.all[-1].text.startswith("Delete and join: not now")


def test_that_a_graph_that_is_shown_takes_the_focus_but_from_nobody_who_writes(qtbot, tmp_path):
    with opened(tmp_path, sma_crossover(), Drawing("Nothing yet").graph) as (workspace, look):
        window, line = QWidget(), QLineEdit()
        page = BuildPage(workspace, look)
        column = QVBoxLayout(window)
        column.addWidget(line)
        column.addWidget(page)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        assert page.canvas.viewer.hasFocus()
        page.tabs.setCurrentIndex(1)
        assert page.canvas.viewer.hasFocus()
        line.setFocus()
        page.tabs.setCurrentIndex(0)
        assert line.hasFocus()


def test_that_the_whole_graph_is_shown_as_large_as_the_window_came_to_be(qtbot, tmp_path):
    with opened(tmp_path, sma_crossover()) as (workspace, look):
        page = BuildPage(workspace, look)
        qtbot.addWidget(page)
        page.resize(400, 300)
        page.show()
        viewer = page.canvas.viewer
        qtbot.waitUntil(lambda: viewer.fitted)
        small = viewer.zoom_scale
        page.resize(1600, 1000)
        qtbot.waitUntil(lambda: viewer.zoom_scale > small)
        assert viewer.visible_area.contains(page.canvas.stage.area())
        viewer.zoom_to(0.7)
        page.resize(1200, 900)
        qtbot.wait(20)
        assert viewer.zoom_scale == 0.7


def test_that_a_graph_that_nearly_fits_is_shown_so_that_its_ports_can_be_read(qtbot, tmp_path):
    with opened(tmp_path, sma_crossover()) as (workspace, look):
        page = BuildPage(workspace, look)
        qtbot.addWidget(page)
        page.show()
        viewer, area = page.canvas.viewer, page.canvas.stage.area()
        page.resize(round(area.width() * 0.9 * LABELLED) + page.width() - viewer.width(), 800)
        qtbot.waitUntil(lambda: viewer.zoom_scale == LABELLED)
        assert viewer.visible_area.left() < area.left()
        page.canvas.fit()
        assert viewer.zoom_scale < LABELLED
