"""The centre of the Data activity: what there is on the left, what is chosen on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.ui.data.details import SeriesDetails
from alphintra_desktop.ui.data.events_view import read_tables
from alphintra_desktop.ui.data.fetch_dialog import FetchDialog
from alphintra_desktop.ui.data.series_tree import SeriesTree
from alphintra_desktop.ui.data.updating import Updating
from alphintra_desktop.ui.data.work_strip import WorkStrip
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.sheet_pane import fill_background
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.data_library import DataLibrary
from alphintra_desktop.workspace.data_work import DataWork, changes_the_library
from alphintra_desktop.workspace.secrets import Secrets
from alphintra_desktop.workspace.vendor_work import VendorWork, vendors
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:
    from alphintra_desktop.market.event_store import EventTable

EMPTY = (
    "There is no market data yet.\n\nImport… reads bars from CSV, Excel, Parquet and zipped files,"
    " which may also be dropped here; Fetch… asks a vendor. The sample data comes with the first"
    " run of a template."
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
        self.vendors = VendorWork(workspace, Secrets())
        self.updating = Updating(self.vendors, workspace.notices, look, self)
        self.strip = WorkStrip(workspace.jobs, look)
        self.fetch_dialog: FetchDialog | None = None
        self._look, self._titles = look, Reading[frozenset[str]]()
        self._events: Reading[tuple[EventTable, ...]] = Reading()
        self._split, self._nothing = QSplitter(Qt.Orientation.Horizontal), QWidget()
        self._shown = QStackedLayout(self)
        self._lay_out(look)
        watch(self, self.tree.chosen, self.details.show_row)
        watch(self, self.library.changed, lambda _: self._show_what_there_is())
        watch(self, workspace.jobs.changed, self._on_job)
        watch(self, self._titles.done, self.details.update_from.show_vendors)
        watch(self, self.details.dataset.chosen, self.tree.choose)
        events = self.details.events
        watch(self, self._titles.done, events.show_vendors)
        watch(self, self._events.done, self._on_events)
        watch(self, self._events.failed, workspace.notices.error)
        for asked in (self.details.update_from.asked, events.update_asked):
            watch(self, asked, self.updating.begin)
        self.tree.fetch_button.clicked.connect(self.open_fetch)
        self._titles.ask(lambda: frozenset(vendor.title for vendor in vendors()))

    @property
    def shows_nothing(self) -> bool:
        """Whether it says that there is nothing, and how to import something."""
        return self._shown.currentWidget() is self._nothing

    def showEvent(self, event: QShowEvent) -> None:
        """Other windows and the command line may have imported something meanwhile."""
        super().showEvent(event)
        self._read()

    def _read(self) -> None:
        self.library.read()
        self._events.ask(read_tables)

    def open_fetch(self) -> None:
        """Ask what to fetch from a vendor; what was typed the last time stands there still."""
        if self.fetch_dialog is None:
            self.fetch_dialog = FetchDialog(self.vendors, self._look, self)
        self.fetch_dialog.open()

    def _on_job(self, entry: JobEntry) -> None:
        if changes_the_library(entry):
            self._read()

    def _on_events(self, tables: tuple[EventTable, ...]) -> None:
        self.details.events.show_tables(tables)
        self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        some = bool(self.library.rows or self.details.events.tables)
        self._shown.setCurrentWidget(self._split if some else self._nothing)

    def _lay_out(self, look: Look) -> None:
        fill_background(self)
        self.setFocusProxy(self.tree.tree)
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.tree, 1)
        beside.addWidget(self.strip)
        beside.setSpacing(0)
        self._split.addWidget(side)
        self._split.addWidget(self.details)
        self._split.setSizes([500, 880])
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(1, 1)
        said = ToneLabel(look, Tone.FAINT, EMPTY)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = QPushButton("Import…")
        button.clicked.connect(self.tree.import_button.click)
        fetch = QPushButton("Fetch…")
        fetch.clicked.connect(self.open_fetch)
        column = QVBoxLayout(self._nothing)
        column.addStretch(1)
        column.addWidget(said)
        column.addSpacing(12)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(fetch, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        for part in (self._split, self._nothing):
            self._shown.addWidget(part)
