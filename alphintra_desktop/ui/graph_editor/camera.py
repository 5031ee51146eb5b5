"""What part of the canvas the viewer shows, and how large."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView

from alphintra_desktop.ui.graph_editor.node_graph_qt import NodeViewer
from alphintra_desktop.ui.graph_editor.paints import Paints

SMALLEST, LARGEST = 0.06, 3.0
AT_FIT = 1.25
"""The largest scale that fitting a few nodes goes to."""

MISSED = 0.75
"""How much of an area must be seen for it to be shown larger than it fits."""

GRID = 20
ROOM = 40.0
STEP = 1.0015
"""Of zooming, for a unit of the mouse wheel."""


class Camera(NodeViewer):  # type: ignore[misc] # their classes have no types
    """NodeGraphQt's viewer with a camera that keeps its scale, has limits, and paints our grid."""

    camera_moved = QtSignal()
    focus_changed = QtSignal()

    _scale = 1.0
    fitted = False
    """Whether it shows what it was last fitted to: the user has not looked elsewhere since."""

    def __init__(self, paints: Paints) -> None:
        self.paints = paints
        super().__init__()
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setOptimizationFlag(
            QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing
        )  # items leave room for it
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)

    @property
    def zoom_scale(self) -> float:
        """How many pixels a unit of the canvas has."""
        return self._scale

    @property
    def visible_area(self) -> QRectF:
        """The part of the canvas that is shown."""
        return QRectF(self._scene_range)

    def look_at(self, point: QPointF) -> None:
        """Have that point in the middle."""
        self.fitted = False
        self._scene_range.moveCenter(point)
        self._update_scene()

    def fit(self, area: QRectF, smallest: float = 0.0) -> None:
        """Show all of an area, with some room around it, not larger than life by much.

        If not much is missing, it is rather shown at the scale `smallest`, from its left on.
        """
        if area.isEmpty():
            area = QRectF(area.center() - QPointF(200, 150), QSizeF(400, 300))
        wide = self.viewport().width() / (area.width() + 2 * ROOM)
        high = self.viewport().height() / (area.height() + 2 * ROOM)
        whole = min(wide, high, AT_FIT)
        nearly = MISSED * smallest <= whole < smallest
        self._scale = _limited(smallest if nearly else whole)
        self._scene_range.moveCenter(area.center())
        self._resized_about(self._scene_range.center())
        if nearly and wide < smallest:
            self._scene_range.moveLeft(area.left() - ROOM / 2)
            self._update_scene()
        self.fitted = True

    def show_area(self, area: QRectF) -> None:
        """Have an area in view, by moving as little as that takes."""
        room, seen = ROOM / self._scale / 2, self._scene_range
        left = min(0.0, area.left() - room - seen.left())
        right = max(0.0, area.right() + room - seen.right())
        up = min(0.0, area.top() - room - seen.top())
        down = max(0.0, area.bottom() + room - seen.bottom())
        if left + right or up + down:
            self.fitted = False
            self._scene_range.translate(left + right, up + down)
            self._update_scene()

    def zoom_by(self, factor: float, at: QPoint | None = None) -> None:
        """Enlarge, and keep the point under `at` (or the middle) where it is."""
        self.fitted = False
        where = at or self.viewport().rect().center()
        fixed = self.mapToScene(where)
        self._scale = _limited(self._scale * factor)
        corner = fixed - QPointF(where) / self._scale
        self._scene_range.moveTopLeft(corner)
        self._resized_about(None)

    def zoom_to(self, scale: float) -> None:
        """Show the middle at a scale."""
        self.zoom_by(scale / self._scale)

    def pan_by(self, pixels: QPointF) -> None:
        """Move the canvas with the mouse."""
        self.fitted = False
        self._scene_range.translate(-pixels / self._scale)
        self._update_scene()

    def _resized_about(self, centre: QPointF | None) -> None:
        size = QSizeF(self.viewport().size()) / self._scale
        self._scene_range.setSize(size)
        if centre is not None:
            self._scene_range.moveCenter(centre)
        self._update_scene()

    def _update_scene(self) -> None:
        """Theirs fits the area into the view, which changes the scale bit by bit."""
        self.setSceneRect(self._scene_range)
        if self.transform().m11() != self._scale:
            self.setTransform(QTransform.fromScale(self._scale, self._scale))
        self.camera_moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        QGraphicsView.resizeEvent(self, event)
        self._scene_range.setSize(QSizeF(self.viewport().size()) / self._scale)
        self._update_scene()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(STEP ** event.angleDelta().y(), event.position().toPoint())
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Theirs fills a hidden menu bar, for menus that we do not use."""
        QGraphicsView.focusInEvent(self, event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QGraphicsView.focusOutEvent(self, event)
        self.focus_changed.emit()

    def drawBackground(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, self.paints.canvas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        step = float(GRID)
        while step * self._scale < 14:
            step *= 4
        for spacing, colour in ((step, self.paints.grid), (step * 5, self.paints.line)):
            self._draw_dots(painter, spacing, colour)

    def _draw_dots(self, painter: QPainter, spacing: float, colour: QColor) -> None:
        seen = self._scene_range
        left = math.floor(seen.left() / spacing) * spacing
        top = math.floor(seen.top() / spacing) * spacing
        pen = QPen(colour, 2.0 * self.devicePixelRatioF())
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.translate(left, top)
        painter.drawPoints(
            _dots(spacing, int(seen.width() / spacing), int(seen.height() / spacing))
        )
        painter.translate(-left, -top)


@lru_cache(maxsize=8)
def _dots(spacing: float, columns: int, rows: int) -> list[QPointF]:
    """The crossings of a grid, and some more than can be seen."""
    return [
        QPointF(column * spacing, row * spacing)
        for column in range(columns + 2)
        for row in range(rows + 2)
    ]


def _limited(scale: float) -> float:
    return max(SMALLEST, min(scale, LARGEST))
