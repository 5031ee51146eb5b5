"""Bringing the shown series, or its whole dataset, up to date from the vendor it came from."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import keep_icon
from alphintra_desktop.workspace.fetch_task import UpdateSpec


class UpdateButton(QPushButton):
    """Visible only for a series of a vendor. `asked` announces what to bring up to date."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__("Update", parent)
        self.asked: Signal[UpdateSpec] = Signal()
        self._version: SeriesVersion | None = None
        self._vendors: frozenset[str] = frozenset()
        menu = QMenu(self)
        self.one, self.every = menu.addAction("This series"), menu.addAction("The whole dataset")
        menu.addSeparator()
        self.repair = menu.addAction("This series, asking again for missing bars")
        self.anew = menu.addAction("This series, loading all anew")
        self.setMenu(menu)
        self.setAutoDefault(False)
        keep_icon(self, look, "mdi6.cloud-refresh-outline")
        self.one.triggered.connect(lambda: self._ask(UpdateSpec("")))
        self.every.triggered.connect(lambda: self._ask(UpdateSpec(""), whole=True))
        self.repair.triggered.connect(lambda: self._ask(UpdateSpec("", repair=True)))
        self.anew.triggered.connect(lambda: self._ask(UpdateSpec("", full=True)))
        self.hide()

    def show_vendors(self, titles: frozenset[str]) -> None:
        """Take these for the names of vendors."""
        self._vendors = titles
        self._refresh()

    def show_version(self, version: SeriesVersion) -> None:
        """Offer to update this series."""
        self._version = version
        self._refresh()

    def _refresh(self) -> None:
        version = self._version
        self.setVisible(version is not None and version.source in self._vendors)
        if version is not None:
            self.setToolTip(f"Fetch from {version.source} what came since {version.last[:10]}")
            self.one.setText(f"Update {version.symbol}")
            self.every.setText(f"Update all of {version.dataset}")

    def _ask(self, spec: UpdateSpec, *, whole: bool = False) -> None:
        version = self._version
        if version is None:
            return
        symbols = () if whole else (version.symbol,)
        timeframe = "" if whole else version.timeframe
        self.asked.emit(
            UpdateSpec(version.dataset, symbols, timeframe, repair=spec.repair, full=spec.full)
        )
