"""How much worse predictions get without a feature: a bar a feature, the most important first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from alphintra_desktop.backtest.figures import MINUS
from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.charts.painted import Painted
from alphintra_desktop.ui.look import Look

TALL, TOP, EDGE, LONGEST_NAME = 30, 30, 14, 190
KEY = "By how much the loss grows when a feature's values are shuffled. Below 0: it only disturbs."


class ImportanceBars(Painted):
    """The bars; values share one scale, and 0 is where they begin."""

    def __init__(
        self, look: Look, values: Sequence[tuple[str, float]], parent: QWidget | None = None
    ) -> None:
        super().__init__(look, "Importance of the features", parent)
        self.values = tuple(values)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(320, self.sizeHint().height())
        self.setAccessibleDescription(
            "; ".join(f"{name}: {_told(value)}" for name, value in self.values)
        )
        self.setToolTip(KEY)

    def sizeHint(self) -> QSize:
        """Room for every bar."""
        return QSize(460, TOP + len(self.values) * TALL + EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A title, and every bar with its value."""
        painter = QPainter(self)
        painter.setPen(QColor(self.colours.text))
        painter.drawText(QRectF(EDGE, 2, self.width(), 22), 0, "Importance of the features")
        painter.setFont(self.small)
        metrics = QFontMetricsF(self.small)
        names = [metrics.horizontalAdvance(name) for name, _ in self.values]
        left = EDGE + min(max(names, default=0.0), LONGEST_NAME) + 12
        room = metrics.horizontalAdvance(_told(-0.00001)) + 12
        box = QRectF(left, TOP, self.width() - left - EDGE - room, len(self.values) * TALL)
        low = min([value for _, value in self.values] + [0.0])
        high = max([value for _, value in self.values] + [0.0])
        zero = box.left() + -low / ((high - low) or 1.0) * box.width()
        if low < 0.0:
            zero = max(zero, box.left() + room)
        scale = _scale(box, zero, (low, high))
        for number, (name, value) in enumerate(self.values):
            line = QRectF(zero, TOP + number * TALL, value * scale, TALL)
            self._paint_row(painter, line, (metrics.elidedText(name, _MIDDLE, LONGEST_NAME), value))
        painter.setPen(QColor(self.colours.faint))
        painter.drawLine(QPointF(zero, box.top()), QPointF(zero, box.bottom()))
        painter.end()

    def _paint_row(self, painter: QPainter, line: QRectF, row: tuple[str, float]) -> None:
        name, value = row
        painter.setPen(QColor(self.colours.text))
        head = QRectF(EDGE, line.top(), LONGEST_NAME, TALL)
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, name)
        tone = self.colours.accent if value > 0 else self.colours.faint
        bar = QRectF(line.left(), line.top() + 7, line.width(), TALL - 14).normalized()
        painter.fillRect(bar, blend(tone, self.colours.panel, 0.7))
        painter.setPen(QColor(self.colours.faint))
        side = Qt.AlignmentFlag.AlignLeft if value >= 0 else Qt.AlignmentFlag.AlignRight
        place = bar.right() + 6 if value >= 0 else bar.left() - 106
        painter.drawText(
            QRectF(place, line.top(), 100, TALL), side | Qt.AlignmentFlag.AlignVCenter, _told(value)
        )


_MIDDLE = Qt.TextElideMode.ElideMiddle


def _scale(box: QRectF, zero: float, reach: tuple[float, float]) -> float:
    """Pixels for a value of 1, so that bars on both sides of `zero` fit."""
    low, high = reach
    fits = [(box.right() - zero) / high] if high > 0 else []
    fits += [(zero - box.left()) / -low] if low < 0 else []
    return max(min(fits, default=0.0), 0.0)


def _told(value: float) -> str:
    return f"{value:+.5f}".replace("-", MINUS)
