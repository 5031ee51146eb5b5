"""The list of a project's runs: search, sort, look at one, hold several against each other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.ledger import Run
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.results.runs_model import WHEN, RunsModel
from alphintra_desktop.ui.results.scrub_link import ScrubLink
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.run_commands import ask_for_report, open_graph_of
from alphintra_desktop.workspace.workspace import Workspace

HINT = "Select several to compare them"
NONE = "No run yet"
MOST_COMPARED = 6
WIDTHS = (124, 80, 74, 60, 82, 60, 76, 84)


def build_runs(workspace: Workspace, look: Look) -> QWidget:
    """The pane of runs."""
    return RunsPane(workspace, look)


class RunsPane(QWidget):
    """Shows `workspace.runs.recorded`; what is selected is looked at, or compared."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._look, self._runs = workspace, look, workspace.runs
        self._link = ScrubLink(workspace, self)
        self.model = RunsModel(self._is_stale, self)
        self.table, self.words = QTableView(), QLineEdit()
        self._count = QLabel()
        self._selecting = False
        self._set_up_table()
        self._lay_out()
        watch(self, self._runs.changed, lambda _: self._refresh())
        watch(self, self._runs.shown_changed, lambda _: self._select_shown())
        watch(self, self._runs.compared_changed, lambda _: self._select_shown())
        watch(self, self._link.edited, lambda _: self.model.repaint())
        watch(self, look.changed, lambda _: self._colour())
        self.words.textChanged.connect(self._search)
        self._colour()
        self._refresh()

    def _is_stale(self, run: Run) -> bool:
        return not self._link.belongs(run)

    def _refresh(self) -> None:
        self.model.show_runs(self._runs.recorded)
        self._tell()
        self._select_shown()

    def _search(self, words: str) -> None:
        self.model.search(words)
        self._tell()
        self._select_shown()

    def _tell(self) -> None:
        total, listed = len(self._runs.recorded), self.model.rowCount()
        many = f"{total:,} run" if total == 1 else f"{total:,} runs"
        shown = many if listed == total else f"{listed:,} of {many}"
        self._count.setText(f"{shown}. {HINT}." if total > 1 else shown if total else NONE)

    # ------------------------------------------------------------------ selecting

    def _on_selection(self, *_: object) -> None:
        if self._selecting:
            return
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        chosen = [self.model.run_at(row) for row in rows]
        if len(chosen) == 1:
            self._runs.show(chosen[0])
        self._runs.compare(chosen[:MOST_COMPARED])

    def _select_shown(self) -> None:
        """Select the run that is looked at, without choosing anything by it."""
        shown = self._runs.shown
        wanted = self._runs.compared or ((shown,) if shown is not None else ())
        rows = [row for run in wanted if (row := self.model.row_of(run)) is not None]
        flags = QItemSelectionModel.SelectionFlag
        self._selecting = True
        try:
            self.table.clearSelection()
            for row in rows:
                index = self.model.index(row, 0)
                self.table.selectionModel().select(index, flags.Select | flags.Rows)
            if rows:
                self.table.scrollTo(self.model.index(rows[0], 0))
        finally:
            self._selecting = False

    # ------------------------------------------------------------------ offering

    def _offer(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            menu = self.menu_of(self.model.run_at(index.row()))
            menu.popup(self.table.viewport().mapToGlobal(place))

    def menu_of(self, run: Run) -> QMenu:
        """What can be done with a run of the list."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open its graph", lambda: self._try(open_graph_of, run))
        menu.addAction("Export its report…", lambda: self._try(ask_for_report, run))
        shown = self._runs.shown
        if shown is not None and shown != run:
            menu.addAction("Compare with the shown run", lambda: self._runs.compare((shown, run)))
        menu.addSeparator()
        menu.addAction("Copy its id", lambda: QGuiApplication.clipboard().setText(run.id))
        return menu

    def _try(self, action: Callable[[Workspace, Run], None], run: Run) -> None:
        try:
            action(self._workspace, run)
        except AlphintraError as error:
            self._workspace.notices.error(error)

    # ------------------------------------------------------------------ making

    def _colour(self) -> None:
        colours = self._look.colours
        self.model.colour(colours)
        self._count.setStyleSheet(f"color: {colours.faint}; padding: 2px 10px 6px 10px")
        size = int(self._look.font.pointSizeF() * 2.6)
        self.table.verticalHeader().setDefaultSectionSize(size)

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Runs of the project")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setSortingEnabled(True)
        table.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setSectionsMovable(True)
        for column, width in enumerate(WIDTHS):
            table.setColumnWidth(column, width)
        table.selectionModel().selectionChanged.connect(self._on_selection)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._offer)

    def _lay_out(self) -> None:
        self.words.setPlaceholderText("Search runs")
        self.words.setClearButtonEnabled(True)
        self.words.setAccessibleName("Search runs by strategy, symbol, engine or date")
        self.words.setToolTip("By strategy, symbol, engine or date")
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 8, 8, 6)
        bar.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addWidget(self._count)
