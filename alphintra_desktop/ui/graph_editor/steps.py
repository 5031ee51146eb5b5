"""Going about on the canvas by the arrow keys: from box to box, or moving what is selected."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from alphintra_desktop.graph.edits import MoveNodes
from alphintra_desktop.ui.graph_editor.camera import GRID
from alphintra_desktop.ui.graph_editor.desk import Desk
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.note_item import NoteItem
from alphintra_desktop.ui.graph_editor.surface import is_real

WAYS = {
    Qt.Key.Key_Left: QPointF(-1.0, 0.0),
    Qt.Key.Key_Right: QPointF(1.0, 0.0),
    Qt.Key.Key_Up: QPointF(0.0, -1.0),
    Qt.Key.Key_Down: QPointF(0.0, 1.0),
}
ASIDE = 2.5
"""How much worse it is to lie aside of a direction than to lie far along it."""


class Steps:
    """What the arrow keys do on a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def key(self, event: QKeyEvent) -> bool:
        """Do what a key asks for; whether it was one of these."""
        way = WAYS.get(Qt.Key(event.key()))
        if way is None or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._move(way)
        else:
            self._step(way, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        return True

    def _move(self, way: QPointF) -> None:
        """Move what is selected by one step of the grid."""
        shift = way * GRID
        spots = {}
        for id in self._desk.chosen & self._desk.graph.items.keys():
            x, y = self._desk.graph.items[id].position
            spots[id] = (x + shift.x(), y + shift.y())
        if spots:
            self._desk.apply(MoveNodes(spots))

    def _step(self, way: QPointF, also: bool) -> None:
        """Select the nearest box that way, with `also` beside what is selected already."""
        items = [item for item in self._desk.stage.items() if is_real(item)]
        here = self._here()
        ahead = [(_cost(item, here, way), item.id) for item in items]
        costs = [(cost, id) for cost, id in ahead if cost is not None]
        if not costs:
            return
        _, id = min(costs)
        selection = self._desk.sheet.selection
        selection.choose(selection.ids | {id} if also else [id])
        self._desk.viewer.show_area(self._desk.stage.area([id]))

    def _here(self) -> QPointF:
        chosen = self._desk.stage.area(self._desk.chosen)
        return self._desk.viewer.visible_area.center() if chosen.isEmpty() else chosen.center()


def _cost(item: NodeItem | NoteItem, here: QPointF, way: QPointF) -> float | None:
    """How far an item is that way; None if it is not that way at all."""
    away: QPointF = item.mapToScene(item.box.center()) - here
    along = away.x() * way.x() + away.y() * way.y()
    aside = abs(away.x() * way.y()) + abs(away.y() * way.x())
    return along + ASIDE * aside if along > 1.0 and aside < 3.0 * along else None
