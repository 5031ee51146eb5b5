"""The rows that a query found, read from its file as they come into sight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from alphintra_desktop.backtest.figures import NOTHING

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MOST_ROWS = 20_000
LONGEST = 300


class AnswerModel(QAbstractTableModel):
    """The first rows of an answer."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: Any = pa.table({})
        self._numbers: tuple[bool, ...] = ()

    def show_file(self, path: Path | None) -> None:
        """Show the answer in that file, or nothing."""
        self.beginResetModel()
        self._table = pa.table({})
        if path is not None:
            # Only mapped: nothing is read before it is looked at.
            self._table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        self._numbers = tuple(_is_number(field.type) for field in self._table.schema)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many rows are shown."""
        return 0 if parent.isValid() else min(self._table.num_rows, MOST_ROWS)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else int(self._table.num_columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._numbers[section] else LEFT
        return self._table.column_names[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self._numbers[index.column()] else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return cell_text(self._table.column(index.column())[index.row()].as_py())


def cell_text(value: Any) -> str:
    """A value of an answer as text."""
    if value is None:
        return NOTHING
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _is_number(kind: Any) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )
