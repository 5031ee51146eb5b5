"""What lies where on the canvas, and what is shown only while the mouse does something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QLabel, QRubberBand

from alphintra_desktop.graph.model import Wire
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.graph_editor.camera import GRID, Camera
from alphintra_desktop.ui.graph_editor.faces import End, Kind
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.note_item import NoteItem
from alphintra_desktop.ui.graph_editor.outcomes import Dragged, Joined, LetGo, NodeDropped, Resized
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.socket import Box, Socket
from alphintra_desktop.ui.graph_editor.wire_item import LooseWire, WireItem

HINT_WIDTH = 360

Thing: TypeAlias = NodeItem | NoteItem | WireItem
Item = TypeVar("Item", bound=QGraphicsItem)


class Gesture(Protocol):
    """Something that the mouse does until its button is released."""

    def move(self, at: QPoint) -> None:
        """The mouse is there now."""

    def end(self, at: QPoint) -> None:
        """The button was released there."""

    def cancel(self) -> None:
        """It was thought better of."""


@dataclass(frozen=True)
class MenuWanted:
    """A menu is wanted at a place of the screen, about an item or the canvas."""

    at: QPoint
    item: Thing | None


def nothing_against(start: End, stop: End, loosened: Wire | None) -> str | None:
    """Any two ports may be connected, until the canvas says otherwise."""
    return None


class Surface(Camera):
    """The items on the canvas by place, and what is shown while a gesture goes on."""

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
        self.resized: Signal[Resized] = Signal()
        self.node_dropped: Signal[NodeDropped] = Signal()
        self.menu_wanted: Signal[MenuWanted] = Signal()
        self.why_not: Callable[[End, End, Wire | None], str | None] = nothing_against
        self.tip: Callable[[QGraphicsItem], str] = lambda item: ""
        self.snaps = True
        self.rubber_band = QRubberBand(QRubberBand.Shape.Rectangle, self)
        self._gesture: Gesture | None = None
        self._hovered: Thing | None = None
        self._calling: tuple[Box, End] | None = None
        self._loose = LooseWire()
        self.scene().addItem(self._loose)
        self._hint = QLabel(self)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._hint.setWordWrap(True)
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
        """The ids of what an area touches; a frame must lie in it."""
        touched = self.scene().items(area)
        boxes = {i.id for i in touched if isinstance(i, NodeItem) and is_real(i)}
        notes = [i for i in touched if isinstance(i, NoteItem)]
        return frozenset(
            boxes | {n.id for n in notes if not n.is_frame or area.contains(n.sceneBoundingRect())}
        )

    def first(self, kinds: type[Item] | tuple[type[Item], ...], at: QPoint) -> Item | None:
        """The topmost item of a kind at a place in the view."""
        for item in self.scene().items(self.mapToScene(at)):
            if isinstance(item, kinds):
                return item
        return None

    def thing_at(self, at: QPoint) -> Thing | None:
        """The box, comment, wire or frame at a place in the view, in this order."""
        things = [i for i in self.scene().items(self.mapToScene(at)) if isinstance(i, Thing)]
        return min(things, key=_precedence, default=None)

    def dragged_along(self, ids: frozenset[str]) -> list[NodeItem | NoteItem]:
        """The items with these ids, and what lies in those of them that are frames."""
        items = [
            item
            for item in self.scene().items()
            if isinstance(item, NodeItem | NoteItem) and is_real(item)
        ]
        frames = [
            item.mapRectToScene(item.box)
            for item in items
            if isinstance(item, NoteItem) and item.is_frame and item.id in ids
        ]
        return [item for item in items if item.id in ids or _lies_in_one(item, frames)]

    def socket_near(self, at: QPoint, other_than: End, pixels: float) -> Socket | None:
        """The port nearest to a place in the view, if one is as near as that."""
        reach = pixels / self.zoom_scale
        point = self.mapToScene(at)
        area = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        near = [
            (apart(item.centre, point), id(item), item)
            for item in self.scene().items(area)
            if isinstance(item, Socket) and item.end != other_than
        ]
        return min(near)[2] if near and min(near)[0] <= reach else None

    def wire_under(self, grabbed: NodeItem | NoteItem) -> WireItem | None:
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

    def call(self, socket: Socket | None) -> None:
        """Show at which port a wire would begin or end now."""
        calling = (socket.box, socket.end) if socket is not None else None
        if calling == self._calling:
            return
        if self._calling is not None:
            self._calling[0].call(None)
        if calling is not None:
            calling[0].call(calling[1])
        self._calling = calling

    def offer(self, fixed: Socket | None) -> None:
        """Show which ports a wire from `fixed` could go to; with None, no longer."""
        for box in self.boxes:
            box.offer(frozenset(_fitting(box, fixed)) if fixed is not None else None)

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
            wide = self._hint.fontMetrics().horizontalAdvance(text) + 24
            self._hint.setFixedWidth(min(HINT_WIDTH, wide))
            self._hint.adjustSize()
            room = self.rect().bottomRight() - self._hint.rect().bottomRight() - QPoint(8, 8)
            where = at + QPoint(16, 18)
            self._hint.move(max(8, min(where.x(), room.x())), max(8, min(where.y(), room.y())))
            self._hint.raise_()

    def loosen(self, wire: WireItem) -> None:
        """Show a wire no longer, while its end hangs from the mouse."""
        wire.hide()

    # ------------------------------------------------------------------ gestures

    def hover(self, item: Thing | None) -> None:
        """The mouse is over that item now."""
        if item is self._hovered:
            return
        for one, hovered in ((self._hovered, False), (item, True)):
            if one is not None:
                one.hover(hovered)
        self._hovered = item

    def forget(self, item: Thing) -> None:
        """An item is about to leave: nothing may point at it any more."""
        if item is self._hovered:
            self._hovered = None
        if self._calling is not None and self._calling[0] is item:
            self._calling = None

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


def _precedence(item: Thing) -> int:
    """Which of several things at one place the mouse is for; 0 before all others."""
    if isinstance(item, NodeItem):
        return 0
    if isinstance(item, WireItem):
        return 2
    return 3 if item.is_frame else 1


def _fitting(box: NodeItem, fixed: Socket) -> Iterator[End]:
    """The ports of a box on the other side that carry the same; and the port itself."""
    for jack in box.face.jacks:
        other = jack.end.side is not fixed.end.side and jack.end.node != fixed.end.node
        if jack.end == fixed.end or (other and jack.type == fixed.jack.type):
            yield jack.end


def is_real(item: NodeItem | NoteItem) -> bool:
    """Whether it stands for something of the graph that can be selected and moved."""
    return isinstance(item, NoteItem) or item.face.kind is not Kind.PORTAL


def _lies_in_one(item: NodeItem | NoteItem, frames: Iterable[QRectF]) -> bool:
    middle = item.mapToScene(item.box.center())
    return any(frame.contains(middle) for frame in frames)


def apart(one: QPointF, other: QPointF) -> float:
    between = one - other
    return max(abs(between.x()), abs(between.y()))
