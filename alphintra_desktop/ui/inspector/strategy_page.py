"""The page shown while nothing is selected: the strategy as a whole, in plain words."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from alphintra_desktop.codegen.in_words import data_in_words, rules_in_words
from alphintra_desktop.graph.edits import RenameGraph
from alphintra_desktop.graph.tunable import tunable_of
from alphintra_desktop.ui.inspector.section import heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.sheet import Sheet

UNFINISHED = "Once the graph is whole, what it does stands here in plain words."


class StrategyPage(QWidget):
    """Name, counts, data and rules of the strategy of one sheet."""

    def __init__(self, sheet: Sheet, look: Look) -> None:
        super().__init__()
        self._sheet = sheet
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the strategy")
        self.name.setPlaceholderText("Name of the strategy")
        self.name.editingFinished.connect(self.leave)
        self.counts = ToneLabel(look, Tone.FAINT)
        self.data = ToneLabel(look, Tone.TEXT)
        self.rules = ToneLabel(look, Tone.TEXT)
        self.rules.setTextFormat(Qt.TextFormat.RichText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(7)
        layout.addWidget(self.name)
        layout.addWidget(self.counts)
        for title, label in (("Market data", self.data), ("What it does", self.rules)):
            layout.addWidget(heading(look, title))
            layout.addWidget(label)
        layout.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show the strategy as it is now."""
        graph = self._sheet.document.graph
        if graph.name != self.name.text() and not self.name.isModified():
            self.name.setText(graph.name)
        self.counts.setText(self._counted())
        latest = self._sheet.live_code.latest
        if latest is None:
            return
        self.data.setText(data_in_words(latest.lowered) or "None yet: add a Market data node.")
        rules = rules_in_words(latest.lowered) or (UNFINISHED,)
        # Paragraphs, for the room between them.
        self.rules.setText("".join(f"<p style='margin:0 0 5px 0'>{escape(r)}</p>" for r in rules))

    def leave(self) -> None:
        """Give the strategy the name that is written."""
        if not self.name.isModified():
            return
        name = self.name.text().strip()
        self.name.setModified(False)
        if name != self._sheet.document.graph.name:
            self._sheet.document.apply(RenameGraph(name))

    def _counted(self) -> str:
        graph = self._sheet.document.graph
        tuned = sum(len(tunable_of(node)) for node in graph.nodes.values())
        parts = [_number(len(graph.nodes), "node"), _number(len(graph.wires), "wire")]
        parts += [_number(tuned, "tunable setting")] if tuned else []
        return ", ".join(parts)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
