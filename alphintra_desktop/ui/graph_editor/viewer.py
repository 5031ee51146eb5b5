"""The viewer: the mouse and the keys on the canvas. It knows items, no document."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip

from alphintra_desktop.graph.node_type import Arity
from alphintra_desktop.ui.graph_editor.faces import Side
from alphintra_desktop.ui.graph_editor.gestures import Drag, Lasso, Pan, Resize, WirePress, Wiring
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.note_item import NoteItem
from alphintra_desktop.ui.graph_editor.outcomes import NodeDropped
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.socket import Socket
from alphintra_desktop.ui.graph_editor.surface import Gesture, MenuWanted, Surface, apart, is_real
from alphintra_desktop.ui.graph_editor.wire_item import WireItem

NODE_TYPE = "application/x-alphintra-node"
"""What is dragged here from a list of node types: the name of one."""

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFTS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class Viewer(Surface):
    """Begins gestures. Its signals say what a gesture came to."""

    def __init__(self, paints: Paints) -> None:
        super().__init__(paints)
        self._space = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.cancel_gesture()
        self.fitted = False
        at = event.position().toPoint()
        self.mouse_at = self.mapToScene(at)
        button = event.button()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if button == Qt.MouseButton.MiddleButton or self._space or alt:
            self._gesture = Pan(self, at)
        elif button == Qt.MouseButton.LeftButton:
            self._gesture = self._pressed(at, bool(event.modifiers() & SHIFTS))
        event.accept()

    def _pressed(self, at: QPoint, also: bool) -> Gesture:
        socket = self.first(Socket, at)
        if socket is not None:
            return self._socket_pressed(socket, at)
        item = self.thing_at(at)
        if isinstance(item, WireItem):
            return WirePress(self, item, at, _farther(item, self.mapToScene(at)))
        if isinstance(item, NoteItem) and item.at_corner(self.mapToScene(at)):
            return Resize(self, item, at)
        if item is not None and is_real(item):
            return self._grabbed(item, at, also)
        return Lasso(self, at, self.selected_ids if also else frozenset())

    def _socket_pressed(self, socket: Socket, at: QPoint) -> Gesture:
        """A port begins a wire, but for an input that has its only one: that is given back."""
        wires = socket.connected_pipes
        if socket.end.side is Side.INPUT and wires and socket.jack.arity is not Arity.MANY:
            return WirePress(self, wires[-1], at, wires[-1].start)
        return Wiring(self, socket)

    def _grabbed(self, item: NodeItem | NoteItem, at: QPoint, also: bool) -> Gesture:
        if also:
            self.picked.emit(self.selected_ids ^ {item.id})
        elif not item.isSelected():
            self.picked.emit(frozenset({item.id}))
        return Drag(self, item, at, {item, *self.dragged_along(self.selected_ids | {item.id})})

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        self.mouse_at = self.mapToScene(at)
        if self._gesture is not None:
            self._gesture.move(at)
        else:
            self.hover(self.thing_at(at))
            self.call(self.first(Socket, at))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.end(event.position().toPoint())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        item = self.thing_at(at)
        if event.button() != Qt.MouseButton.LeftButton or self.first(Socket, at) is not None:
            self.mousePressEvent(event)
        elif item is None:
            self.void_activated.emit(self.mapToScene(at))
        elif isinstance(item, NodeItem | NoteItem):
            self.item_activated.emit(item.id)
        event.accept()

    # ------------------------------------------------------------------ keys and the rest

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.cancel_gesture():
                self.picked.emit(frozenset())
            return
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return
        if event.key() == Qt.Key.Key_Tab and event.modifiers() == CTRL:
            super().focusNextPrevChild(True)
            return
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().unsetCursor()
        event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Tab looks for a node type; Shift+Tab and Ctrl+Tab lead out of here.
        return False if forward else bool(super().focusNextPrevChild(False))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        self.mouse_at = self.mapToScene(at)
        item = self.thing_at(at)
        self.menu_wanted.emit(MenuWanted(event.globalPos(), item))
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            item = self.first(Socket, event.pos()) or self.thing_at(event.pos())
            text = self.tip(item) if item is not None else ""
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self.hover(None)
        return bool(super().viewportEvent(event))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._accept_node(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._accept_node(event)

    def dropEvent(self, event: QDropEvent) -> None:
        names = bytes(event.mimeData().data(NODE_TYPE).data()).decode()
        at = self.mapToScene(event.position().toPoint())
        for number, name in enumerate(names.split()):
            self.node_dropped.emit(NodeDropped(name, at + QPointF(40.0, 40.0) * number))
        event.acceptProposedAction()

    def _accept_node(self, event: QDropEvent) -> None:
        if event.mimeData().hasFormat(NODE_TYPE):
            event.acceptProposedAction()
        else:
            event.ignore()


def _farther(wire: WireItem, point: QPointF) -> Socket:
    """The end of a wire that stays when it is pulled at `point`."""
    ends = (wire.start, wire.stop)
    return max(ends, key=lambda socket: apart(socket.centre, point))
