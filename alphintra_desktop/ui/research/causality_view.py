"""A causality check that is done: who knows the future, how that is known, and what was tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import Place
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.text_table import TextTable
from alphintra_desktop.ui.toned import Tone, ToneLabel, tone_icon
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.research_checks import CausalityFound

CLEAN = "No node was seen to look ahead."
GUILTY = "{title} looks ahead."
SHOW = "Show in the graph"
PLACE = Qt.ItemDataRole.UserRole


class CausalityView(QWidget):
    """Shows one check. `place_asked` announces where somebody wants to be taken."""

    place_asked = Signal(object)

    def __init__(self, look: Look, found: CausalityFound, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.found = look, found
        self.title = Heading(look, f"Causality check of {found.run.name}")
        self.verdict = ToneLabel(look, Tone.ERROR if found.looks_ahead else Tone.DONE)
        self.verdict.setText(verdict_of(found))
        self.said = ToneLabel(look, Tone.FAINT, "\n".join(found.sentences))
        self.findings, self.show_button = QTreeWidget(), QPushButton(SHOW)
        self.nodes = TextTable("Nodes that were tested", NODE_HEADS, found.node_rows, range(2, 6))
        self.tabs = QTabWidget()
        self._fill()
        self._lay_out()
        watch(self, look.changed, lambda _: self._colour())
        self._colour()

    def ask(self) -> None:
        """Ask to be taken to the node of the selected finding."""
        item = self.findings.currentItem()
        if item is not None:
            self.place_asked.emit(item.data(0, PLACE))

    def _fill(self) -> None:
        tree = self.findings
        tree.setHeaderLabels(["Node", "What", "At"])
        tree.setAccessibleName("Findings")
        tree.setRootIsDecorated(False)
        tree.setWordWrap(True)
        for one in self.found.findings:
            item = QTreeWidgetItem(tree, [one["title"], told_of(one), one["bar"]])
            item.setData(0, PLACE, Place(node=one["node"], param=one["param"]))
            item.setToolTip(1, told_of(one))
        if self.found.findings:
            tree.setCurrentIndex(tree.model().index(0, 0))
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        tree.itemActivated.connect(lambda *_: self.ask())
        self.show_button.clicked.connect(self.ask)
        self.show_button.setEnabled(bool(self.found.findings))
        self.show_button.setToolTip("Select the node in the drawing and go there")

    def _colour(self) -> None:
        for number, one in enumerate(self.found.findings):
            tone = Tone.ERROR if one["looks_ahead"] else Tone.WARNING
            name = "mdi6.alert-circle-outline" if one["looks_ahead"] else "mdi6.help-circle-outline"
            item = self.findings.topLevelItem(number)
            assert item is not None
            item.setIcon(0, tone_icon(self._look, name, tone))

    def _lay_out(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        if self.found.findings:
            self.tabs.addTab(self.findings, "Findings")
        self.tabs.addTab(self.nodes, "Nodes")
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.show_button)
        column.addLayout(row)
        column.addWidget(self.verdict)
        column.addWidget(self.said)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.tabs, 1)


NODE_HEADS = ("Node", "Verdict", "Tests", "Not possible", "Settles to 1e-9", "Settles to 1e-6")


def verdict_of(found: CausalityFound) -> str:
    """The whole check in a sentence."""
    if not found.looks_ahead:
        return CLEAN
    guilty = [one for one in found.findings if one["looks_ahead"]]
    more = f" {len(guilty) - 1} more do." if len(guilty) > 1 else ""
    return GUILTY.format(title=guilty[0]["title"]) + more


def told_of(one: Mapping[str, Any]) -> str:
    """A finding with what to do about it."""
    return f"{one['message']} {one['hint']}".strip()
