"""The list of jobs, and beside it what the chosen one has told so far."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.jobs.board import JobBoard, JobEntry
from alphintra_desktop.jobs.events import State
from alphintra_desktop.ui.jobs.log_view import JobLog
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Job", "State", "Progress", "Took", "Asked for")
TITLE, STATE, PROGRESS, TOOK, ASKED = range(5)
EVERY_SECOND_MS = 1000
STATES = {
    State.WAITING: "waiting",
    State.RUNNING: "running",
    State.DONE: "done",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
}


def build(workspace: Workspace, look: Look) -> QWidget:
    """The centre of the Jobs activity."""
    return JobsPage(workspace, look)


class JobsModel(QAbstractTableModel):
    """The board as a table, the newest job first."""

    def __init__(self, board: JobBoard, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._board, self._look = board, look
        self.entries = board.entries
        watch(self, board.changed, lambda _: self._update())

    def rowCount(self, parent: Index | None = None) -> int:
        """The number of jobs."""
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index | None = None) -> int:
        """The number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """What a column is called."""
        shown = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return COLUMNS[section] if shown else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(entry, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.row.note or None
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == STATE:
            return QColor(self._colour(entry.row.state))
        return None

    def tick(self) -> None:
        """Time has passed: what runs has taken longer."""
        if any(entry.running for entry in self.entries):
            last = self.index(len(self.entries) - 1, TOOK)
            self.dataChanged.emit(self.index(0, TOOK), last, [])

    def _update(self) -> None:
        fresh = self._board.entries
        if [entry.id for entry in fresh] == [entry.id for entry in self.entries]:
            self.entries = fresh
            last = self.index(len(fresh) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [])
        else:
            self.beginResetModel()
            self.entries = fresh
            self.endResetModel()

    def _colour(self, state: State) -> str:
        colours = self._look.colours
        by_state = {
            State.RUNNING: colours.accent,
            State.DONE: colours.done,
            State.FAILED: colours.error,
        }
        return by_state.get(state, colours.faint)


def cell(entry: JobEntry, column: int) -> str:
    """A job's text in a column of the list."""
    progress = entry.row.progress
    match column:
        case 0:
            return entry.title
        case 1:
            return STATES[entry.row.state]
        case 2:
            share = f"{100 * progress.done // progress.total}%  " if progress.total else ""
            return f"{share}{progress.doing}" if entry.running else ""
        case 3:
            return took(entry)
        case _:
            return f"{entry.asked.astimezone():%H:%M:%S}"


def took(entry: JobEntry) -> str:
    """How long the job has run, or ran."""
    if entry.started is None:
        return ""
    seconds = ((entry.ended or datetime.now(UTC)) - entry.started).total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02d} s"


class JobsPage(QWidget):
    """Search, the list, and the log of the chosen job."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._board = workspace.jobs
        self.model = JobsModel(self._board, look, self)
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(self.model)
        self.proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.proxy.setFilterKeyColumn(-1)
        self.table = self._table()
        self.log = JobLog(look)
        self.empty = QLabel("Nothing has been run in this window yet. F5 runs the graph.")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.log)
        split.setSizes([300, 300])
        self._split = split
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addLayout(self._tools())
        column.addWidget(self.empty, 1)
        column.addWidget(split, 1)
        watch(self, self._board.changed, lambda _: self._refresh())
        clock = QTimer(self)
        clock.timeout.connect(self.model.tick)
        clock.start(EVERY_SECOND_MS)
        self._refresh()

    @property
    def chosen(self) -> JobEntry | None:
        """The job that is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.entries[self.proxy.mapToSource(rows[0]).row()] if rows else None

    def _tools(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search jobs")
        self.search.setAccessibleName("Search jobs")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.proxy.setFilterFixedString)
        self.cancel = QPushButton("Cancel job")
        self.cancel.clicked.connect(self._cancel)
        self.forget = QPushButton("Remove from the list")
        self.forget.clicked.connect(self._forget)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.forget)
        return row

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.proxy)
        table.setAccessibleName("Jobs")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setSortingEnabled(True)
        table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(PROGRESS, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().selectionChanged.connect(lambda *_: self._refresh())
        return table

    def _refresh(self) -> None:
        some = bool(self.model.entries)
        self.empty.setVisible(not some)
        self._split.setVisible(some)
        if some and self.chosen is None:
            self.table.selectRow(0)
        entry = self.chosen
        self.cancel.setEnabled(entry is not None and entry.running)
        self.forget.setEnabled(entry is not None and not entry.running)
        self.log.show_job(entry)

    def _cancel(self) -> None:
        if self.chosen is not None:
            self._board.cancel(self.chosen.id)

    def _forget(self) -> None:
        if self.chosen is not None:
            self._board.forget(self.chosen.id)
