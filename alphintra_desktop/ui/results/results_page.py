"""The centre of the results: the run that is looked at, and runs compared with each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from alphintra_desktop.backtest.stored_run import StoredRun
from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import Place
from alphintra_desktop.runs.ledger import Run
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.results.decision_values import (
    DecisionValues,
    decided_at,
    of_other_bars,
)
from alphintra_desktop.ui.results.loaded_run import (
    LoadedRun,
    LoadedRuns,
    load_run,
    load_runs,
    with_bars_of,
)
from alphintra_desktop.ui.results.preloading import load_charts, load_charts_meanwhile
from alphintra_desktop.ui.results.result_view import ResultView
from alphintra_desktop.ui.results.scrub_link import ScrubLink, bar_at
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.run_commands import ask_for_report, start_of_export
from alphintra_desktop.workspace.workspace import Workspace

EMPTY = "No result yet"
OTHER_BARS = "The library's bars have changed since this run, and these values are of today's."
EMPTY_HINT = "Execute a strategy, or choose a run in the list, to see what it came to."


def build(workspace: Workspace, look: Look) -> QWidget:
    """The page of the results activity."""
    return ResultsPage(workspace, look)


class ResultsPage(QStackedWidget):
    """Shows `workspace.runs.shown`, and `workspace.runs.compared` beside it."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._look = workspace, look
        self._runs = workspace.runs
        self._loaded: LoadedRun | None = None
        self._wanted: Run | None = None
        self._values: DecisionValues | None = None
        self._trade: int | None = None
        self._preloaded = False
        self._reading: Reading[LoadedRun] = Reading(load_charts)
        self._bars: Reading[LoadedRun] = Reading()
        self._writing: Reading[Path] = Reading()
        self._comparing: Reading[LoadedRuns] = Reading(load_charts)
        self._empty, self._hint = QLabel(EMPTY), QLabel(EMPTY_HINT)
        self.view = ResultView(look, self._reveal, self._export_trades)
        self._link = ScrubLink(workspace, self)
        self._lay_out()
        self._connect()
        self._show(self._runs.shown)
        self._compare(self._runs.compared)

    @property
    def run(self) -> StoredRun | None:
        """The run in sight, once it has been read."""
        return self._loaded.run if self._loaded is not None else None

    # ------------------------------------------------------------------ which run

    def showEvent(self, event: QShowEvent) -> None:
        """Who comes to see results without having chosen one sees the latest."""
        super().showEvent(event)
        self._runs.show_latest()

    def _show(self, run: Run | None) -> None:
        self._wanted = run
        if run is None:
            self._reading.forget()
            self._take_leave()
            self.setCurrentIndex(0)
            return
        folder = self._runs.folder_of(run)
        self._reading.ask(lambda: load_run(folder))

    def _on_progress(self, _: None) -> None:
        if self.isVisible():
            self._runs.show_latest()  # the list may have been read only now
        if self._runs.current is not None and not self._preloaded:
            self._preloaded = True
            load_charts_meanwhile()

    def _on_read(self, loaded: LoadedRun) -> None:
        self._take_leave()
        self._loaded = loaded
        self.view.show_run(loaded)
        self._tell_stale()
        self.setCurrentIndex(1)

    def _on_bars(self, loaded: LoadedRun) -> None:
        if self._loaded is None or loaded.run is not self._loaded.run:
            return
        self._loaded = loaded
        self.view.show_charts(loaded)
        if self._trade is not None:
            self._choose(self._trade)

    def _take_leave(self) -> None:
        if self._values is not None:
            self._values.close()
        self._loaded, self._values, self._trade = None, None, None

    def _compare(self, runs: tuple[Run, ...]) -> None:
        project = self._workspace.project
        if not runs or project is None:
            self._comparing.forget()
            self.view.show_comparison(None)
            return
        folder = project.folder
        self._comparing.ask(lambda: load_runs(runs, folder))

    def _on_compared(self, loaded: LoadedRuns) -> None:
        self.view.show_comparison(loaded)

    def _tell_stale(self) -> None:
        known = self._wanted is not None and self._workspace.current is not None
        self.view.header.show_stale(known and not self._link.belongs(self._wanted))

    # ------------------------------------------------------------------ trades and bars

    def _choose(self, trade: int) -> None:
        """Choose a trade: its bars, its facts, and what the nodes said when it was decided on."""
        if self._loaded is None:
            return
        self._trade = trade
        symbol = str(self._loaded.run.trades.symbol[trade])
        shown = self._loaded.charted
        if shown is not None and shown.bars.symbol != symbol:
            self._ask_for_symbol(symbol)
            return
        self.view.show_trade(trade)
        self._on_bar(self._decided_on(self._loaded.run, trade))
        self._ask_for_values(symbol)
        self._tell_values()

    def _step(self, by: int) -> None:
        run = self.run
        if run is not None and self._trade is not None:
            self._choose((self._trade + by) % len(run.trades))

    def _leave_trade(self) -> None:
        self._trade = None
        self.view.charts.leave_trade()

    def _ask_for_symbol(self, symbol: str) -> None:
        if self._loaded is not None:
            run, tables = self._loaded.run, self._loaded.tables
            self._bars.ask(lambda: with_bars_of(run, tables, symbol))

    def _ask_for_values(self, symbol: str) -> None:
        run = self.run
        if run is None:
            return
        if self._values is None:
            self._values = DecisionValues(run, self._workspace.jobs)
            watch(self, self._values.found, lambda _: self._tell_values())
            watch(self, self._values.failed, self._tell_why_no_values)
        self._values.ask(symbol)

    def _tell_values(self) -> None:
        run = self.run
        if run is None or self._values is None or self._trade is None:
            return
        found = self._values.at_entry(self._trade)
        bar = self._decided_on(run, self._trade)
        told = f"Node values at {run.time(bar)}, when it was decided on"
        note = told if found else "Computing …"
        shown = self._loaded.charted if self._loaded is not None else None
        if shown is not None and of_other_bars(found, float(shown.bars.close[bar])):
            note = f"{told}. {OTHER_BARS}"
        self.view.charts.panel.show_values(found, note)

    def _decided_on(self, run: StoredRun, trade: int) -> int:
        return bar_at(run.curves.timestamps, decided_at(run, trade))

    def _tell_why_no_values(self, message: str) -> None:
        self.view.charts.panel.show_values((), message)

    def _on_bar(self, bar: int) -> None:
        """Mark a bar in the charts; every wire of the drawing shows its value there."""
        run, chart = self.run, self.view.charts.chart
        if run is None or chart is None:
            return
        chart.mark(bar)
        if self._link.belongs(self._wanted):
            self._link.look_at(run.curves.timestamps[bar])

    def _on_scrubbed(self, time: np.datetime64 | None) -> None:
        run, chart = self.run, self.view.charts.chart
        if run is None or chart is None or not self._link.belongs(self._wanted):
            return
        chart.mark(None if time is None else bar_at(run.curves.timestamps, time))

    # ------------------------------------------------------------------ ways out

    def _reveal(self, place: Place) -> None:
        sheet = self._workspace.current
        if sheet is None or place.node not in sheet.document.graph.nodes:
            self._workspace.notices.info(
                "That node is not in the open graph.", hint="Open the graph that this run was of."
            )
            return
        self._workspace.ask_for("build")
        sheet.selection.reveal(place)

    def _export_trades(self, written: Callable[[], str]) -> None:
        run = self.run
        if run is None:
            return
        start = start_of_export(self._workspace, f"{run.name} trades.csv")
        kinds = "Tables (*.csv)"
        path = self._workspace.questions.file_to_save("Export trades", start, kinds)
        if path is not None:
            self._writing.ask(lambda: _write(path, written()))

    def _on_written(self, path: Path) -> None:
        self._workspace.notices.done(f"The trades are in {path}.")

    def _export_report(self) -> None:
        if self._wanted is not None:
            ask_for_report(self._workspace, self._wanted)

    # ------------------------------------------------------------------ making

    def _connect(self) -> None:
        watch(self, self._link.looked_at, self._on_scrubbed)
        watch(self, self._link.edited, lambda _: self._tell_stale())
        watch(self, self._runs.changed, self._on_progress)
        watch(self, self._runs.shown_changed, self._show)
        watch(self, self._runs.compared_changed, self._compare)
        watch(self, self._reading.done, self._on_read)
        watch(self, self._bars.done, self._on_bars)
        watch(self, self._comparing.done, self._on_compared)
        watch(self, self._writing.done, self._on_written)
        for reading in (self._reading, self._bars, self._comparing, self._writing):
            watch(self, reading.failed, self._workspace.notices.error)
        charts = self.view.charts
        charts.bar_chosen.connect(self._on_bar)
        charts.trade_chosen.connect(self._choose)
        charts.symbol_asked_for.connect(self._ask_for_symbol)
        charts.panel.closed.connect(self._leave_trade)
        charts.panel.stepped.connect(self._step)
        charts.panel.node_asked_for.connect(lambda node: self._reveal(Place(node=node)))
        self.view.trades.trade_chosen.connect(self._choose)
        self.view.header.report_asked_for.connect(self._export_report)
        watch(self, self._look.changed, lambda _: self._colour())
        self._colour()

    def _colour(self) -> None:
        colours, font = self._look.colours, self._look.font
        font.setPointSizeF(font.pointSizeF() * 1.3)
        self._empty.setFont(font)
        self._hint.setStyleSheet(f"color: {colours.faint}")
        self.setStyleSheet(f"ResultsPage {{ background: {colours.panel}; }}")

    def _lay_out(self) -> None:
        nothing = QWidget()
        column = QVBoxLayout(nothing)
        column.addStretch(2)
        for label in (self._empty, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(3)
        self.addWidget(nothing)
        self.addWidget(self.view)


def _write(path: Path, text: str) -> Path:
    """Raises `AlphintraError`."""
    write_file(path, text)
    return path
