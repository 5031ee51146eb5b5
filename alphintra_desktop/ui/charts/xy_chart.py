"""Lines and points over any figures, not bars: what is pointed at is told, by mouse or keyboard."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from alphintra_desktop.backtest.chart_scales import nice_ticks
from alphintra_desktop.ui.charts.painted import Painted, ticks_below, ticks_beside
from alphintra_desktop.ui.look import Look

LEFT, RIGHT, TOP, BOTTOM = 64, 20, 30, 48
DOT, LARGE_DOT = 3.0, 5.0
Point = tuple[float, float]
Span = tuple[float, float]


def _plain(value: float) -> str:
    return f"{value:z.4g}"


@dataclass(frozen=True)
class Line:
    """Points in the order of x. `series` is its colour; `errors` reach above and below a point.

    A `quiet` line is a dashed reference, such as what guessing would give, and is not pointed at.
    """

    title: str
    points: Sequence[Point]
    series: int = 0
    dots: bool = False
    joined: bool = True
    quiet: bool = False
    errors: Sequence[float] = ()


@dataclass(frozen=True)
class Axes:
    """What a chart is over: titles, how figures are told, and spans where they are fixed."""

    x: str
    y: str
    tell_x: Callable[[float], str] = _plain
    tell_y: Callable[[float], str] = _plain
    span_x: Span | None = None
    span_y: Span | None = None
    whole_x: bool = False


class XYChart(Painted):
    """A chart. The first line that is not quiet is the one that is pointed at."""

    def __init__(self, look: Look, name: str, axes: Axes, parent: QWidget | None = None) -> None:
        super().__init__(look, name, parent)
        self.axes, self.lines = axes, tuple[Line, ...]()
        self.pointed: int | None = None
        self._mark: Point | None = None
        self.setMinimumSize(220, 170)

    def sizeHint(self) -> QSize:
        """Room to see something."""
        return QSize(420, 300)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Draw these."""
        self.lines = tuple(lines)
        self.point_at(self.pointed)

    def mark(self, point: Point | None) -> None:
        """Mark a place."""
        self._mark = point
        self.update()

    def point_at(self, number: int | None) -> None:
        """Tell of a point, or of none."""
        points = self._told_of.points if self._told_of is not None else ()
        inside = number is not None and 0 <= number < len(points)
        self.pointed = number if inside else None
        self.setAccessibleDescription(self.told())
        self.update()

    def told(self) -> str:
        """What is pointed at, in words."""
        if self.pointed is None:
            return ""
        x, y = self._pointed_line.points[self.pointed]
        axes = self.axes
        return f"{axes.x} {axes.tell_x(x)}  ·  {axes.y} {axes.tell_y(y)}"

    @property
    def _told_of(self) -> Line | None:
        return next((line for line in self.lines if not line.quiet), None)

    @property
    def _pointed_line(self) -> Line:
        line = self._told_of
        assert line is not None
        return line

    # ------------------------------------------------------------------ mouse and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at what is nearest across."""
        line, span = self._told_of, self._spans()
        if line is None or span is None or not line.points:
            return
        place = self._placing(self._box(), span)
        at = event.position()
        far = [math.dist(place(p).toTuple(), at.toTuple()) for p in line.points]
        self.point_at(min(range(len(far)), key=far.__getitem__))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go from point to point."""
        steps = {Qt.Key.Key_Left.value: -1, Qt.Key.Key_Right.value: 1}
        step, line = steps.get(event.key()), self._told_of
        if step is None or line is None or not line.points:
            super().keyPressEvent(event)
            return
        number = 0 if self.pointed is None else self.pointed + step
        self.point_at(min(max(number, 0), len(line.points) - 1))

    # ------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, lines, the mark, and what is pointed at."""
        painter = QPainter(self)
        painter.setFont(self.small)
        span, box = self._spans(), self._box()
        if span is None:
            self.paint_nothing(painter, "There is nothing to show yet.")
            painter.end()
            return
        self._paint_grid(painter, box, span)
        self._paint_head(painter, box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._placing(box, span)
        for line in sorted(self.lines, key=lambda one: not one.quiet):
            self._paint_line(painter, line, place)
        if self._mark is not None:
            self._paint_dot(painter, place(self._mark), self.colours.warning)
        if self.pointed is not None:
            self._paint_dot(painter, place(self._pointed_line.points[self.pointed]))
        painter.end()

    def _box(self) -> QRectF:
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)

    def _spans(self) -> tuple[Span, Span] | None:
        points = [point for line in self.lines for point in line.points]
        ends = [
            y + side * error
            for line in self.lines
            for (_, y), error in zip(line.points, line.errors, strict=False)
            for side in (-1, 1)
            if math.isfinite(error)
        ]
        if not any(line.points for line in self.lines if not line.quiet):
            return None
        across = self.axes.span_x or _roomy([x for x, _ in points], 0.02)
        return across, self.axes.span_y or _roomy([y for _, y in points] + ends, 0.08)

    def _placing(self, box: QRectF, span: tuple[Span, Span]) -> Callable[[Point], QPointF]:
        (left, right), (low, high) = span

        def place(point: Point) -> QPointF:
            x = box.left() + (point[0] - left) / (right - left) * box.width()
            return QPointF(x, box.bottom() - (point[1] - low) / (high - low) * box.height())

        return place

    def _paint_grid(self, painter: QPainter, box: QRectF, span: tuple[Span, Span]) -> None:
        place, faint = self._placing(box, span), QColor(self.colours.faint)
        ups = nice_ticks(*span[1], max(int(box.height() // 44), 2))
        painter.setPen(QColor(self.colours.line))
        heights = [place((span[0][0], up)).y() for up in ups]
        for height in heights:
            painter.drawLine(QPointF(box.left(), height), QPointF(box.right(), height))
        ticks_beside(painter, box, heights, [self.axes.tell_y(up) for up in ups], faint)
        across = nice_ticks(*span[0], max(int(box.width() // 70), 2))
        if self.axes.whole_x:
            across = [value for value in across if value == round(value)]
        places = [place((value, span[1][0])).x() for value in across]
        ticks_below(painter, box, places, [self.axes.tell_x(value) for value in across], faint)
        painter.setPen(QColor(self.colours.text))
        below = QRectF(box.left(), self.height() - 22, box.width(), 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.axes.x)

    def _paint_head(self, painter: QPainter, box: QRectF) -> None:
        """Titles in the colours of their lines; instead of them, what is pointed at."""
        metrics, left = QFontMetricsF(painter.font()), 10.0
        told = self.told()
        parts = [(told, self.colours.text)] if told else [(self.axes.y, self.colours.text)]
        if not told and len(self.lines) > 1:
            parts = [(line.title, self._ink(line)) for line in self.lines]
        for text, ink in parts:
            painter.setPen(QColor(ink))
            spot = QRectF(left, 5, self.width() - left - 6, 18)
            painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, text)
            left += metrics.horizontalAdvance(text) + 18

    def _ink(self, line: Line) -> str:
        return self.colours.faint if line.quiet else self.colours.series[line.series]

    def _paint_line(self, painter: QPainter, line: Line, place: Callable[[Point], QPointF]) -> None:
        style = Qt.PenStyle.DashLine if line.quiet else Qt.PenStyle.SolidLine
        ink = QColor(self._ink(line))
        painter.setPen(QPen(ink, 1.2 if line.quiet else 2.0, style))
        spots = [place(point) for point in line.points]
        if line.joined and len(spots) > 1:
            painter.drawPolyline(QPolygonF(spots))
        for (x, y), error in zip(line.points, line.errors, strict=False):
            if math.isfinite(error):
                painter.drawLine(place((x, y - error)), place((x, y + error)))
        if line.dots or len(spots) == 1:
            painter.setBrush(ink)
            for spot in spots:
                painter.drawEllipse(spot, DOT, DOT)
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_dot(self, painter: QPainter, spot: QPointF, ink: str = "") -> None:
        painter.setPen(QPen(QColor(self.colours.panel), 1.5))
        painter.setBrush(QColor(ink or self.colours.text))
        painter.drawEllipse(spot, LARGE_DOT, LARGE_DOT)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _roomy(values: Sequence[float], part: float) -> Span:
    """From the lowest to the highest, with room on both sides."""
    low, high = min(values), max(values)
    room = part * (high - low) or max(abs(low) * 0.1, 0.5)
    return low - room, high + room
