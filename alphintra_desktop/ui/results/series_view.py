"""All values of one output: a table, a plot, and statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QLabel,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.extremes import Extremes
from alphintra_desktop.backtest.figures import are_dates
from alphintra_desktop.backtest.series_statistics import Statistic, statistics_of
from alphintra_desktop.ui.charts.chart_stack import ChartStack, Panel, set_up
from alphintra_desktop.ui.charts.series_items import Line
from alphintra_desktop.ui.look import Colours
from alphintra_desktop.ui.results.series_model import SeriesModel
from alphintra_desktop.workspace.value_store import Key

NARROWEST = 240
"""So that the docks beside it keep their room."""

FIGURES, CHART = 190, 130
"""How much room these take; without it they are left out, the figures first."""

BAR, VALUE, ROUND_TEXT = 64, 84, 24


@dataclass(frozen=True, eq=False)
class Inspected:
    """An output's values made ready to be shown."""

    key: Key
    values: npt.NDArray[Any]
    stamps: npt.NDArray[np.datetime64]
    daily: bool
    statistics: tuple[Statistic, ...]
    line: Extremes


def inspected(key: Key, values: npt.NDArray[Any], stamps: npt.NDArray[np.datetime64]) -> Inspected:
    """Look at all the values. Slow where there are many: for a thread."""
    numbers = np.asarray(values, dtype=float)
    line = Extremes(numbers, numbers)
    return Inspected(key, values, stamps, are_dates(stamps), statistics_of(values), line)


class SeriesView(QSplitter):
    """The values of what was inspected last. `bar_chosen` announces a bar to look at."""

    bar_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.model, self.table = SeriesModel(self), QTableView()
        self.statistics = QFormLayout()
        self.stack: ChartStack | None = None
        self._line: Line | None = None
        self._figures, self._table_width = QWidget(), BAR + VALUE
        self._lay_out()

    def show_values(self, found: Inspected, colours: Colours, font: QFont) -> None:
        """Show these values."""
        self.model.show_values(found.values, found.stamps, daily=found.daily)
        self._show_statistics(found.statistics)
        self._show_line(found)
        self.colour(colours, font)
        self.table.setColumnWidth(1, self._date_width())
        self._table_width = BAR + self._date_width() + VALUE
        self.table.setMinimumWidth(min(self._table_width, NARROWEST))
        self._leave_out()
        self.table.scrollToBottom()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._leave_out()

    def _leave_out(self) -> None:
        """Have the table whole, and beside it what there is room for."""
        room = self.width() - self._table_width
        chart, figures = room >= CHART, room >= CHART + FIGURES
        if self.stack is not None:
            self.stack.setVisible(chart)
        self._figures.setVisible(figures)

    def _date_width(self) -> int:
        """How wide the last date is: all are written alike."""
        index = self.model.index(self.model.rowCount() - 1, 1)
        return self.table.fontMetrics().horizontalAdvance(f"{index.data()}") + ROUND_TEXT

    def mark(self, bar: int | None) -> None:
        """Mark the bar that is looked at."""
        if self.stack is not None:
            self.stack.mark(bar)
        if bar is not None:
            self.table.selectRow(bar)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        self.table.verticalHeader().setDefaultSectionSize(int(font.pointSizeF() * 2.3))
        for row in range(self.statistics.rowCount()):
            item = self.statistics.itemAt(row, QFormLayout.ItemRole.LabelRole)
            if item is not None and (label := item.widget()) is not None:
                label.setStyleSheet(f"color: {colours.faint}")
        if self.stack is not None and self._line is not None:
            self.stack.colour(colours, font, {})
            self._line.colour(colours.series[0], width=1.3, fill=0.2)

    def _show_statistics(self, statistics: tuple[Statistic, ...]) -> None:
        while self.statistics.rowCount():
            self.statistics.removeRow(0)
        for name, text in statistics:
            value = QLabel(text)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.statistics.addRow(QLabel(name), value)

    def _show_line(self, found: Inspected) -> None:
        flags = found.values.dtype == np.bool_
        self._line = Line(found.line, base=0.0 if flags else None)
        kind, also = ("flag", (0.0, 1.0)) if flags else ("price", ())
        made = ChartStack(found.stamps, (Panel((), kind, (self._line,), 1, also),))
        set_up(made, "Values of the inspected output", "")
        made.clicked.connect(lambda place: self.bar_chosen.emit(made.nearest(place.x())))
        made.bar_chosen.connect(self.bar_chosen)
        before, self.stack = self.stack, made
        if before is None:
            self.insertWidget(1, made)
            self.setSizes([300, 620, FIGURES])
        else:
            sizes = self.sizes()
            self.replaceWidget(1, made)
            self.setSizes(sizes)
            before.deleteLater()

    def _lay_out(self) -> None:
        self.setMinimumWidth(NARROWEST)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Values, a row a bar")
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.table.setColumnWidth(0, BAR)
        self.table.clicked.connect(lambda index: self.bar_chosen.emit(index.row()))
        figures = self._figures
        self.statistics.setContentsMargins(12, 4, 12, 4)
        stacked = QVBoxLayout(figures)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.addLayout(self.statistics)
        stacked.addStretch(1)
        for part in (self.table, figures):
            self.addWidget(part)
