"""The rows of a series as they are stored, of which a table makes only those in sight."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLineEdit, QTableView, QVBoxLayout, QWidget

from alphintra_desktop.backtest.figures import NOTHING, times
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.data_series import COLUMNS, SeriesShown

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
HEADS = ("Row", "Time", *(name.replace("_", " ").capitalize() for name in COLUMNS))
# A view keeps something for every row, in sight or not: of more rows it is given a part.
MOST_ROWS = 20_000


class BarsModel(QAbstractTableModel):
    """At most `MOST_ROWS` rows of a series, from row `start` on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._series: SeriesShown | None = None
        self.start, self._count = 0, 0

    def show_series(self, series: SeriesShown, around: int | None = None) -> None:
        """List the rows around one of them; by default the last ones."""
        total = len(series.stamps)
        middle = total if around is None else around
        self.beginResetModel()
        self._series = series
        self._count = min(total, MOST_ROWS)
        self.start = min(max(middle - MOST_ROWS // 2, 0), total - self._count)
        self.endResetModel()

    def extend(self, series: SeriesShown) -> None:
        """The same rows go on being listed, of a series that has now been read whole."""
        if self._series is not None:
            self.start += self._series.start - series.start
        self._series = series

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many rows are listed."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The titles of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        return HEADS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role != Qt.ItemDataRole.DisplayRole or self._series is None:
            return None
        row, column = self.start + index.row(), index.column()
        if column == 0:
            return f"{self._series.start + row + 1:,}"
        if column == 1:
            return times(self._series.stamps[[row]], daily=not self._series.intraday)[0]
        value = float(self._series.columns[COLUMNS[column - 2]][row])
        return NOTHING if np.isnan(value) else f"{value:,.10g}"


class BarsTable(QWidget):
    """The table, and a line to go to a time."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.table, self.sought = BarsModel(self), QTableView(), QLineEdit()
        self._series: SeriesShown | None = None
        self._told = ToneLabel(look, Tone.FAINT)
        self._told.setWordWrap(False)
        self._lay_out()

    def show_series(self, series: SeriesShown) -> None:
        """List the rows of a series, the latest in sight."""
        self._series = series
        self.model.show_series(series)
        self.table.scrollToBottom()
        self._tell()

    def extend(self, series: SeriesShown) -> None:
        """Take a series that has now been read whole, and go on listing the same rows."""
        self._series = series
        self.model.extend(series)
        self._tell()

    def show_row(self, row: int) -> None:
        """Have a row of the series in sight, and select it."""
        if self._series is None:
            return
        if not 0 <= row - self.model.start < self.model.rowCount():
            self.model.show_series(self._series, around=row)
        self.table.selectRow(row - self.model.start)
        self._tell()

    def colour(self, font: QFont) -> None:
        """Take on the look."""
        self.table.verticalHeader().setDefaultSectionSize(int(font.pointSizeF() * 2.3))

    def _go(self) -> None:
        """To the first row of the time that was typed, or of the next one there is."""
        if self._series is None:
            return
        try:
            wanted = np.datetime64(self.sought.text().strip(), "ns")
        except ValueError:
            self._told.setText("Type a date such as 2015-06-30.")
            return
        if np.isnat(wanted):
            return
        if self._series.start and wanted < self._series.stamps[0]:
            self._told.setText("Earlier bars are being read. Try again in a moment.")
            return
        row = int(np.searchsorted(self._series.stamps, wanted))
        self.show_row(min(row, len(self._series.stamps) - 1))

    def _tell(self) -> None:
        assert self._series is not None
        before, listed = self._series.start, self.model.rowCount()
        total, first = before + len(self._series.stamps), before + self.model.start
        part = f"Rows {first + 1:,} to {first + listed:,} of {total:,}"
        self._told.setText(f"{total:,} rows" if listed == total else part)

    def _lay_out(self) -> None:
        self.sought.setPlaceholderText("Go to 2015-06-30")
        self.sought.setAccessibleName("Time to go to")
        self.sought.setMaximumWidth(190)
        self.sought.returnPressed.connect(self._go)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Bars as they are stored")
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setHighlightSections(False)
        for section, width in enumerate((66, 128, *([80] * 8))):
            self.table.setColumnWidth(section, width)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 6, 10, 4)
        bar.addWidget(self._told, 1)
        bar.addWidget(self.sought)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
