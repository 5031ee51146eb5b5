"""What the mouse is doing on the canvas: one object from press to release.

A gesture changes nothing but how things look meanwhile. What it comes to is announced by the
viewer when the button is released, and the canvas turns it into an edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtWidgets import QApplication

from alphintra_desktop.graph.model import Wire
from alphintra_desktop.ui.graph_editor.faces import End, Side
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.note_item import NoteItem
from alphintra_desktop.ui.graph_editor.outcomes import Dragged, Joined, LetGo, Resized
from alphintra_desktop.ui.graph_editor.socket import Socket
from alphintra_desktop.ui.graph_editor.surface import Surface
from alphintra_desktop.ui.graph_editor.wire_item import WireItem

SNAPS_FROM = 26.0
"""How near a port, in pixels, a wire's end goes there by itself."""


class Pan:
    """Moving the canvas under the view."""

    def __init__(self, viewer: Surface, at: QPoint) -> None:
        self._viewer, self._last = viewer, at
        viewer.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, at: QPoint) -> None:
        self._viewer.pan_by(QPointF(at - self._last))
        self._last = at

    def end(self, at: QPoint) -> None:
        self._viewer.viewport().unsetCursor()

    def cancel(self) -> None:
        self._viewer.viewport().unsetCursor()


class Lasso:
    """Selecting what a rectangle touches; with `also`, beside what is selected already."""

    def __init__(self, viewer: Surface, at: QPoint, also: frozenset[str]) -> None:
        self._viewer, self._from, self._also = viewer, at, also
        self._before = viewer.selected_ids

    def move(self, at: QPoint) -> None:
        area = QRect(self._from, at).normalized()
        self._viewer.rubber_band.setGeometry(area)
        self._viewer.rubber_band.show()
        touched = self._viewer.ids_in(self._viewer.mapToScene(area).boundingRect())
        self._viewer.picked.emit(self._also | touched)

    def end(self, at: QPoint) -> None:
        if self._viewer.rubber_band.isVisible():
            self._viewer.rubber_band.hide()
        else:
            self._viewer.picked.emit(self._also)

    def cancel(self) -> None:
        self._viewer.rubber_band.hide()
        self._viewer.picked.emit(self._before)


class Drag:
    """Moving boxes and notes. The one that was grabbed settles on the grid, the others follow."""

    def __init__(
        self,
        viewer: Surface,
        grabbed: NodeItem | NoteItem,
        at: QPoint,
        items: Iterable[NodeItem | NoteItem],
    ) -> None:
        self._viewer, self._grabbed = viewer, grabbed
        self._press, self._from = at, viewer.mapToScene(at)
        self._starts: Mapping[NodeItem | NoteItem, QPointF] = {item: item.pos() for item in items}
        self._moving = False
        self._over: WireItem | None = None

    def move(self, at: QPoint) -> None:
        if not self._moving and not _far(self._press, at):
            return
        self._moving = True
        start = self._starts[self._grabbed]
        wanted = start + self._viewer.mapToScene(at) - self._from
        shift = self._viewer.snapped(wanted) - start
        for item, from_ in self._starts.items():
            item.place(from_.x() + shift.x(), from_.y() + shift.y())
        self._aim(at)

    def end(self, at: QPoint) -> None:
        over = self._over
        self._aim_at(None)
        if self._moving:
            spots = {item.id: (item.pos().x(), item.pos().y()) for item in self._starts}
            self._viewer.dragged.emit(Dragged(spots, over.wire if over is not None else None))

    def cancel(self) -> None:
        self._aim_at(None)
        for item, start in self._starts.items():
            item.place(start.x(), start.y())

    def _aim(self, at: QPoint) -> None:
        """Find the wire that a single node would be put into if it were dropped now."""
        over = None
        if len(self._starts) == 1:
            over = self._viewer.wire_under(self._grabbed)
        self._aim_at(over)

    def _aim_at(self, over: WireItem | None) -> None:
        if over is not self._over:
            if self._over is not None:
                self._over.aim(False)
            if over is not None:
                over.aim(True)
            self._over = over


class Resize:
    """Pulling the corner of a note."""

    def __init__(self, viewer: Surface, note: NoteItem, at: QPoint) -> None:
        self._viewer, self._note, self._from = viewer, note, viewer.mapToScene(at)
        self._before = note.box.size()

    def move(self, at: QPoint) -> None:
        pulled = self._viewer.mapToScene(at) - self._from
        corner = QPointF(self._before.width(), self._before.height()) + pulled
        corner = self._viewer.snapped(self._note.pos() + corner) - self._note.pos()
        self._note.resize(corner.x(), corner.y())

    def end(self, at: QPoint) -> None:
        size = self._note.box.size()
        if size != self._before:
            self._viewer.resized.emit(Resized(self._note.id, (size.width(), size.height())))

    def cancel(self) -> None:
        self._note.resize(self._before.width(), self._before.height())


class Wiring:
    """Drawing a wire from a port. `loosened` is the wire that was taken off its other end."""

    def __init__(self, viewer: Surface, fixed: Socket, loosened: Wire | None = None) -> None:
        self._viewer, self._fixed, self._loosened = viewer, fixed.end, loosened
        self._spot, self._type = fixed.centre, fixed.jack.type
        self._end: End | None = None
        viewer.offer(fixed)

    def move(self, at: QPoint) -> None:
        viewer = self._viewer
        socket = viewer.socket_near(at, self._fixed, SNAPS_FROM)
        self._end = socket.end if socket is not None else None
        loose = socket.centre if socket is not None else viewer.mapToScene(at)
        why_not = None
        if self._end is not None:
            why_not = viewer.why_not(*self._in_order(self._end), self._loosened)
        viewer.show_loose_wire(self._spot, loose, self._type, self._fixed.side is Side.OUTPUT)
        viewer.call(socket if why_not is None else None)
        viewer.hint(why_not or "", at)

    def end(self, at: QPoint) -> None:
        self.move(at)
        end = self._end
        self._tidy_up()
        if end is not None:
            self._viewer.joined.emit(Joined(*self._in_order(end), self._loosened))
        else:
            at_ = self._viewer.mapToScene(at)
            self._viewer.let_go.emit(LetGo(self._fixed, at_, self._loosened))

    def cancel(self) -> None:
        self._tidy_up()
        self._viewer.wiring_cancelled.emit(None)

    def _tidy_up(self) -> None:
        self._viewer.hide_loose_wire()
        self._viewer.offer(None)
        self._viewer.call(None)
        self._viewer.hint("", QPoint())

    def _in_order(self, other: End) -> tuple[End, End]:
        """The output, then the input; of two of a kind, the one that was grabbed first."""
        if self._fixed.side is Side.INPUT and other.side is Side.OUTPUT:
            return other, self._fixed
        return self._fixed, other


class WirePress:
    """A press on a wire or on a connected input: a click, or the beginning of rewiring."""

    def __init__(self, viewer: Surface, wire: WireItem, at: QPoint, fixed: Socket) -> None:
        self._viewer, self._wire, self._press, self._fixed = viewer, wire, at, fixed

    def move(self, at: QPoint) -> None:
        if _far(self._press, at):
            self._viewer.loosen(self._wire)
            self._viewer.begin(Wiring(self._viewer, self._fixed, self._wire.wire), at)

    def end(self, at: QPoint) -> None:
        self._viewer.wire_clicked.emit(self._wire.wire)

    def cancel(self) -> None:
        """Nothing has happened yet."""


def _far(start: QPoint, at: QPoint) -> bool:
    return (at - start).manhattanLength() >= QApplication.startDragDistance()
