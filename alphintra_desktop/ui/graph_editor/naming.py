"""Changing titles and the words of notes where they stand."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF

from alphintra_desktop.graph.edits import Edit, RenameNode
from alphintra_desktop.graph.edits_of_groups import ChangeNote, RenameGroup
from alphintra_desktop.ui.graph_editor.desk import Desk
from alphintra_desktop.ui.graph_editor.in_place import TitleEdit, WordsEdit, open_over
from alphintra_desktop.ui.graph_editor.node_layout import HEADER
from alphintra_desktop.ui.graph_editor.note_item import NoteItem


class Naming:
    """Opens an editor over an item, and makes the edit."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.editor: TitleEdit | WordsEdit | None = None
        self._made_at: int | None = None

    def edit_new(self, note: str) -> None:
        """Let the words of a note that was just made be written; if none are, it goes again."""
        self.edit(note)
        self._made_at = self._desk.sheet.document.position

    def edit(self, id: str) -> None:
        """Let the title of a node or group, or the words of a note, be changed."""
        item = self._desk.stage.item(id)
        text = self._text(id)
        if item is None or text is None:
            return
        viewport = self._desk.viewer.viewport()
        if isinstance(item, NoteItem) and not item.is_frame:
            area, type_ = item.box, self._desk.viewer.paints.label
            self.editor = WordsEdit(viewport, text, lambda said: self._done(id, said))
        else:
            area, type_ = QRectF(0, 0, item.box.width(), HEADER), self._desk.viewer.paints.title
            self.editor = TitleEdit(viewport, text, lambda said: self._done(id, said))
        seen = self._desk.viewer.mapFromScene(item.mapRectToScene(area)).boundingRect()
        open_over(self.editor, seen, type_.font, self._desk.viewer.zoom_scale)

    def _text(self, id: str) -> str | None:
        graph = self._desk.graph
        if id in graph.notes:
            return graph.notes[id].text
        if id in graph.nodes or id in graph.groups:
            return self._desk.stage.boxes[id].face.title
        return None

    def _done(self, id: str, said: str) -> None:
        self.editor = None
        self._desk.viewer.setFocus()
        made_at, self._made_at = self._made_at, None
        document = self._desk.sheet.document
        if not said.strip() and made_at == document.position:
            document.undo()
        elif said.strip() != (self._text(id) or "").strip():
            self._desk.apply(self._edit(id, said))

    def _edit(self, id: str, said: str) -> Edit | None:
        graph = self._desk.graph
        if id in graph.notes:
            return ChangeNote(replace(graph.notes[id], text=said))
        if id in graph.groups:
            return RenameGroup(id, said.strip())
        return RenameNode(id, said.strip()) if id in graph.nodes else None
