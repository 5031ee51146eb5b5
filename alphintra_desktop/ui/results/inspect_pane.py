"""What one output of a node says: all its values as a table, a plot and statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFormLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.extremes import Extremes
from alphintra_desktop.backtest.figures import are_dates
from alphintra_desktop.backtest.series_statistics import Statistic, statistics_of
from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.results.following import Following
from alphintra_desktop.ui.results.reading import Reading
from alphintra_desktop.ui.results.series_model import SeriesModel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.value_store import Key
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:
    from alphintra_desktop.ui.results.chart_stack import ChartStack
    from alphintra_desktop.ui.results.series_items import Line

NOTHING = "Click a wire, or an output of a node, to see all its values here."
NOT_YET = "{name} has no values yet: run up to its node."


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
    import alphintra_desktop.ui.results.chart_stack  # noqa: F401, PLC0415 - loads pyqtgraph

    numbers = np.asarray(values, dtype=float)
    line = Extremes(numbers, numbers)
    return Inspected(key, values, stamps, are_dates(stamps), statistics_of(values), line)


def build_inspect(workspace: Workspace, look: Look) -> QWidget:
    """The pane of a wire's values."""
    return InspectPane(workspace, look)


class InspectPane(QWidget):
    """Shows `values.inspecting` of the current sheet, and marks the bar that is looked at."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._sheet: Sheet | None = None
        self._reading: Reading[Inspected] = Reading()
        self._line: Line | None = None
        self.stack: ChartStack | None = None
        self.shown: Inspected | None = None
        self.model, self.table = SeriesModel(self), QTableView()
        self.title, self._statistics = QLabel(NOTHING), QFormLayout()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        watch(self, self._reading.done, self._on_read)
        watch(self, look.changed, lambda _: self._colour())
        self._colour()
        Following(workspace, self._follow, self)

    def _follow(self, sheet: Sheet | None, follower: QObject) -> None:
        self._sheet = sheet
        if sheet is not None:
            watch(follower, sheet.values.inspected, lambda _: self._read())
            watch(follower, sheet.values.changed, self._on_changed)
            watch(follower, sheet.values.scrubbed, self._mark)
        self._read()

    def _on_changed(self, nodes: frozenset[str]) -> None:
        key = self._sheet.values.inspecting if self._sheet is not None else None
        if key is not None and key[0] in nodes:
            self._read()

    def _read(self) -> None:
        """Look at what is inspected anew, in a thread."""
        sheet = self._sheet
        key = sheet.values.inspecting if sheet is not None else None
        if sheet is None or key is None or key[0] not in sheet.document.graph.nodes:
            self._show_nothing(NOTHING)
            return
        values, stamps = sheet.values.series(*key), sheet.values.timestamps
        if values is None or stamps is None:
            self._show_nothing(NOT_YET.format(name=self._name(sheet, key)))
            return
        self._reading.ask(lambda: inspected(key, values, stamps))

    def _show_nothing(self, why: str) -> None:
        self._reading.forget()
        self.shown = None
        self.title.setText(why)
        self.split.hide()

    def _on_read(self, found: Inspected) -> None:
        sheet = self._sheet
        if sheet is None or found.key[0] not in sheet.document.graph.nodes:
            return
        self.shown = found
        symbol = sheet.values.symbol
        self.title.setText(f"{self._name(sheet, found.key)}   ·   {symbol}")
        self.model.show_values(found.values, found.stamps, daily=found.daily)
        self._show_statistics(found.statistics)
        self._show_line(found)
        self.split.show()
        self._colour()
        self.table.scrollToBottom()
        self._mark(sheet.values.bar)

    def _show_statistics(self, statistics: tuple[Statistic, ...]) -> None:
        while self._statistics.rowCount():
            self._statistics.removeRow(0)
        for name, text in statistics:
            value = QLabel(text)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._statistics.addRow(QLabel(name), value)

    def _show_line(self, found: Inspected) -> None:
        from alphintra_desktop.ui.results.chart_stack import (  # noqa: PLC0415 - see `inspected`
            ChartStack,
            Panel,
            set_up,
        )
        from alphintra_desktop.ui.results.series_items import Line  # noqa: PLC0415

        flags = found.values.dtype == np.bool_
        self._line = Line(found.line, base=0.0 if flags else None)
        panel = Panel(
            (), "flag" if flags else "price", (self._line,), 1, (0.0, 1.0) if flags else ()
        )
        made = ChartStack(found.stamps, (panel,))
        set_up(made, "Values of the inspected output", "")
        made.clicked.connect(lambda place: self._scrub(made.nearest(place.x())))
        made.bar_chosen.connect(self._scrub)
        before, self.stack = self.stack, made
        if before is None:
            self.split.insertWidget(1, made)
            self.split.setSizes([300, 620, 190])
        else:
            sizes = self.split.sizes()
            self.split.replaceWidget(1, made)
            self.split.setSizes(sizes)
            before.deleteLater()

    def _scrub(self, bar: int) -> None:
        if self._sheet is not None:
            self._sheet.values.scrub(bar)

    def _mark(self, bar: int | None) -> None:
        if self.stack is None or self.shown is None:
            return
        self.stack.mark(bar)
        if bar is not None:
            self.table.selectRow(bar)

    def _name(self, sheet: Sheet, key: Key) -> str:
        node = sheet.document.graph.nodes[key[0]]
        try:
            title = title_of(node, node_type_of(node))
        except AlphintraError:  # custom code that cannot be read
            title = node.type
        return title if key[1] == "value" else f"{title}: {key[1].replace('_', ' ')}"

    def _colour(self) -> None:
        colours, font = self._look.colours, self._look.font
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(bold if self.shown is not None else font)
        told = colours.text if self.shown is not None else colours.faint
        self.title.setStyleSheet(f"color: {told}; padding: 6px 10px")
        self.table.verticalHeader().setDefaultSectionSize(int(font.pointSizeF() * 2.3))
        for row in range(self._statistics.rowCount()):
            item = self._statistics.itemAt(row, QFormLayout.ItemRole.LabelRole)
            if item is not None and (label := item.widget()) is not None:
                label.setStyleSheet(f"color: {colours.faint}")
        if self.stack is not None and self._line is not None:
            self.stack.colour(colours, font, {})
            self._line.colour(colours.series[0], width=1.3, fill=0.2)

    def _lay_out(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName("Values, a row a bar")
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 64), (2, 84)):
            self.table.setColumnWidth(column, width)
        self.table.clicked.connect(lambda index: self._scrub(index.row()))
        figures = QWidget()
        self._statistics.setContentsMargins(12, 4, 12, 4)
        stacked = QVBoxLayout(figures)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.addLayout(self._statistics)
        stacked.addStretch(1)
        for part in (self.table, figures):
            self.split.addWidget(part)
        self.split.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.title)
        whole.addWidget(self.split, 1)
        whole.addStretch(0)
