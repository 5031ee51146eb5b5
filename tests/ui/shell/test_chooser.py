"""Type a few letters, press Enter: that was it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from alphintra_desktop.ui.chooser import Choice, Chooser


@pytest.fixture
def chosen() -> list[str]:
    return []


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    window.resize(900, 600)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def chooser(qtbot, window: QWidget, chosen: list[str]) -> Chooser:
    titles = ["Open project", "Save", "Save a copy", "Undo"]
    made = Chooser([Choice(t, lambda t=t: chosen.append(t)) for t in titles], "Type", window)
    made.open()
    qtbot.waitExposed(made)
    return made


def shown() -> list[QWidget]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, Chooser) and w.isVisible()]


def test_that_letters_and_enter_choose(chooser: Chooser, chosen: list[str]):
    QTest.keyClicks(chooser.line, "sac")
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    assert chosen == ["Save a copy"]
    assert shown() == []


def test_that_arrows_move_in_the_list_while_the_line_keeps_the_focus(
    chooser: Chooser, chosen: list[str]
):
    QTest.keyClick(chooser.line, Qt.Key.Key_Down)
    QTest.keyClick(chooser.line, Qt.Key.Key_Down)
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    assert chosen == ["Save a copy"]


def test_that_a_click_chooses(chooser: Chooser, chosen: list[str]):
    row = chooser.list.model().index(3, 0)
    spot = chooser.list.visualRect(row).center()
    QTest.mouseClick(chooser.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert chosen == ["Undo"]


def test_that_escape_chooses_nothing(chooser: Chooser, chosen: list[str]):
    QTest.keyClick(chooser.line, Qt.Key.Key_Escape)
    assert chosen == []
    assert shown() == []


def test_that_enter_on_an_empty_list_does_nothing(chooser: Chooser, chosen: list[str]):
    QTest.keyClicks(chooser.line, "zzz")
    QTest.keyClick(chooser.line, Qt.Key.Key_Return)
    assert chosen == []
    assert shown() == [chooser]
