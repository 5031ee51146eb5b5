"""The trainings of a project as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from alphintra_desktop.backtest.figures import NOTHING
from alphintra_desktop.jobs.events import State
from alphintra_desktop.ui.look import Colours
from alphintra_desktop.workspace.training_runs import SCORE_TITLES, TrainingRun

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
HEADS = ("Name", "Model", "State", "Score", "When")
NAME, MODEL, STATE, SCORE, WHEN = range(len(HEADS))
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TrainingsModel(QAbstractTableModel):
    """Trainings with all the words that are searched for, in the order that was asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[TrainingRun, ...] = ()
        self._listed: list[TrainingRun] = []
        self._words: list[str] = []
        self._column, self._descending = WHEN, True
        self._colours: Colours | None = None

    def show_runs(self, runs: Sequence[TrainingRun]) -> None:
        """List these; where only states have changed, nothing moves."""
        before = [run.id for run in self._all]
        self._all = tuple(runs)
        if before != [run.id for run in runs] or self._column != WHEN:
            self._list()
            return
        now = {run.id: run for run in self._all}
        self._listed = [now[run.id] for run in self._listed]
        self._repaint()

    def search(self, words: str) -> None:
        """List only those with all of the words."""
        self._words = words.lower().split()
        self._list()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._column, self._descending = max(column, 0), order == Qt.SortOrder.DescendingOrder
        self._list()

    def run_at(self, row: int) -> TrainingRun:
        """The training of a row."""
        return self._listed[row]

    def row_of(self, id: str) -> int | None:
        """Where a training is listed."""
        return next((row for row, run in enumerate(self._listed) if run.id == id), None)

    def colour(self, colours: Colours) -> None:
        """Take on the look."""
        self._colours = colours
        self._repaint()

    def _repaint(self) -> None:
        if self._listed:
            last = self.index(len(self._listed) - 1, len(HEADS) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [])

    def _list(self) -> None:
        self.beginResetModel()
        found = [run for run in self._all if all(word in _searched(run) for word in self._words)]
        found.sort(key=lambda run: _rank(run, self._column), reverse=self._descending)
        self._listed = found
        self.endResetModel()

    # ------------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many trainings are listed."""
        return 0 if parent.isValid() else len(self._listed)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """How much is told of each."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section == SCORE else LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        run, column = self._listed[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell(run, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column == SCORE else LEFT
            case Qt.ItemDataRole.ForegroundRole if column == STATE and self._colours is not None:
                return QColor(_ink(run, self._colours))
            case Qt.ItemDataRole.ToolTipRole:
                return _in_full(run)
        return None


def _ink(run: TrainingRun, colours: Colours) -> str:
    if run.running:
        return colours.accent
    tones = {State.DONE: colours.done, State.FAILED: colours.error}
    return tones.get(run.row.state, colours.faint)


def cell(run: TrainingRun, column: int) -> str:
    """A training's text in a column of the list."""
    match column:
        case 0:
            return run.name
        case 1:
            return run.model
        case 2:
            return _state(run)
        case 3:
            return score_in_short(run)
        case _:
            return _when(run.asked.astimezone(), datetime.now().astimezone())


def score_in_short(run: TrainingRun) -> str:
    """Which score, and how much; a dash where there is none."""
    if math.isnan(run.score):
        return NOTHING
    return f"{SCORE_TITLES[run.score_name]} {run.score:z.3f}"


def _state(run: TrainingRun) -> str:
    """With how far it is, while it goes on."""
    progress = run.row.progress
    if run.running and progress.total:
        return f"{100 * progress.done // progress.total}%"
    return run.state


def _when(own: datetime, now: datetime) -> str:
    if own.date() == now.date():
        return f"{own:%H:%M}"
    return f"{own:%m-%d %H:%M}" if own.year == now.year else f"{own:%Y-%m-%d}"


def _in_full(run: TrainingRun) -> str:
    note = f"\n{run.row.note}" if run.row.note else ""
    about = f"{run.name}: {run.model.lower()} for a {run.target}"
    return f"{about}\n{run.asked.astimezone():%Y-%m-%d %H:%M}{note}"


def _searched(run: TrainingRun) -> str:
    date = f"{run.asked.astimezone():%Y-%m-%d}"
    return " ".join((run.name, run.model, run.target, run.state, date)).lower()


def _rank(run: TrainingRun, column: int) -> Any:
    if column == SCORE:
        return -math.inf if math.isnan(run.score) else run.score
    return run.id if column == WHEN else cell(run, column).lower()
