"""The trades of a run as a table that sorts and searches a hundred thousand rows at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from alphintra_desktop.backtest.figures import figure, times
from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.backtest.stored_trades import (
    COLUMNS,
    TradeFilter,
    column_values,
    in_order,
    matching,
    text_of_trades,
)
from alphintra_desktop.simulation.simulated import Integers
from alphintra_desktop.ui.look import Colours

Index = QModelIndex | QPersistentModelIndex
SIGNED = ("profit", "return_fraction")
TEXTS = ("text", "time")
NO_INDEX = QModelIndex()


class TradeModel(QAbstractTableModel):
    """The rows of `run.trades` that pass the filter, in the order that was asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: StoredRun | None = None
        self._rows: Integers = np.empty(0, dtype=np.int64)
        self._filter = TradeFilter()
        self._sorted = ("number", False)
        self._gain, self._loss = QColor(), QColor()

    # ------------------------------------------------------------------ what is listed

    def show_run(self, run: StoredRun) -> None:
        """List the trades of this run."""
        self._run = run
        self._select()

    def set_filter(self, wanted: TradeFilter) -> None:
        """List only what passes."""
        self._filter = wanted
        self._select()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order in which trades were closed."""
        name = COLUMNS[max(column, 0)].name
        self._sorted = name, order == Qt.SortOrder.DescendingOrder
        self._select()

    def colour(self, colours: Colours) -> None:
        """Take on the look."""
        self._gain, self._loss = QColor(colours.gain), QColor(colours.loss)

    def trade_at(self, row: int) -> int:
        """The row in all trades of a row of the table."""
        return int(self._rows[row])

    def row_of(self, trade: int) -> int | None:
        """The row of the table where a trade is listed."""
        found = np.flatnonzero(self._rows == trade)
        return int(found[0]) if len(found) else None

    def written(self, rows: list[int] | None = None, separator: str = ",") -> Callable[[], str]:
        """What writes those rows of the table, or all of them, with every digit.

        Many rows take a while, so that it may be called in a thread.
        """
        run = self._run
        if run is None:
            return str
        chosen = self._rows if rows is None else self._rows[rows]
        return lambda: text_of_trades(run.trades, chosen, daily=run.daily, separator=separator)

    def _select(self) -> None:
        if self._run is None:
            return
        name, descending = self._sorted
        self.beginResetModel()
        found = matching(self._run.trades, self._filter)
        self._rows = in_order(self._run.trades, found, name, descending=descending)
        self.endResetModel()

    # ------------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many trades pass."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """How much is told of each."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title
            case Qt.ItemDataRole.ToolTipRole:
                return column.help or None
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column.kind)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        column = COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._told(index.row(), index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column.kind)
            case Qt.ItemDataRole.ForegroundRole if column.name in SIGNED:
                return self._gain if self._value(index.row(), column.name) > 0 else self._loss
        return None

    def _value(self, row: int, name: str) -> Any:
        assert self._run is not None
        trade = self._rows[row]
        return trade + 1 if name == "number" else column_values(self._run.trades, name)[trade]

    def _told(self, row: int, number: int) -> str:
        assert self._run is not None
        column = COLUMNS[number]
        if column.name == "ending":
            return self._ending(int(self._rows[row]))
        value = self._value(row, column.name)
        if column.kind == "time":
            return times([value], daily=self._run.daily)[0]
        return str(value) if column.kind == "text" else figure(float(value), column.kind)

    def _ending(self, trade: int) -> str:
        assert self._run is not None
        trades = self._run.trades
        if trades.status[trade] == "open":
            return "still open"
        told = str(trades.exit_reason[trade])
        return f"{told}, ambiguous bar" if trades.ambiguous[trade] else told


def _alignment(kind: str) -> Any:
    side = Qt.AlignmentFlag.AlignLeft if kind in TEXTS else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
