"""Whether what is on the canvas is what a picture says: what tests ask after every step."""

from __future__ import annotations

from collections.abc import Iterator

from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.note_item import SMALLEST, NoteItem
from alphintra_desktop.ui.graph_editor.picture import Picture, drawn_spot
from alphintra_desktop.ui.graph_editor.stage import Stage, drawn_wire
from alphintra_desktop.ui.graph_editor.viewer import Viewer
from alphintra_desktop.ui.graph_editor.wire_item import WireItem

CLOSE = 0.01
"""How far, in units of the canvas, an item may lie from where it should: Qt rounds."""

CLOSE_ENOUGH = 10.0
"""The same for the ends of wires, which may be very far out."""


def disagreements(stage: Stage, viewer: Viewer, picture: Picture) -> list[str]:
    """In what the items differ from a picture: in nothing, unless there is a bug."""
    return [
        *_boxes(stage, picture),
        *_notes(stage, picture),
        *_wires(stage, picture),
        *_strangers(stage, viewer),
    ]


def _boxes(stage: Stage, picture: Picture) -> Iterator[str]:
    if set(stage.boxes) != set(picture.faces):
        yield f"boxes {set(stage.boxes) ^ set(picture.faces)}"
    for id, item in stage.boxes.items():
        if item.face != picture.faces.get(id):
            yield f"the face of {id}"
        if not _lies_at(item, picture.spots.get(id)):
            yield f"the place of {id}"
        if set(item.sockets) != {jack.end for jack in item.face.jacks}:
            yield f"the ports of {id}"


def _notes(stage: Stage, picture: Picture) -> Iterator[str]:
    if set(stage.notes) != set(picture.notes):
        yield f"notes {set(stage.notes) ^ set(picture.notes)}"
    for id, item in stage.notes.items():
        note = picture.notes.get(id)
        if note is None or item.note != note:
            yield f"the note {id}"
            continue
        if not _lies_at(item, drawn_spot(note.position)):
            yield f"the place of the note {id}"
        size = (max(note.size[0], SMALLEST[0]), max(note.size[1], SMALLEST[1]))
        if (item.box.width(), item.box.height()) != size:
            yield f"the size of the note {id}"


def _wires(stage: Stage, picture: Picture) -> Iterator[str]:
    if set(stage.wires) != set(picture.wires):
        yield f"wires {set(stage.wires) ^ set(picture.wires)}"
    for wire, item in stage.wires.items():
        if picture.wires.get(wire) != drawn_wire(item):
            yield f"the ends of {wire}"
        if not item.isVisible():
            yield f"{wire} is hidden"
        path = item.path()
        begins = path.pointAtPercent(0.0) - item.start.centre
        ends = path.currentPosition() - item.stop.centre
        if max(begins.manhattanLength(), ends.manhattanLength()) > CLOSE_ENOUGH:
            yield f"the course of {wire}"
        if item not in item.start.connected_pipes or item not in item.stop.connected_pipes:
            yield f"the plugs of {wire}"


def _strangers(stage: Stage, viewer: Viewer) -> Iterator[str]:
    known = {id(item) for item in (*stage.items(), *stage.wires.values())}
    for item in viewer.scene().items():
        if isinstance(item, NodeItem | NoteItem | WireItem) and id(item) not in known:
            yield f"a stranger {item}"


def _lies_at(item: NodeItem | NoteItem, spot: tuple[float, float] | None) -> bool:
    if spot is None:
        return False
    return bool(abs(item.x() - spot[0]) <= CLOSE and abs(item.y() - spot[1]) <= CLOSE)
