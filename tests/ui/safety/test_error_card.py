"""A mistake of the program shows one card, and the user goes on from there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import qCritical, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QPushButton

from alphintra_desktop.graph.edits import RenameGraph
from alphintra_desktop.graph.files import read_graph
from alphintra_desktop.ui.error_card import ErrorCards, hear_qt, offer_crash_of_before
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.crash_report import CrashReports
from alphintra_desktop.workspace.workspace import Workspace
from tests.workspace.left_behind import GRAPH, project_with, window

pytestmark = pytest.mark.qt_no_exception_capture


@dataclass
class Screen:
    workspace: Workspace
    reports: CrashReports
    cards: ErrorCards
    button: QPushButton

    def press(self, qtbot, title: str) -> None:
        card = self.cards.card
        (button,) = [b for b in card.findChildren(QPushButton) if b.text() == title]
        button.click()


@pytest.fixture
def screen(qtbot, tmp_path: Path) -> Iterator[Screen]:
    with window(project_with(tmp_path, trend=GRAPH)) as workspace:
        frame = QMainWindow()
        qtbot.addWidget(frame)
        button = QPushButton("Break")
        frame.setCentralWidget(button)
        frame.show()
        reports = CrashReports(workspace.notices, tmp_path / "crashes")
        reports.install()
        cards = ErrorCards(reports, workspace, Look(workspace.settings), frame)
        yield Screen(workspace, reports, cards, button)
        reports.uninstall()


def broken() -> None:
    raise ValueError("a slot is broken")


def test_that_an_exception_in_a_slot_shows_a_card_with_the_report(screen: Screen, qtbot):
    screen.button.clicked.connect(broken)
    screen.button.click()
    qtbot.waitUntil(lambda: screen.cards.card is not None)
    card = screen.cards.card
    assert card.isVisible()
    assert not card.isModal(), "the user can go on"
    assert "a slot is broken" in card.what.text()
    assert "raise ValueError" in card.details.toPlainText()
    screen.press(qtbot, "Continue")
    assert screen.cards.card is None


def test_that_an_exception_in_a_thread_shows_a_card(screen: Screen, qtbot):
    thread = threading.Thread(target=broken, name="live code")
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: screen.cards.card is not None)
    assert "in the thread 'live code'" in screen.cards.card.what.text()


def test_that_a_burst_of_errors_shows_one_card_that_counts(screen: Screen, qtbot):
    screen.button.clicked.connect(broken)
    for _ in range(20):
        screen.button.click()
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: screen.cards.card is not None and screen.cards.card.count == 21)
    card = screen.cards.card
    assert "21 times" in card.heading.text()
    assert card.details.toPlainText().count("Report of a mistake") == 2


def test_that_the_next_error_after_going_on_shows_a_card_again(screen: Screen, qtbot):
    screen.button.clicked.connect(broken)
    for _ in range(2):
        screen.button.click()
        qtbot.waitUntil(lambda: screen.cards.card is not None)
        screen.press(qtbot, "Continue")
        assert screen.cards.card is None


def test_that_the_report_can_be_copied(screen: Screen, qtbot):
    screen.button.clicked.connect(broken)
    screen.button.click()
    qtbot.waitUntil(lambda: screen.cards.card is not None)
    screen.press(qtbot, "Copy report")
    assert QGuiApplication.clipboard().text() == screen.cards.card.text


def test_that_everything_is_saved_before_quitting(screen: Screen, qtbot):
    path = screen.workspace.current.path
    screen.workspace.current.document.apply(RenameGraph("Saved in time"))
    screen.button.clicked.connect(broken)
    screen.button.click()
    qtbot.waitUntil(lambda: screen.cards.card is not None)
    screen.press(qtbot, "Save all and quit")
    assert read_graph(path).name == "Saved in time"
    assert screen.workspace.project is None


def test_that_what_cannot_be_saved_keeps_the_program_running(screen: Screen, qtbot):
    sheet = screen.workspace.current
    sheet.document.apply(RenameGraph("Unsaved"))
    sheet.path.unlink()
    sheet.path.mkdir()
    screen.button.clicked.connect(broken)
    screen.button.click()
    qtbot.waitUntil(lambda: screen.cards.card is not None)
    screen.press(qtbot, "Save all and quit")
    assert "cannot be written" in screen.cards.card.advice.text()
    assert screen.workspace.project is not None


@pytest.mark.no_qt_log
def test_that_qt_is_heard(screen: Screen, qtbot):
    from PySide6.QtCore import qInstallMessageHandler

    before = qInstallMessageHandler(lambda *_: None)
    try:
        hear_qt(screen.reports)
        qWarning("only a warning")
        qCritical("the screen is gone")
        qtbot.waitUntil(lambda: screen.cards.card is not None)
        assert screen.cards.card.what.text() == "Qt: the screen is gone."
        assert "only a warning" in screen.cards.card.details.toPlainText()
    finally:
        qInstallMessageHandler(before)


def test_that_the_last_crash_is_told_once(screen: Screen, qtbot, tmp_path: Path):
    crash = tmp_path / "crashes" / "hard-20260131-120000000-abcdef.txt"
    crash.parent.mkdir(exist_ok=True)
    crash.write_text("Fatal Python error: Segmentation fault", encoding="utf-8")
    offer_crash_of_before(screen.reports)
    qtbot.waitUntil(lambda: screen.cards.card is not None)
    assert "Segmentation fault" in screen.cards.card.details.toPlainText()
    assert screen.reports.crashes_before() == ()
