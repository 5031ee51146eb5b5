"""A comment or a frame on the canvas."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from alphintra_desktop.graph.model import FRAME, Note
from alphintra_desktop.ui.graph_editor.node_graph_qt import AbstractNodeItem
from alphintra_desktop.ui.graph_editor.node_painting import FAR
from alphintra_desktop.ui.graph_editor.paints import Paints, faded, mixed

HEADING = 30.0
CORNER = 16.0
SMALLEST = (80.0, 40.0)
BEHIND, BESIDE = -5.0, 0.5


class NoteItem(AbstractNodeItem):  # type: ignore[misc] # their classes have no types
    """Words on the canvas. A frame is caught by its heading, a comment anywhere."""

    id = ""  # theirs looks it up in a table each time, and the canvas asks a lot

    def __init__(self, note: Note, paints: Paints) -> None:
        super().__init__(note.kind)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, False)
        self.paints = paints
        self.hovered = False
        self.id = self._properties["id"] = note.id
        self.note = note
        self._fit()

    @property
    def is_frame(self) -> bool:
        """Whether it lies around nodes."""
        return self.note.kind == FRAME

    @property
    def box(self) -> QRectF:
        """Its outline, in its own coordinates."""
        return QRectF(0.0, 0.0, self._width, self._height)

    @property
    def heading(self) -> QRectF:
        """Where it is caught, and where its words stand in a frame."""
        return QRectF(0.0, 0.0, self._width, HEADING) if self.is_frame else self.box

    def show_note(self, note: Note) -> None:
        """Show something else."""
        self.prepareGeometryChange()
        self.note = note
        self._fit()
        self.update()

    def place(self, x: float, y: float) -> None:
        """Lie somewhere else."""
        self.setPos(x, y)

    def resize(self, width: float, height: float) -> None:
        """Be as large as that, as long as it is pulled."""
        self.prepareGeometryChange()
        self._width, self._height = max(width, SMALLEST[0]), max(height, SMALLEST[1])
        self.update()

    def at_corner(self, point: QPointF) -> bool:
        """Whether a point of the canvas is where its size is pulled."""
        corner = self.mapToScene(self.box.bottomRight())
        away: QPointF = corner - point
        return -4.0 <= away.x() <= CORNER and -4.0 <= away.y() <= CORNER

    def hover(self, hovered: bool) -> None:
        """Show that the mouse is over it, or no longer."""
        if hovered != self.hovered:
            self.hovered = hovered
            self.update()

    def repaint_with(self, paints: Paints) -> None:
        """Use other colours."""
        self.paints = paints
        self.update()

    def boundingRect(self) -> QRectF:
        return self.box.adjusted(-2.0, -2.0, 2.0, 2.0)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRect(self.heading)
        corner = self.box.bottomRight()
        path.addRect(QRectF(corner - QPointF(CORNER, CORNER), corner))
        return path

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        if change == QGraphicsItem.GraphicsItemChange.ItemSelectedHasChanged:
            self.update()
        return value

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        near = painter.worldTransform().m11() >= FAR
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, near)
        self._paint_box(painter)
        if near:
            self._paint_words(painter)
            self._paint_corner(painter)

    def _fit(self) -> None:
        width, height = self.note.size
        self._width, self._height = max(width, SMALLEST[0]), max(height, SMALLEST[1])
        self.setZValue(BEHIND if self.is_frame else BESIDE)

    def _paint_box(self, painter: QPainter) -> None:
        paints = self.paints
        colour = paints.note(self.note.colour)
        edge = faded(colour, 0.9 if self.hovered else 0.55)
        painter.setPen(QPen(paints.accent, 2.0) if self.isSelected() else QPen(edge, 1.2))
        fill = faded(colour, 0.09) if self.is_frame else mixed(colour, paints.panel, 0.14)
        painter.setBrush(fill)
        painter.drawRoundedRect(self.box, 8.0, 8.0)
        if self.is_frame:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(colour, 0.16))
            painter.drawRoundedRect(self.heading, 8.0, 8.0)

    def _paint_words(self, painter: QPainter) -> None:
        paints = self.paints
        painter.setPen(paints.text)
        if self.is_frame:
            painter.setFont(paints.title.font)
            area = self.heading.adjusted(12.0, 0.0, -12.0, 0.0)
            shown = self.note.text.replace("\n", " ") or "Frame"
            shown = paints.title.metrics.elidedText(
                shown, Qt.TextElideMode.ElideRight, area.width()
            )
            painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)
            return
        painter.setFont(paints.label.font)
        wrapped = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
        painter.drawText(self.box.adjusted(10.0, 8.0, -10.0, -8.0), wrapped, self.note.text)

    def _paint_corner(self, painter: QPainter) -> None:
        corner = self.box.bottomRight() - QPointF(4.0, 4.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(self.paints.note(self.note.colour), 0.6))
        painter.drawPolygon(
            QPolygonF([corner, corner - QPointF(8.0, 0.0), corner - QPointF(0.0, 8.0)])
        )
