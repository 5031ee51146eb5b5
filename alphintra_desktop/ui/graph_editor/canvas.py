"""The canvas of one sheet: gestures become edits of its document, whose graph is what is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import Edit
from alphintra_desktop.ui.graph_editor.agreement import disagreements
from alphintra_desktop.ui.graph_editor.appearance import Lamp
from alphintra_desktop.ui.graph_editor.breadcrumb import Breadcrumb
from alphintra_desktop.ui.graph_editor.desk import Desk
from alphintra_desktop.ui.graph_editor.gesture_edits import GestureEdits
from alphintra_desktop.ui.graph_editor.minimap import Minimap
from alphintra_desktop.ui.graph_editor.naming import Naming
from alphintra_desktop.ui.graph_editor.node_types import NodeTypes
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.picture import Painter
from alphintra_desktop.ui.graph_editor.placing import Placing
from alphintra_desktop.ui.graph_editor.readings import Readings
from alphintra_desktop.ui.graph_editor.steps import Steps
from alphintra_desktop.ui.graph_editor.tips import badges_of
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.live_code import Compiled
from alphintra_desktop.workspace.settings import MINIMAP, SNAP, Settings
from alphintra_desktop.workspace.sheet import Sheet

RING = 2
"""How wide the edge is that shows whether the keys are the canvas's."""

LABELLED = 0.5
"""The scale below which labels of ports can hardly be read."""

TYPED_INTO = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QTabBar)
"""Widgets that keep the focus when a canvas is shown: somebody is at them."""

READABLE = 0.6
"""The least scale at which a revealed node can be read."""


