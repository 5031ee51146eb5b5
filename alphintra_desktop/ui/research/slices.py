"""A measure along every param: what is best and usual at each value, and through a chosen point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from alphintra_desktop.backtest.chart_scales import nice_ticks
from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.charts.painted import Painted, ticks_below, ticks_beside
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.research_points import Floats, PointTable, Slice, slice_of

LEFT, RIGHT, TOP, BOTTOM = 62, 14, 28, 26
COLUMNS = 2


@dataclass(frozen=True)
class Reach:
    """From where to where a measure goes, the same for all slices."""

    low: float
    high: float


class SliceChart(Painted):
    """One param."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Measure along a param", parent)
        self._slice: Slice | None = None
        self._measure, self._reach, self._at = "sharpe", Reach(0.0, 1.0), -1
        self.setMinimumSize(240, 170)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        """Room to see something."""
        return QSize(360, 210)

    def show_slice(self, shown: Slice, measure: str, reach: Reach, at: int) -> None:
        """Show a measure along a param; `at` is the place of the chosen value, or -1."""
        self._slice, self._measure, self._reach, self._at = shown, measure, reach, at
        self.setAccessibleName(f"Measure along {shown.param.name}")
        self.update()

    def box(self) -> QRectF:
        """Where the lines are."""
        room = self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM
        return QRectF(LEFT, TOP, max(room[0], 1), max(room[1], 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines, their ticks and the chosen value."""
        painter = QPainter(self)
        painter.setFont(self.small)
        if self._slice is not None:
            self._paint(painter, self._slice, self.box())
        painter.end()

    def _paint(self, painter: QPainter, shown: Slice, box: QRectF) -> None:
        colours, param = self.colours, shown.param
        across = self._across(param.numbers, box)
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(LEFT, 4, box.width(), 18), Qt.AlignmentFlag.AlignLeft, param.name)
        self._paint_grid(painter, box)
        texts = [param.told(n) for n in range(len(param.values))]
        ticks_below(painter, box, across.tolist(), texts, QColor(colours.faint))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._at >= 0:
            painter.setPen(QPen(QColor(colours.warning), 1.2, Qt.PenStyle.DashLine))
            x = float(across[self._at])
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        for line, tone, wide in (
            (shown.middle, colours.faint, 1.2),
            (shown.best, colours.accent, 1.8),
            (shown.through, colours.warning, 1.8),
        ):
            self._paint_line(painter, across, line, box, QPen(QColor(tone), wide))

    def _paint_grid(self, painter: QPainter, box: QRectF) -> None:
        ticks = nice_ticks(self._reach.low, self._reach.high, max(int(box.height() // 34), 2))
        places = [self._up(np.array([tick]), box)[0] for tick in ticks]
        painter.setPen(QColor(self.colours.line))
        for place in places:
            painter.drawLine(QPointF(box.left(), place), QPointF(box.right(), place))
        texts = [format_metric(self._measure, tick) for tick in ticks]
        ticks_beside(painter, box, places, texts, QColor(self.colours.faint))

    def _paint_line(
        self, painter: QPainter, across: Floats, line: Floats, box: QRectF, pen: QPen
    ) -> None:
        known = np.isfinite(line)
        ups = self._up(line[known], box).tolist()
        points = [QPointF(x, y) for x, y in zip(across[known].tolist(), ups, strict=True)]
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
        if len(points) <= 40:
            painter.setBrush(pen.color())
            for point in points:
                painter.drawEllipse(point, 2.0, 2.0)

    def _across(self, numbers: Floats, box: QRectF) -> Floats:
        span = float(numbers[-1] - numbers[0]) or 1.0
        inner = box.adjusted(6, 0, -6, 0)
        return np.asarray(inner.left() + (numbers - numbers[0]) / span * inner.width())

    def _up(self, values: Floats, box: QRectF) -> Floats:
        span = (self._reach.high - self._reach.low) or 1.0
        return np.asarray(box.bottom() - (values - self._reach.low) / span * box.height())


class Slices(QWidget):
    """One chart a param, all with the same height of the measure."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.charts: list[SliceChart] = []
        self._told = ToneLabel(
            look,
            Tone.FAINT,
            "Blue: the best of all points at a value. Grey: the middle one. Yellow: through the "
            "chosen point, all other params as there.",
        )
        self._inner = QWidget()
        self._grid = QGridLayout(self._inner)
        self._grid.setContentsMargins(10, 4, 10, 10)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(self._inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._told.setContentsMargins(14, 8, 14, 4)
        column.addWidget(self._told)
        column.addWidget(area, 1)

    def show_points(self, table: PointTable, measure: str, at: int | None) -> None:
        """Show a measure along all params of a table."""
        while len(self.charts) < len(table.params):
            chart, number = SliceChart(self._look), len(self.charts)
            self._grid.addWidget(chart, number // COLUMNS, number % COLUMNS)
            self.charts.append(chart)
        slices = [slice_of(table, number, measure, at) for number in range(len(table.params))]
        reach = reach_of(slices)
        for number, chart in enumerate(self.charts):
            chart.setVisible(number < len(slices))
            if number < len(slices):
                one = table.params[number]
                few = len(slices[number].param.values) == len(one.values)
                place = int(one.places[at]) if at is not None and few else -1
                chart.show_slice(slices[number], measure, reach, place)


def reach_of(slices: list[Slice]) -> Reach:
    """From the lowest to the highest value of all lines, with a little room."""
    lines = [line for one in slices for line in (one.best, one.middle, one.through)]
    values = np.concatenate(lines) if lines else np.zeros(1)
    values = values[np.isfinite(values)]
    if not len(values):
        return Reach(0.0, 1.0)
    low, high = float(values.min()), float(values.max())
    room = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
    return Reach(low - room, high + room)
