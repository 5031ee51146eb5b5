"""A node, a group or a portal on the canvas."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from alphintra_desktop.ui.graph_editor.appearance import (
    NO_BADGE,
    NO_LAMP,
    Appearance,
    Badge,
    Lamp,
)
from alphintra_desktop.ui.graph_editor.faces import End, Face, Kind
from alphintra_desktop.ui.graph_editor.node_graph_qt import AbstractNodeItem
from alphintra_desktop.ui.graph_editor.node_layout import bounds_of, jack_spots, size_of
from alphintra_desktop.ui.graph_editor.node_painting import NodeBrush
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.socket import Socket


class NodeItem(AbstractNodeItem):  # type: ignore[misc] # their classes have no types
    """A box with ports. It shows a `Face`, and beside that what a run and the problems say."""

    id = ""  # theirs looks it up in a table each time, and the canvas asks a lot

    def __init__(self, face: Face, paints: Paints) -> None:
        super().__init__(face.title)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable, False)
        self.face = face
        self.paints = paints
        self.lamp = NO_LAMP
        self.badge = NO_BADGE
        self.hovered = False
        self.calling: End | None = None
        self.offered: frozenset[End] | None = None
        self.sockets: dict[End, Socket] = {}
        self._bounds = bounds_of(face)
        self.id = self._properties["id"] = face.id
        self._properties["type_"] = face.kind.value
        self._width, self._height = size_of(face)
        self._plug()

    @property
    def box(self) -> QRectF:
        """The box without what reaches over its edge, in its own coordinates."""
        return QRectF(0.0, 0.0, self._width, self._height)

    @property
    def inputs(self) -> list[Socket]:
        """The ports on the left, as NodeGraphQt asks for them."""
        return [self.sockets[jack.end] for jack in self.face.inputs]

    @property
    def outputs(self) -> list[Socket]:
        """The ports on the right, as NodeGraphQt asks for them."""
        return [self.sockets[jack.end] for jack in self.face.outputs]

    def show_face(self, face: Face) -> None:
        """Show something else. Ports that stay keep their wires."""
        self.prepareGeometryChange()
        before, self.face = self.face, face
        self._bounds = bounds_of(face)
        self._width, self._height = size_of(face)
        if before.jacks != face.jacks or self.face.kind is Kind.PORTAL:
            self._plug()
        self.update()
        for socket in self.sockets.values():
            for wire in socket.connected_pipes:
                wire.update()

    def show_lamp(self, lamp: Lamp) -> None:
        """Show what a run says of it."""
        if lamp != self.lamp:
            self.lamp = lamp
            self.update()

    def show_badge(self, badge: Badge) -> None:
        """Show what is wrong with it."""
        if badge != self.badge:
            self.badge = badge
            self.update()

    def repaint_with(self, paints: Paints) -> None:
        """Use other colours."""
        self.paints = paints
        self.update()

    def call(self, end: End | None) -> None:
        """Show at which of its ports a wire would begin or end."""
        if end != self.calling:
            self.calling = end
            self.update()

    def offer(self, ends: frozenset[End] | None) -> None:
        """Show to which of its ports a wire could go; with None, no longer."""
        if ends != self.offered:
            self.offered = ends
            self.update()

    def hover(self, hovered: bool) -> None:
        """Show that the mouse is over it, or no longer."""
        if hovered != self.hovered:
            self.hovered = hovered
            self.update()

    def place(self, x: float, y: float) -> None:
        """Lie somewhere else, with the wires."""
        self.setPos(x, y)
        self.reroute()

    def reroute(self) -> None:
        """Draw its wires anew."""
        for socket in self.sockets.values():
            for wire in socket.connected_pipes:
                wire.reroute()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.box)
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        NodeBrush(self._appearance(), self.paints, painter).paint()

    def _appearance(self) -> Appearance:
        sockets = self.sockets.items()
        return Appearance(
            self.face,
            self.box,
            self.lamp,
            self.badge,
            self.hovered,
            self.isSelected(),
            self.calling,
            self.offered,
            frozenset(end for end, socket in sockets if socket.connected_pipes),
        )

    def _plug(self) -> None:
        """Have exactly the sockets of the face. One that stays keeps its wires."""
        wanted = {jack.end for jack in self.face.jacks}
        for end in [end for end in self.sockets if end not in wanted]:
            self._unplug(self.sockets.pop(end))
        for jack, spot in zip(self.face.jacks, jack_spots(self.face), strict=True):
            if jack.end not in self.sockets:
                self.sockets[jack.end] = Socket(jack, self)
            self.sockets[jack.end].jack = jack
            self.sockets[jack.end].setPos(spot)
        self.reroute()

    def _unplug(self, socket: Socket) -> None:
        socket.setParentItem(None)
        if self.scene() is not None:
            self.scene().removeItem(socket)

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        if change == QGraphicsItem.GraphicsItemChange.ItemSelectedHasChanged:
            self.update()
        return value
