"""From gestures to edits: what the mouse did becomes a step of the document, or is refused."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF

from alphintra_desktop.graph.edits import Disconnect, Edit, MoveNodes
from alphintra_desktop.graph.edits_of_groups import ChangeNote
from alphintra_desktop.graph.inserting import inserted
from alphintra_desktop.graph.model import Wire
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.graph_editor import wiring
from alphintra_desktop.ui.graph_editor.desk import Desk
from alphintra_desktop.ui.graph_editor.faces import End
from alphintra_desktop.ui.graph_editor.outcomes import Dragged, Joined, LetGo, Resized


class GestureEdits:
    """Listens to the viewer of a desk. `search_wanted` announces a wire dropped in the void."""

    def __init__(self, desk: Desk) -> None:
        self.search_wanted: Signal[LetGo] = Signal()
        self._desk = desk
        viewer = desk.viewer
        viewer.why_not = self.why_not
        viewer.picked.subscribe(self._on_picked)
        viewer.dragged.subscribe(self._on_dragged)
        viewer.joined.subscribe(self._on_joined)
        viewer.let_go.subscribe(self._on_let_go)
        viewer.resized.subscribe(self._on_resized)
        viewer.wiring_cancelled.subscribe(lambda _: desk.stage.restore())
        viewer.wire_clicked.subscribe(self._on_wire_clicked)

    def why_not(self, start: End, stop: End, loosened: Wire | None) -> str | None:
        """Why no wire can lead there; None if it can."""
        desk = self._desk
        return wiring.why_not(desk.graph, start, stop, loosened, desk.types.of)

    def _on_picked(self, ids: frozenset[str]) -> None:
        self._desk.choose_wire(None)
        self._desk.sheet.selection.choose(ids)

    def _on_dragged(self, dragged: Dragged) -> None:
        edit = self._insertion(dragged)
        self._desk.apply(edit if edit is not None else MoveNodes(dragged.spots))

    def _insertion(self, dragged: Dragged) -> Edit | None:
        desk = self._desk
        if dragged.over is None or len(dragged.spots) != 1:
            return None
        ((id, spot),) = dragged.spots.items()
        if id not in desk.graph.nodes:
            return None
        node = replace(desk.graph.nodes[id], position=spot)
        return inserted(desk.graph, node, dragged.over, desk.types.of)

    def _on_joined(self, joined: Joined) -> None:
        desk, ends = self._desk, (joined.start, joined.stop, joined.loosened)
        why = self.why_not(*ends)
        if why is not None:
            desk.refuse(why)
        else:
            desk.apply(wiring.joined(desk.graph, *ends, desk.types.of))

    def _on_let_go(self, let_go: LetGo) -> None:
        if let_go.loosened is not None:
            self._desk.apply(Disconnect(let_go.loosened))
        elif _far_from(self._desk, let_go.fixed, let_go.at):
            self.search_wanted.emit(let_go)

    def _on_resized(self, resized: Resized) -> None:
        note = self._desk.graph.notes.get(resized.id)
        if note is not None:
            self._desk.apply(ChangeNote(replace(note, size=resized.size)))

    def _on_wire_clicked(self, wire: Wire) -> None:
        desk = self._desk
        desk.sheet.selection.choose(())
        desk.choose_wire(wire)
        desk.sheet.values.inspect(wire.source, wire.output)


def _far_from(desk: Desk, end: End, at: QPointF) -> bool:
    """Whether a wire was pulled away from its port, and the port not only clicked."""
    for box in desk.stage.boxes.values():
        if end in box.sockets:
            away = (box.sockets[end].centre - at) * desk.viewer.zoom_scale
            return bool(away.manhattanLength() > 24.0)
    return False
