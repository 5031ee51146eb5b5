"""A result: head, ten numbers, and tabs for everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from alphintra_desktop.errors import Place
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.results.charts_tab import ChartsTab
from alphintra_desktop.ui.results.distribution_view import DistributionView
from alphintra_desktop.ui.results.findings_view import FindingsView
from alphintra_desktop.ui.results.header import ResultHeader
from alphintra_desktop.ui.results.loaded_run import LoadedRun, LoadedRuns
from alphintra_desktop.ui.results.metrics_view import MetricCards, MetricTable
from alphintra_desktop.ui.results.months_view import MonthsView
from alphintra_desktop.ui.results.trades_view import TradesView
from alphintra_desktop.ui.watch import watch

if TYPE_CHECKING:
    from alphintra_desktop.ui.results.compare_view import CompareView


class ResultView(QWidget):
    """Everything about the run in sight. `export` is given the trades as CSV text."""

    def __init__(
        self,
        look: Look,
        reveal: Callable[[Place], object],
        export: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.header, self.cards = ResultHeader(), MetricCards()
        self.charts, self.trades = ChartsTab(), TradesView(export)
        self.months, self.distribution = MonthsView(), DistributionView()
        self.metrics, self.findings = MetricTable(), FindingsView(reveal)
        self.compare: CompareView | None = None
        self._parts = (
            self.header, self.cards, self.trades, self.months, self.distribution, self.metrics,
            self.findings,
        )  # fmt: skip
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for part, title in (
            (self.charts, "Charts"),
            (self.trades, "Trades"),
            (self.months, "Months"),
            (self.distribution, "Distribution"),
            (self.metrics, "Metrics"),
            (self.findings, "Findings"),
        ):
            self.tabs.addTab(part, title)
        self._lay_out()
        self.distribution.bars_asked_for.connect(self._show_bars)
        watch(self, look.changed, lambda _: self._colour())
        self._colour()

    def show_run(self, loaded: LoadedRun) -> None:
        """Show this run."""
        self.charts.leave_trade()
        for part in self._parts:
            part.show_run(loaded.run)
        self.show_charts(loaded)
        count = len(loaded.run.findings)
        title = f"Findings ({count})" if count else "Findings"
        self.tabs.setTabText(self.tabs.indexOf(self.findings), title)
        self._colour()

    def show_charts(self, loaded: LoadedRun) -> None:
        """Show the run's charts, over the bars that were loaded."""
        self.charts.show_run(loaded, self._look.colours, self._look.font)

    def show_trade(self, trade: int) -> None:
        """Choose a trade everywhere, and show it in the charts."""
        self.tabs.setCurrentWidget(self.charts)
        self.charts.show_trade(trade)
        self.trades.choose(trade)

    def show_comparison(self, loaded: LoadedRuns | None) -> None:
        """Compare these runs in a tab of their own; with None, there is no such tab."""
        if self.compare is not None:
            self.tabs.removeTab(self.tabs.indexOf(self.compare))
            self.compare.deleteLater()
            self.compare = None
        if loaded is None:
            return
        # Loaded already by the thread that read the runs.
        from alphintra_desktop.ui.results.compare_view import CompareView  # noqa: PLC0415

        self.compare = CompareView(loaded)
        self.compare.colour(self._look.colours, self._look.font)
        self.tabs.addTab(self.compare, f"Compare ({len(loaded.runs)})")
        self.tabs.setCurrentWidget(self.compare)

    def _show_bars(self, first: int, last: int) -> None:
        if self.charts.chart is not None:
            around = max((last - first) * 0.15, 10)
            self.tabs.setCurrentWidget(self.charts)
            self.charts.chart.stack.show_bars(first - around, last + around)

    def _colour(self) -> None:
        colours, font = self._look.colours, self._look.font
        for part in (*self._parts, self.charts):
            part.colour(colours, font)
        if self.compare is not None:
            self.compare.colour(colours, font)
        self.setStyleSheet(f"ResultView {{ background: {colours.panel}; }}")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.header)
        column.addWidget(self.cards)
        column.addWidget(self.tabs, 1)
