"""Parallel coordinates: a line a point through all its params to the measure, brushed by dragging.

Thousands of lines take longer than a frame: they are drawn a few at a time onto a picture, the best
last, so that the window goes on meanwhile.
"""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from alphintra_desktop.backtest.chart_scales import nice_ticks
from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.charts.painted import Painted
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.colour_scale import ColourScale
from alphintra_desktop.workspace.research_points import MEASURES, Floats, PointTable

A_MOMENT = 0.012  # seconds: how long lines are drawn before others get their turn
AT_A_TIME = 40
FAINTER = 0.6  # how strong lines are where there are many
SIDE, TOP, BOTTOM = 70, 40, 18
NEAR = 26  # pixels from an axis that still mean it
SMALLEST = 4  # pixels: a shorter brush is none
MOST_TICKS = 9
FEW = 400


class Parallel(Painted):
    """The lines. `brushed` announces how many points are within all brushes."""

    brushed = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Parallel coordinates of all points", parent)
        self.setAccessibleDescription(
            "Drag along an axis to keep what is inside; a click on the axis, or Escape, lets go."
        )
        self._table: PointTable | None = None
        self._measure = "sharpe"
        self.brushes: dict[int, tuple[float, float]] = {}
        self._heights: Floats = np.zeros((0, 0))
        self._picture = QPixmap()
        self._order: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._done, self._held, self._from = 0, -1, 0.0
        self._values: Floats = np.zeros(0)
        self._scale: ColourScale | None = None
        self._faint = QColor()
        self._inside: npt.NDArray[np.bool_] = np.empty(0, dtype=bool)
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._draw_some)
        self.setMinimumSize(300, 200)

    def sizeHint(self) -> QSize:
        """Room to see something."""
        return QSize(620, 400)

    def show_points(self, table: PointTable, measure: str) -> None:
        """Show all points, coloured by a measure."""
        if table is not self._table:
            self.brushes = {}
        self._table, self._measure = table, measure
        columns = [_spread(one.numbers[one.places]) for one in table.params]
        self._values = table.measures[measure]
        self._heights = np.stack([*columns, _spread(self._values)], axis=1)
        self.recolour()

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """(points,) which are within all brushes."""
        return self._inside

    def brush(self, axis: int, reach: tuple[float, float] | None) -> None:
        """Keep only what is within a part of an axis, 0 below to 1 above; None lets go."""
        self.brushes.pop(axis, None)
        if reach is not None:
            self.brushes[axis] = (min(reach), max(reach))
        self.recolour()

    def recolour(self) -> None:
        """Draw anew."""
        if self._table is None:
            return
        heights = self._heights
        inside: npt.NDArray[np.bool_] = np.asarray(np.isfinite(heights).all(axis=1))
        for axis, (low, high) in self.brushes.items():
            kept = (heights[:, axis] >= low - 1e-9) & (heights[:, axis] <= high + 1e-9)
            inside = inside & kept
        self._inside = inside
        whole = np.flatnonzero(np.isfinite(heights).all(axis=1))
        # What is left out first, then the worst, and the best on top.
        self._order = whole[np.lexsort((heights[whole, -1], self._inside[whole]))]
        self._scale = ColourScale(self._values, self.colours, self._measure)
        self._faint = blend(self.colours.line, self.colours.panel, 0.55)
        self._begin()
        self.brushed.emit(int(self._inside.sum()))

    # ------------------------------------------------------------------ drawing lines

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw anew."""
        super().resizeEvent(event)
        self._begin()

    def _begin(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture = QPixmap(self.size() * ratio)
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(Qt.GlobalColor.transparent)
        self._done = 0
        self._more.start()
        self.update()

    def _draw_some(self) -> None:
        if self._table is None or self._picture.isNull():
            return
        until = time.perf_counter() + A_MOMENT
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        while not self.drawn and time.perf_counter() < until:
            self._draw(painter, self._order[self._done : self._done + AT_A_TIME])
        painter.end()
        self.update()
        if not self.drawn:
            self._more.start()

    def _draw(self, painter: QPainter, some: npt.NDArray[np.int64]) -> None:
        assert self._scale is not None
        axes = [self.axis_at(n) for n in range(self._heights.shape[1])]
        box, inside = self.box(), self._inside[some].tolist()
        tones = self._scale.rgb(self._values[some]).tolist()
        ups = (box.bottom() - self._heights[some] * box.height()).tolist()
        strength = 255 if len(self._order) < FEW else int(255 * FAINTER)
        for kept, tone, line in zip(inside, tones, ups, strict=True):
            red, green, blue = tone
            own = QColor(red, green, blue, strength) if kept else self._faint
            painter.setPen(QPen(own, 1.0))
            painter.drawPolyline(QPolygonF([QPointF(*at) for at in zip(axes, line, strict=True)]))
        self._done += len(some)

    @property
    def drawn(self) -> bool:
        """Whether all lines are there."""
        return self._done >= len(self._order)

    # ------------------------------------------------------------------ axes

    def box(self) -> QRectF:
        """Where the lines are."""
        wide, tall = self.width() - 2 * SIDE, self.height() - TOP - BOTTOM
        return QRectF(SIDE, TOP, max(wide, 1), max(tall, 1))

    def axis_at(self, number: int) -> float:
        """Where an axis stands, in pixels."""
        many = max(self._heights.shape[1] - 1, 1)
        return float(self.box().left() + self.box().width() * number / many)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines so far, the axes and the brushes over them."""
        painter = QPainter(self)
        painter.setFont(self.small)
        painter.drawPixmap(0, 0, self._picture)
        if self._table is not None:
            for number in range(self._heights.shape[1]):
                self._paint_axis(painter, self._table, number)
        painter.end()

    def _paint_axis(self, painter: QPainter, table: PointTable, number: int) -> None:
        box, x = self.box(), self.axis_at(number)
        painter.setPen(QPen(QColor(self.colours.faint), 1.2))
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        last = number == len(table.params)
        name = MEASURES[self._measure] if last else table.params[number].name
        painter.setPen(QColor(self.colours.text))
        apart = box.width() / max(self._heights.shape[1] - 1, 1)
        wide = max(min(apart - 8, 260), 2 * SIDE - 8)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(wide))
        painter.drawText(QRectF(x - wide / 2, 6, wide, 18), Qt.AlignmentFlag.AlignCenter, text)
        for height, label in self._ticks(table, number):
            self._paint_tick(painter, x, box.bottom() - height * box.height(), label)
        if number in self.brushes:
            low, high = self.brushes[number]
            top, bottom = (box.bottom() - part * box.height() for part in (high, low))
            tone = QColor(self.colours.accent)
            tone.setAlphaF(0.35)
            painter.fillRect(QRectF(x - 7, top, 14, max(bottom - top, 2.0)), tone)

    def _paint_tick(self, painter: QPainter, x: float, y: float, label: str) -> None:
        metrics = painter.fontMetrics()
        wide, tall = metrics.horizontalAdvance(label) + 6, metrics.height()
        ground = QColor(self.colours.panel)
        ground.setAlphaF(0.8)
        painter.fillRect(QRectF(x + 5, y - tall / 2, wide, tall), ground)
        painter.setPen(QColor(self.colours.faint))
        spot = QRectF(x + 8, y - tall / 2, wide, tall)
        painter.drawText(spot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label)

    def _ticks(self, table: PointTable, number: int) -> list[tuple[float, str]]:
        """Heights and labels of some values of an axis."""
        if number < len(table.params):
            one = table.params[number]
            places = np.linspace(0, len(one.values) - 1, min(len(one.values), MOST_TICKS))
            heights = _spread(one.numbers)
            return [(float(heights[n]), one.told(n)) for n in places.round().astype(int).tolist()]
        values = table.measures[self._measure]
        values = values[np.isfinite(values)]
        if not len(values):
            return []
        low, high = float(values.min()), float(values.max())
        span = (high - low) or 1.0
        ticks = nice_ticks(low, high, 8)
        return [((tick - low) / span, format_metric(self._measure, tick)) for tick in ticks]

    # ------------------------------------------------------------------ brushing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a brush at an axis."""
        x = event.position().x()
        axes = [abs(self.axis_at(n) - x) for n in range(self._heights.shape[1])]
        self._held = int(np.argmin(axes)) if axes and min(axes) <= NEAR else -1
        self._from = self._height_at(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it; where it is too short it was a click, which lets go."""
        if self._held >= 0:
            until = self._height_at(event)
            short = abs(until - self._from) * self.box().height() < SMALLEST
            self.brush(self._held, None if short else (self._from, until))
            self._held = -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lets all brushes go."""
        if event.key() == Qt.Key.Key_Escape and self.brushes:
            self.brushes = {}
            self.recolour()
        else:
            super().keyPressEvent(event)

    def _height_at(self, event: QMouseEvent) -> float:
        box = self.box()
        return min(max((box.bottom() - event.position().y()) / box.height(), 0.0), 1.0)


def _spread(numbers: Floats) -> Floats:
    """From 0 for the lowest to 1 for the highest; NaNs stay."""
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return np.full(numbers.shape, np.nan)
    low, span = float(finite.min()), float(np.ptp(finite))
    return np.asarray((numbers - low) / span if span > 0 else numbers * 0.0 + 0.5)
