"""A measure over two params as a surface in space, turned with the mouse or the arrow keys.

1. The corners of the cells are put on a square, their values above it.
2. Turned by two angles and looked at from far away (no perspective), they fall on the screen.
3. Each cell of four corners is painted, the farthest first, in the colour of its mean.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from alphintra_desktop.ui.charts.painted import Painted
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.colour_scale import LEGEND, ColourScale
from alphintra_desktop.ui.research.heat_map import EMPTY, Mark
from alphintra_desktop.workspace.research_points import Cells

MOST = 48  # corners along a side that are drawn; of more, some are passed over
WHOLE = 0.7  # of all cells are known: else values stand for themselves
TALL = 0.5  # of the side of the square
TURN, TILT = math.radians(7), math.radians(5)
FIRST_TURN, FIRST_TILT = math.radians(-38), math.radians(28)
_LOW, _HIGH = slice(0, -1), slice(1, None)
_CORNERS = ((_LOW, _LOW), (_LOW, _HIGH), (_HIGH, _HIGH), (_HIGH, _LOW))
Floats = npt.NDArray[np.float64]


class Surface(Painted):
    """The surface."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, "Surface of a measure over two params", parent)
        self.setAccessibleDescription("Arrows turn it, Home turns it back.")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.turn, self.tilt = FIRST_TURN, FIRST_TILT
        self._cells: Cells | None = None
        self._marks: tuple[Mark, ...] = ()
        self._measure = "sharpe"
        self._held: QPointF | None = None
        self.setMinimumSize(260, 180)

    def sizeHint(self) -> QSize:
        """Room to see something."""
        return QSize(620, 420)

    def show_cells(self, cells: Cells, measure: str, marks: tuple[Mark, ...]) -> None:
        """Show a measure over two params."""
        self._cells, self._measure, self._marks = cells, measure, marks
        self.update()

    # ------------------------------------------------------------------ on the screen

    def _project(self, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Places on the screen and how far away, of places in a cube from -1/2 to 1/2."""
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        across, away = x * cos - y * sin, x * sin + y * cos
        up = z * math.cos(self.tilt) + away * math.sin(self.tilt)
        far = away * math.cos(self.tilt) - z * math.sin(self.tilt)
        room = self._room()
        size = min(room.width() / 1.5, room.height() / 1.4)
        middle = room.center() + QPointF(0, 0.08 * size)
        return middle.x() + across * size, middle.y() - up * size, far

    def _room(self) -> QRectF:
        return QRectF(10, 10, self.width() - LEGEND - 30, self.height() - 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The floor, the cells, the marks and the legend."""
        painter = QPainter(self)
        painter.setFont(self.small)
        cells = self._cells
        if cells is None or min(cells.values.shape) < 2 or not np.isfinite(cells.values).any():
            self.paint_nothing(painter, EMPTY)
            painter.end()
            return
        scale = ColourScale(cells.values, self.colours, self._measure)
        self._paint_floor(painter, cells)
        self._paint_cells(painter, cells, scale)
        if np.isfinite(cells.values).mean() < WHOLE:
            self._paint_stems(painter, cells, scale)
        for number, mark in enumerate(self._marks):
            self._paint_mark(painter, cells, scale, mark, 0.12 + 0.1 * number)
        legend = QRectF(self.width() - LEGEND - 8, 16, LEGEND, self.height() - 40)
        scale.paint_legend(painter, legend, QColor(self.colours.faint))
        painter.end()

    def _paint_floor(self, painter: QPainter, cells: Cells) -> None:
        """The square below, with the names of both params along the sides that are near."""
        ends = np.array([-0.5, 0.5, 0.5, -0.5]), np.array([-0.5, -0.5, 0.5, 0.5])
        xs, ys, _ = self._project(*ends, np.full(4, -TALL / 2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.colours.line), 1.0))
        painter.setBrush(QColor(self.colours.raised))
        painter.drawPolygon(QPolygonF([QPointF(a, b) for a, b in zip(xs, ys, strict=True)]))
        x_side = -0.62 if math.cos(self.turn) > 0 else 0.62
        y_side = -0.62 if math.sin(self.turn) < 0 else 0.62
        for one, texts in (
            (cells.x, [(0.0, x_side), (-0.5, x_side), (0.5, x_side)]),
            (cells.y, [(-y_side, 0.0), (-y_side, -0.5), (-y_side, 0.5)]),
        ):
            words = (one.name, one.told(0), one.told(len(one.values) - 1))
            for number, ((x, y), text) in enumerate(zip(texts, words, strict=True)):
                tone = self.colours.text if number == 0 else self.colours.faint
                self._write(painter, (x, y, -TALL / 2), text, tone)

    def _write(
        self, painter: QPainter, place: tuple[float, float, float], text: str, tone: str
    ) -> None:
        (x,), (y,), _ = self._project(*(np.array([part]) for part in place))
        painter.setPen(QColor(tone))
        painter.drawText(QRectF(x - 110, y - 9, 220, 18), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_cells(self, painter: QPainter, cells: Cells, scale: ColourScale) -> None:
        values, xs, ys = corners(cells)
        across, down, far = self._project(xs, ys, heights(values, scale))
        px, py = _quads(across), _quads(down)
        away, means = _quads(far).mean(0), _quads(values).mean(0)
        order = np.argsort(-away)
        order = order[np.isfinite(means[order])]
        tones = scale.rgb(means)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(order) < 800)
        edge = QPen(QColor(self.colours.panel), 0.6)
        for quad in order.tolist():
            painter.setPen(edge if len(order) < 800 else QPen(QColor(*tones[quad].tolist()), 0))
            painter.setBrush(QColor(*tones[quad].tolist()))
            points = zip(px[:, quad].tolist(), py[:, quad].tolist(), strict=True)
            painter.drawConvexPolygon([QPointF(a, b) for a, b in points])

    def _paint_stems(self, painter: QPainter, cells: Cells, scale: ColourScale) -> None:
        """Where there is no whole surface: each value as a dot on a stem."""
        rows, columns = np.nonzero(np.isfinite(cells.values))
        values = cells.values[rows, columns]
        ys, xs = (
            place_of(n, size) for n, size in zip((rows, columns), cells.values.shape, strict=True)
        )
        feet = self._project(xs, ys, np.full(len(values), -TALL / 2))
        tops = self._project(xs, ys, heights(values, scale))
        tones = scale.rgb(values).tolist()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stem in np.argsort(-tops[2]).tolist():
            tone = QColor(*tones[stem])
            painter.setPen(QPen(tone, 1.0))
            top = QPointF(tops[0][stem], tops[1][stem])
            painter.drawLine(QPointF(feet[0][stem], feet[1][stem]), top)
            painter.setBrush(tone)
            painter.drawEllipse(top, 3.0, 3.0)

    def _paint_mark(
        self, painter: QPainter, cells: Cells, scale: ColourScale, mark: Mark, tall: float
    ) -> None:
        """A pin from the surface upwards, so that it is seen behind a hill, too."""
        value = cells.values[mark.y, mark.x]
        if not math.isfinite(value):
            return
        x, y = place_of(mark.x, len(cells.x.values)), place_of(mark.y, len(cells.y.values))
        foot = float(heights(np.array([value]), scale)[0])
        xs, ys, _ = self._project(np.array([x, x]), np.array([y, y]), np.array([foot, foot + tall]))
        tone = QColor(self.colours.error if mark.lone else self.colours.warning)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tone, 1.8))
        painter.drawLine(QPointF(xs[0], ys[0]), QPointF(xs[1], ys[1]))
        painter.setBrush(tone)
        painter.drawEllipse(QPointF(xs[1], ys[1]), 3.5, 3.5)
        wide = painter.fontMetrics().horizontalAdvance(mark.text) + 10
        spot = QRectF(xs[1] - wide / 2, ys[1] - 24, wide, 17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colours.panel))
        painter.drawRoundedRect(spot, 4, 4)
        painter.setPen(tone)
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, mark.text)

    # ------------------------------------------------------------------ turning

    def rotate(self, turn: float, tilt: float) -> None:
        """Turn by angles; never so far that it is seen from below."""
        self.turn = math.remainder(self.turn + turn, 2 * math.pi)
        self.tilt = min(max(self.tilt + tilt, math.radians(5)), math.radians(85))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        self._held = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn what is held."""
        if self._held is not None:
            moved = event.position() - self._held
            self._held = event.position()
            self.rotate(moved.x() * 0.01, moved.y() * 0.01)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows turn and tilt it, Home turns it back."""
        key = Qt.Key
        turns = {key.Key_Left: (-TURN, 0.0), key.Key_Right: (TURN, 0.0)}
        turns |= {key.Key_Up: (0.0, -TILT), key.Key_Down: (0.0, TILT)}
        pressed = key(event.key())
        if pressed in turns:
            self.rotate(*turns[pressed])
        elif pressed == key.Key_Home:
            self.turn, self.tilt = FIRST_TURN, FIRST_TILT
            self.update()
        else:
            super().keyPressEvent(event)


def corners(cells: Cells) -> tuple[Floats, Floats, Floats]:
    """(rows, columns) values of at most `MOST` corners a side, and where they stand."""
    rows, columns = (_some(count) for count in cells.values.shape)
    height, width = cells.values.shape
    ys, xs = np.meshgrid(place_of(rows, height), place_of(columns, width), indexing="ij")
    return cells.values[np.ix_(rows, columns)], xs, ys


def _quads(grid: Floats) -> Floats:
    """(4, quads) the corners of each cell, once around."""
    return np.stack([grid[a, b].ravel() for a, b in _CORNERS])


def _some(count: int) -> npt.NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, MOST)).round().astype(np.int64))


def place_of(number: Any, count: int) -> Any:
    """Where a value of a param stands, from -1/2 to 1/2."""
    return number / max(count - 1, 1) - 0.5


def heights(values: Floats, scale: ColourScale) -> Floats:
    """How high above the middle values stand."""
    span = (scale.high - scale.low) or 1.0
    return ((values - scale.low) / span - 0.5) * TALL
