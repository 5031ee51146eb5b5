"""A small line of what a node says, once it has been computed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import keep_toned

BARS = 250
"""How many bars are shown."""

HEIGHT = 46
Values = Sequence[float | bool]


class Sparkline(QWidget):
    """Numbers as a line, with gaps where there is no number; yes and no as a band."""

    def __init__(self, look: Look, port: str) -> None:
        super().__init__()
        self._look, self._port = look, port
        self._values: Values = ()
        self._at: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Last values")
        keep_toned(self, look, lambda _: self.update())

    @property
    def values(self) -> Values:
        """What is drawn."""
        return self._values

    def show_values(self, values: Values, at: int | None = None) -> None:
        """Draw these, with a line at the one that is looked at."""
        self._values, self._at = values, at
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(160, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the values."""
        colours = self._look.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.canvas))
        painter.drawRoundedRect(area, 4, 4)
        colour = QColor(colours.ports.get(self._port, colours.accent))
        inside = area.adjusted(5, 6, -5, -6)
        if self._values:
            self._paint_values(painter, inside, colour)
        if self._at is not None and len(self._values) > 1:
            x = inside.left() + inside.width() * self._at / (len(self._values) - 1)
            painter.setPen(QPen(QColor(colours.faint), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top() + 2), QPointF(x, area.bottom() - 2))
        painter.end()

    def _paint_values(self, painter: QPainter, area: QRectF, colour: QColor) -> None:
        if isinstance(self._values[0], bool):
            painter.setPen(Qt.PenStyle.NoPen)
            width = area.width() / len(self._values)
            for number, value in enumerate(self._values):
                if value:
                    left = area.left() + number * width
                    painter.fillRect(QRectF(left, area.top(), max(width, 1), area.height()), colour)
            return
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for line in _lines(self._values, area):
            if line.count() == 1:
                painter.drawPoint(line.at(0))
            painter.drawPolyline(line)


def _lines(values: Values, area: QRectF) -> Iterator[QPolygonF]:
    """The points of each stretch of numbers that no gap breaks."""
    there = [value for value in values if math.isfinite(value)]
    if not there:
        return
    low, high = min(there), max(there)
    step = area.width() / max(len(values) - 1, 1)
    line = QPolygonF()
    for number, value in enumerate(values):
        if not math.isfinite(value):
            if line.count():
                yield line
            line = QPolygonF()
            continue
        share = (value - low) / (high - low) if high > low else 0.5
        line.append(QPointF(area.left() + number * step, area.bottom() - share * area.height()))
    if line.count():
        yield line
