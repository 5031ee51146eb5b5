"""The centre of the Data activity: what there is on the left, what is chosen on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.ui.data.details import SeriesDetails
from alphintra_desktop.ui.data.series_tree import SeriesTree
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.sheet_pane import fill_background
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.data_library import DataLibrary
from alphintra_desktop.workspace.data_work import DataWork, changes_the_library
from alphintra_desktop.workspace.workspace import Workspace

EMPTY = (
    "There is no market data yet.\n\nImport… reads bars from CSV, Parquet and zipped files; the"
    " sample data comes with the first run of a template."
)


def build(workspace: Workspace, look: Look) -> QWidget:
    """The centre of the Data activity."""
    return DataPage(workspace, look)


class DataPage(QWidget):
    """The tree beside the details, or how to import where there is nothing."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.library = DataLibrary(workspace.notices)
        self.work = DataWork(workspace, self.library)
        self.tree = SeriesTree(self.library, look)
        self.details = SeriesDetails(self.work, look)
        self._split, self._nothing = QSplitter(Qt.Orientation.Horizontal), QWidget()
        self._shown = QStackedLayout(self)
        self._lay_out(look)
        watch(self, self.tree.chosen, self.details.show_row)
        watch(self, self.library.changed, lambda _: self._show_what_there_is())
        watch(self, workspace.jobs.changed, self._on_job)

    @property
    def shows_nothing(self) -> bool:
        """Whether it says that there is nothing, and how to import something."""
        return self._shown.currentWidget() is self._nothing

    def showEvent(self, event: QShowEvent) -> None:
        """Other windows and the command line may have imported something meanwhile."""
        super().showEvent(event)
        self.library.read()

    def _on_job(self, entry: JobEntry) -> None:
        if changes_the_library(entry):
            self.library.read()

    def _show_what_there_is(self) -> None:
        some = bool(self.library.rows)
        self._shown.setCurrentWidget(self._split if some else self._nothing)

    def _lay_out(self, look: Look) -> None:
        fill_background(self)
        self.setFocusProxy(self.tree.tree)
        self._split.addWidget(self.tree)
        self._split.addWidget(self.details)
        self._split.setSizes([470, 900])
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(1, 1)
        said = ToneLabel(look, Tone.FAINT, EMPTY)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = QPushButton("Import…")
        button.clicked.connect(self.tree.import_button.click)
        column = QVBoxLayout(self._nothing)
        column.addStretch(1)
        column.addWidget(said)
        column.addSpacing(12)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        for part in (self._split, self._nothing):
            self._shown.addWidget(part)
