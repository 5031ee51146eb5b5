"""A small map of the graph in the corner of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from alphintra_desktop.ui.graph_editor.desk import Desk
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.note_item import NoteItem
from alphintra_desktop.ui.graph_editor.paints import faded, mixed
from alphintra_desktop.workspace.settings import MINIMAP

WIDE, HIGH, EDGE = 190, 124, 12
ROOM = 0.06


class Minimap(QWidget):
    """Shows all boxes and the part in view, which a click or drag moves."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._parent = desk, parent
        self._drawn: QPixmap | None = None
        self._whole = QRectF(0, 0, 1, 1)
        self.resize(WIDE, HIGH)
        self.setAccessibleName("Map of the graph")
        self.setToolTip("Click or drag to look elsewhere.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        desk.viewer.camera_moved.connect(self.update)
        self.follow_setting()

    def follow_setting(self) -> None:
        """Be shown or not, as the user set it."""
        room = self._parent.width() > 3 * WIDE and self._parent.height() > 3 * HIGH
        self.setVisible(room and self._desk.settings.get(MINIMAP))

    def settle(self) -> None:
        """Lie in the corner, unless the canvas is too small for a map."""
        self.follow_setting()
        self.move(self._parent.width() - WIDE - EDGE, self._parent.height() - HIGH - EDGE)
        self.raise_()

    def refresh(self) -> None:
        """Draw the boxes anew."""
        self._drawn = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawn is None or self._drawn.devicePixelRatio() != self.devicePixelRatioF():
            self._drawn = self._draw_items()
        paints = self._desk.viewer.paints
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = self._to_map(self._desk.viewer.visible_area)
        seen = seen.intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.setPen(QPen(paints.accent, 1.3))
        painter.setBrush(faded(paints.accent, 0.08))
        painter.drawRoundedRect(seen, 3, 3)
        painter.end()

    def _draw_items(self) -> QPixmap:
        paints, ratio = self._desk.viewer.paints, self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        self._whole = self._area()
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(paints.line, 1.0))
        painter.setBrush(faded(paints.panel, 0.92))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        for item in sorted(self._desk.stage.items(), key=lambda item: item.zValue()):
            painter.setBrush(self._colour(item))
            painter.drawRect(self._to_map(item.mapRectToScene(item.box)))
        painter.end()
        return pixmap

    def _colour(self, item: NodeItem | NoteItem) -> QColor:
        paints = self._desk.viewer.paints
        if isinstance(item, NoteItem):
            return faded(paints.note(item.note.colour), 0.25)
        if item.isSelected():
            return paints.accent
        return mixed(paints.port(item.face.carries), paints.node, 0.55)

    def _area(self) -> QRectF:
        area = self._desk.stage.area()
        if area.isEmpty():
            area = self._desk.viewer.visible_area
        wide, high = area.width() * ROOM + 40, area.height() * ROOM + 40
        return area.adjusted(-wide, -high, wide, high)

    @property
    def _scale(self) -> float:
        return min((WIDE - 8) / self._whole.width(), (HIGH - 8) / self._whole.height())

    def _to_map(self, area: QRectF) -> QRectF:
        middle = (area.center() - self._whole.center()) * self._scale
        wide, high = area.width() * self._scale, area.height() * self._scale
        shown = QRectF(0, 0, max(wide, 2.0), max(high, 2.0))
        shown.moveCenter(middle + QPointF(WIDE / 2, HIGH / 2))
        return shown

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._look(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._look(event.position())

    def _look(self, at: QPointF) -> None:
        away = (at - QPointF(WIDE / 2, HIGH / 2)) / self._scale
        self._desk.viewer.look_at(self._whole.center() + away)
