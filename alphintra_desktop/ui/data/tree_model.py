"""Datasets and their series as a tree of two levels, over plain rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, tone_icon
from alphintra_desktop.workspace.data_library import (
    DatasetRows,
    Key,
    Light,
    SeriesRow,
    arranged,
)

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LIGHTS = {
    Light.GOOD: ("mdi6.check-circle", Tone.DONE),
    Light.WARNING: ("mdi6.alert", Tone.WARNING),
    Light.ERROR: ("mdi6.close-octagon", Tone.ERROR),
    Light.UNKNOWN: ("mdi6.circle-outline", Tone.FAINT),
}
QUALITY = {
    Light.GOOD: "good",
    Light.WARNING: "warnings",
    Light.ERROR: "errors",
    Light.UNKNOWN: "",
}


def day(text: str) -> str:
    """The date of a time."""
    return text[:10]


def size_text(count: int) -> str:
    """So many bytes in a readable unit."""
    if count < 1_000_000:
        return f"{max(count / 1000, 1 if count else 0):,.0f} kB"
    return f"{count / 1_000_000:,.1f} MB" if count < 1e9 else f"{count / 1e9:,.2f} GB"


# The name in `SORTS`, the title, and the text of a series.
COLUMNS: tuple[tuple[str, str, Callable[[SeriesRow], str]], ...] = (
    ("symbol", "Symbol", lambda row: row.version.symbol),
    ("timeframe", "Bars", lambda row: row.version.timeframe),
    ("rows", "Rows", lambda row: f"{row.version.rows:,}"),
    ("first", "First", lambda row: day(row.version.first)),
    ("last", "Last", lambda row: day(row.version.last)),
    ("light", "Quality", lambda row: QUALITY[row.light]),
    ("size", "Size", lambda row: size_text(row.size)),
    ("updated", "Updated", lambda row: day(row.version.imported_at)),
    ("versions", "Versions", lambda row: str(row.versions)),
    ("source", "Source", lambda row: row.version.source),
)
TO_THE_RIGHT = frozenset({"rows", "size", "versions"})


class SeriesModel(QAbstractItemModel):
    """What of the library passes the search, in the order that was asked for."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._rows: Sequence[SeriesRow] = ()
        self._words, self._by, self._falling = "", "symbol", False
        self.datasets: tuple[DatasetRows, ...] = ()

    def show_rows(self, rows: Sequence[SeriesRow]) -> None:
        """List these rows."""
        self._rows = rows
        self._arrange()

    def search(self, words: str) -> None:
        """List only series in which all the words occur."""
        self._words = words
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the series of each dataset by a column."""
        self._by = COLUMNS[max(column, 0)][0]
        self._falling = order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        self.datasets = arranged(self._rows, self._words, self._by, falling=self._falling)
        self.endResetModel()

    @property
    def count(self) -> int:
        """How many series are listed."""
        return sum(len(dataset.series) for dataset in self.datasets)

    def series_at(self, index: Index) -> SeriesRow | None:
        """The series of a row; None of a dataset."""
        if not index.isValid() or not index.internalId():
            return None
        return self.datasets[index.internalId() - 1].series[index.row()]

    def index_of(self, key: Key) -> QModelIndex:
        """Where a series is listed; no index if it is not."""
        for number, dataset in enumerate(self.datasets):
            for row, series in enumerate(dataset.series):
                if series.version.key == key:
                    return self.createIndex(row, 0, number + 1)
        return QModelIndex()

    # ------------------------------------------------------------------ as Qt asks for it

    def index(self, row: int, column: int, parent: Index = NO_INDEX) -> QModelIndex:
        """The index of a cell."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = NO_INDEX) -> QModelIndex:  # type: ignore[override]
        """The dataset of a series."""
        number = index.internalId() if index.isValid() else 0
        return self.createIndex(number - 1, 0, 0) if number else QModelIndex()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many datasets there are, or series in one."""
        if not parent.isValid():
            return len(self.datasets)
        if parent.internalId() or parent.column():
            return 0
        return len(self.datasets[parent.row()].series)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """The number of columns."""
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The titles of the columns."""
        if role == Qt.ItemDataRole.TextAlignmentRole and COLUMNS[section][0] in TO_THE_RIGHT:
            return RIGHT
        return COLUMNS[section][1] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        series = self.series_at(index)
        if series is None:
            return self._dataset(index, role)
        name, _, text = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text(series)
        if role == Qt.ItemDataRole.TextAlignmentRole and name in TO_THE_RIGHT:
            return RIGHT
        if role == Qt.ItemDataRole.DecorationRole and name == "symbol":
            return tone_icon(self._look, *LIGHTS[series.light])
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{series.version.symbol}: {series.light.value}"
        return None

    def _dataset(self, index: Index, role: int) -> Any:
        dataset = self.datasets[index.row()]
        if role == Qt.ItemDataRole.DisplayRole and index.column() == 0:
            return f"{dataset.name}  ({len(dataset.series):,})"
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return tone_icon(self._look, "mdi6.database-outline", Tone.FAINT)
        return None
