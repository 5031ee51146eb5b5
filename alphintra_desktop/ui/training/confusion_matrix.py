"""Four counts: what was called up or down, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from alphintra_desktop.learning.curves import Confusion
from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.charts.painted import Painted
from alphintra_desktop.ui.look import Look

LEFT, TOP, GAP = 96, 26, 3


class ConfusionMatrix(Painted):
    """The counts; the more rows in a cell, the stronger its colour."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Confusion matrix", parent)
        self.found = Confusion(0, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(300, 132)

    def sizeHint(self) -> QSize:
        """Room for the counts."""
        return QSize(360, 160)

    def show_found(self, found: Confusion) -> None:
        """Show these counts."""
        self.found = found
        self.setAccessibleDescription(
            f"Called up: {found.true_up:,} went up, {found.false_up:,} did not. "
            f"Called down: {found.false_down:,} went up, {found.true_down:,} did not."
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Heads, and the four cells."""
        painter, found = QPainter(self), self.found
        painter.setFont(self.small)
        wide = (self.width() - LEFT - GAP) / 2
        tall = (self.height() - TOP - GAP) / 2
        rows = (
            ("Called up", (found.true_up, True), (found.false_up, False)),
            ("Called down", (found.false_down, False), (found.true_down, True)),
        )
        for number, head in enumerate(("Went up", "Did not")):
            painter.setPen(QColor(self.colours.faint))
            spot = QRectF(LEFT + number * (wide + GAP), 0, wide, TOP)
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, head)
        for row, (head, *cells) in enumerate(rows):
            top = TOP + row * (tall + GAP)
            painter.setFont(self.small)
            painter.setPen(QColor(self.colours.faint))
            spot = QRectF(0, top, LEFT - 12, tall)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(spot, side, head)
            for column, (count, right) in enumerate(cells):
                cell = QRectF(LEFT + column * (wide + GAP), top, wide, tall)
                self._paint_cell(painter, cell, count, right)
        painter.end()

    def _paint_cell(self, painter: QPainter, cell: QRectF, count: int, right: bool) -> None:
        part = count / self.found.rows if self.found.rows else 0.0
        tone = self.colours.done if right else self.colours.warning
        painter.fillRect(cell, blend(tone, self.colours.panel, 0.12 + 0.5 * part))
        strong = QFont(self._look.font)
        strong.setWeight(QFont.Weight.DemiBold)
        middle = cell.center().y()
        painter.setPen(QColor(self.colours.text))
        painter.setFont(strong)
        above = QRectF(cell.left(), middle - 20, cell.width(), 20)
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
        painter.setFont(self.small)
        below = QRectF(cell.left(), middle, cell.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{part:.1%}")
