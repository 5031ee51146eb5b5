"""A measure over two params as a heat map: where the strategy holds, where a peak stands alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.charts.painted import Painted, ticks_below, ticks_beside
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.colour_scale import LEGEND, ColourScale, image_of
from alphintra_desktop.workspace.research_points import Cells

ROOM_FOR_VALUE = (52, 20)
TOP, BOTTOM, RIGHT = 12, 46, LEGEND + 12
EMPTY = "No point has this measure."


@dataclass(frozen=True)
class Mark:
    """A cell (x, y) that is marked with a ring, and what is said beside it."""

    x: int
    y: int
    text: str
    lone: bool = False


class HeatMap(Painted):
    """The map. `pointed` announces a point of the table under the mouse or the keys, -1 for none;
    `chosen` one that was clicked, or Return was pressed on."""

    pointed = Signal(int)
    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Heat map of a measure over two params", parent)
        self.setAccessibleDescription("Arrows move from cell to cell, Return chooses one.")
        self.cells: Cells | None = None
        self.cell: tuple[int, int] | None = None
        self._measure, self._marks = "sharpe", tuple[Mark, ...]()
        self._scale: ColourScale | None = None
        self._image, self._left = QImage(), 32.0
        self.setMinimumSize(260, 180)

    def sizeHint(self) -> QSize:
        """Room to see something."""
        return QSize(620, 420)

    def show_cells(self, cells: Cells, measure: str, marks: tuple[Mark, ...]) -> None:
        """Show a measure over two params."""
        self.cells, self._measure, self._marks = cells, measure, marks
        self.cell = None
        self.recolour()

    def recolour(self) -> None:
        """Take on the look."""
        if self.cells is not None:
            self._scale = ColourScale(self.cells.values, self.colours, self._measure)
            self._image = image_of(self.cells.values, self._scale)
            measure = QFontMetricsF(self.small)
            texts = (self.cells.y.told(n) for n in range(len(self.cells.y.values)))
            self._left = 32.0 + max(measure.horizontalAdvance(text) for text in texts)
        self.update()

    # ------------------------------------------------------------------ where things are

    def box(self) -> QRectF:
        """Where the cells are."""
        left = self._left
        room = QRectF(left, TOP, self.width() - left - RIGHT, self.height() - TOP - BOTTOM)
        return room.normalized()

    def box_of(self, x: int, y: int) -> QRectF:
        """Where a cell is; y counts from below."""
        box, (rows, columns) = self.box(), self._shape
        wide, tall = box.width() / columns, box.height() / rows
        return QRectF(box.left() + x * wide, box.bottom() - (y + 1) * tall, wide, tall)

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """The cell under a place."""
        box, (rows, columns) = self.box(), self._shape
        if self.cells is None or not box.contains(place):
            return None
        x = int((place.x() - box.left()) / box.width() * columns)
        y = int((box.bottom() - place.y()) / box.height() * rows)
        return min(x, columns - 1), min(y, rows - 1)

    @property
    def _shape(self) -> tuple[int, int]:
        return self.cells.values.shape if self.cells is not None else (1, 1)

    # ------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, ticks, marks and the legend."""
        painter = QPainter(self)
        painter.setFont(self.small)
        if self.cells is None or self._scale is None:
            self.paint_nothing(painter, EMPTY)
            painter.end()
            return
        box, ink = self.box(), QColor(self.colours.faint)
        painter.fillRect(box, QColor(self.colours.raised))
        painter.drawImage(box, self._image)
        self._paint_values(painter)
        self._paint_ticks(painter, box, ink)
        legend = QRectF(box.right() + 14, box.top(), LEGEND, box.height())
        self._scale.paint_legend(painter, legend, ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self._marks:
            self._paint_mark(painter, mark)
        if self.cell is not None:
            painter.setPen(QPen(QColor(self.colours.text), 1.6))
            painter.drawRect(self.box_of(*self.cell))
        painter.end()

    def _paint_values(self, painter: QPainter) -> None:
        """The numbers themselves, where cells have room for them."""
        assert self.cells is not None
        assert self._scale is not None
        first = self.box_of(0, 0)
        if first.width() < ROOM_FOR_VALUE[0] or first.height() < ROOM_FOR_VALUE[1]:
            return
        marked = {(mark.x, mark.y) for mark in self._marks}
        for y, row in enumerate(self.cells.values.tolist()):
            for x, value in enumerate(row):
                if math.isfinite(value) and (x, y) not in marked:
                    light = self._scale.colour(value).lightnessF() > 0.55
                    painter.setPen(QColor(Qt.GlobalColor.black if light else Qt.GlobalColor.white))
                    text = format_metric(self._measure, value)
                    painter.drawText(self.box_of(x, y), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_ticks(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        assert self.cells is not None
        x, y = self.cells.x, self.cells.y
        across = [self.box_of(n, 0).center().x() for n in range(len(x.values))]
        up = [self.box_of(0, n).center().y() for n in range(len(y.values))]
        ticks_below(painter, box, across, [x.told(n) for n in range(len(x.values))], ink)
        ticks_beside(painter, box, up, [y.told(n) for n in range(len(y.values))], ink)
        painter.setPen(QColor(self.colours.text))
        below = QRectF(box.left(), self.height() - 22, box.width(), 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, x.name)
        painter.save()
        painter.translate(10, box.center().y())
        painter.rotate(-90)
        side = QRectF(-box.height() / 2, -9, box.height(), 18)
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, y.name)
        painter.restore()

    def _paint_mark(self, painter: QPainter, mark: Mark) -> None:
        """A ring with a dark and a light edge, so that it is seen on every colour."""
        centre = self.box_of(mark.x, mark.y).center()
        tone = self.colours.error if mark.lone else self.colours.warning
        style = Qt.PenStyle.DotLine if mark.lone else Qt.PenStyle.SolidLine
        for pen in (QPen(QColor(self.colours.panel), 5.0), QPen(QColor(tone), 2.2, style)):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, 8.0, 8.0)
        measure = QFontMetricsF(painter.font())
        wide, tall = measure.horizontalAdvance(mark.text) + 10, measure.height() + 2
        right = centre.x() + 14 + wide < self.width() - RIGHT + LEGEND / 2
        x = centre.x() + 13 if right else centre.x() - 13 - wide
        y = min(max(centre.y() - tall / 2, 0.0), self.height() - tall)
        spot = QRectF(x, y, wide, tall)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colours.panel))
        painter.drawRoundedRect(spot, 4, 4)
        painter.setPen(QColor(tone))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, mark.text)

    # ------------------------------------------------------------------ pointing

    def point(self, cell: tuple[int, int] | None) -> None:
        """Look at a cell."""
        if cell == self.cell:
            return
        self.cell = cell
        self.pointed.emit(self._point_of(cell))
        self.update()

    def _point_of(self, cell: tuple[int, int] | None) -> int:
        if self.cells is None or cell is None:
            return -1
        return int(self.cells.points[cell[1], cell[0]])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the cell under the mouse."""
        self.point(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse points at nothing any more."""
        self.point(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the point of a cell."""
        self._choose(self.cell_at(event.position()))
        super().mousePressEvent(event)

    def _choose(self, cell: tuple[int, int] | None) -> None:
        point = self._point_of(cell)
        if point >= 0:
            self.chosen.emit(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from cell to cell, Return chooses."""
        key, (rows, columns) = Qt.Key, self._shape
        steps = {key.Key_Left: (-1, 0), key.Key_Right: (1, 0)}
        steps |= {key.Key_Up: (0, 1), key.Key_Down: (0, -1)}
        step = steps.get(key(event.key()))
        if step is not None:
            first = (self._marks[0].x, self._marks[0].y) if self._marks else (0, 0)
            x, y = self.cell or first
            self.point((min(max(x + step[0], 0), columns - 1), min(max(y + step[1], 0), rows - 1)))
        elif event.key() in (key.Key_Return, key.Key_Enter, key.Key_Space):
            self._choose(self.cell)
        else:
            super().keyPressEvent(event)
