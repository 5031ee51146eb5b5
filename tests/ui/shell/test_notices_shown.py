"""Notices appear in the corner, go by themselves unless they are errors, and can be read again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.notices_pane import NoticesPane
from alphintra_desktop.ui.status_bar import Bell
from alphintra_desktop.ui.toasts import MOST, Toast, Toasts
from tests.ui.shell.small_desktop import WrittenAnswers, small_desktop


@pytest.fixture
def window(qtbot, tmp_path):
    made = small_desktop(tmp_path, WrittenAnswers())
    qtbot.addWidget(made)
    yield made
    made.workspace.jobs.close()


def toasts_of(window: QMainWindow) -> list[Toast]:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return window.findChildren(Toast)


def test_that_a_notice_stands_in_the_corner_with_its_hint(window):
    Toasts(window, window.workspace.notices, window.look)
    window.show()
    window.workspace.notices.error(AlphintraError("No bars.", hint="Import some."))
    (toast,) = toasts_of(window)
    assert "No bars." in toast.accessibleName()
    corner = toast.geometry().bottomRight()
    assert window.width() - 40 < corner.x() < window.width()
    assert corner.y() < window.height()


def test_that_only_the_newest_notices_stand_there(window):
    Toasts(window, window.workspace.notices, window.look)
    for number in range(MOST + 3):
        window.workspace.notices.info(f"Number {number}")
    assert [toast.notice.text for toast in toasts_of(window)] == [
        f"Number {number}" for number in range(3, MOST + 3)
    ]


def test_that_everything_told_can_be_read_again_and_copied(window, qtbot):
    window.workspace.notices.info("Before the pane was there.")
    pane = NoticesPane(window.workspace, Look(window.workspace.settings))
    qtbot.addWidget(pane)
    window.workspace.notices.warning("After.", "Do something.")
    assert [pane.topLevelItem(row).text(0) for row in range(2)] == [
        "After.",
        "Before the pane was there.",
    ]
    pane.selectAll()
    pane.actions()[0].trigger()
    assert "Before the pane was there." in QGuiApplication.clipboard().text()


def test_that_the_bell_counts_what_was_not_looked_at(window, qtbot):
    bell = Bell(window.workspace, window.look)
    qtbot.addWidget(bell)
    window.workspace.notices.info("One.")
    window.workspace.notices.warning("Two.")
    assert bell.text() == "2"
    bell.click()
    assert bell.text() == ""


def test_that_a_notice_of_a_file_opens_it(window, qtbot, tmp_path):
    opened: list[str] = []
    receiver = Receiver(opened)
    QDesktopServices.setUrlHandler("file", receiver, "take")
    try:
        Toasts(window, window.workspace.notices, window.look)
        window.show()
        window.workspace.notices.done("Written.", file=tmp_path / "report.html")
        (toast,) = toasts_of(window)
        qtbot.mouseClick(toast.findChild(QPushButton), Qt.MouseButton.LeftButton)
        pane = NoticesPane(window.workspace, Look(window.workspace.settings))
        qtbot.addWidget(pane)
        pane.itemActivated.emit(pane.topLevelItem(0), 0)
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert opened == [str(tmp_path / "report.html")] * 2


class Receiver(QObject):
    """Stands where the system's programs would be asked to open files."""

    def __init__(self, opened: list[str]) -> None:
        super().__init__()
        self._opened = opened

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        """Remember what was to be opened."""
        self._opened.append(url.toLocalFile())
