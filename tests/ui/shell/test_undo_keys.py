"""Undo in a line of text takes back what is being written, else what was done to the graph."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from alphintra_desktop.ui.undo_keys import yield_undo

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def form(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    line = QLineEdit("12")
    QVBoxLayout(window).addWidget(line)
    yield_undo(window)
    undone: list[str] = []
    QShortcut(QKeySequence("Ctrl+Z"), window, lambda: undone.append(line.text()))
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    return window, line, undone


def test_that_what_is_being_written_is_taken_back_first(form):
    _, line, undone = form
    QTest.keyClicks(line, "3")
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    assert (line.text(), undone) == ("12", [])


def test_that_once_it_is_done_the_window_undoes(form):
    _, line, undone = form
    QTest.keyClicks(line, "3")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()
    QTest.keyClick(line, Qt.Key.Key_Z, CONTROL)
    assert (line.text(), undone) == ("123", ["123"])
