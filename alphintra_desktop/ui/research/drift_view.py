"""Which params each fold chose: a row a param, a step a fold. What jumps was fitted to noise."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.charts.painted import Painted, ticks_below, ticks_beside
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.research_points import told
from alphintra_desktop.workspace.research_results import WalkFound

LEFT, RIGHT, HEAD, GAP, BOTTOM = 74, 18, 26, 14, 30
ROW = 120


class DriftView(Painted):
    """The chosen value of every param, a fold."""

    def __init__(self, look: Look, found: WalkFound, parent: QWidget | None = None) -> None:
        super().__init__(look, "Chosen params of every fold", parent)
        self._found = found
        self.setAccessibleDescription("The table of folds has the same as text.")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(300, 120)

    def sizeHint(self) -> QSize:
        """Room for a row a param."""
        return QSize(600, ROW * max(len(self._found.names), 1) + BOTTOM)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, and the numbers of the folds below."""
        painter = QPainter(self)
        painter.setFont(self.small)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names = self._found.names
        tall = (self.height() - BOTTOM) / max(len(names), 1)
        for number, name in enumerate(names):
            box = QRectF(LEFT, number * tall + HEAD, self.width() - LEFT - RIGHT, tall - HEAD - GAP)
            self._paint_row(painter, box, name)
        many = len(self._found.folds)
        box = QRectF(LEFT, 0, self.width() - LEFT - RIGHT, self.height() - BOTTOM)
        middles = [box.left() + (n + 0.5) / many * box.width() for n in range(many)]
        texts = [f"fold {n + 1}" for n in range(many)]
        ticks_below(painter, box, middles, texts, QColor(self.colours.faint))
        painter.end()

    def _paint_row(self, painter: QPainter, box: QRectF, name: str) -> None:
        chosen = self._found.chosen(name)
        values = sorted({value for value in chosen if value is not None})
        if not values:
            return
        painter.setPen(QColor(self.colours.text))
        head = QRectF(box.left(), box.top() - HEAD + 4, box.width(), HEAD - 6)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.fillRect(box, blend(self.colours.raised, self.colours.panel, 0.6))
        heights = _heights(values, box)
        ups = [heights[value] for value in values]
        ticks_beside(painter, box, ups, [told(v) for v in values], QColor(self.colours.faint))
        self._paint_steps(painter, box, chosen, heights)

    def _paint_steps(
        self, painter: QPainter, box: QRectF, chosen: list[object], heights: dict[object, float]
    ) -> None:
        wide, before = box.width() / len(chosen), None
        for number, value in enumerate(chosen):
            left, right = box.left() + number * wide, box.left() + (number + 1) * wide
            if value is None:
                painter.fillRect(
                    QRectF(left, box.top(), wide, box.height()),
                    blend(self.colours.error, self.colours.panel, 0.25),
                )
                before = None
                continue
            y = heights[value]
            painter.setPen(QPen(QColor(self.colours.accent), 1.0, Qt.PenStyle.DotLine))
            if before is not None and before != y:
                painter.drawLine(QPointF(left, before), QPointF(left, y))
            painter.setPen(QPen(QColor(self.colours.accent), 2.4))
            painter.drawLine(QPointF(left + 2, y), QPointF(right - 2, y))
            before = y


def _heights(values: list[object], box: QRectF) -> dict[object, float]:
    """Where each value lies: numbers by their size, others one above the other."""
    inner = box.adjusted(0, 8, 0, -8)
    numbers = [float(v) if isinstance(v, int | float) else n for n, v in enumerate(values)]
    span = numbers[-1] - numbers[0]
    parts = [(number - numbers[0]) / span if span else 0.5 for number in numbers]
    return {
        value: inner.bottom() - part * inner.height()
        for value, part in zip(values, parts, strict=True)
    }
