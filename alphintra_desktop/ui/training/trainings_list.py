"""The list of a project's trainings: search, look at some, cancel, remove, train again."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.training.train_button import TrainButton
from alphintra_desktop.ui.training.trainings_model import NAME, WHEN, TrainingsModel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.training_commands import ask_to_remove, train_again
from alphintra_desktop.workspace.training_runs import TrainingRun
from alphintra_desktop.workspace.workspace import Workspace

WIDTHS = (120, 112, 70, 86, 86)
NONE = "No model has been trained in this project yet"


class TrainingsList(QWidget):
    """Shows `workspace.training.runs`; the selected one is looked at."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._training, self._look = workspace, workspace.training, look
        self.model, self.table, self.words = TrainingsModel(self), QTableView(), QLineEdit()
        self.train = TrainButton(workspace)
        self._count = ToneLabel(look, Tone.FAINT)
        self._selecting = False
        self._set_up_table()
        self._lay_out()
        watch(self, self._training.changed, lambda _: self._refresh())
        watch(self, self._training.shown_changed, lambda _: self._select_shown())
        watch(self, look.changed, lambda _: self._colour())
        self.words.textChanged.connect(self._search)
        self._colour()
        self._refresh()

    def _refresh(self) -> None:
        self.model.show_runs(self._training.runs)
        self._tell()
        self._select_shown()

    def _search(self, words: str) -> None:
        self.model.search(words)
        self._tell()
        self._select_shown()

    def _tell(self) -> None:
        total, listed = len(self._training.runs), self.model.rowCount()
        of = "" if listed == total else f" of {total:,}"
        self._count.setText(f"{listed:,}{of} listed" if total else NONE)

    def _on_selection(self, *_: object) -> None:
        if self._selecting:
            return
        rows = self.table.selectionModel().selectedRows()
        runs = [self.model.run_at(index.row()) for index in rows]
        if len(runs) == 1:
            self._training.show(runs[0])
        elif runs:
            self._training.compare(runs)

    def _select_shown(self) -> None:
        """Select what is looked at, without choosing anything by it."""
        shown = self._training.shown
        runs = (shown,) if shown is not None else self._training.compared
        rows = {row for run in runs if (row := self.model.row_of(run.id)) is not None}
        selection = self.table.selectionModel()
        if rows == {index.row() for index in selection.selectedRows()}:
            return
        flags = QItemSelectionModel.SelectionFlag
        self._selecting = True
        try:
            self.table.clearSelection()
            for row in sorted(rows):
                chosen = self.model.index(row, 0)
                selection.setCurrentIndex(chosen, flags.Select | flags.Rows)
                self.table.scrollTo(chosen)
        finally:
            self._selecting = False

    def menu_of(self, run: TrainingRun) -> QMenu:
        """What can be done with a training."""
        menu = QMenu(self)
        stop = menu.addAction("Cancel")
        stop.setEnabled(run.running)
        stop.triggered.connect(lambda: self._training.cancel(run))
        again = menu.addAction("Train again")
        again.setEnabled(not run.running)
        again.triggered.connect(lambda: self._train_again(run))
        remove = menu.addAction("Remove…")
        remove.setEnabled(not run.running)
        remove.triggered.connect(lambda: ask_to_remove(self._workspace, run))
        return menu

    def _train_again(self, run: TrainingRun) -> None:
        try:
            train_again(self._workspace, run)
        except AlphintraError as error:
            self._workspace.notices.error(error)

    def _offer(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            menu = self.menu_of(self.model.run_at(index.row()))
            menu.popup(self.table.viewport().mapToGlobal(place))

    def _remove(self) -> None:
        shown = self._training.shown
        if shown is not None and not shown.running:
            ask_to_remove(self._workspace, shown)

    def _colour(self) -> None:
        self.model.colour(self._look.colours)
        size = int(self._look.font.pointSizeF() * 2.5)
        self.table.verticalHeader().setDefaultSectionSize(size)

    # ------------------------------------------------------------------ making

    def _set_up_table(self) -> None:
        table, header = self.table, self.table.horizontalHeader()
        table.setModel(self.model)
        table.setAccessibleName("Trainings of this project; choose several to compare them")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setSortingEnabled(True)
        table.sortByColumn(WHEN, Qt.SortOrder.DescendingOrder)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        header.setHighlightSections(False)
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
        self.words.setPlaceholderText("Search trainings")
        self.words.setClearButtonEnabled(True)
        self.words.setAccessibleName("Search trainings by name, model, target, state or date")
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 8, 8, 6)
        bar.setSpacing(8)
        bar.addWidget(self.words, 1)
        bar.addWidget(self.train)
        self._count.setContentsMargins(10, 5, 10, 7)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addWidget(self._count)
        self.setFocusProxy(self.table)
        self.setMinimumWidth(470)
