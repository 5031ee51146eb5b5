"""The items on the canvas, kept equal to a picture by changing only what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from PySide6.QtCore import QRectF

from alphintra_desktop.graph.model import Wire
from alphintra_desktop.ui.graph_editor.appearance import NO_BADGE, NO_LAMP, Badge, Lamp
from alphintra_desktop.ui.graph_editor.faces import End, Jack
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.note_item import NoteItem
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.picture import DrawnWire, Picture, drawn_spot
from alphintra_desktop.ui.graph_editor.viewer import Viewer
from alphintra_desktop.ui.graph_editor.wire_item import WireItem


class Stage:
    """All boxes, wires and notes that are shown."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer, self._scene = viewer, viewer.scene()
        self.picture = Picture()
        self.boxes: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self._selected: frozenset[str] = frozenset()
        self._lamps: Mapping[str, Lamp] = {}
        self._badges: Mapping[str, Badge] = {}

    def item(self, id: str) -> NodeItem | NoteItem | None:
        """What is drawn for an id."""
        return self.boxes.get(id) or self.notes.get(id)

    def items(self) -> Iterator[NodeItem | NoteItem]:
        """All boxes and notes."""
        yield from self.boxes.values()
        yield from self.notes.values()

    def jack(self, end: End) -> Jack | None:
        """The port that is drawn for an end of wires."""
        for box in self.boxes.values():
            if end in box.sockets:
                return box.sockets[end].jack
        return None

    def area(self, ids: Iterable[str] | None = None) -> QRectF:
        """What the items with these ids, or all, cover together."""
        covered = QRectF()
        wanted = None if ids is None else frozenset(ids)
        for item in self.items():
            if wanted is None or item.id in wanted:
                covered = covered.united(item.mapRectToScene(item.box))
        return covered

    def sizes(self) -> dict[str, tuple[float, float]]:
        """How large everything is drawn."""
        return {item.id: (item.box.width(), item.box.height()) for item in self.items()}

    # ------------------------------------------------------------------ showing

    def show(self, picture: Picture) -> None:
        """Show that, whatever was shown before."""
        self._remove_wires(picture)
        self._remove_items(picture)
        for id, face in picture.faces.items():
            if id not in self.boxes:
                self._add_box(id, picture)
            elif self.boxes[id].face != face:
                self.boxes[id].show_face(face)
        self._show_notes(picture)
        self._place(picture)
        for wire, drawn in picture.wires.items():
            if wire not in self.wires:
                self._add_wire(wire, drawn)
        self.picture = picture

    def restore(self) -> None:
        """Undo what a gesture that came to nothing has changed: places, and what it hid."""
        self._place(self.picture)
        for note in self.notes.values():
            note.show_note(note.note)
        for wire in self.wires.values():
            wire.show()

    def select(self, ids: frozenset[str]) -> None:
        """Show exactly these as selected."""
        self._selected = ids
        for item in self.items():
            chosen = item.id in ids
            if item.isSelected() != chosen:
                item.setSelected(chosen)
                if isinstance(item, NodeItem):
                    item.setZValue(2.0 if chosen else 1.0)

    def show_lamps(self, lamps: Mapping[str, Lamp]) -> None:
        """Show what a run says of the nodes."""
        self._lamps = lamps
        for id, item in self.boxes.items():
            item.show_lamp(lamps.get(id, NO_LAMP))

    def show_badges(self, badges: Mapping[str, Badge]) -> None:
        """Show what is wrong with the nodes."""
        self._badges = badges
        for id, item in self.boxes.items():
            item.show_badge(badges.get(id, NO_BADGE))

    def repaint_with(self, paints: Paints) -> None:
        """Use other colours."""
        for item in self.items():
            item.repaint_with(paints)
        for wire in self.wires.values():
            wire.repaint_with(paints)

    # ------------------------------------------------------------------ changing

    def _remove_wires(self, picture: Picture) -> None:
        before = self.picture.wires
        for wire, item in tuple(self.wires.items()):
            if picture.wires.get(wire) != before[wire]:
                del self.wires[wire]
                self._viewer.forget(item)
                item.delete()

    def _remove_items(self, picture: Picture) -> None:
        for item in tuple(self.items()):
            if item.id not in picture.faces and item.id not in picture.notes:
                self.boxes.pop(item.id, None)
                self.notes.pop(item.id, None)
                self._viewer.forget(item)
                item.delete()

    def _add_box(self, id: str, picture: Picture) -> None:
        item = NodeItem(picture.faces[id], self._viewer.paints)
        item.lamp = self._lamps.get(id, NO_LAMP)
        item.badge = self._badges.get(id, NO_BADGE)
        item.setPos(*picture.spots[id])
        self.boxes[id] = item
        self._scene.addItem(item)
        item.setSelected(id in self._selected)

    def _show_notes(self, picture: Picture) -> None:
        for id, note in picture.notes.items():
            if id not in self.notes:
                self.notes[id] = NoteItem(note, self._viewer.paints)
                self._scene.addItem(self.notes[id])
                self.notes[id].setSelected(id in self._selected)
            elif self.notes[id].note != note:
                self.notes[id].show_note(note)

    def _place(self, picture: Picture) -> None:
        spots = {id: drawn_spot(note.position) for id, note in picture.notes.items()}
        for item in self.items():
            spot = picture.spots[item.id] if item.id in picture.spots else spots[item.id]
            if (item.x(), item.y()) != spot:
                item.place(*spot)

    def _add_wire(self, wire: Wire, drawn: DrawnWire) -> None:
        start = self.boxes[drawn.start].sockets[drawn.start_end]
        stop = self.boxes[drawn.stop].sockets[drawn.stop_end]
        item = WireItem(wire, start, stop, self._viewer.paints)
        self.wires[wire] = item
        self._scene.addItem(item)
        start.box.update()
        stop.box.update()


def drawn_wire(item: WireItem) -> DrawnWire:
    """What a wire's item shows."""
    return DrawnWire(item.start.box.id, item.start.end, item.stop.box.id, item.stop.end)
