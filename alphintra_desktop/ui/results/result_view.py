"""A result: head, ten numbers, and tabs for everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from alphintra_desktop.errors import Place
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.results.charts_tab import ChartsTab
from alphintra_desktop.ui.results.distribution_view import DistributionView
from alphintra_desktop.ui.results.findings_view import FindingsView
from alphintra_desktop.ui.results.header import ResultHeader
from alphintra_desktop.ui.results.loaded_run import LoadedRun, LoadedRuns
from alphintra_desktop.ui.results.metrics_view import MetricCards, MetricTable
from alphintra_desktop.ui.results.months_view import MonthsView
from alphintra_desktop.ui.results.trades_view import Export, TradesView
from alphintra_desktop.ui.watch import watch

if TYPE_CHECKING:
    from alphintra_desktop.ui.results.compare_view import CompareView


class _Part(Protocol):
    """A part of the view: it takes on the look when it is told to."""

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""


class ResultView(QWidget):
    """Everything about the run in sight. `export` is given what writes its trades as CSV."""

    def __init__(
        self,
        look: Look,
        reveal: Callable[[Place], object],
        export: Export,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.header, self.cards = ResultHeader(), MetricCards()
        self.charts, self.trades = ChartsTab(), TradesView(export)
        self.months, self.distribution = MonthsView(), DistributionView()
        self.metrics, self.findings = MetricTable(), FindingsView(reveal)
        self.compare: CompareView | None = None
        self._to_fill: list[tuple[QWidget, Callable[[], object]]] = []
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._fill_next)
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
        """Show this run: what is in sight at once, the rest a turn of the event loop later each."""
        self.charts.leave_trade()
        run, tables = loaded.run, loaded.tables
        self.header.show_run(run)
        self.cards.show_run(run)
        self.show_charts(loaded)
        count = len(run.findings)
        title = f"Findings ({count})" if count else "Findings"
        self.tabs.setTabText(self.tabs.indexOf(self.findings), title)
        self._colour_parts(self.header, self.cards)
        self._to_fill = [
            (self.trades, lambda: self.trades.show_run(run)),
            (self.months, lambda: self.months.show_tables(tables)),
            (self.distribution, lambda: self.distribution.show_tables(run, tables)),
            (self.metrics, lambda: self.metrics.show_run(run)),
            (self.findings, lambda: self.findings.show_run(run)),
            (self, lambda: self._colour_parts(self.months, self.metrics, self.findings)),
        ]
        self._later.start()

    @property
    def filled(self) -> bool:
        """Whether every tab shows the run by now."""
        return not self._to_fill

    def _fill_next(self) -> None:
        # The tab in sight comes first.
        current = self.tabs.currentWidget()
        self._to_fill.sort(key=lambda one: one[0] is not current)
        _, fill = self._to_fill.pop(0)
        fill()
        if self._to_fill:
            self._later.start()

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
            if self.tabs.currentWidget() is self.compare:
                self.tabs.setCurrentWidget(self.charts)
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
        self._colour_parts(
            self.header, self.cards, self.charts, self.trades, self.months, self.distribution,
            self.metrics, self.findings,
        )  # fmt: skip
        if self.compare is not None:
            self._colour_parts(self.compare)
        self.setStyleSheet(f"ResultView {{ background: {self._look.colours.panel}; }}")

    def _colour_parts(self, *parts: _Part) -> None:
        colours, font = self._look.colours, self._look.font
        for part in parts:
            part.colour(colours, font)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.header)
        column.addWidget(self.cards)
        column.addWidget(self.tabs, 1)
