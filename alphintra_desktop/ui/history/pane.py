"""Everything done to the current graph since it was opened; a click goes back or forth to it."""

from __future__ import annotations

from itertools import repeat
from typing import TypeAlias

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QColor, QIcon
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.sheet_pane import SheetPane
from alphintra_desktop.ui.toned import Tone, tone_icon
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

OPENED = "Opened"
Shown: TypeAlias = tuple[str, bool, bool]


def build(workspace: Workspace, look: Look) -> QWidget:
    """The history pane of a window."""
    return SheetPane(workspace, look, lambda sheet: HistoryList(sheet, look), "No graph is open.")


class HistoryList(QListWidget):
    """One line a step, the oldest first; steps that are undone just now are grey.

    The first line is the graph as it was opened. The step in effect last is the current line, and
    a disk marks the one that is saved.
    """

    def __init__(self, sheet: Sheet, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._look = sheet.document, look
        self._shown: list[Shown] = []
        self.setAccessibleName("History of the graph")
        self.setToolTip("Click a step to have the graph as it was after it.")
        self.setUniformItemSizes(True)
        self.setSpacing(1)
        self.setIconSize(QSize(14, 14))
        self.itemClicked.connect(self._go_to)
        self.itemActivated.connect(self._go_to)
        watch(self, self._document.edited, self._refresh)
        watch(self, self._document.saved, self._refresh)
        watch(self, look.changed, self._recolour)
        self._refresh()

    def _recolour(self, _: object) -> None:
        self._shown = []
        self._refresh()

    def _refresh(self, _: object = None) -> None:
        """Bring the lines up to date; only those that say something else are touched."""
        steps = self._steps()
        while self.count() > len(steps):
            self.takeItem(self.count() - 1)
        while self.count() < len(steps):
            self.addItem(QListWidgetItem())
        shown = [*self._shown, *repeat(None, len(steps))]
        for row, step in enumerate(steps):
            if step != shown[row]:
                self._show_step(self.item(row), *step)
        self._shown = steps
        self.setCurrentRow(self._document.position)
        self.scrollToItem(self.currentItem())

    def _steps(self) -> list[Shown]:
        """What each line says: its words, whether it is undone, whether it is saved."""
        now, saved = self._document.position, self._document.saved_position
        labels = (OPENED, *self._document.history)
        return [(label, row > now, row == saved) for row, label in enumerate(labels)]

    def _show_step(self, item: QListWidgetItem, label: str, undone: bool, saved: bool) -> None:
        colours = self._look.colours
        item.setText(label)
        item.setForeground(QBrush(QColor(colours.faint if undone else colours.text)))
        font = item.font()
        font.setItalic(undone)
        item.setFont(font)
        item.setIcon(self._icon(saved))
        told = [label, "undone" if undone else "", "saved" if saved else ""]
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(word for word in told if word))
        item.setToolTip("The graph was saved here." if saved else "")

    def _icon(self, saved: bool) -> QIcon:
        if saved:
            return tone_icon(self._look, "mdi6.content-save-outline", Tone.DONE)
        return tone_icon(self._look, "mdi6.circle-small", Tone.FAINT)

    def _go_to(self, item: QListWidgetItem) -> None:
        self._document.go_to(self.row(item))
