"""The tables of events in the library: economic series, scores, flows; what became known when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.fetch_task import UpdateSpec

if TYPE_CHECKING:
    from alphintra_desktop.market.event_store import EventTable

HEADS = ("Table", "Symbols", "Rows", "Known from", "To", "Fields", "Source")
WIDTHS = (150, 130, 80, 98, 98, 220)
NONE = (
    "There are no tables of events yet. Import… reads them from files, and Fetch… gets economic"
    " series with the days of their publication from FRED."
)
SHOWN = 4


def read_tables() -> tuple[EventTable, ...]:
    """Every table as it is now. Raises `AlphintraError`."""
    from alphintra_desktop.market.event_store import event_tables  # noqa: PLC0415 - brings pyarrow

    return event_tables()


class EventsView(QWidget):
    """The list. `update_asked` announces a table of a vendor to be brought up to date."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.update_asked: Signal[UpdateSpec] = Signal()
        self.tables: Sequence[EventTable] = ()
        self._vendors: frozenset[str] = frozenset()
        self.list, self.told = QTreeWidget(), ToneLabel(look, Tone.FAINT, NONE)
        self.update_table = QPushButton("Update")
        self._lay_out()

    def show_tables(self, tables: Sequence[EventTable]) -> None:
        """List these tables."""
        now = self.chosen.name if self.chosen is not None else ""
        self.tables = tables
        self.list.clear()
        self.list.addTopLevelItems([_item(table) for table in tables])
        row = next((n for n, table in enumerate(tables) if table.name == now), 0)
        item = self.list.topLevelItem(row)
        if item is not None:
            self.list.setCurrentItem(item)
        self._on_current()

    def show_vendors(self, titles: frozenset[str]) -> None:
        """Take these for the names of vendors."""
        self._vendors = titles
        self._on_current()

    @property
    def chosen(self) -> EventTable | None:
        """The selected table."""
        row = self.list.indexOfTopLevelItem(self.list.currentItem()) if self.tables else -1
        return self.tables[row] if row >= 0 else None

    def _on_current(self) -> None:
        table = self.chosen
        self.update_table.setVisible(table is not None and table.source in self._vendors)
        told = "Bars see a row only from when it was known." if table is not None else NONE
        self.told.setText(told)

    def _update(self) -> None:
        if self.chosen is not None:
            self.update_asked.emit(UpdateSpec(self.chosen.name))

    def _lay_out(self) -> None:
        self.list.setHeaderLabels(list(HEADS))
        self.list.setAccessibleName("Tables of events")
        self.list.setRootIsDecorated(False)
        for section, width in enumerate(WIDTHS):
            self.list.header().resizeSection(section, width)
        self.list.currentItemChanged.connect(lambda *_: self._on_current())
        self.update_table.setToolTip("Fetch from its vendor what was published since")
        self.update_table.clicked.connect(self._update)
        self.update_table.hide()
        bar = QHBoxLayout()
        bar.addWidget(self.told, 1)
        bar.addWidget(self.update_table)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self.list, 1)
        column.addLayout(bar)


def _item(table: EventTable) -> QTreeWidgetItem:
    more = ", …" if len(table.symbols) > SHOWN else ""
    texts = (
        table.name,
        ", ".join(table.symbols[:SHOWN]) + more,
        f"{table.rows:,}",
        table.first_known[:10],
        table.last_known[:10],
        ", ".join(table.fields),
        table.source,
    )
    item = QTreeWidgetItem(list(texts))
    item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(1, ", ".join(table.symbols[:50]))
    item.setToolTip(5, texts[5])
    return item
