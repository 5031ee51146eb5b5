"""The viewer: finds what is under the mouse and begins gestures. It knows items, no document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QLabel, QRubberBand, QToolTip

from alphintra_desktop.graph.model import Wire
from alphintra_desktop.graph.node_type import Arity
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.graph_editor.camera import GRID, Camera
from alphintra_desktop.ui.graph_editor.faces import End, Kind, Side
from alphintra_desktop.ui.graph_editor.gestures import (
    Drag,
    Dragged,
    Gesture,
    Joined,
    Lasso,
    LetGo,
    Pan,
    WirePress,
    Wiring,
)
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.socket import Socket
from alphintra_desktop.ui.graph_editor.wire_item import LooseWire, WireItem

SHIFTS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
Item = TypeVar("Item", bound=QGraphicsItem)


@dataclass(frozen=True)
class MenuWanted:
    """A menu is wanted at a place of the screen, about an item or the canvas."""

    at: QPoint
    item: NodeItem | WireItem | None


class Movable(Protocol):
    """What can be dragged: it has an id and a place."""

    id: str

    def pos(self) -> QPointF: ...
    def place(self, x: float, y: float) -> None: ...


def nothing_against(start: End, stop: End, loosened: Wire | None) -> str | None:
    """Any two ports may be connected, until the canvas says otherwise."""
    return None


class Viewer(Camera):
    """Mouse and keys of the canvas. Its signals say what a gesture came to."""

    def __init__(self, paints: Paints) -> None:
        super().__init__(paints)
        self.picked: Signal[frozenset[str]] = Signal()
        self.dragged: Signal[Dragged] = Signal()
        self.joined: Signal[Joined] = Signal()
        self.let_go: Signal[LetGo] = Signal()
        self.wiring_cancelled: Signal[None] = Signal()
        self.wire_clicked: Signal[Wire] = Signal()
        self.void_activated: Signal[QPointF] = Signal()
        self.item_activated: Signal[str] = Signal()
        self.menu_wanted: Signal[MenuWanted] = Signal()
        self.why_not: Callable[[End, End, Wire | None], str | None] = nothing_against
        self.tip: Callable[[QGraphicsItem], str] = lambda item: ""
        self.snaps = True
        self.rubber_band = QRubberBand(QRubberBand.Shape.Rectangle, self)
        self._gesture: Gesture | None = None
        self._space = False
        self._hovered: NodeItem | WireItem | None = None
        self._calling: NodeItem | None = None
        self._loose = LooseWire()
        self.scene().addItem(self._loose)
        self._hint = QLabel(self)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.hide()
        self.mouse_at = QPointF()
        self.setMouseTracking(True)
        self.setAccessibleName("Graph canvas")

    # ------------------------------------------------------------------ what is where

    @property
    def boxes(self) -> list[NodeItem]:
        """All boxes that are shown."""
        return [item for item in self.scene().items() if isinstance(item, NodeItem)]

    @property
    def selected_ids(self) -> frozenset[str]:
        """The ids of what is drawn as selected."""
        return frozenset(item.id for item in self.scene().selectedItems() if hasattr(item, "id"))

    def ids_in(self, area: QRectF) -> frozenset[str]:
        """The ids of the boxes that an area touches."""
        return frozenset(
            item.id
            for item in self.scene().items(area)
            if isinstance(item, NodeItem) and item.face.kind is not Kind.PORTAL
        )

    def first(self, kinds: type[Item] | tuple[type[Item], ...], at: QPoint) -> Item | None:
        """The topmost item of a kind at a place in the view."""
        for item in self.scene().items(self.mapToScene(at)):
            if isinstance(item, kinds):
                return item
        return None

    def socket_near(self, at: QPoint, other_than: End, pixels: float) -> Socket | None:
        """The port nearest to a place in the view, if one is as near as that."""
        reach = pixels / self.zoom_scale
        point = self.mapToScene(at)
        area = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        near = [
            (_apart(item.centre, point), id(item), item)
            for item in self.scene().items(area)
            if isinstance(item, Socket) and item.end != other_than
        ]
        return min(near)[2] if near and min(near)[0] <= reach else None

    def wire_under(self, grabbed: Movable) -> WireItem | None:
        """The wire that runs under the middle of a box, and not to it."""
        if not isinstance(grabbed, NodeItem) or grabbed.face.kind is Kind.PORTAL:
            return None
        title = grabbed.mapRectToScene(grabbed.box.adjusted(20, 0, -20, 0))
        for item in self.scene().items(title):
            if isinstance(item, WireItem) and grabbed not in (item.start.box, item.stop.box):
                return item
        return None

    def snapped(self, point: QPointF) -> QPointF:
        """The nearest place where a box may settle."""
        if not self.snaps:
            return point
        return QPointF(round(point.x() / GRID) * GRID, round(point.y() / GRID) * GRID)

    # ------------------------------------------------------------------ while wiring

    def show_loose_wire(self, fixed: QPointF, loose: QPointF, type_: str, forward: bool) -> None:
        """Have a wire hang from the mouse."""
        self._loose.hang(fixed, loose, self.paints.wire_pen(type_, "hovered"), forward)

    def hide_loose_wire(self) -> None:
        """No wire hangs from the mouse any more."""
        self._loose.hide()

    def call(self, end: End | None) -> None:
        """Show at which port a wire would end now."""
        for item in (self._calling, self._box_with(end)):
            if item is not None:
                item.calling = end if end in item.sockets else None
                item.update()
        self._calling = self._box_with(end)

    def _box_with(self, end: End | None) -> NodeItem | None:
        if end is None:
            return None
        return next((item for item in self.boxes if end in item.sockets), None)

    def hint(self, text: str, at: QPoint) -> None:
        """Say something beside the mouse, or with "" nothing any more."""
        self._hint.setVisible(bool(text))
        if text:
            colours = self.paints.colours
            self._hint.setStyleSheet(
                f"background: {colours.panel}; color: {colours.text}; border-radius: 5px;"
                f"border: 1px solid {colours.warning}; padding: 4px 8px;"
            )
            self._hint.setText(text)
            self._hint.adjustSize()
            self._hint.move(at + QPoint(16, 18))
            self._hint.raise_()

    def loosen(self, wire: WireItem) -> None:
        """Show a wire no longer, while its end hangs from the mouse."""
        wire.hide()

    # ------------------------------------------------------------------ gestures

    def begin(self, gesture: Gesture, at: QPoint) -> None:
        """Give the mouse to a gesture until its button is released."""
        self._gesture = gesture
        gesture.move(at)

    def cancel_gesture(self) -> bool:
        """Think better of what the mouse is doing; whether it was doing anything."""
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return False
        gesture.cancel()
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.cancel_gesture()
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
        box = self.first(NodeItem, at)
        if box is not None:
            return self._box_pressed(box, at, also)
        wire = self.first(WireItem, at)
        if wire is not None:
            return WirePress(self, wire, at, _farther(wire, self.mapToScene(at)))
        return Lasso(self, at, self.selected_ids if also else frozenset())

    def _socket_pressed(self, socket: Socket, at: QPoint) -> Gesture:
        """A port begins a wire, but for an input that has its only one: that is given back."""
        wires = socket.connected_pipes
        if socket.end.side is Side.INPUT and wires and socket.jack.arity is not Arity.MANY:
            return WirePress(self, wires[-1], at, wires[-1].start)
        return Wiring(self, socket)

    def _box_pressed(self, box: NodeItem, at: QPoint, also: bool) -> Gesture:
        if box.face.kind is Kind.PORTAL:
            return Lasso(self, at, frozenset())
        if also:
            self.picked.emit(self.selected_ids ^ {box.id})
        elif not box.isSelected():
            self.picked.emit(frozenset({box.id}))
        return Drag(self, box, at, {box, *self.movable(self.selected_ids)})

    def movable(self, ids: Iterable[str]) -> list[Movable]:
        """The items with these ids that can be dragged."""
        wanted = frozenset(ids)
        return [box for box in self.boxes if box.id in wanted and box.face.kind is not Kind.PORTAL]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        self.mouse_at = self.mapToScene(at)
        if self._gesture is not None:
            self._gesture.move(at)
        else:
            self._hover(self.first(NodeItem, at) or self.first(WireItem, at))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.end(event.position().toPoint())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        box = self.first(NodeItem, at)
        if event.button() != Qt.MouseButton.LeftButton or self.first(Socket, at) is not None:
            self.mousePressEvent(event)
        elif box is not None:
            self.item_activated.emit(box.id)
        elif self.first(WireItem, at) is None:
            self.void_activated.emit(self.mapToScene(at))
        event.accept()

    def _hover(self, item: NodeItem | WireItem | None) -> None:
        if item is self._hovered:
            return
        for one, hovered in ((self._hovered, False), (item, True)):
            if one is not None:
                one.hover(hovered)
        self._hovered = item

    def forget(self, item: NodeItem | WireItem) -> None:
        """An item is about to leave: nothing may point at it any more."""
        if item is self._hovered:
            self._hovered = None
        if item is self._calling:
            self._calling = None

    # ------------------------------------------------------------------ keys and the rest

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.cancel_gesture():
            return
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            return
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().unsetCursor()
        event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return False  # Tab looks for a node type

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        self.mouse_at = self.mapToScene(at)
        item = self.first(NodeItem, at) or self.first(WireItem, at)
        self.menu_wanted.emit(MenuWanted(event.globalPos(), item))
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            item = self.first((Socket, NodeItem, WireItem), event.pos())
            text = self.tip(item) if item is not None else ""
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        return bool(super().viewportEvent(event))

    def dragEnterEvent(self, event: Any) -> None:
        QGraphicsView.dragEnterEvent(self, event)

    def dragMoveEvent(self, event: Any) -> None:
        QGraphicsView.dragMoveEvent(self, event)

    def dropEvent(self, event: Any) -> None:
        QGraphicsView.dropEvent(self, event)


def _apart(one: QPointF, other: QPointF) -> float:
    between = one - other
    return max(abs(between.x()), abs(between.y()))


def _farther(wire: WireItem, point: QPointF) -> Socket:
    """The end of a wire that stays when it is pulled at `point`."""
    ends = (wire.start, wire.stop)
    return max(ends, key=lambda socket: _apart(socket.centre, point))
