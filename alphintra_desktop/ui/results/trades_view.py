"""The trade table with its search, copy and export."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelection, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.backtest.stored_trades import COLUMNS, TradeFilter
from alphintra_desktop.ui.look import Colours
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.results.trade_model import TradeModel
from alphintra_desktop.ui.watch import watch

SIDES = {"Long and short": "", "Long": "long", "Short": "short"}
OUTCOMES = {"Won and lost": "", "Won": "won", "Lost": "lost", "Still open": "open"}
WIDTHS = {"number": 52, "side": 56, "entry_time": 128, "exit_time": 128, "ending": 150}
TYPING_MS = 120
Export = Callable[[Callable[[], str]], object]


class TradeTable(QTableView):
    """A table that copies by `copy`: Qt's own way takes a single cell."""

    def __init__(self, copy: Callable[[], object]) -> None:
        super().__init__()
        self._copy = copy

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            event.accept()
        else:
            super().keyPressEvent(event)


class TradesView(QWidget):
    """All trades. `trade_chosen` announces the row of the one that was selected.

    `export` is given what writes the listed trades as CSV; where to put that is up to it.
    """

    trade_chosen = Signal(int)

    def __init__(self, export: Export, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TradeModel(self)
        self.table = TradeTable(self.copy)
        self.words, self.side, self.outcome = QLineEdit(), QComboBox(), QComboBox()
        self.export_button = QPushButton("Export CSV…")
        self._count, self._total = QLabel(), 0
        self._export = export
        self._copying: Reading[str] = Reading()
        watch(self, self._copying.done, QGuiApplication.clipboard().setText)
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._set_up_table()
        self._set_up_filter()
        self._lay_out()

    def show_run(self, run: StoredRun) -> None:
        """List the trades of this run."""
        self._total = len(run.trades)
        self.model.show_run(run)
        self._tell()

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        self.model.colour(colours)
        self._count.setStyleSheet(f"color: {colours.faint}")
        self.table.verticalHeader().setDefaultSectionSize(int(font.pointSizeF() * 2.5))
        self.table.viewport().update()

    def choose(self, trade: int) -> None:
        """Select a trade, if it is listed."""
        row = self.model.row_of(trade)
        if row is not None and row not in self._selected():
            self.table.selectRow(row)

    def copy(self) -> None:
        """The selected trades, or all that are listed, to the clipboard."""
        self._copying.ask(self.model.written(self._selected() or None, separator="\t"))

    def _selected(self) -> list[int]:
        return sorted(index.row() for index in self.table.selectionModel().selectedRows())

    def _apply(self) -> None:
        self._typed.stop()
        wanted = TradeFilter(
            self.words.text(),
            SIDES[self.side.currentText()],
            OUTCOMES[self.outcome.currentText()],
        )
        self.model.set_filter(wanted)
        self._tell()

    def _tell(self) -> None:
        shown = self.model.rowCount()
        told = f"{self._total:,} trades" if self._total != 1 else "1 trade"
        self._count.setText(told if shown == self._total else f"{shown:,} of {told}")

    def _on_selection(self, chosen: QItemSelection) -> None:
        if rows := chosen.indexes():
            self.trade_chosen.emit(self.model.trade_at(rows[0].row()))

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Trades")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setStretchLastSection(True)
        for number, column in enumerate(COLUMNS):
            table.setColumnWidth(number, WIDTHS.get(column.name, 92))
        table.selectionModel().selectionChanged.connect(self._on_selection)

    def _set_up_filter(self) -> None:
        self.words.setPlaceholderText("Search symbol, side or ending")
        self.words.setClearButtonEnabled(True)
        self.words.setAccessibleName("Search trades")
        self.words.setMinimumWidth(250)
        self.side.addItems(list(SIDES))
        self.side.setAccessibleName("Side")
        self.outcome.addItems(list(OUTCOMES))
        self.outcome.setAccessibleName("Outcome")
        self.words.textChanged.connect(lambda _: self._typed.start())
        self._typed.timeout.connect(self._apply)
        self.side.currentIndexChanged.connect(lambda _: self._apply())
        self.outcome.currentIndexChanged.connect(lambda _: self._apply())
        self.export_button.setToolTip("Write the listed trades to a file, in this order")
        self.export_button.clicked.connect(lambda: self._export(self.model.written()))

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 8, 10, 8)
        bar.setSpacing(8)
        for widget in (self.words, self.side, self.outcome, self._count):
            bar.addWidget(widget)
        bar.addStretch(1)
        copy = QPushButton("Copy")
        copy.setToolTip("Copy the selected trades, or all that are listed, for a spreadsheet")
        copy.clicked.connect(self.copy)
        bar.addWidget(copy)
        bar.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
