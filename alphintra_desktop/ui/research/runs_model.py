"""The research of a project as a table."""

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
from alphintra_desktop.workspace.research_runs import AUTOPSY, CAUSALITY, ResearchRun

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
HEADS = ("Research", "Strategy", "State", "Best", "When")
KIND, NAME, STATE, BEST, WHEN = range(len(HEADS))
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ResearchModel(QAbstractTableModel):
    """Runs with all the words that are searched for, in the order that was asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[ResearchRun, ...] = ()
        self._listed: list[ResearchRun] = []
        self._words = ""
        self._sorted = (WHEN, True)
        self._colours: Colours | None = None

    def show_runs(self, runs: Sequence[ResearchRun]) -> None:
        """List these; where only states have changed, nothing else moves."""
        same = [run.id for run in runs] == [run.id for run in self._all]
        self._all = tuple(runs)
        if not same or self._sorted[0] != WHEN:
            self._select()
            return
        by_id = {run.id: run for run in self._all}
        self._listed = [by_id[run.id] for run in self._listed]
        self._repaint()

    def search(self, words: str) -> None:
        """List only those with all of the words."""
        self._words = words
        self._select()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._sorted = (max(column, 0), order == Qt.SortOrder.DescendingOrder)
        self._select()

    def run_at(self, row: int) -> ResearchRun:
        """The run of a row."""
        return self._listed[row]

    def row_of(self, id: str) -> int | None:
        """Where a run is listed."""
        return next((row for row, run in enumerate(self._listed) if run.id == id), None)

    def colour(self, colours: Colours) -> None:
        """Take on the look."""
        self._colours = colours
        self._repaint()

    def _repaint(self) -> None:
        if self._listed:
            last = self.index(len(self._listed) - 1, len(HEADS) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [])

    def _select(self) -> None:
        column, descending = self._sorted
        words = self._words.lower().split()
        self.beginResetModel()
        found = [run for run in self._all if all(word in _text(run) for word in words)]
        self._listed = sorted(found, key=lambda run: _rank(run, column), reverse=descending)
        self.endResetModel()

    # ------------------------------------------------------------------ what Qt asks

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many runs are listed."""
        return 0 if parent.isValid() else len(self._listed)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """How much is told of each."""
        return 0 if parent.isValid() else len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' titles."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if section == BEST else LEFT
        return HEADS[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        run, column = self._listed[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell(run, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column == BEST else LEFT
            case Qt.ItemDataRole.ForegroundRole if column == STATE:
                return self._tone(run)
            case Qt.ItemDataRole.ToolTipRole:
                return _in_full(run)
        return None

    def _tone(self, run: ResearchRun) -> QColor | None:
        if self._colours is None:
            return None
        by_state = {State.DONE: self._colours.done, State.FAILED: self._colours.error}
        if run.running:
            return QColor(self._colours.accent)
        if verdict_of(run) == "looks ahead":
            return QColor(self._colours.error)
        return QColor(by_state.get(run.row.state, self._colours.faint))


def cell(run: ResearchRun, column: int) -> str:
    """A run's text in a column of the list."""
    match column:
        case 0:
            return run.kind.title
        case 1:
            return run.name
        case 2:
            return state_of(run)
        case 3:
            return NOTHING if math.isnan(run.best) else best_told(run)
        case _:
            return when(run.asked, datetime.now().astimezone())


def best_told(run: ResearchRun) -> str:
    """The number that is told of a run: of an autopsy points, else a Sharpe ratio."""
    return f"{run.best:.0f}" if run.kind is AUTOPSY else f"{run.best:z,.3f}"


def state_of(run: ResearchRun) -> str:
    """How a run is doing: with how far it is, while it goes on."""
    progress = run.row.progress
    if run.running and progress.total:
        return f"{100 * progress.done // progress.total}%"
    return verdict_of(run) or run.state


def verdict_of(run: ResearchRun) -> str:
    """What a check has come to, in a word; "" for what is no check."""
    result = run.result
    if result is None or run.kind is not CAUSALITY:
        return ""
    return "looks ahead" if result["looks_ahead"] else "clean"


def when(time: datetime, now: datetime) -> str:
    """A time as short as it can be told from now."""
    own = time.astimezone()
    if own.date() == now.date():
        return f"{own:%H:%M}"
    return f"{own:%m-%d %H:%M}" if own.year == now.year else f"{own:%Y-%m-%d}"


def _in_full(run: ResearchRun) -> str:
    about = f"\nBest: {run.kind.about}" if run.kind.about else ""
    note = f"\n{run.row.note}" if run.row.note else ""
    return f"{run.kind.title} of {run.name}\n{run.asked.astimezone():%Y-%m-%d %H:%M}{about}{note}"


def _text(run: ResearchRun) -> str:
    return f"{run.kind.title} {run.name} {run.state} {run.asked.astimezone():%Y-%m-%d}".lower()


def _rank(run: ResearchRun, column: int) -> Any:
    if column == BEST:
        return -math.inf if math.isnan(run.best) else run.best
    return run.id if column == WHEN else cell(run, column).lower()
