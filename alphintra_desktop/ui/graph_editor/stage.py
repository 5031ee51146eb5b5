"""The items on the canvas, kept equal to a picture by changing only what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QRectF

from alphintra_desktop.graph.model import Wire
from alphintra_desktop.ui.graph_editor.node_item import NO_BADGE, NO_LAMP, Badge, Lamp, NodeItem
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.picture import DrawnWire, Picture
from alphintra_desktop.ui.graph_editor.viewer import Viewer
from alphintra_desktop.ui.graph_editor.wire_item import WireItem

CLOSE = 0.01
"""How far, in units of the canvas, an item may lie from where it should: Qt rounds."""


class Stage:
    """All boxes and wires that are shown."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer, self._scene = viewer, viewer.scene()
        self.picture = Picture()
        self.boxes: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self._selected: frozenset[str] = frozenset()
        self._lamps: Mapping[str, Lamp] = {}
        self._badges: Mapping[str, Badge] = {}

    def show(self, picture: Picture) -> None:
        """Show that, whatever was shown before."""
        self._remove_wires(picture)
        self._remove_boxes(picture)
        for id, face in picture.faces.items():
            if id not in self.boxes:
                self._add_box(id, picture)
            elif self.boxes[id].face != face:
                self.boxes[id].show_face(face)
        self._place(picture)
        for wire, drawn in picture.wires.items():
            if wire not in self.wires:
                self._add_wire(wire, drawn)
        self.picture = picture

    def restore(self) -> None:
        """Undo what a gesture that came to nothing has changed: places, and what it hid."""
        for id, spot in self.picture.spots.items():
            self.boxes[id].place(*spot)
        for item in self.wires.values():
            item.show()

    def select(self, ids: frozenset[str]) -> None:
        """Show exactly these as selected."""
        self._selected = ids
        for id, item in self.boxes.items():
            if item.isSelected() != (id in ids):
                item.setSelected(id in ids)
                item.setZValue(2.0 if id in ids else 1.0)

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
        for box in self.boxes.values():
            box.repaint_with(paints)
        for wire in self.wires.values():
            wire.repaint_with(paints)

    def area(self, ids: Iterable[str] | None = None) -> QRectF:
        """What the boxes with these ids, or all, cover together."""
        covered = QRectF()
        for id in self.boxes if ids is None else ids:
            if id in self.boxes:
                item = self.boxes[id]
                covered = covered.united(item.mapRectToScene(item.box))
        return covered

    def disagreements(self, picture: Picture) -> list[str]:
        """In what the items differ from a picture: nothing, unless there is a bug."""
        return [
            *self._differing_boxes(picture),
            *self._differing_wires(picture),
            *self._strangers(),
        ]

    # ------------------------------------------------------------------ changing

    def _remove_wires(self, picture: Picture) -> None:
        for wire in [
            w for w, item in self.wires.items() if picture.wires.get(w) != self._drawn(item)
        ]:
            item = self.wires.pop(wire)
            self._viewer.forget(item)
            item.delete()

    def _drawn(self, item: WireItem) -> DrawnWire:
        return DrawnWire(item.start.box.id, item.start.end, item.stop.box.id, item.stop.end)

    def _remove_boxes(self, picture: Picture) -> None:
        for id in [id for id in self.boxes if id not in picture.faces]:
            item = self.boxes.pop(id)
            self._viewer.forget(item)
            item.delete()

    def _add_box(self, id: str, picture: Picture) -> None:
        item = NodeItem(picture.faces[id], self._viewer.paints)
        item.lamp = self._lamps.get(id, NO_LAMP)
        item.badge = self._badges.get(id, NO_BADGE)
        item.setPos(*picture.spots[id])
        self.boxes[id] = item
        self._scene.addItem(item)
        if id in self._selected:
            item.setSelected(True)

    def _place(self, picture: Picture) -> None:
        for id, spot in picture.spots.items():
            item = self.boxes[id]
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

    # ------------------------------------------------------------------ checking

    def _differing_boxes(self, picture: Picture) -> Iterable[str]:
        if set(self.boxes) != set(picture.faces):
            yield f"boxes {set(self.boxes) ^ set(picture.faces)}"
        for id, item in self.boxes.items():
            if item.face != picture.faces.get(id):
                yield f"the face of {id}"
            x, y = picture.spots.get(id, (item.x(), item.y()))
            if abs(item.x() - x) > CLOSE or abs(item.y() - y) > CLOSE:
                yield f"the place of {id}"
            if set(item.sockets) != {jack.end for jack in item.face.jacks}:
                yield f"the ports of {id}"

    def _differing_wires(self, picture: Picture) -> Iterable[str]:
        if set(self.wires) != set(picture.wires):
            yield f"wires {set(self.wires) ^ set(picture.wires)}"
        for wire, item in self.wires.items():
            if picture.wires.get(wire) != self._drawn(item):
                yield f"the ends of {wire}"
            if not item.isVisible():
                yield f"hidden {wire}"
            path = item.path()
            ends = (
                path.pointAtPercent(0) - item.start.centre,
                path.currentPosition() - item.stop.centre,
            )
            if max(end.manhattanLength() for end in ends) > CLOSE * 1e3:
                yield f"the course of {wire}"

    def _strangers(self) -> Iterable[str]:
        known = {id(item) for item in (*self.boxes.values(), *self.wires.values())}
        for item in self._scene.items():
            if isinstance(item, NodeItem | WireItem) and id(item) not in known:
                yield f"a stranger {item}"
