"""What a run came to in numbers, beside buy and hold: ten at a glance, and all of them."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.luck import chances, luck_in_words
from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.simulation.metrics import METRICS, TEN, Metric, format_metric
from alphintra_desktop.ui.look import Colours

BY_NAME = {metric.name: metric for metric in METRICS}
SIGNED = ("total_return", "cagr")  # whose sign is worth a colour
CARD_WIDTH = 108

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Growth", ("total_return", "cagr", "final_equity", "exposure", "turnover", "cost_share")),
    ("Return for risk", ("sharpe", "sortino", "calmar", "omega", "volatility")),
    ("Drawdown", ("max_drawdown", "average_drawdown", "longest_drawdown", "ulcer_index")),
    (
        "Returns of a bar",
        ("value_at_risk", "expected_shortfall", "tail_ratio", "skew", "kurtosis"),
    ),
    (
        "Trades",
        (
            "trades", "win_rate", "profit_factor", "expectancy", "average_win", "average_loss",
            "best_trade", "worst_trade", "average_holding", "longest_holding",
        ),
    ),
)  # fmt: skip


class Card(QWidget):
    """One number with its name, and that of buy and hold below; luck below the Sharpe ratio."""

    def __init__(self, metric: Metric) -> None:
        super().__init__()
        self._metric = metric
        self._title, self._value, self._beside = QLabel(metric.title), QLabel(), QLabel()
        self._luck = QLabel()
        self._number = math.nan
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 6, 6)
        column.setSpacing(1)
        for label in (self._title, self._value, self._beside, self._luck):
            column.addWidget(label)
        self.setToolTip(metric.help)

    def show_run(self, run: StoredRun) -> None:
        """Show the run's number."""
        name = self._metric.name
        self._number = run.metrics[name]
        self._value.setText(format_metric(name, self._number))
        held = run.benchmark_metrics.get(name)
        self._beside.setText("" if held is None else f"Hold {format_metric(name, held)}")
        luck = run.luck if name == "sharpe" else None
        self._luck.setText("" if luck is None else chances(luck))
        self._luck.setToolTip("" if luck is None else "\n".join(luck_in_words(luck)))
        self.setAccessibleName(f"{self._metric.title} {self._value.text()} {self._luck.text()}")

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        small, large = QFont(font), QFont(font)
        small.setPointSizeF(font.pointSizeF() * 0.88)
        large.setPointSizeF(font.pointSizeF() * 1.3)
        large.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(small)
        self._beside.setFont(small)
        self._luck.setFont(small)
        self._value.setFont(large)
        told = colours.text
        if self._metric.name in SIGNED and self._number != 0.0:
            told = colours.gain if self._number > 0.0 else colours.loss
        self._value.setStyleSheet(f"color: {told}")
        for label in (self._title, self._beside, self._luck):
            label.setStyleSheet(f"color: {colours.faint}")


class MetricCards(QWidget):
    """The ten, in one row where there is room, else in two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = [Card(BY_NAME[name]) for name in TEN]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(6, 0, 6, 4)
        self._grid.setSpacing(0)
        self._columns = 0
        self._arrange(len(TEN))

    def show_run(self, run: StoredRun) -> None:
        """Show the run's numbers."""
        for card in self._cards:
            card.show_run(run)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        for card in self._cards:
            card.colour(colours, font)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap where it is narrow."""
        self._arrange(10 if event.size().width() >= CARD_WIDTH * 10 else 5)
        super().resizeEvent(event)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // columns, number % columns)


class MetricTable(QWidget):
    """Every metric, grouped, with what luck alone would have given above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._luck = QLabel()
        self._luck.setWordWrap(True)
        self._luck.setContentsMargins(14, 12, 14, 6)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Metric", "Strategy", "Buy and hold", "What it is"])
        self.tree.setAccessibleName("Metrics beside buy and hold")
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(12)
        self.tree.setUniformRowHeights(True)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (1, 2):
            self.tree.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        stacked = QVBoxLayout(self)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.addWidget(self._luck)
        stacked.addWidget(self.tree, 1)

    def show_run(self, run: StoredRun) -> None:
        """Show the run's numbers."""
        self._luck.setText("" if run.luck is None else "\n".join(luck_in_words(run.luck)))
        self._luck.setVisible(run.luck is not None)
        self.tree.clear()
        for title, names in GROUPS:
            group = QTreeWidgetItem(self.tree, [title])
            group.setFirstColumnSpanned(True)
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for name in names:
                group.addChild(_row(run, BY_NAME[name]))
            group.setExpanded(True)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        self._luck.setStyleSheet(f"color: {colours.text}")
        for number in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(number)
            assert group is not None
            group.setFont(0, bold)
            for row in range(group.childCount()):
                group.child(row).setForeground(3, QColor(colours.faint))


def _row(run: StoredRun, metric: Metric) -> QTreeWidgetItem:
    held = run.benchmark_metrics.get(metric.name)
    beside = "" if held is None else format_metric(metric.name, held)
    own = format_metric(metric.name, run.metrics[metric.name])
    row = QTreeWidgetItem([metric.title, own, beside, metric.help])
    for column in (1, 2):
        row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    row.setToolTip(3, metric.help)
    return row
