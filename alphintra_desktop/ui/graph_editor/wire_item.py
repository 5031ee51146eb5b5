"""A wire on the canvas, and the one that hangs from the mouse while it is drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QStyleOptionGraphicsItem, QWidget

from alphintra_desktop.graph.model import Wire
from alphintra_desktop.ui.graph_editor.node_graph_qt import Z_VAL_PIPE, PipeItem
from alphintra_desktop.ui.graph_editor.node_painting import FAR
from alphintra_desktop.ui.graph_editor.paints import Paints, faded
from alphintra_desktop.ui.graph_editor.socket import Socket

GRASP = 12.0
"""How wide a wire is for the mouse."""

LABEL_AT, LEVEL = 0.42, 40.0
"""How far along a wire its value stands: not in the middle, where steep wires cross."""


def curve(start: QPointF, stop: QPointF) -> QPainterPath:
    """From an output to an input: it leaves to the right and arrives from the left."""
    across = stop.x() - start.x()
    reach = max(26.0, min(abs(across) * 0.5, 120.0))
    if across < 0:
        reach = min(40.0 - across * 0.35, 160.0)
    path = QPainterPath(start)
    path.cubicTo(start.x() + reach, start.y(), stop.x() - reach, stop.y(), stop.x(), stop.y())
    return path


class WireItem(PipeItem):  # type: ignore[misc] # their classes have no types
    """A wire between two sockets."""

    def __init__(self, wire: Wire, start: Socket, stop: Socket, paints: Paints) -> None:
        # Not PipeItem's own: it makes an arrow and styles it, which takes longer than all of this.
        QGraphicsPathItem.__init__(self)
        self.setZValue(Z_VAL_PIPE)
        self.wire, self.paints = wire, paints
        self.hovered = False
        self.chosen = False
        self.target = False
        self.label, self.old = "", False
        self._input_port, self._output_port = stop, start
        self._grasp: QPainterPath | None = None
        self._reach = QRectF()
        start.add_pipe(self)
        stop.add_pipe(self)
        self.reroute()

    @property
    def type_(self) -> str:
        """What it carries."""
        known = self._output_port.jack.type or self._input_port.jack.type
        return str(known)

    @property
    def start(self) -> Socket:
        """The output it comes from."""
        socket: Socket = self._output_port
        return socket

    @property
    def stop(self) -> Socket:
        """The input it leads to."""
        socket: Socket = self._input_port
        return socket

    def reroute(self) -> None:
        """Lead from one socket to the other, wherever they are now."""
        self._grasp = None
        path = curve(self._output_port.centre, self._input_port.centre)
        self.prepareGeometryChange()
        self._reach = path.controlPointRect().adjusted(-4.0, -12.0, 4.0, 12.0)
        self.setPath(path)

    def repaint_with(self, paints: Paints) -> None:
        """Use other colours."""
        self.paints = paints
        self.update()

    def hover(self, hovered: bool) -> None:
        """Show that the mouse is over it, or no longer."""
        if hovered != self.hovered:
            self.hovered = hovered
            self.update()

    def choose(self, chosen: bool) -> None:
        """Show that it is selected, or no longer."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def aim(self, target: bool) -> None:
        """Show that a node dropped now would be put into it."""
        if target != self.target:
            self.target = target
            self.update()

    def show_label(self, label: str, *, old: bool = False) -> None:
        """Show a value on it; an old one, of the drawing as it was, in grey."""
        if (label, old) != (self.label, self.old):
            self.prepareGeometryChange()
            self.label, self.old = label, old
            self.update()

    def boundingRect(self) -> QRectF:
        return self._reach.adjusted(-60.0, 0.0, 60.0, 0.0) if self.label else self._reach

    def shape(self) -> QPainterPath:
        if self._grasp is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(GRASP)
            self._grasp = stroker.createStroke(self.path())
        return self._grasp

    def delete(self) -> None:
        """Leave its sockets and the canvas."""
        for socket in (self._input_port, self._output_port):
            if self in socket.connected_pipes:
                socket.remove_pipe(self)
                socket.box.update()
        if self.scene() is not None:
            self.scene().removeItem(self)

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: object) -> object:
        return value

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        near = painter.worldTransform().m11() >= FAR
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, near)
        painter.setPen(self.paints.wire_pen(self.type_, self._state()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not near:
            painter.drawLine(self._output_port.centre, self._input_port.centre)
            return
        painter.drawPath(self.path())
        if self.label:
            self._paint_label(painter)

    def _state(self) -> str:
        if self.chosen or self.target:
            return "selected"
        if self.hovered:
            return "hovered"
        modes = (self._output_port.box.face.mode, self._input_port.box.face.mode)
        return "dimmed" if "muted" in modes else ""

    def _paint_label(self, painter: QPainter) -> None:
        paints = self.paints
        wide = paints.small.metrics.horizontalAdvance(self.label) + 12
        area = QRectF(0, 0, wide, 16)
        level = self.path().boundingRect().height() < LEVEL
        area.moveCenter(self.path().pointAtPercent(0.5 if level else LABEL_AT))
        line = Qt.PenStyle.DashLine if self.old else Qt.PenStyle.SolidLine
        edge = paints.faint if self.old else paints.port(self.type_)
        painter.setPen(QPen(faded(edge, 0.9), 1.0, line))
        painter.setBrush(paints.panel)
        painter.drawRoundedRect(area, 8, 8)
        painter.setFont(paints.small.font)
        painter.setPen(faded(paints.faint, 0.8) if self.old else paints.text)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), self.label)


class LooseWire(QGraphicsPathItem):
    """The wire that hangs from the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(1000.0)
        self.hide()

    def hang(self, fixed: QPointF, loose: QPointF, pen: QPen, forward: bool) -> None:
        """Lead from a socket to the mouse; backwards when it was drawn from an input."""
        self.setPen(pen)
        self.setPath(curve(fixed, loose) if forward else curve(loose, fixed))
        self.show()
