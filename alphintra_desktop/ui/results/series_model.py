"""One output's values as a table, a row a bar, read from the file as rows come into sight."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from alphintra_desktop.backtest.figures import times
from alphintra_desktop.backtest.series_statistics import number

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
HEADS = ("Bar", "Time", "Value")
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SeriesModel(QAbstractTableModel):
    """The values of what is inspected."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: npt.NDArray[Any] = np.empty(0)
        self._stamps: npt.NDArray[np.datetime64] = np.empty(0, dtype="datetime64[ns]")
        self._daily = True

    def show_values(
        self, values: npt.NDArray[Any], stamps: npt.NDArray[np.datetime64], *, daily: bool
    ) -> None:
        """List these values at these times."""
        self.beginResetModel()
        self._values, self._stamps, self._daily = values, stamps, daily
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many bars there are."""
        return 0 if parent.isValid() else len(self._values)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Bar, time and value."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        row = index.row()
        if index.column() == 0:
            return f"{row + 1:,}"
        if index.column() == 1:
            return times(self._stamps[[row]], daily=self._daily)[0]
        value = self._values[row].item()
        return ("yes" if value else "no") if isinstance(value, bool) else number(value)
