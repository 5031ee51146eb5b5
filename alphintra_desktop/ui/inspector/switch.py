"""A switch: on, off, or, for several nodes, some of each."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import keep_toned

WIDTH, HEIGHT, GAP = 32, 18, 8


class Switch(QCheckBox):
    """A check box drawn as a switch; keyboard and screen readers find a check box."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        keep_toned(self, look, lambda _: self.update())

    def sizeHint(self) -> QSize:
        """The switch, and room for the word beside it."""
        text = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(WIDTH + GAP + text + 4, max(HEIGHT, self.fontMetrics().height()) + 6)

    def hitButton(self, at: QPoint) -> bool:
        """All of it can be clicked."""
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the switch and its word."""
        colours = self._look.colours
        on = self.checkState()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(1, (self.height() - HEIGHT) / 2, WIDTH - 2, HEIGHT)
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.faint), 1.2))
        whole = on == Qt.CheckState.Checked
        painter.setBrush(QColor(colours.accent if whole else colours.raised))
        painter.drawRoundedRect(body, HEIGHT / 2, HEIGHT / 2)
        share = {Qt.CheckState.Unchecked: 0.0, Qt.CheckState.PartiallyChecked: 0.5}.get(on, 1.0)
        radius = HEIGHT / 2
        x = body.left() + radius + share * (body.width() - HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.on_accent if whole else colours.faint))
        painter.drawEllipse(QPointF(x, body.center().y()), radius - 4, radius - 4)
        painter.setPen(QColor(colours.text))
        words = self.rect().adjusted(WIDTH + GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
