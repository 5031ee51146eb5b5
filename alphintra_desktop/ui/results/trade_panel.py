"""One trade: its facts, and the node values that made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.figures import figure, signed
from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import DARK, Colours
from alphintra_desktop.ui.results.decision_values import NodeValue

NODE = Qt.ItemDataRole.UserRole


class TradePanel(QWidget):
    """The trade that was chosen. `node_asked_for` announces a node to go to, `closed` the end.

    `stepped` announces -1 or 1 for the trade before or after it.
    """

    node_asked_for = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._note = QLabel(), QLabel()
        self._facts = QFormLayout()
        self._buttons: list[tuple[QToolButton, str]] = []
        self.values = QTreeWidget()
        self._colours = DARK
        self._set_up_values()
        self._lay_out()

    def show_trade(self, run: StoredRun, trade: int) -> None:
        """Tell everything about a trade."""
        trades = run.trades
        self._title.setText(f"Trade {trade + 1:,}: {trades.side[trade]} {trades.symbol[trade]}")
        while self._facts.rowCount():
            self._facts.removeRow(0)
        colour = self._colours.gain if trades.profit[trade] > 0 else self._colours.loss
        for name, text in _facts(run, trade):
            value = QLabel(text)
            if name == "Profit":
                value.setStyleSheet(f"color: {colour}; font-weight: 600")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label = QLabel(name)
            label.setStyleSheet(f"color: {self._colours.faint}")
            self._facts.addRow(label, value)

    def show_values(self, values: Sequence[NodeValue], note: str) -> None:
        """Tell what the nodes said; `note` says when, or why there is nothing to tell."""
        self._note.setText(note)
        self.values.clear()
        self.values.setVisible(bool(values))
        for value in values:
            name = value.title if value.output in ("", "value") else f"{value.title}.{value.output}"
            row = QTreeWidgetItem([name, told(value.value), told(value.before)])
            row.setData(0, NODE, value.node)
            row.setToolTip(0, "Double click, or press Enter, to go to the node")
            for column in (1, 2):
                row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
            self.values.addTopLevelItem(row)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        self._colours = colours
        self._title.setStyleSheet(f"color: {colours.text}; font-weight: 600")
        self._note.setStyleSheet(f"color: {colours.faint}")
        for button, name in self._buttons:
            button.setIcon(icon(name, colours.faint))

    def _set_up_values(self) -> None:
        self.values.setHeaderLabels(["Node", "Then", "Bar before"])
        self.values.setAccessibleName("Node values when the trade was decided on")
        self.values.setRootIsDecorated(False)
        self.values.setUniformRowHeights(True)
        header = self.values.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.values.itemActivated.connect(
            lambda row, _: self.node_asked_for.emit(row.data(0, NODE))
        )
        self.values.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        for name, help_, step in (
            ("mdi6.chevron-left", "The trade before", -1),
            ("mdi6.chevron-right", "The trade after", 1),
        ):
            top.addWidget(self._button(name, help_, partial(self.stepped.emit, step)))
        top.addWidget(self._button("mdi6.close", "Close (Esc)", self.closed.emit))
        self._note.setWordWrap(True)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.addLayout(top)
        column.addLayout(self._facts)
        column.addSpacing(6)
        column.addWidget(self._note)
        column.addWidget(self.values, 1)
        column.addStretch(0)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.closed.emit, context=within)

    def _button(self, name: str, help_: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setToolTip(help_)
        button.setAccessibleName(help_)
        button.clicked.connect(act)
        self._buttons.append((button, name))
        return button


def _facts(run: StoredRun, trade: int) -> list[tuple[str, str]]:
    trades = run.trades
    entry, exit_ = int(trades.entry_bar[trade]), int(trades.exit_bar[trade])
    is_open = trades.status[trade] == "open"
    ending = "still open" if is_open else str(trades.exit_reason[trade])
    if trades.ambiguous[trade]:
        ending += ", on a bar that touched the target too"
    return [
        ("Entry", f"{run.time(entry)} at {figure(float(trades.entry_price[trade]), 'price')}"),
        ("Marked" if is_open else "Exit",
         f"{run.time(exit_)} at {figure(float(trades.exit_price[trade]), 'price')}"),
        ("Profit", f"{signed(float(trades.profit[trade]), 'money')}"
         f" ({signed(float(trades.return_fraction[trade]), 'fraction')})"),
        ("Shares", figure(float(trades.shares[trade]), "shares")),
        ("Costs", figure(float(trades.costs[trade]), "money")),
        ("Held", figure(float(trades.bars_held[trade]), "bars")),
        ("Ended by", ending),
    ]  # fmt: skip


def told(value: float | bool | None) -> str:
    """A node's value in words: numbers with as many digits as make sense, flags as yes and no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.6g}" if value == value else "–"  # noqa: PLR0124, RUF001 - NaN, a dash
