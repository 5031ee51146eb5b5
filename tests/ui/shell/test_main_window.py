"""The frame: activities, docks that can be put back, a layout that is kept, closing with care."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget

from alphintra_desktop.graph.edits import RenameGraph
from alphintra_desktop.graph.files import read_graph, write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.runs.project import create_project
from alphintra_desktop.ui.chooser import Chooser
from alphintra_desktop.ui.settings_dialog import SettingsDialog
from alphintra_desktop.ui.window_menus import add_menus
from tests.ui.shell.small_desktop import WrittenAnswers, small_desktop


@pytest.fixture
def answers() -> WrittenAnswers:
    return WrittenAnswers()


@pytest.fixture
def window(qtbot, tmp_path: Path, answers: WrittenAnswers):
    made = small_desktop(tmp_path, answers)
    qtbot.addWidget(made, before_close_func=lambda w: w.workspace.close())
    made.show()
    qtbot.waitExposed(made)
    QApplication.processEvents()  # lays the docks out
    yield made
    made.workspace.jobs.close()


@pytest.fixture
def project(tmp_path: Path):
    made = create_project(tmp_path / "mine", "mine")
    for name in ("first", "second"):
        write_graph(made.graphs / f"{name}.alphintra", Graph(name=name.capitalize()))
    return made


def dock(window, id: str) -> QDockWidget:
    return next(d for d in window.page.docks if d.objectName() == id)


def shown_chooser() -> Chooser:
    widgets = QApplication.topLevelWidgets()
    return next(w for w in widgets if isinstance(w, Chooser) and w.isVisible())


def test_that_a_page_is_built_when_it_is_first_shown(window):
    results = window._pages["results"]
    assert not results.built
    window.workspace.ask_for("results")
    assert results.built
    assert window.activity == "results"


def test_that_asking_for_a_pane_brings_it_to_the_front(window):
    window.workspace.ask_for("results")
    window.workspace.ask_for("history")
    assert window.activity == "build"
    assert not dock(window, "history").visibleRegion().isEmpty()
    assert dock(window, "nodes").visibleRegion().isEmpty()


def test_that_docks_can_be_put_back_after_anything_was_done_to_them(window):
    inspector = dock(window, "inspector")
    inspector.setFloating(True)
    dock(window, "nodes").hide()
    window.actions_of_commands.trigger("view.reset_layout")
    assert not inspector.isFloating()
    assert not dock(window, "nodes").isHidden()


def test_that_the_layout_of_an_activity_is_there_again_the_next_time(window, qtbot, tmp_path: Path):
    dock(window, "inspector").hide()
    window.close()
    again = small_desktop(tmp_path, WrittenAnswers())
    qtbot.addWidget(again)
    again.show()
    qtbot.waitExposed(again)
    QApplication.processEvents()
    assert dock(again, "inspector").isHidden()
    assert not dock(again, "nodes").isHidden()
    again.workspace.jobs.close()


def test_that_the_title_says_what_is_open(window, project):
    window.workspace.open(project.folder)
    assert window.windowTitle() == "First - mine - Alphintra"


def test_that_closing_with_unsaved_changes_asks_and_saves(window, project, answers):
    window.workspace.open(project.folder)
    sheet = window.workspace.current
    sheet.document.apply(RenameGraph("Changed"))
    answers.answers.append(None)
    assert not window.close()
    assert window.isVisible()
    answers.answers.append("save")
    assert window.close()
    assert read_graph(sheet.path).name == "Changed"


def test_that_the_palette_finds_and_does_a_command(window, project, qtbot):
    window.workspace.open(project.folder)
    window.workspace.current.document.apply(RenameGraph("Changed"))
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_P, both)
    chooser = shown_chooser()
    QTest.keyClicks(chooser.line, "undo")
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    assert window.workspace.current.document.graph.name == "First"


def test_that_quick_open_goes_to_another_graph_of_the_project(window, project):
    window.workspace.open(project.folder)
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    chooser = shown_chooser()
    QTest.keyClicks(chooser.line, "second")
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    assert window.workspace.current.title == "Second"


def test_that_the_theme_and_the_size_of_text_change_at_once(window):
    settings = window.workspace.settings
    was_dark, size = window.look.colours.dark, window.look.font.pointSizeF()
    window.actions_of_commands.trigger("view.theme")
    window.actions_of_commands.trigger("view.larger")
    assert window.look.colours.dark is not was_dark
    assert window.look.font.pointSizeF() == pytest.approx(size * 1.125)
    assert settings.note("window") is None  # nothing is written about the window until it closes


def test_that_settings_are_found_by_their_words(window, qtbot):
    window.actions_of_commands.trigger("file.settings")
    dialog = window.findChild(SettingsDialog)
    QTest.keyClicks(dialog.search, "backups")
    shown = [row.setting.key for row in dialog.rows if not row.isHidden()]
    assert shown == ["files.backups"]
    dialog.close()


def recorded(window, command: str, key: Qt.Key, modifiers=Qt.KeyboardModifier.ControlModifier):
    """The page of keys, once somebody has pressed keys for that command."""
    window.actions_of_commands.trigger("help.keys")
    page = window.findChild(SettingsDialog).keys
    row = next(r for r, known in enumerate(page._commands) if known.id == command)
    page.table.setCurrentCell(row, 0)
    QTest.keyClick(page.recorder, key, modifiers)
    page.recorder.editingFinished.emit()
    return page


def keys_of(window, command: str) -> str:
    return window.actions_of_commands.action(command).shortcut().toString()


def test_that_free_keys_are_given_at_once(window):
    recorded(window, "edit.undo", Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier)
    assert keys_of(window, "edit.undo") == "F9"


def test_that_keys_that_do_something_else_are_asked_about_before_they_are_taken(window):
    page = recorded(window, "edit.undo", Qt.Key.Key_S)
    assert page.conflict.text() == "Ctrl+S does this already: Save."
    assert (keys_of(window, "edit.undo"), keys_of(window, "file.save")) == ("Ctrl+Z", "Ctrl+S")
    page.take.click()
    assert (keys_of(window, "edit.undo"), keys_of(window, "file.save")) == ("Ctrl+S", "")
    page.reset.click()
    assert keys_of(window, "edit.undo") == "Ctrl+Z"


def test_that_a_switch_in_a_menu_tells_whether_it_is_on(window):
    action = window.actions_of_commands.action("view.snap")
    menu = window.actions_of_commands.menu("View")
    menu.aboutToShow.emit()
    assert action.isChecked()
    action.trigger()
    menu.aboutToShow.emit()
    assert not action.isChecked()


def test_that_quit_stands_last_in_its_menu_whenever_it_was_added(window):
    add_menus(window)
    titles = [a.text() for a in window.actions_of_commands.menu("File").actions()]
    assert titles[-1] == "Quit"
    assert titles.index("Open recent") < titles.index("Save")


def test_that_keys_go_round_the_panes_that_are_in_sight(window):
    window.activateWindow()
    window.page.focus_centre()
    gone_to = []
    for _ in range(4):
        gone_to.append(QApplication.focusWidget().objectName())
        window.actions_of_commands.trigger("view.next_pane")
    assert gone_to == ["inside centre", "inside nodes", "inside inspector", "inside centre"]


def test_that_every_widget_of_the_frame_that_takes_the_focus_has_a_name(window):
    nameless = [
        widget
        for widget in window._bar.children()
        if getattr(widget, "focusPolicy", lambda: Qt.FocusPolicy.NoFocus)()
        != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
    ]
    assert nameless == []
