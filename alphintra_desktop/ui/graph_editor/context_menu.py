"""The menu of the right mouse button: the commands for what is under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from alphintra_desktop.ui.graph_editor.canvas import Canvas
from alphintra_desktop.ui.graph_editor.commands import GRAPH_COMMANDS
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.note_item import NoteItem
from alphintra_desktop.ui.graph_editor.surface import MenuWanted
from alphintra_desktop.ui.graph_editor.wire_item import WireItem
from alphintra_desktop.workspace.command import Command

ON_VOID = (
    ("graph.add", "graph.comment", "graph.frame"),
    ("edit.paste", "edit.paste_wired", "edit.select_all"),
    ("graph.leave", "graph.tidy", "view.fit"),
)
ON_NODE = (
    ("graph.run_upto", "graph.mute", "graph.bypass", "edit.rename"),
    ("edit.cut", "edit.copy", "edit.duplicate", "edit.delete", "edit.delete_plain"),
    ("graph.enter", "graph.group", "graph.ungroup", "graph.frame"),
)
ON_NOTE = (
    ("edit.rename", "edit.copy", "edit.duplicate", "edit.delete_plain"),
    tuple(command.id for command in GRAPH_COMMANDS if command.menu == "Graph/Colour"),
)
ON_WIRE = (("edit.delete",),)


class ContextMenus(QObject):
    """Shows a menu where the viewer of a canvas wants one."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.menu: QMenu | None = None
        canvas.viewer.menu_wanted.subscribe(self._on_wanted)

    def _on_wanted(self, wanted: MenuWanted) -> None:
        item, selection = wanted.item, self._canvas.sheet.selection
        if isinstance(item, WireItem):
            selection.choose(())
            self._canvas.desk.choose_wire(item.wire)
        elif item is not None and item.id not in selection.ids:
            selection.choose([item.id] if item.id in self._canvas.desk.graph.items else [])
        self.menu = self._made(_sections(item))
        self.menu.popup(wanted.at)

    def _made(self, sections: Sequence[Sequence[str]]) -> QMenu:
        menu = QMenu(self._canvas)
        by_id = {command.id: command for command in GRAPH_COMMANDS}
        for section in sections:
            possible = [by_id[id] for id in section if by_id[id].enabled(self._canvas)]
            menu.addActions([self._action(menu, command) for command in possible])
            menu.addSeparator()
        return menu

    def _action(self, menu: QMenu, command: Command[Canvas]) -> QAction:
        action = QAction(command.title, menu)
        action.setToolTip(command.help)
        action.setShortcut(QKeySequence(command.shortcut))
        action.triggered.connect(lambda: command.run(self._canvas))
        return action


def _sections(item: NodeItem | NoteItem | WireItem | None) -> Sequence[Sequence[str]]:
    match item:
        case NodeItem():
            return ON_NODE
        case NoteItem():
            return ON_NOTE
        case WireItem():
            return ON_WIRE
    return ON_VOID
