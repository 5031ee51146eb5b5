"""Returns by month as a heat map, a row a year."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.backtest.result_tables import MonthTable
from alphintra_desktop.backtest.run_tables import RunTables
from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.look import Colours

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEADS = (*MONTHS, "Year", "Hold")
FULL = 0.10  # the return whose cell has the full colour
STRONGEST = 0.62  # of the colour over the panel


class MonthsView(QWidget):
    """The heat map. Its last columns are the years, beside those of buy and hold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, len(HEADS))
        self.table.setHorizontalHeaderLabels(HEADS)
        self.table.setAccessibleName("Monthly returns in percent")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setCornerButtonEnabled(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setMinimumSectionSize(50)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.table)

    def show_tables(self, tables: RunTables) -> None:
        """Show the months of this run, the latest year first."""
        own, held = tables.months, tables.held_months
        self.table.setRowCount(len(own.years))
        self.table.setVerticalHeaderLabels([str(year) for year in reversed(own.years)])
        for row, number in enumerate(reversed(range(len(own.years)))):
            self._fill(row, number, own, held)

    def _fill(self, row: int, number: int, own: MonthTable, held: MonthTable) -> None:
        values = (*own.months[number].tolist(), own.totals[number], held.totals[number])
        for column, value in enumerate(values):
            item = QTableWidgetItem("" if np.isnan(value) else figure(value, "percents"))
            item.setData(Qt.ItemDataRole.UserRole, float(value))
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            when = f"{MONTHS[column]} {own.years[number]}" if column < 12 else HEADS[column]
            item.setToolTip("" if np.isnan(value) else f"{when}: {figure(value, 'fraction')}")
            self.table.setItem(row, column, item)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look: the larger a return, the stronger its colour."""
        corner = f"background: {colours.panel}; border: none"
        self.table.setStyleSheet(f"QTableCornerButton::section {{ {corner} }}")
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        for row in range(self.table.rowCount()):
            for column in range(len(HEADS)):
                item = self.table.item(row, column)
                if item is None:
                    continue
                idle = item.data(Qt.ItemDataRole.UserRole) == 0.0
                item.setForeground(QColor(colours.faint if idle else colours.text))
                if column < 12:
                    value = item.data(Qt.ItemDataRole.UserRole)
                    item.setBackground(QBrush(shade(value, colours)))
                elif column == 12:
                    item.setFont(bold)


def shade(value: float, colours: Colours) -> QColor:
    """The background of a month."""
    if np.isnan(value) or value == 0.0:
        return QColor(colours.panel)
    strength = min(abs(value) / FULL, 1.0) ** 0.7 * STRONGEST
    return blend(colours.gain if value > 0.0 else colours.loss, colours.panel, strength)
