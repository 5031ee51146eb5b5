"""The page for what has no settings in common: items of several kinds, a group, a note."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.graph.edits_of_groups import RenameGroup
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ui.inspector.section import heading
from alphintra_desktop.ui.inspector.subject import kind_of
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.sheet import Sheet


class MixedPage(QWidget):
    """Lists what is selected; the title of a single group can be changed."""

    def __init__(self, sheet: Sheet, chosen: tuple[str, ...], look: Look) -> None:
        super().__init__()
        self._sheet, self._chosen = sheet, chosen
        self.title = QLineEdit()
        self.title.setAccessibleName("Title of the group")
        self.title.setPlaceholderText("Group")
        self.title.editingFinished.connect(self.leave)
        self.title.setVisible(self._group is not None)
        self.counts = heading(look, "")
        self.names = ToneLabel(look, Tone.TEXT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        for widget in (self.title, self.counts, self.names):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.refresh()

    @property
    def _group(self) -> str | None:
        graph = self._sheet.document.graph
        (only, *others) = self._chosen
        return only if not others and only in graph.groups else None

    def refresh(self) -> None:
        """Show what is selected as it is now."""
        graph = self._sheet.document.graph
        group = self._group
        if group is None:
            self._show_several(graph)
            return
        if not self.title.isModified():
            self.title.setText(graph.groups[group].title)
        inside = [node.id for node in graph.nodes.values() if node.group == group]
        self.counts.setText(f"Group of {len(inside)}")
        self.names.setText(_listed([_name(graph, id) for id in inside]))

    def _show_several(self, graph: Graph) -> None:
        only = graph.nodes.get(self._chosen[0]) if len(self._chosen) == 1 else None
        if only is not None:
            self.counts.setText("A node that this version does not know")
            self.names.setText(f"{only.type} {only.title}".strip())
            return
        self.counts.setText(f"{len(self._chosen)} selected")
        self.names.setText(_listed([_name(graph, id) for id in self._chosen]))

    def leave(self) -> None:
        """Give the group the title that is written."""
        if not self.title.isModified():
            return
        group, title = self._group, self.title.text().strip()
        self.title.setModified(False)
        if group is not None and title != self._sheet.document.graph.groups[group].title:
            self._sheet.document.apply(RenameGroup(group, title))


def _name(graph: Graph, id: str) -> str:
    if id in graph.nodes:
        return title_of(graph.nodes[id], kind_of(graph.nodes[id]))
    if id in graph.groups:
        return graph.groups[id].title or "Group"
    return "A note"


def _listed(names: list[str]) -> str:
    counted = Counter(names)
    return "\n".join(
        name if count == 1 else f"{name} \N{MULTIPLICATION SIGN} {count}"
        for name, count in sorted(counted.items())
    )
