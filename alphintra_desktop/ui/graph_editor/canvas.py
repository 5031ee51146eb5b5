"""The canvas of one sheet: gestures become edits of its document, whose graph is what is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGraphicsItem, QVBoxLayout, QWidget

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.edits import Disconnect, Edit, MoveNodes, Together
from alphintra_desktop.graph.model import Wire
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.graph_editor import wiring
from alphintra_desktop.ui.graph_editor.faces import End, Jack
from alphintra_desktop.ui.graph_editor.gestures import Dragged, Joined, LetGo
from alphintra_desktop.ui.graph_editor.node_item import Lamp
from alphintra_desktop.ui.graph_editor.node_types import NodeTypes
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.picture import Painter
from alphintra_desktop.ui.graph_editor.stage import Stage
from alphintra_desktop.ui.graph_editor.tips import badges_of, tip_of
from alphintra_desktop.ui.graph_editor.viewer import Viewer
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.live_code import Compiled
from alphintra_desktop.workspace.settings import SNAP, Settings
from alphintra_desktop.workspace.sheet import Sheet

SHOWN = 2600
"""For how many milliseconds a refusal stays beside the mouse."""


class Canvas(QWidget):
    """Shows `sheet.document` and lets it be edited.

    `refused` announces why a gesture changed nothing, which is shown beside the mouse as well.
    """

    def __init__(
        self,
        sheet: Sheet,
        look: Look,
        settings: Settings,
        types: NodeTypes | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.refused: Signal[str] = Signal()
        self.sheet, self.look, self.settings = sheet, look, settings
        self.types = types or NodeTypes()
        self.viewer = Viewer(Paints(look.colours, look.font))
        self.stage = Stage(self.viewer)
        self.wire: Wire | None = None
        self._painter = Painter(self.types)
        self._fitted = False
        self._hint_timer = QTimer(self, singleShot=True, interval=SHOWN)
        self._hint_timer.timeout.connect(lambda: self.viewer.hint("", QPoint()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.viewer)
        self.setFocusProxy(self.viewer)
        self._listen()
        self._redraw()
        if sheet.live_code.latest is not None:
            self._on_compiled(sheet.live_code.latest)

    # ------------------------------------------------------------------ for others

    def apply(self, *edits: Edit, label: str = "") -> bool:
        """Make edits as one step; whether they could be made. If not, it is said why."""
        if not edits:
            self.stage.restore()
            return False
        try:
            self.sheet.document.apply(edits[0] if len(edits) == 1 else Together(edits, label))
        except AlphintraError as error:
            self.refuse(error.message)
            return False
        return True

    def refuse(self, why: str, at: QPoint | None = None) -> None:
        """Say beside the mouse why nothing was changed, and show again what is so."""
        self.stage.restore()
        at = at or self.viewer.mapFromScene(self.viewer.mouse_at)
        self.viewer.hint(why, at)
        self._hint_timer.start()
        self.refused.emit(why)

    def agrees(self) -> bool:
        """Whether the canvas shows exactly what the document holds."""
        return self.disagreements() == []

    def disagreements(self) -> list[str]:
        """In what the canvas differs from the document."""
        graph, selection = self.sheet.document.graph, self.sheet.selection
        picture = Painter(self.types).picture(graph, selection.group)
        found = self.stage.disagreements(picture)
        shown = frozenset(id for id, item in self.stage.boxes.items() if item.isSelected())
        if shown != selection.ids & frozenset(picture.faces):
            found.append(f"selected {set(shown)} and not {set(selection.ids)}")
        return found

    def show_lights(self, lamps: Mapping[str, Lamp]) -> None:
        """Show what a run says of the nodes."""
        self.stage.show_lamps(lamps)

    def fit(self) -> None:
        """Show the whole of what there is."""
        self.viewer.fit(self.stage.area())

    # ------------------------------------------------------------------ from the models

    def _listen(self) -> None:
        sheet, viewer = self.sheet, self.viewer
        watch(self, sheet.document.edited, self._on_edited)
        watch(self, sheet.selection.changed, self._on_selected)
        watch(self, sheet.selection.entered, self._on_entered)
        watch(self, sheet.selection.revealed, self._on_revealed)
        watch(self, sheet.live_code.changed, self._on_compiled)
        watch(self, self.look.changed, self._on_look)
        watch(self, self.settings.changed, self._on_setting)
        watch(self, self.types.loaded, self._on_types)
        viewer.snaps = self.settings.get(SNAP)
        viewer.why_not, viewer.tip = self._why_not, self._tip
        viewer.picked.subscribe(self._on_picked)
        viewer.dragged.subscribe(self._on_dragged)
        viewer.joined.subscribe(self._on_joined)
        viewer.let_go.subscribe(self._on_let_go)
        viewer.wiring_cancelled.subscribe(lambda _: self.stage.restore())
        viewer.wire_clicked.subscribe(self._on_wire_clicked)
        viewer.item_activated.subscribe(self._on_activated)

    def _redraw(self) -> None:
        selection = self.sheet.selection
        self.viewer.cancel_gesture()
        self.stage.show(self._painter.picture(self.sheet.document.graph, selection.group))
        self.stage.select(selection.ids)
        if self.wire not in self.stage.wires:
            self.wire = None

    def _on_edited(self, _: Edit) -> None:
        graph, selection = self.sheet.document.graph, self.sheet.selection
        if selection.group and selection.group not in graph.groups:
            selection.enter("")
        selection.choose(selection.ids & graph.items.keys())
        self._redraw()

    def _on_selected(self, ids: frozenset[str]) -> None:
        self.stage.select(ids)
        if ids:
            self._choose_wire(None)

    def _on_entered(self, _: str) -> None:
        self._redraw()
        self.fit()

    def _on_revealed(self, place: Place) -> None:
        item = self.sheet.document.graph.items.get(place.node or "")
        if item is None:
            return
        self.sheet.selection.enter(item.group)
        area = self.stage.area([item.id])
        self.viewer.look_at(area.center())

    def _on_compiled(self, compiled: Compiled) -> None:
        self.stage.show_badges(badges_of(compiled.problems, self.sheet.document.graph))

    def _on_look(self, colours: Colours) -> None:
        self.viewer.paints = Paints(colours, self.look.font)
        self.stage.repaint_with(self.viewer.paints)
        self.viewer.viewport().update()

    def _on_setting(self, key: str) -> None:
        if key == SNAP.key:
            self.viewer.snaps = self.settings.get(SNAP)

    def _on_types(self, _: None) -> None:
        self._painter.forget()
        self._redraw()

    # ------------------------------------------------------------------ from the mouse

    def _on_picked(self, ids: frozenset[str]) -> None:
        self._choose_wire(None)
        self.sheet.selection.choose(ids)

    def _on_dragged(self, dragged: Dragged) -> None:
        spots, over = dragged.spots, dragged.over
        moved = MoveNodes(spots)
        inserted = None
        if over is not None and len(spots) == 1:
            carried = self.stage.wires[over].type_
            face = self.stage.boxes[next(iter(spots))].face
            inserted = wiring.put_into(self.sheet.document.graph, face, over, carried)
        if inserted is None:
            self.apply(moved)
        else:
            self.apply(moved, inserted, label="Put a node into a wire")

    def _why_not(self, start: End, stop: End, _: Wire | None) -> str | None:
        jacks = self._jack(start), self._jack(stop)
        if jacks[0] is None or jacks[1] is None:
            return None
        return wiring.why_not(self.sheet.document.graph, jacks[0], jacks[1])

    def _on_joined(self, joined: Joined) -> None:
        why = self._why_not(joined.start, joined.stop, joined.loosened)
        jack = self._jack(joined.stop)
        if why is not None or jack is None:
            self.refuse(why or "That port is gone.")
            return
        graph = self.sheet.document.graph
        edit = wiring.joined(graph, joined.start, jack, joined.loosened)
        self.apply(*([] if edit is None else [edit]))

    def _on_let_go(self, let_go: LetGo) -> None:
        if let_go.loosened is not None:
            self.apply(Disconnect(let_go.loosened))

    def _on_wire_clicked(self, wire: Wire) -> None:
        self.sheet.selection.choose(())
        self._choose_wire(wire)

    def _on_activated(self, id: str) -> None:
        if id in self.sheet.document.graph.groups:
            self.sheet.selection.enter(id)

    def _choose_wire(self, wire: Wire | None) -> None:
        for one, chosen in ((self.wire, False), (wire, True)):
            if one in self.stage.wires:
                self.stage.wires[one].choose(chosen)
        self.wire = wire

    def _jack(self, end: End) -> Jack | None:
        """The port that is drawn for an end of wires."""
        for item in self.stage.boxes.values():
            if end in item.sockets:
                return item.sockets[end].jack
        return None

    def _tip(self, item: QGraphicsItem) -> str:
        return tip_of(item)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._fitted:
            self._fitted = True
            QTimer.singleShot(0, self, self.fit)
