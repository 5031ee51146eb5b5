"""Intervals of one measure below each other: from the unlucky to the lucky paths, and what was."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from alphintra_desktop.backtest.chart_scales import nice_ticks
from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.charts.painted import Painted, ticks_below
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.research_checks import SpreadRow

TALL, TOP, BOTTOM, RIGHT = 40, 30, 28, 24
KEY = "Bar: nine of ten paths. Short line: their middle. Long line: the run as it was."


class IntervalChart(Painted):
    """A row an interval."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(look, name, parent)
        self.rows: tuple[SpreadRow, ...] = ()
        self._measure = "sharpe"
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_rows(self, rows: Sequence[SpreadRow], measure: str) -> None:
        """Show these intervals of a measure."""
        self.rows, self._measure = tuple(rows), measure
        self.setAccessibleDescription("; ".join(self._words(row) for row in rows))
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for every row."""
        return QSize(620, TOP + len(self.rows) * TALL + BOTTOM)

    def _words(self, row: SpreadRow) -> str:
        low, middle, high = (
            format_metric(self._measure, value) for value in (row.low, row.middle, row.high)
        )
        about = f", {row.about}" if row.about else ""
        return f"{row.title}: {low} to {high}, in the middle {middle}{about}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """All rows, with 0 where it is in sight."""
        painter = QPainter(self)
        painter.setFont(self.small)
        if not self.rows:
            self.paint_nothing(painter, "Nothing of this could be done.")
            painter.end()
            return
        measure = QFontMetricsF(self.small)
        left = max(measure.horizontalAdvance(row.title) for row in self.rows) + 28
        tall = len(self.rows) * TALL
        box = QRectF(left, TOP, self.width() - left - RIGHT, tall)
        low, high = self._reach()
        painter.setPen(QColor(self.colours.faint))
        painter.drawText(QRectF(14, 5, self.width() - 28, 18), Qt.AlignmentFlag.AlignLeft, KEY)
        self._paint_ticks(painter, box, low, high)
        for number, row in enumerate(self.rows):
            line = QRectF(box.left(), box.top() + number * TALL, box.width(), TALL)
            self._paint_row(painter, line, row, (low, high))
        painter.end()

    def _reach(self) -> tuple[float, float]:
        values = [v for row in self.rows for v in (row.low, row.high, row.measured)]
        finite = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
        low, high = min(*finite, 0.0), max(*finite, 0.0)
        room = 0.05 * (high - low) or 1.0
        return low - room, high + room

    def _paint_ticks(self, painter: QPainter, box: QRectF, low: float, high: float) -> None:
        ticks = nice_ticks(low, high, max(int(box.width() // 90), 2))
        places = [box.left() + (tick - low) / (high - low) * box.width() for tick in ticks]
        for tick, place in zip(ticks, places, strict=True):
            strong = abs(tick) < 1e-12
            painter.setPen(QColor(self.colours.faint if strong else self.colours.line))
            painter.drawLine(QPointF(place, box.top()), QPointF(place, box.bottom()))
        texts = [format_metric(self._measure, tick) for tick in ticks]
        ticks_below(painter, box, places, texts, QColor(self.colours.faint))

    def _paint_row(
        self, painter: QPainter, line: QRectF, row: SpreadRow, reach: tuple[float, float]
    ) -> None:
        painter.setPen(QColor(self.colours.text))
        head = QRectF(14, line.top(), line.left() - 24, TALL)
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, row.title)
        if not math.isfinite(row.low):
            return
        low, high = reach

        def across(value: float) -> float:
            return line.left() + (value - low) / (high - low) * line.width()

        middle = line.center().y()
        bar = QRectF(across(row.low), middle - 6, across(row.high) - across(row.low), 12)
        painter.fillRect(bar, blend(self.colours.accent, self.colours.panel, 0.55))
        for value, tone, half in (
            (row.middle, self.colours.text, 6),
            (row.measured, self.colours.warning, 10),
        ):
            if math.isfinite(value):
                painter.setPen(QPen(QColor(tone), 2.0))
                x = across(value)
                painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))
