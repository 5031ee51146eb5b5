"""What the parts of a canvas share: the sheet, what is drawn of it, and the way to change it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import Edit, Together
from alphintra_desktop.graph.model import Graph, Wire
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.graph_editor.node_types import NodeTypes
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.graph_editor.stage import Stage
from alphintra_desktop.ui.graph_editor.viewer import Viewer
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.placing import free_spot
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.sheet import Sheet

SHOWN = 2600
"""For how many milliseconds a refusal stays beside the mouse."""


class Desk:
    """A sheet with the viewer and the items that show it.

    `refused` announces why something was not changed, which is shown beside the mouse as well.
    """

    def __init__(self, sheet: Sheet, look: Look, settings: Settings, types: NodeTypes) -> None:
        self.refused: Signal[str] = Signal()
        self.sheet, self.look, self.settings, self.types = sheet, look, settings, types
        self.viewer = Viewer(Paints(look.colours, look.font))
        self.stage = Stage(self.viewer)
        self.wire: Wire | None = None
        self._hint_timer = QTimer(self.viewer, singleShot=True, interval=SHOWN)
        self._hint_timer.timeout.connect(lambda: self.viewer.hint("", QPoint()))

    @property
    def graph(self) -> Graph:
        """The graph as it is now."""
        return self.sheet.document.graph

    @property
    def group(self) -> str:
        """The group whose inside is shown."""
        return self.sheet.selection.group

    @property
    def chosen(self) -> frozenset[str]:
        """The ids of what is selected and shown."""
        picture = self.stage.picture
        ids = self.sheet.selection.ids
        return frozenset(id for id in ids if id in picture.faces or id in picture.notes)

    def apply(self, edit: Edit | None) -> bool:
        """Make an edit; whether it was made. If it cannot be made, it is said why."""
        if edit is None or (isinstance(edit, Together) and not edit.edits):
            self.stage.restore()
            return False
        try:
            self.sheet.document.apply(edit)
        except AlphintraError as error:
            self.refuse(error.message)
            return False
        return True

    def refuse(self, why: str, at: QPoint | None = None) -> None:
        """Say beside the mouse why nothing was changed, and show again what is so."""
        self.stage.restore()
        self.tell(why, at)
        self.refused.emit(why)

    def tell(self, what: str, at: QPoint | None = None) -> None:
        """Say something beside the mouse for a moment."""
        self.viewer.hint(what, at or self.viewer.mapFromScene(self.viewer.mouse_at))
        self._hint_timer.start()

    def choose_wire(self, wire: Wire | None) -> None:
        """Select a wire, which is no matter of the sheet: only Delete asks for it."""
        for one, chosen in ((self.wire, False), (wire, True)):
            if one is not None and one in self.stage.wires:
                self.stage.wires[one].choose(chosen)
        self.wire = wire

    def spot(self) -> tuple[float, float]:
        """Where something new should lie: under the mouse, or else where there is room."""
        viewer = self.viewer
        if viewer.viewport().underMouse() and viewer.visible_area.contains(viewer.mouse_at):
            at = viewer.snapped(viewer.mouse_at)
            return at.x(), at.y()
        at = viewer.snapped(viewer.visible_area.center())
        return free_spot(self.graph, (at.x(), at.y()), self.group)


def clipboard_text() -> str:
    """What the system's clipboard holds."""
    return QApplication.clipboard().text()


def put_on_clipboard(text: str) -> None:
    """Have the system's clipboard hold a text."""
    QApplication.clipboard().setText(text)
