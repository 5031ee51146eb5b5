"""The charts of the run in sight, with the chosen trade beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from alphintra_desktop.ui.look import Colours
from alphintra_desktop.ui.results.loaded_run import LoadedRun
from alphintra_desktop.ui.results.trade_panel import TradePanel

if TYPE_CHECKING:
    from alphintra_desktop.ui.results.chart import RunChart

PANEL_WIDTH = 340


class ChartsTab(QWidget):
    """Charts, made anew for each run, and a panel about a trade once one is chosen.

    `bar_chosen`, `trade_chosen` and `symbol_asked_for` are those of the charts.
    """

    bar_chosen = Signal(int)
    trade_chosen = Signal(int)
    symbol_asked_for = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: RunChart | None = None
        self.panel = TradePanel()
        self.panel.hide()
        self._trouble = QLabel()
        self._trouble.setWordWrap(True)
        self._trouble.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(self._trouble)
        self._split.addWidget(self.panel)
        self._split.setStretchFactor(0, 1)
        self._split.setCollapsible(0, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._split)

    def show_run(self, loaded: LoadedRun, colours: Colours, font: QFont) -> None:
        """Show the charts of this run, or why there are none. Of the same run, keep the view."""
        before = self.chart
        self._trouble.setText(loaded.trouble)
        made = self._made(loaded, colours, font)
        shown = made or self._trouble
        if self._split.widget(0) is not shown:
            self._split.replaceWidget(0, shown)
        self._trouble.setVisible(made is None)
        self.chart = made
        if before is not None:
            if made is not None and before.charted.run.id == loaded.run.id:
                made.stack.show_bars(*before.stack.shown)
                made.mark(before.stack.marked)
            before.deleteLater()

    def show_trade(self, trade: int) -> None:
        """Choose a trade: its bars in the charts, its facts beside them."""
        if self.chart is None:
            return
        self.panel.show_trade(self.chart.charted.run, trade)
        if self.panel.isHidden():
            self.panel.show()
            self._split.setSizes([self.width() - PANEL_WIDTH, PANEL_WIDTH])
        self.chart.show_trade(trade)

    def leave_trade(self) -> None:
        """Choose no trade any more."""
        self.panel.hide()
        if self.chart is not None:
            self.chart.choose_no_trade()

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        self.panel.colour(colours, font)
        self._trouble.setStyleSheet(f"color: {colours.faint}; padding: 40px")
        if self.chart is not None:
            self.chart.colour(colours, font)

    def _made(self, loaded: LoadedRun, colours: Colours, font: QFont) -> RunChart | None:
        # Loaded already by the thread that read the run.
        from alphintra_desktop.ui.results.chart import RunChart  # noqa: PLC0415

        if loaded.charted is None:
            return None
        chart = RunChart(loaded.charted)
        chart.colour(colours, font)
        chart.bar_chosen.connect(self.bar_chosen)
        chart.trade_chosen.connect(self.trade_chosen)
        chart.symbol_asked_for.connect(self.symbol_asked_for)
        return chart
