"""The tree of all series with its search box."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QTreeView, QVBoxLayout, QWidget

from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.data.tree_model import COLUMNS, SeriesModel
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel, keep_icon
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.data_library import DataLibrary, Key, SeriesRow

WIDTHS = (132, 46, 74, 98, 98, 80, 74, 98, 74, 150)
FEW_DATASETS = 4  # so many are opened at once


class SeriesTree(QWidget):
    """Shows a `DataLibrary`; `chosen` announces the series that was selected, or None."""

    def __init__(self, rows: DataLibrary, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: Signal[SeriesRow | None] = Signal()
        self._library = rows
        self._key: Key | None = None
        self._showing = False
        self.model = SeriesModel(look, self)
        self.words, self.tree = QLineEdit(), QTreeView()
        self.import_button, self.fetch_button = QPushButton("Import…"), QPushButton("Fetch…")
        self._count = ToneLabel(look, Tone.FAINT)
        self._set_up(look)
        watch(self, rows.changed, lambda _: self.refresh())
        watch(self, look.changed, lambda _: self.tree.viewport().update())
        self.refresh()

    @property
    def series(self) -> SeriesRow | None:
        """The selected series as the library lists it now."""
        return self._library.row(self._key) if self._key is not None else None

    def choose(self, key: Key) -> None:
        """Select a series, if it is listed."""
        index = self.model.index_of(key)
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def refresh(self) -> None:
        """List what the library has now, and keep the selection."""
        self._listed(lambda: self.model.show_rows(self._library.rows))
        if self._key is None and self.model.datasets:
            self.choose(self.model.datasets[0].series[0].version.key)
        else:
            self.chosen.emit(self.series)

    def _search(self, words: str) -> None:
        self._listed(lambda: self.model.search(words))

    def _listed(self, change: object) -> None:
        """Change what is listed; what was open and selected stays so where it still is."""
        assert callable(change)
        model = self.model
        before = {dataset.name for dataset in model.datasets}
        open_ = {
            dataset.name
            for row, dataset in enumerate(model.datasets)
            if self.tree.isExpanded(model.index(row, 0))
        }
        self._showing = True
        change()
        few = len(model.datasets) <= FEW_DATASETS or bool(self.words.text())
        for row, dataset in enumerate(model.datasets):
            if dataset.name in open_ or (few and dataset.name not in before):
                self.tree.setExpanded(model.index(row, 0), True)
        if self._key is not None:
            self.choose(self._key)
        self._showing = False
        self._tell()

    def _tell(self) -> None:
        total, listed = len(self._library.rows), self.model.count
        many = "1 series" if total == 1 else f"{total:,} series"
        self._count.setText(many if listed == total else f"{listed:,} of {many}")

    def _on_current(self) -> None:
        series = self.model.series_at(self.tree.currentIndex())
        if self._showing or series is None or series.version.key == self._key:
            return
        self._key = series.version.key
        self.chosen.emit(series)

    def _import(self) -> None:
        action = self.window().findChild(QAction, "data.import")
        if isinstance(action, QAction):
            action.trigger()

    def _set_up(self, look: Look) -> None:
        self.words.setPlaceholderText("Search symbols, datasets, sources")
        self.words.setAccessibleName("Search market data")
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._search)
        self.import_button.setToolTip("Read bars from files into the library")
        self.import_button.clicked.connect(self._import)
        keep_icon(self.import_button, look, "mdi6.database-import-outline")
        self.fetch_button.setToolTip("Fetch bars or economic series from a vendor")
        keep_icon(self.fetch_button, look, "mdi6.cloud-download-outline")
        self._set_up_tree()
        bar = QHBoxLayout()
        bar.addWidget(self.words, 1)
        bar.addWidget(self.import_button)
        bar.addWidget(self.fetch_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 6, 8)
        column.addLayout(bar)
        column.addWidget(self.tree, 1)
        column.addWidget(self._count)

    def _set_up_tree(self) -> None:
        tree = self.tree
        tree.setModel(self.model)
        tree.setAccessibleName("Market data")
        tree.setUniformRowHeights(True)
        tree.setSortingEnabled(True)
        tree.setIndentation(14)
        tree.setAllColumnsShowFocus(True)
        header = tree.header()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        for column in range(len(COLUMNS)):
            header.resizeSection(column, WIDTHS[column])
        tree.selectionModel().currentChanged.connect(lambda *_: self._on_current())
