"""All points of a sweep as a table: sorted, copied, exported, and one chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.research_points import MEASURES, PointTable

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
# A view keeps something for every row, in sight or not: of more points it is given the first.
MOST_ROWS = 20_000
LOOKED_AT = 40  # rows: for how wide a column has to be


class PointsModel(QAbstractTableModel):
    """At most `MOST_ROWS` points, in the order that was asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: PointTable | None = None
        self.order = np.empty(0, dtype=np.int64)
        self._sorted = (-1, True)

    def show_points(self, table: PointTable, measure: str) -> None:
        """List these points, the best by a measure first."""
        self.beginResetModel()
        self._table = table
        self._sorted = (len(table.params) + list(table.measures).index(measure), True)
        self._order()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what has no number comes last."""
        if self._table is None or column < 0:
            return
        self.beginResetModel()
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder)
        self._order()
        self.endResetModel()

    def point_at(self, row: int) -> int:
        """The number of the point in a row."""
        return int(self.order[row])

    def row_of(self, point: int) -> int | None:
        """Where a point is listed."""
        found = np.flatnonzero(self.order[:MOST_ROWS] == point)
        return int(found[0]) if len(found) else None

    def _order(self) -> None:
        assert self._table is not None
        column, descending = self._sorted
        many = len(self._table.params)
        if column < many:
            values = self._table.params[column].places.astype(np.float64)
        else:
            values = list(self._table.measures.values())[column - many]
        keys = np.where(np.isfinite(values), -values if descending else values, np.inf)
        self.order = np.argsort(keys, kind="stable")

    # ------------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many points are listed."""
        return 0 if parent.isValid() else min(len(self.order), MOST_ROWS)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """Params and measures."""
        if parent.isValid() or self._table is None:
            return 0
        return len(self._table.params) + len(self._table.measures)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or self._table is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        heads = [one.name for one in self._table.params]
        heads += [MEASURES.get(name, name) for name in self._table.measures]
        return heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        if role != Qt.ItemDataRole.DisplayRole or self._table is None:
            return None
        point, column = self.point_at(index.row()), index.column()
        many = len(self._table.params)
        if column < many:
            one = self._table.params[column]
            return one.told(int(one.places[point]))
        name = list(self._table.measures)[column - many]
        return format_metric(name, float(self._table.measures[name][point]))


class CopyingTable(QTableView):
    """A table that says when its rows are to be copied: Qt's own way takes a single cell."""

    copy_asked = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
            event.accept()
        else:
            super().keyPressEvent(event)


class PointsTable(QWidget):
    """The table. `chosen` announces a point, `export_asked` the order in which they are listed."""

    chosen = Signal(int)
    export_asked = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model, self.table = PointsModel(self), CopyingTable()
        self.copy_button, self.export_button = QPushButton("Copy"), QPushButton("Export CSV…")
        self._told = ToneLabel(look, Tone.FAINT)
        self._table: PointTable | None = None
        self._choosing = False
        self._lay_out()

    def show_points(self, table: PointTable, measure: str) -> None:
        """List the points of a sweep."""
        self._table = table
        self.model.show_points(table, measure)
        self.table.resizeColumnsToContents()
        listed = self.model.rowCount()
        told = f"{table.count:,} points"
        self._told.setText(told if listed == table.count else f"The first {listed:,} of {told}")

    def choose(self, point: int) -> None:
        """Select a point, if it is listed."""
        row = self.model.row_of(point)
        if row is None:
            return
        self._choosing = True
        flags = QItemSelectionModel.SelectionFlag
        index = self.model.index(row, 0)
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self._choosing = False

    def copy(self) -> None:
        """The selected points, or all that are listed, to the clipboard."""
        from alphintra_desktop.workspace.research_points import as_text  # noqa: PLC0415

        if self._table is None:
            return
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        chosen = rows if len(rows) > 1 else range(self.model.rowCount())
        points = [self.model.point_at(row) for row in chosen]
        QGuiApplication.clipboard().setText(as_text(self._table, points, "\t"))

    def colour(self, font: QFont) -> None:
        """Take on the look."""
        self.table.verticalHeader().setDefaultSectionSize(int(font.pointSizeF() * 2.4))

    def _on_selection(self, chosen: QItemSelection) -> None:
        rows = chosen.indexes()
        if rows and not self._choosing:
            self.chosen.emit(self.model.point_at(rows[0].row()))

    def _lay_out(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Points")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSortingEnabled(True)
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().setResizeContentsPrecision(LOOKED_AT)
        table.horizontalHeader().setHighlightSections(False)
        table.selectionModel().selectionChanged.connect(self._on_selection)
        table.copy_asked.connect(self.copy)
        self.copy_button.setToolTip("Copy the selected points, or all that are listed")
        self.copy_button.clicked.connect(self.copy)
        self.export_button.setToolTip("Write all points to a file, in this order")
        self.export_button.clicked.connect(lambda: self.export_asked.emit(self.model.order))
        self._told.setWordWrap(False)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 8, 10, 8)
        bar.addWidget(self._told, 1)
        bar.addWidget(self.copy_button)
        bar.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(table, 1)
