"""Every version of a series there ever was, with what was done to get to it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel

HEADS = ("Added (UTC)", "", "Rows", "First", "Last", "Source", "Content")


class VersionsView(QWidget):
    """The list, the newest first. `choose_asked` announces the one to be the current one."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choose_asked: Signal[SeriesVersion] = Signal()
        self.versions: Sequence[SeriesVersion] = ()
        self._current = ""
        self.list = QTreeWidget()
        self.told = ToneLabel(look, Tone.FAINT)
        self.use = QPushButton("Make current")
        self._lay_out()

    def show_versions(self, versions: Sequence[SeriesVersion], current: SeriesVersion) -> None:
        """List these versions; `current` is the one that runs use."""
        self.versions, self._current = versions, current.sha256
        self.list.clear()
        for version in versions:
            self.list.addTopLevelItem(self._item(version))
        row = next((n for n, one in enumerate(versions) if one.sha256 == current.sha256), 0)
        item = self.list.topLevelItem(row)
        if item is not None:
            self.list.setCurrentItem(item)
        self._on_current()

    @property
    def chosen(self) -> SeriesVersion | None:
        """The selected version."""
        row = self.list.indexOfTopLevelItem(self.list.currentItem()) if self.versions else -1
        return self.versions[row] if row >= 0 else None

    def _choose(self) -> None:
        if self.chosen is not None:
            self.choose_asked.emit(self.chosen)

    def _item(self, version: SeriesVersion) -> QTreeWidgetItem:
        texts = (
            version.imported_at[:16].replace("T", " "),
            "current" if version.sha256 == self._current else "",
            f"{version.rows:,}",
            version.first[:16].replace("T", " "),
            version.last[:16].replace("T", " "),
            version.source,
            version.sha256[:12],
        )
        item = QTreeWidgetItem(list(texts))
        item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setToolTip(6, version.sha256)
        return item

    def _on_current(self) -> None:
        version = self.chosen
        lineage = "" if version is None else version.lineage
        self.told.setText(lineage or "As it was imported.")
        self.use.setEnabled(version is not None and version.sha256 != self._current)

    def _lay_out(self) -> None:
        self.list.setHeaderLabels(list(HEADS))
        self.list.setAccessibleName("Versions")
        self.list.setRootIsDecorated(False)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(5, QHeaderView.ResizeMode.Stretch)
        for section, width in enumerate((126, 64, 76, 126, 126, 120, 110)):
            header.resizeSection(section, width)
        self.list.currentItemChanged.connect(lambda *_: self._on_current())
        self.use.setToolTip("Runs from now on use this version; the others stay in the library")
        self.use.clicked.connect(self._choose)
        bar = QHBoxLayout()
        bar.addWidget(self.told, 1)
        bar.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self.list, 1)
        column.addLayout(bar)
