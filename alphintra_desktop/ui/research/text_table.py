"""A small table of texts that copies as a spreadsheet wants it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from alphintra_desktop.backtest.spreadsheet_text import delimited

WIDEST = 320
LEFT_COLUMNS = 2  # of the first columns, and of the last one, texts; of others numbers


class TextTable(QTreeWidget):
    """Rows of texts; Ctrl+C copies the selected ones, or all."""

    def __init__(
        self,
        name: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.heads, self.rows = list(heads), [list(row) for row in rows]
        self.setAccessibleName(name)
        self.setHeaderLabels(self.heads)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        numbers = range(LEFT_COLUMNS, len(self.heads) - 1)
        for row in self.rows:
            item = QTreeWidgetItem(self, row)
            for column in numbers:
                item.setTextAlignment(column, right)
            item.setToolTip(len(self.heads) - 1, row[-1])
        for column in numbers:
            self.headerItem().setTextAlignment(column, right)
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
