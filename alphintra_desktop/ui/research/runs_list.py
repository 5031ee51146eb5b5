"""The list of a project's research: search, look at one, begin another."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.runs_model import NAME, WHEN, ResearchModel
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.command import Command
from alphintra_desktop.workspace.research_commands import SET_UP, ask_to_remove, run_controls
from alphintra_desktop.workspace.research_runs import ResearchRun
from alphintra_desktop.workspace.workspace import Workspace

OFFERED = (*SET_UP, run_controls)
WIDTHS = (124, 128, 80, 58, 74)
NONE = "Nothing has been researched in this project yet"


class ResearchList(QWidget):
    """Shows `workspace.research.runs`; the selected one is looked at."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._research, self._look = workspace, workspace.research, look
        self.model, self.table, self.words = ResearchModel(self), QTableView(), QLineEdit()
        self.new = QPushButton("New…")
        self._count = ToneLabel(look, Tone.FAINT)
        self._selecting = False
        self._set_up_table()
        self._lay_out()
        watch(self, self._research.changed, lambda _: self._refresh())
        watch(self, self._research.shown_changed, lambda _: self._select_shown())
        watch(self, self._research.drafted, lambda _: self._select_shown())
        watch(self, look.changed, lambda _: self._colour())
        self.words.textChanged.connect(self._search)
        self._colour()
        self._refresh()

    def _refresh(self) -> None:
        self.model.show_runs(self._research.runs)
        self._tell()
        self._select_shown()

    def _search(self, words: str) -> None:
        self.model.search(words)
        self._tell()
        self._select_shown()

    def _tell(self) -> None:
        total, listed = len(self._research.runs), self.model.rowCount()
        told = f"{total:,} listed" if listed == total else f"{listed:,} of {total:,} listed"
        self._count.setText(told if total else NONE)

    def _on_selection(self, *_: object) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows and not self._selecting:
            self._research.show(self.model.run_at(rows[0].row()))

    def _select_shown(self) -> None:
        """Select the run that is looked at, without choosing anything by it."""
        shown = self._research.shown if self._research.drafting is None else None
        row = self.model.row_of(shown.id) if shown is not None else None
        flags = QItemSelectionModel.SelectionFlag
        self._selecting = True
        try:
            if row is None:
                self.table.clearSelection()
            elif not self.table.selectionModel().isRowSelected(row):
                chosen = self.model.index(row, 0)
                wanted = flags.ClearAndSelect | flags.Rows
                self.table.selectionModel().setCurrentIndex(chosen, wanted)
                self.table.scrollTo(chosen)
        finally:
            self._selecting = False

    def menu_of(self, run: ResearchRun) -> QMenu:
        """What can be done with a run."""
        menu = QMenu(self)
        resume = menu.addAction("Resume")
        resume.setEnabled(run.can_resume)
        resume.triggered.connect(lambda: self._resume(run))
        stop = menu.addAction("Cancel")
        stop.setEnabled(run.running)
        stop.triggered.connect(lambda: self._research.cancel(run))
        remove = menu.addAction("Remove…")
        remove.setEnabled(not run.running)
        remove.triggered.connect(lambda: ask_to_remove(self._workspace, run))
        return menu

    def _resume(self, run: ResearchRun) -> None:
        try:
            self._research.resume(run)
        except AlphintraError as error:
            self._workspace.notices.error(error)

    def _offer(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            menu = self.menu_of(self.model.run_at(index.row()))
            menu.popup(self.table.viewport().mapToGlobal(place))

    def _remove(self) -> None:
        shown = self._research.shown
        if shown is not None and not shown.running:
            ask_to_remove(self._workspace, shown)

    def _colour(self) -> None:
        self.model.colour(self._look.colours)
        size = int(self._look.font.pointSizeF() * 2.5)
        self.table.verticalHeader().setDefaultSectionSize(size)

    # ------------------------------------------------------------------ making

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Research of this project")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSortingEnabled(True)
        table.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        for column, width in enumerate(WIDTHS):
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().selectionChanged.connect(self._on_selection)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._offer)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._remove)

    def _lay_out(self) -> None:
        self.words.setPlaceholderText("Search research")
        self.words.setClearButtonEnabled(True)
        self.words.setAccessibleName("Search research by kind, strategy, state or date")
        self.new.setMenu(self._menu())
        self.new.setToolTip("Set up a sweep, a walk-forward or another kind of research")
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 8, 8, 6)
        bar.addWidget(self.words, 1)
        bar.addWidget(self.new)
        self._count.setContentsMargins(10, 5, 10, 7)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addWidget(self._count)
        self.setFocusProxy(self.table)
        self.setMinimumWidth(450)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for command in OFFERED:
            action = menu.addAction(command.title)
            action.setToolTip(command.help)
            action.triggered.connect(lambda _=False, one=command: self._do(one))
        menu.aboutToShow.connect(lambda: self._enable(menu))
        return menu

    def _do(self, command: Command[Workspace]) -> None:
        try:
            command.run(self._workspace)
        except AlphintraError as error:
            self._workspace.notices.error(error)

    def _enable(self, menu: QMenu) -> None:
        for command, action in zip(OFFERED, menu.actions(), strict=True):
            action.setEnabled(command.enabled(self._workspace))
