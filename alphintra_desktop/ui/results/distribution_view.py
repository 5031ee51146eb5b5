"""How the returns are spread, and the deepest drawdowns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.figures import duration, figure
from alphintra_desktop.backtest.result_tables import DrawdownSpell
from alphintra_desktop.backtest.run_tables import RunTables
from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.ui.look import Colours
from alphintra_desktop.ui.results.histogram import Histogram

HEADS = ("Depth", "Start", "Lowest", "Recovered", "Length", "Bars")


class DistributionView(QWidget):
    """Histograms of bars and trades, and drawdowns. `bars_asked_for` announces first and last."""

    bars_asked_for = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars, self.trades = Histogram("Returns of a bar"), Histogram("Returns of a trade")
        self.table = QTableWidget(0, len(HEADS))
        self._spells: tuple[DrawdownSpell, ...] = ()
        self._last = 0
        self._head = QLabel("Deepest drawdowns, from a peak until equity is back there")
        self._set_up_table()
        charts = QHBoxLayout()
        charts.addWidget(self.bars)
        charts.addWidget(self.trades)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addLayout(charts, 3)
        column.addWidget(self._head)
        column.addWidget(self.table, 2)

    def show_tables(self, run: StoredRun, tables: RunTables) -> None:
        """Show the spread of this run's returns, and its drawdowns."""
        self.bars.show_spread(tables.bar_returns)
        self.trades.show_spread(tables.trade_returns)
        self._spells = tables.drawdowns
        self._last = run.bars - 1
        self.table.setRowCount(len(self._spells))
        for row, spell in enumerate(self._spells):
            _fill(self.table, row, _told(run, spell))

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        self.bars.colour(colours, font)
        self.trades.colour(colours, font)
        self._head.setStyleSheet(f"color: {colours.faint}; padding: 6px 4px 2px 4px")

    def _set_up_table(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels(HEADS)
        table.setAccessibleName("Deepest drawdowns")
        table.setToolTip("Double click, or press Enter, to see one in the charts")
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.activated.connect(lambda index: self._ask(index.row()))

    def _ask(self, row: int) -> None:
        spell = self._spells[row]
        end = self._last if spell.recovery is None else spell.recovery
        self.bars_asked_for.emit(spell.peak, end)


def _told(run: StoredRun, spell: DrawdownSpell) -> Sequence[str]:
    end = run.bars - 1 if spell.recovery is None else spell.recovery
    stamps = run.curves.timestamps
    return (
        figure(spell.depth, "fraction"),
        run.time(spell.peak),
        run.time(spell.trough),
        "not yet" if spell.recovery is None else run.time(end),
        duration(np.timedelta64(stamps[end] - stamps[spell.peak])),
        f"{end - spell.peak:,}",
    )


def _fill(table: QTableWidget, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts):
        item = QTableWidgetItem(text)
        item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
        table.setItem(row, column, item)
