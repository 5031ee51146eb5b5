"""Several runs side by side: their equity over each other, their numbers, and what differed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QHeaderView,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.extremes import Extremes
from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.simulation.metrics import METRICS, TEN, format_metric
from alphintra_desktop.ui.charts.chart_stack import ChartStack, Panel, set_up
from alphintra_desktop.ui.charts.series_items import Line
from alphintra_desktop.ui.look import Colours
from alphintra_desktop.ui.results.loaded_run import LoadedRuns, Unequal

BY_NAME = {metric.name: metric for metric in METRICS}
ABOUT = {
    "graph": "Graph",
    "param": "Params",
    "setting": "Settings",
    "data": "Data",
    "engine": "Engine",
    "version": "Versions and machine",
}
TELLING = ("param", "setting", "data")  # what runs of one name are told apart by
HELD = "Buy and hold"
SAME = "Nothing differs: the same graph, params, settings and data."


def called(loaded: LoadedRuns) -> list[str]:
    """What the runs are called, short enough for a column: of one name, by what differs."""
    names = [run.name for run in loaded.runs]
    told = [one for one in loaded.unequal if one.about in TELLING][:1]
    if len(set(names)) < len(names) and told:
        names = [f"{told[0].name} {value}" for value in told[0].values]
    return [f"{number}  {name}" for number, name in enumerate(names, start=1)]


class CompareView(QWidget):
    """The comparison of the runs that were loaded for it."""

    def __init__(self, loaded: LoadedRuns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = called(loaded)
        self._lines = [Line(Extremes(line, line)) for line in loaded.growth.lines]
        held = loaded.growth.held
        self._held = None if held is None else Line(Extremes(held, held))
        panel = Panel(
            (*self._names, *([] if self._held is None else [HELD])),
            "ratio",
            (*self._lines, *([] if self._held is None else [self._held])),
            1,
        )
        self.stack = ChartStack(loaded.growth.timestamps, (panel,))
        set_up(self.stack, "Equity of the compared runs, as multiples of its start", "")
        self.differences = self._table("What differed", _told(loaded.unequal))
        self.metrics = self._table("Metrics", _measured(loaded.runs))
        tables = QSplitter(Qt.Orientation.Horizontal)
        tables.addWidget(self.differences)
        tables.addWidget(self.metrics)
        tables.setSizes([560, 440])
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.stack)
        parts.addWidget(tables)
        parts.setSizes([420, 340])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(parts)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look: a colour a run, also at the head of its column."""
        of = {
            name: colours.series[number % len(colours.series)]
            for number, name in enumerate(self._names)
        }
        self.stack.colour(colours, font, {**of, HELD: colours.faint})
        if self._held is not None:
            self._held.colour(colours.faint, width=1.0)
        for name, line in zip(self._names, self._lines, strict=True):
            line.colour(of[name], width=1.4)
        for table in (self.differences, self.metrics):
            for column, name in enumerate(self._names, start=1):
                table.headerItem().setForeground(column, QColor(of[name]))

    def _table(
        self, title: str, groups: Sequence[tuple[str, Sequence[Sequence[str]]]]
    ) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels([title, *self._names])
        tree.setAccessibleName(title)
        tree.setRootIsDecorated(False)
        tree.setIndentation(12)
        tree.setUniformRowHeights(True)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for name, rows in groups:
            parent: QTreeWidget | QTreeWidgetItem = tree
            if name:
                parent = QTreeWidgetItem(tree, [name])
                parent.setFirstColumnSpanned(True)
            for row in rows:
                item = QTreeWidgetItem(parent, list(row))
                item.setFirstColumnSpanned(len(row) == 1)
        tree.expandAll()
        for column in range(tree.columnCount()):
            tree.resizeColumnToContents(column)
            most = 220 if column == 0 else 150
            tree.setColumnWidth(column, min(tree.columnWidth(column) + 12, most))
        return tree


def _told(found: Sequence[Unequal]) -> list[tuple[str, list[tuple[str, ...]]]]:
    if not found:
        return [("", [(SAME,)])]
    kinds = dict.fromkeys(one.about for one in found)
    return [
        (ABOUT.get(kind, kind), [(one.name, *one.values) for one in found if one.about == kind])
        for kind in kinds
    ]


def _measured(runs: Sequence[StoredRun]) -> list[tuple[str, list[tuple[str, ...]]]]:
    others = [metric.name for metric in METRICS if metric.name not in TEN]
    return [
        (
            "",
            [
                (BY_NAME[name].title, *(format_metric(name, run.metrics[name]) for run in runs))
                for name in (*TEN, *others)
            ],
        )
    ]
