"""What is left when trading costs more, or orders come late, and where nothing is left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from alphintra_desktop.backtest.chart_scales import nice_ticks
from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.charts.painted import Painted, ticks_below, ticks_beside
from alphintra_desktop.ui.look import Look

LEFT, RIGHT, TOP, BOTTOM = 74, 24, 16, 46


class CostCurve(Painted):
    """The curve. `key` is what a point is over: `multiple` of costs, or `bars` of delay."""

    def __init__(
        self, look: Look, part: Mapping[str, Any], key: str, parent: QWidget | None = None
    ) -> None:
        what = "multiples of all costs" if key == "multiple" else "bars that orders come late"
        super().__init__(look, f"Measure over {what}", parent)
        self._name, self._key = what, key
        self._curve = part["curve"]
        found = part.get("break_even_multiple")
        self.break_even = math.nan if found is None else float(found)
        self._measure = "total_return"
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(260, 160)

    def sizeHint(self) -> QSize:
        """Room to see something."""
        return QSize(560, 320)

    def show_measure(self, measure: str) -> None:
        """Show this measure."""
        self._measure = measure
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, curve and break-even."""
        painter = QPainter(self)
        painter.setFont(self.small)
        known = [one for one in self._curve if one[self._measure] is not None]
        if len(known) < 2:
            self.paint_nothing(painter, "There are no costs that could be raised.")
            painter.end()
            return
        box = QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)
        xs = np.array([float(one[self._key]) for one in known])
        ys = np.array([float(one[self._measure]) for one in known])
        self._paint(painter, box, xs, ys)
        painter.end()

    def _paint(self, painter: QPainter, box: QRectF, xs: Any, ys: Any) -> None:
        low, high = min(float(ys.min()), 0.0), max(float(ys.max()), 0.0)
        room = 0.06 * (high - low) or 1.0
        low, high = low - room, high + room
        across = box.left() + (xs - xs[0]) / (xs[-1] - xs[0]) * box.width()
        ups = box.bottom() - (ys - low) / (high - low) * box.height()
        self._paint_grid(painter, box, low, high)
        texts = [f"{x:g}" for x in xs.tolist()]
        ticks_below(painter, box, across.tolist(), texts, QColor(self.colours.faint))
        painter.setPen(QColor(self.colours.text))
        below = QRectF(box.left(), self.height() - 22, box.width(), 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._name.capitalize())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.break_even <= xs[-1]:
            self._paint_break_even(painter, box, (self.break_even - xs[0]) / (xs[-1] - xs[0]))
        points = [QPointF(x, y) for x, y in zip(across.tolist(), ups.tolist(), strict=True)]
        painter.setPen(QPen(QColor(self.colours.accent), 2.0))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(QColor(self.colours.accent))
        for point in points:
            painter.drawEllipse(point, 3.0, 3.0)

    def _paint_grid(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        ticks = nice_ticks(low, high, max(int(box.height() // 40), 2))
        places = [box.bottom() - (tick - low) / (high - low) * box.height() for tick in ticks]
        for tick, place in zip(ticks, places, strict=True):
            strong = abs(tick) < 1e-12
            painter.setPen(QColor(self.colours.faint if strong else self.colours.line))
            painter.drawLine(QPointF(box.left(), place), QPointF(box.right(), place))
        texts = [format_metric(self._measure, tick) for tick in ticks]
        ticks_beside(painter, box, places, texts, QColor(self.colours.faint))

    def _paint_break_even(self, painter: QPainter, box: QRectF, part: float) -> None:
        x = box.left() + part * box.width()
        painter.setPen(QPen(QColor(self.colours.warning), 1.6, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        spot = (
            QRectF(x - 190, box.top() + 2, 184, 18)
            if part > 0.5
            else QRectF(x + 6, box.top() + 2, 184, 18)
        )
        side = Qt.AlignmentFlag.AlignRight if part > 0.5 else Qt.AlignmentFlag.AlignLeft
        painter.drawText(spot, side, f"nothing is left at {self.break_even:.2f} times")
