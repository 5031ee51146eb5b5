"""What is suspicious about a result, each with what to do and a way to its node."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.result import Finding, Severity
from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.errors import Place
from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours

ICONS = {
    Severity.ERROR: "mdi6.alert-octagon-outline",
    Severity.WARNING: "mdi6.alert-outline",
    Severity.INFO: "mdi6.information-outline",
}
WORDS = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Note"}
NOTHING = "Nothing suspicious was found."


class FindingCard(QFrame):
    """One finding."""

    def __init__(self, finding: Finding, reveal: Callable[[Place], object]) -> None:
        super().__init__()
        self._finding = finding
        self._icon, self._text, self._hint = QLabel(), QLabel(finding.message), QLabel(finding.hint)
        self._icon.setAccessibleName(WORDS[finding.severity])
        self._icon.setToolTip(WORDS[finding.severity])
        words = QVBoxLayout()
        words.setSpacing(3)
        for label in (self._text, self._hint):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        self._hint.setVisible(bool(finding.hint))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if (place := finding.place) is not None and place.node is not None:
            button = QPushButton("Show node")
            button.setToolTip("Go to the node in the graph that this is about")
            button.clicked.connect(lambda: reveal(place))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def colour(self, colours: Colours) -> None:
        """Take on the look."""
        of = {
            Severity.ERROR: colours.error,
            Severity.WARNING: colours.warning,
            Severity.INFO: colours.accent,
        }[self._finding.severity]
        drawn = icon(ICONS[self._finding.severity], of)
        self._icon.setPixmap(drawn.pixmap(QSize(20, 20)))
        self._hint.setStyleSheet(f"color: {colours.faint}")
        self.setStyleSheet(
            f"FindingCard {{ background: {colours.raised}; border-radius: 6px;"
            f" border-left: 3px solid {of}; }}"
        )


class FindingsView(QScrollArea):
    """All findings, the worst first. `reveal` takes the user to a place."""

    def __init__(self, reveal: Callable[[Place], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reveal = reveal
        self._cards: list[FindingCard] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Findings")

    def show_run(self, run: StoredRun) -> None:
        """List what was found in this run."""
        order = list(WORDS)
        found = sorted(run.findings, key=lambda finding: order.index(finding.severity))
        self._cards = [FindingCard(finding, self._reveal) for finding in found]
        inside = QWidget(objectName="findings")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(8)
        for card in self._cards:
            column.addWidget(card)
        if not found:
            column.addWidget(QLabel(NOTHING))
        column.addStretch(1)
        self.setWidget(inside)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        back = f"background: {colours.panel}"
        self.setStyleSheet(f"FindingsView, QWidget#findings {{ {back} }}")
        for card in self._cards:
            card.colour(colours)
