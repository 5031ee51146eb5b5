"""A small table of texts that copies as a spreadsheet wants it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from alphintra_desktop.backtest.spreadsheet_text import delimited

WIDEST = 320


class TextTable(QTreeWidget):
    """Rows of texts, with `numbers` as columns of figures. Ctrl+C copies the selected, or all."""

    def __init__(
        self,
        name: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        numbers: range,
    ) -> None:
        super().__init__()
        self.heads, self.rows = list(heads), [list(row) for row in rows]
        self.setAccessibleName(name)
        self.setHeaderLabels(self.heads)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row in self.rows:
            item = QTreeWidgetItem(self, row)
            for column in numbers:
                item.setTextAlignment(column, right)
            item.setToolTip(len(self.heads) - 1, row[-1])
        for column in numbers:
            self.headerItem().setTextAlignment(column, right)
        self.header().setStretchLastSection(len(self.heads) - 1 not in numbers)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column in range(len(self.heads)):
            self.resizeColumnToContents(column)
            self.setColumnWidth(column, min(self.columnWidth(column) + 14, WIDEST))

    def copied(self) -> str:
        """The selected rows, or all, as text."""
        chosen = [self.indexOfTopLevelItem(item) for item in self.selectedItems()]
        rows = [self.rows[n] for n in sorted(chosen)] or self.rows
        return delimited(self.heads, rows, "\t")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
            event.accept()
        else:
            super().keyPressEvent(event)
