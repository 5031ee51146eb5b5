"""A port on the canvas: where it lies and what the mouse can catch; its node paints it."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem

from alphintra_desktop.ui.graph_editor.faces import End, Face, Jack, Side
from alphintra_desktop.ui.graph_editor.node_graph_qt import PortItem

REACH = QRectF(-15.0, -10.0, 30.0, 20.0)
"""Around a port's centre, what counts as on it."""


class Box(Protocol):
    """What a socket knows of the box that it is on."""

    id: str
    face: Face

    def update(self) -> None:
        """Be painted anew."""

    def call(self, end: End | None) -> None:
        """Show at which of its ports a wire would begin or end."""


class Socket(PortItem):  # type: ignore[misc] # their classes have no types
    """One port of a box."""

    def __init__(self, jack: Jack, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.jack = jack
        self.setAcceptHoverEvents(False)
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsScenePositionChanges, False)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, True)
        self._name = jack.end.port
        self._port_type = "in" if jack.end.side is Side.INPUT else "out"

    @property
    def end(self) -> End:
        """The port of the graph that this is."""
        return self.jack.end

    @property
    def box(self) -> Box:
        """The box it is on."""
        parent: Box = self.parentItem()
        return parent

    @property
    def centre(self) -> QPointF:
        """Where its wires end, on the canvas."""
        centre: QPointF = self.scenePos()
        return centre

    def boundingRect(self) -> QRectF:
        return REACH

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        return value  # theirs redraws wires, which the box does once for all its ports