class Canvas(QWidget):
    """Shows `sheet.document` and lets it be edited."""

    def __init__(
        self,
        sheet: Sheet,
        look: Look,
        settings: Settings,
        types: NodeTypes | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = Desk(sheet, look, settings, types or NodeTypes())
        self.sheet, self.viewer, self.stage = sheet, self.desk.viewer, self.desk.stage
        self.refused = self.desk.refused
        self._painter = Painter(self.desk.types)
        self._fitted = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RING, RING, RING, RING)
        layout.addWidget(self.viewer)
        self.viewer.focus_changed.connect(self.update)
        self.setFocusProxy(self.viewer)
        gestures = GestureEdits(self.desk)
        self.readings = Readings(self.desk)
        self.naming = Naming(self.desk)
        self.placing = Placing(self.desk)
        self.steps = Steps(self.desk)
        self.minimap = Minimap(self.desk, self)
        self.breadcrumb = Breadcrumb(self.desk, self)
        gestures.search_wanted.subscribe(self.placing.search_for_wire)
        self._listen()
        self._redraw()
        if sheet.live_code.latest is not None:
            self._on_compiled(sheet.live_code.latest)

    # ------------------------------------------------------------------ for others

    def agrees(self) -> bool:
        """Whether the canvas shows exactly what the document holds."""
        return self.disagreements() == []

    def disagreements(self) -> list[str]:
        """In what the canvas differs from the document."""
        picture = Painter(self.desk.types).picture(self.desk.graph, self.desk.group)
        found = disagreements(self.stage, self.viewer, picture)
        shown = frozenset(item.id for item in self.stage.items() if item.isSelected())
        if shown != self.desk.chosen:
            found.append(f"selected {set(shown)} and not {set(self.desk.chosen)}")
        return found

    def show_lights(self, lamps: Mapping[str, Lamp]) -> None:
        """Show what a run says of the nodes."""
        self.stage.show_lamps(lamps)

    def fit(self) -> None:
        """Show the whole of what there is."""
        self.viewer.fit(self.stage.area())

    def _fit_readably(self) -> None:
        self.viewer.fit(self.stage.area(), LABELLED)

    def _fit_again(self) -> None:
        if self.viewer.fitted:
            self._fit_readably()

    def fit_selection(self) -> None:
        """Show all that is selected, or everything if nothing is."""
        self.viewer.fit(self.stage.area(self.desk.chosen or None))
        self.viewer.fitted = not self.desk.chosen

    def leave_group(self) -> None:
        """Show again what is around the group whose inside is shown."""
        left, selection = self.desk.group, self.sheet.selection
        selection.enter(self.desk.graph.groups[left].group)
        selection.choose([left])

    # ------------------------------------------------------------------ from the models

    def _listen(self) -> None:
        sheet, viewer = self.sheet, self.viewer
        watch(self, sheet.document.edited, self._on_edited)
        watch(self, sheet.selection.changed, self._on_selected)
        watch(self, sheet.selection.entered, self._on_entered)
        watch(self, sheet.selection.revealed, self._on_revealed)
        watch(self, sheet.live_code.changed, self._on_compiled)
        watch(self, self.desk.look.changed, self._on_look)
        watch(self, self.desk.settings.changed, self._on_setting)
        watch(self, self.desk.types.loaded, self._on_types)
        viewer.snaps = self.desk.settings.get(SNAP)
        viewer.item_activated.subscribe(self._on_activated)
        viewer.void_activated.subscribe(self.placing.search)
        viewer.node_dropped.subscribe(lambda drop: self.placing.drop(drop.name, drop.at))

    def _redraw(self) -> None:
        self.viewer.cancel_gesture()
        self.stage.show(self._painter.picture(self.desk.graph, self.desk.group))
        self.stage.select(self.sheet.selection.ids)
        self.readings.show()
        if self.desk.wire not in self.stage.wires:
            self.desk.wire = None
        self.minimap.refresh()

    def _on_edited(self, _: Edit) -> None:
        graph, selection = self.desk.graph, self.sheet.selection
        if selection.group and selection.group not in graph.groups:
            selection.enter("")
        selection.choose(selection.ids & graph.items.keys())
        self._redraw()
        self.breadcrumb.show_way()

    def _on_selected(self, ids: frozenset[str]) -> None:
        self.stage.select(ids)
        self.minimap.refresh()
        titles = [box.face.title for id, box in self.stage.boxes.items() if id in ids]
        self.viewer.setAccessibleDescription(f"Selected: {', '.join(titles) or 'nothing'}")
        if ids:
            self.desk.choose_wire(None)

    def _on_entered(self, _: str) -> None:
        self._redraw()
        self.breadcrumb.show_way()
        self.fit()

    def _on_revealed(self, place: Place) -> None:
        item = self.desk.graph.items.get(place.node or "")
        if item is None:
            return
        self.sheet.selection.enter(item.group)
        if self.viewer.zoom_scale < READABLE:
            self.viewer.zoom_to(READABLE)
        self.viewer.look_at(self.stage.area([item.id]).center())

    def _on_compiled(self, compiled: Compiled) -> None:
        self.stage.show_badges(badges_of(compiled.problems, self.desk.graph))

    def _on_look(self, colours: Colours) -> None:
        self.viewer.paints = Paints(colours, self.desk.look.font)
        self.stage.repaint_with(self.viewer.paints)
        self.viewer.viewport().update()
        self.minimap.refresh()

    def _on_setting(self, key: str) -> None:
        if key == SNAP.key:
            self.viewer.snaps = self.desk.settings.get(SNAP)
        if key == MINIMAP.key:
            self.minimap.follow_setting()

    def _on_types(self, _: None) -> None:
        self._painter.forget()
        self._redraw()

    def _on_activated(self, id: str) -> None:
        if id in self.desk.graph.groups:
            self.sheet.selection.enter(id)
        else:
            self.naming.edit(id)

    # ------------------------------------------------------------------ as a widget

    def keyPressEvent(self, event: QKeyEvent) -> None:
        up_and_out = event.key() == Qt.Key.Key_Up and (
            event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if up_and_out and self.desk.group:
            self.leave_group()
        elif not self.steps.key(event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        paints = self.viewer.paints
        painter = QPainter(self)
        painter.fillRect(self.rect(), paints.accent if self.viewer.hasFocus() else paints.canvas)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not isinstance(QApplication.focusWidget(), TYPED_INTO):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._fitted:
            self._fitted = True
            QTimer.singleShot(0, self, self._fit_readably)
            QTimer.singleShot(0, self, self.desk.types.load)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.viewer.fitted:  # it was for a window or docks that were not yet as large
            QTimer.singleShot(0, self, self._fit_again)
        self.minimap.settle()
        self.breadcrumb.settle()
