"""The runs of a project as a table that stays fluid with thousands of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from alphintra_desktop.runs.ledger import Run
from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
RUN = Qt.ItemDataRole.UserRole
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
STALE = "Differs from the open graph"


class RunColumn(NamedTuple):
    """One column: what it shows of a run, and what it sorts by."""

    title: str
    told: Callable[[Run], str]
    rank: Callable[[Run], Any]
    is_number: bool = False


def _metric(name: str) -> tuple[Callable[[Run], str], Callable[[Run], float]]:
    def value(run: Run) -> float:
        return run.metrics.get(name, float("nan"))

    def rank(run: Run) -> float:
        found = value(run)
        return found if found == found else float("-inf")  # noqa: PLR0124 - NaN sorts last

    return lambda run: format_metric(name, value(run)), rank


def ran_at(run: Run) -> datetime:
    """The local time at which it ran."""
    return datetime.fromisoformat(run.created).astimezone()


def told_briefly(time: datetime, now: datetime) -> str:
    """A time as short as it can be told from now: today's without a date, this year's without year.

    So the list has room for what the runs came to.
    """
    if time.date() == now.date():
        return f"{time:%H:%M}"
    return f"{time:%m-%d %H:%M}" if time.year == now.year else f"{time:%Y-%m-%d}"


def _when(run: Run) -> str:
    return told_briefly(ran_at(run), datetime.now().astimezone())


COLUMNS = (
    RunColumn("Strategy", lambda run: run.name, lambda run: run.name.lower()),
    RunColumn("When", _when, lambda run: run.created),
    RunColumn("Return", *_metric("total_return"), is_number=True),
    RunColumn("Sharpe", *_metric("sharpe"), is_number=True),
    RunColumn("Drawdown", *_metric("max_drawdown"), is_number=True),
    RunColumn("Trades", *_metric("trades"), is_number=True),
    RunColumn("Engine", lambda run: run.engine.replace("_engine", ""), lambda run: run.engine),
)
WHEN = 1
GRAPH = len(COLUMNS)  # the column that says whether the open graph is still the same
HEADS = (*(column.title for column in COLUMNS), "Graph")


class RunsModel(QAbstractTableModel):
    """Runs with all the words that are searched for, in the order that was asked for.

    `is_stale` says of a run whether the open graph computes something else.
    """

    def __init__(self, is_stale: Callable[[Run], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_stale = is_stale
        self._all: tuple[Run, ...] = ()
        self._listed: list[Run] = []
        self._words = ""
        self._sorted = (WHEN, True)
        self._faint = QColor()
        self._changed = QIcon()

    # ------------------------------------------------------------------ what is listed

    def show_runs(self, runs: Sequence[Run]) -> None:
        """List these."""
        self._all = tuple(runs)
        self._select()

    def search(self, words: str) -> None:
        """List only those with all of the words."""
        self._words = words
        self._select()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._sorted = (max(column, 0), order == Qt.SortOrder.DescendingOrder)
        self._select()

    def run_at(self, row: int) -> Run:
        """The run of a row."""
        return self._listed[row]

    def row_of(self, run: Run) -> int | None:
        """Where a run is listed."""
        return next((row for row, other in enumerate(self._listed) if other.id == run.id), None)

    def repaint(self) -> None:
        """Look again at which runs are stale."""
        if self._listed:
            last = self.index(len(self._listed) - 1, GRAPH)
            self.dataChanged.emit(self.index(0, 0), last, [])

    def colour(self, colours: Colours) -> None:
        """Take on the look."""
        self._faint = QColor(colours.faint)
        self._changed = icon("mdi6.file-edit-outline", colours.warning)
        self.repaint()

    def _select(self) -> None:
        column, descending = self._sorted
        words = self._words.lower().split()
        self.beginResetModel()
        found = [run for run in self._all if _has(run, words)]
        rank = self._is_stale if column == GRAPH else COLUMNS[column].rank
        self._listed = sorted(found, key=rank, reverse=descending)
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
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell."""
        run, column = self._listed[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._told(run, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.DecorationRole if column == 0 and self._is_stale(run):
                return self._changed
            case Qt.ItemDataRole.ForegroundRole if self._is_stale(run):
                return self._faint
            case Qt.ItemDataRole.ToolTipRole:
                return self._in_full(run)
        return None

    def _in_full(self, run: Run) -> str:
        lines = [run.name, f"{ran_at(run):%Y-%m-%d %H:%M:%S}", f"Run {run.id}"]
        return "\n".join([*lines, STALE] if self._is_stale(run) else lines)

    def _told(self, run: Run, column: int) -> str:
        if column == GRAPH:
            return "changed" if self._is_stale(run) else "the same"
        return COLUMNS[column].told(run)


def _alignment(column: int) -> Qt.AlignmentFlag:
    return RIGHT if column < GRAPH and COLUMNS[column].is_number else LEFT


def _has(run: Run, words: Sequence[str]) -> bool:
    if not words:
        return True
    data = " ".join(run.data_hashes)
    text = f"{run.name} {run.id} {run.engine} {data} {ran_at(run):%Y-%m-%d %H:%M}".lower()
    return all(word in text for word in words)
