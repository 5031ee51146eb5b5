"""Everything wrong with the current graph, as it is drawn; Enter or a click goes to the place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.problems.wording import counted, icon_of, place_in_words
from alphintra_desktop.ui.sheet_pane import SheetPane
from alphintra_desktop.ui.toned import Tone, ToneLabel, tone_icon
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.live_code import Compiled
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

COLUMNS = ("Problem", "What to do", "Where")


def build(workspace: Workspace, look: Look) -> QWidget:
    """The problems pane of a window."""
    return SheetPane(workspace, look, lambda sheet: ProblemsView(sheet, look), "No graph is open.")


class ProblemsView(QWidget):
    """The problems of one sheet, what blocks the strategy first."""

    def __init__(self, sheet: Sheet, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet, self._look = sheet, look
        self._problems: tuple[Problem, ...] = ()
        self.counts = ToneLabel(look, Tone.FAINT)
        self.counts.setContentsMargins(10, 6, 10, 4)
        self.table = self._table()
        self._empty = ToneLabel(look, Tone.FAINT, "No problems")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        filled = QWidget()
        layout = QVBoxLayout(filled)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.counts)
        layout.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(filled)
        self.setLayout(self._stack)
        self.setFocusProxy(self.table)
        watch(self, sheet.live_code.changed, self._show)
        watch(self, look.changed, lambda _: self._fill())
        if sheet.live_code.latest is not None:
            self._show(sheet.live_code.latest)

    def _table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setAccessibleName("Problems of the graph")
        table.setHeaderLabels(COLUMNS)
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        table.itemClicked.connect(self._reveal)
        table.itemActivated.connect(self._reveal)
        return table

    def _show(self, compiled: Compiled) -> None:
        if compiled.problems != self._problems or not self.table.topLevelItemCount():
            self._problems = compiled.problems
            self._fill()

    def _fill(self) -> None:
        self.table.clear()
        latest = self._sheet.live_code.latest
        for problem in self._problems:
            where = place_in_words(problem, latest) if latest is not None else ""
            item = QTreeWidgetItem([problem.message, problem.hint, where])
            name, tone = icon_of(problem)
            item.setIcon(0, tone_icon(self._look, name, tone))
            for column, text in enumerate((problem.message, problem.hint, where)):
                item.setToolTip(column, text)
            item.setForeground(1, self.palette().placeholderText())
            item.setForeground(2, self.palette().placeholderText())
            kind = "Blocks the strategy" if problem.blocking else "Does not block"
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{kind}: {problem.message}")
            self.table.addTopLevelItem(item)
        self.counts.setText(counted(self._problems))
        self._stack.setCurrentIndex(1 if self._problems else 0)

    def _reveal(self, item: QTreeWidgetItem, _: int = 0) -> None:
        problem = self._problems[self.table.indexOfTopLevelItem(item)]
        self._sheet.selection.reveal(problem.place)
