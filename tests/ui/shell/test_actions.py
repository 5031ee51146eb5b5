"""Commands become menu entries and keys, and say why they cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QMenu

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.actions import Actions
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.notices import Notices, Weight
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.shortcuts import set_shortcut


@command("list.add", "Add", menu="Edit", shortcut="Ctrl+J")
def add(items: list[str]) -> None:
    """Add something."""
    items.append("added")


@command("list.clear", "Clear", menu="Edit/More", enabled=bool, why_not="The list is empty.")
def clear(items: list[str]) -> None:
    """Take everything away."""
    items.clear()


@command("list.break", "Break", menu="Edit", section=1)
def broken(_: list[str]) -> None:
    """Fail."""
    raise AlphintraError("No.", hint="Try again.")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def made(qtbot, settings: Settings):
    window = QMainWindow()
    qtbot.addWidget(window)
    notices = Notices()
    actions = Actions(window, settings, notices)
    items: list[str] = []
    actions.add((add, clear, broken), lambda: items)
    window.show()
    qtbot.waitExposed(window)
    return window, actions, notices, items


def shown_in(window: QMainWindow, title: str) -> list[str]:
    menu = next(m for m in window.menuBar().findChildren(QMenu) if m.title().lstrip("&") == title)
    return [action.text() or "-" for action in menu.actions()]


def test_that_commands_stand_in_their_menus_with_lines_between_sections(made):
    window = made[0]
    assert shown_in(window, "Edit") == ["Add", "More", "-", "Break"]
    assert shown_in(window, "More") == ["Clear"]


def test_that_the_keys_of_a_command_do_it(made):
    window, _, _, items = made
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert items == ["added"]


def test_that_changed_keys_count_at_once(made, settings: Settings):
    window, _, _, items = made
    set_shortcut(add, "F7", settings)
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert items == []
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert items == ["added"]


def test_that_a_command_that_is_not_possible_says_why(made):
    _, actions, notices, _ = made
    actions.trigger("list.clear")
    assert notices.all[-1].hint == "The list is empty."


def test_that_a_menu_greys_out_what_is_not_possible_and_keys_work_again_after_it(made):
    window, _, _, _ = made
    menu = next(m for m in window.menuBar().findChildren(QMenu) if m.title() == "More")
    entry = menu.actions()[0]
    menu.aboutToShow.emit()
    assert not entry.isEnabled()
    menu.aboutToHide.emit()
    assert entry.isEnabled()


def test_that_an_error_of_a_command_is_told_with_its_hint(made):
    _, actions, notices, _ = made
    actions.trigger("list.break")
    told = notices.all[-1]
    assert (told.weight, told.text, told.hint) == (Weight.ERROR, "No.", "Try again.")


def test_that_a_command_without_anything_to_work_on_is_not_possible(qtbot, settings: Settings):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window, settings, Notices())
    nothing: list[Command[list[str]]] = [add]
    actions.add(nothing, lambda: None)
    assert [entry.possible for entry in actions.entries] == [False]
