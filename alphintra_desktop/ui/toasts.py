"""Notices in the corner of the window: what happened, for as long as it takes to read it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.notices import Notice, Notices, Weight

ICONS = {
    Weight.INFO: "mdi6.information-outline",
    Weight.DONE: "mdi6.check-circle-outline",
    Weight.WARNING: "mdi6.alert-outline",
    Weight.ERROR: "mdi6.alert-circle-outline",
}
WIDTH, GAP, MOST = 380, 12, 4
READ_A_WORD_MS, SHORTEST_MS = 350, 4000
STATUS_BAR = 30


def weight_colour(weight: Weight, colours: Colours) -> str:
    """The colour that says how much a notice matters."""
    by_weight = {
        Weight.INFO: colours.accent,
        Weight.DONE: colours.done,
        Weight.WARNING: colours.warning,
        Weight.ERROR: colours.error,
    }
    return by_weight[weight]


def open_file(file: Path) -> bool:
    """Open a file with the program that the system has for it. Returns whether there is one."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


class Toast(QFrame):
    """One notice. It goes by itself once it can have been read; errors stay three times as long."""

    closed = Signal()

    def __init__(self, notice: Notice, colours: Colours, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        edge = weight_colour(notice.weight, colours)
        self.setObjectName("toast")
        self.setStyleSheet(
            f"#toast {{ background: {colours.raised}; border: 1px solid {colours.line};"
            f" border-left: 3px solid {edge}; border-radius: 6px; }}"
        )
        self.setAccessibleName(f"{notice.weight.value}: {notice.text}")
        self.setFixedWidth(WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 8, 10)
        row.setAlignment(Qt.AlignmentFlag.AlignTop)
        sign = QLabel()
        sign.setPixmap(icon(ICONS[notice.weight], edge).pixmap(18, 18))
        row.addWidget(sign, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(notice, colours), 1)
        close = QToolButton()
        close.setIcon(icon("mdi6.close", colours.faint))
        close.setAccessibleName("Close this notice")
        close.clicked.connect(self.closed)
        row.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)
        words = len(f"{notice.text} {notice.hint}".split())
        patience = 3 if notice.weight is Weight.ERROR else 1
        read = patience * max(SHORTEST_MS, READ_A_WORD_MS * words)
        QTimer.singleShot(read, self, self.closed.emit)

    def _words(self, notice: Notice, colours: Colours) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(3)
        for text, colour in ((notice.text, colours.text), (notice.hint, colours.faint)):
            if text:
                label = QLabel(text)
                label.setWordWrap(True)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                label.setStyleSheet(f"color: {colour};")
                column.addWidget(label)
        if notice.file is not None:
            column.addWidget(self._opener(notice.file), alignment=Qt.AlignmentFlag.AlignLeft)
        return column

    def _opener(self, file: Path) -> QPushButton:
        button = QPushButton("Open")
        button.setAccessibleName(f"Open {file.name}")
        button.setToolTip(str(file))
        button.clicked.connect(lambda: open_file(file))
        return button


class Toasts(QObject):
    """Keeps the newest notices above the status bar of `window`."""

    def __init__(self, window: QWidget, notices: Notices, look: Look) -> None:
        super().__init__(window)
        self._window, self._look = window, look
        self._shown: list[Toast] = []
        window.installEventFilter(self)
        watch(self, notices.told, self._show)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the window changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def _show(self, notice: Notice) -> None:
        toast = Toast(notice, self._look.colours, self._window)
        toast.closed.connect(lambda: self._take_away(toast))
        self._shown.append(toast)
        for old in self._shown[:-MOST]:
            self._take_away(old)
        self._arrange()
        toast.show()
        toast.raise_()

    def _take_away(self, toast: Toast) -> None:
        self._shown.remove(toast)
        toast.hide()
        toast.deleteLater()
        self._arrange()

    def _arrange(self) -> None:
        bottom = self._window.height() - STATUS_BAR - GAP
        for toast in reversed(self._shown):
            toast.adjustSize()
            bottom -= toast.height()
            toast.move(self._window.width() - WIDTH - GAP, bottom)
            bottom -= GAP
