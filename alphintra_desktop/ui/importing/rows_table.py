"""A few rows of a file as a table, with what each column means over its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QTableView, QVBoxLayout, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MOST_COLUMNS = 200
_NUMERIC = frozenset("0123456789.,+-eE nainf")


class RowsModel(QAbstractTableModel):
    """Texts. `meanings` are those of columns by name; a column without one is faint if there are
    any."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.names: tuple[str, ...] = ()
        self.rows: tuple[tuple[str, ...], ...] = ()
        self.meanings: Mapping[str, str] = {}
        self._numeric: tuple[bool, ...] = ()

    def show_rows(
        self,
        names: Sequence[str],
        rows: Sequence[tuple[str, ...]],
        meanings: Mapping[str, str] | None = None,
    ) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.names, self.rows = tuple(names[:MOST_COLUMNS]), tuple(rows)
        self.meanings = meanings or {}
        self._numeric = tuple(_is_numeric(rows, column) for column in range(len(self.names)))
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many rows are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(self.names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns, with what they mean; the numbers of the rows."""
        if orientation != Qt.Orientation.Horizontal:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._numeric[section] else LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        name = self.names[section]
        if not self.meanings:
            return name
        meaning = self.meanings.get(name, "")
        return f"{name}\n{meaning or 'not used'}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        row, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row[column] if column < len(row) else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._numeric[column] else LEFT
        unused = bool(self.meanings) and self.names[column] not in self.meanings
        if role == Qt.ItemDataRole.ForegroundRole and unused:
            return QColor(self._look.colours.faint)
        return None


def _is_numeric(rows: Sequence[tuple[str, ...]], column: int) -> bool:
    cells = [row[column] for row in rows[:20] if column < len(row) and row[column]]
    return bool(cells) and all(set(cell) <= _NUMERIC for cell in cells)


class RowsTable(QWidget):
    """The table under a heading, with words in place of rows where there are none."""

    def __init__(self, title: str, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.table = RowsModel(look, self), QTableView()
        self.told, self.instead = ToneLabel(look, Tone.FAINT, title), ToneLabel(look, Tone.FAINT)
        self._title = title
        self.table.setAccessibleName(title)
        self._lay_out()
        watch(self, look.changed, lambda _: self.table.viewport().update())

    def show_rows(
        self,
        names: Sequence[str],
        rows: Sequence[tuple[str, ...]],
        meanings: Mapping[str, str] | None = None,
        more: str = "",
    ) -> None:
        """Show these rows; `more` is said beside the heading."""
        self.told.setText(f"{self._title}{f'  ·  {more}' if more else ''}")
        now = self.model
        if (now.names, now.rows, now.meanings) != (tuple(names), tuple(rows), meanings or {}):
            now.show_rows(names, rows, meanings)
            self._fit()
        self.table.setVisible(bool(rows))
        self.instead.setVisible(not rows)

    def say_instead(self, text: str, tone: Tone = Tone.FAINT) -> None:
        """What is said where there are no rows."""
        self.instead.set_tone(tone)
        self.instead.setText(text)

    def _fit(self) -> None:
        self.table.resizeColumnsToContents()
        for column in range(len(self.model.names)):
            self.table.setColumnWidth(column, min(max(self.table.columnWidth(column), 56), 220))

    def _lay_out(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(24)
        table.horizontalHeader().setHighlightSections(False)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.told.setWordWrap(False)
        self.instead.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.told)
        column.addWidget(table, 1)
        column.addWidget(self.instead, 1)
