"""Which two params and which measure are shown as a map or a surface, and what a cell says."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.heat_map import HeatMap, Mark
from alphintra_desktop.ui.research.surface import Surface
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.research_points import (
    BEST,
    MEASURES,
    WAYS,
    Cells,
    PointTable,
    cells_of,
)

HINT = "Point at a cell to read it, click to choose it."
TURNING = "Drag, or use the arrow keys, to turn it."


class MapsTab(QWidget):
    """Two params of a table as a heat map or a surface. `chosen` announces a point."""

    chosen = Signal(int)

    def __init__(self, chart: HeatMap | Surface, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = chart
        self.across, self.upwards, self.way = (QComboBox() for _ in range(3))
        self._others, self._told = QLabel("Other params"), ToneLabel(look, Tone.FAINT, HINT)
        self._table: PointTable | None = None
        self._measure = "sharpe"
        self._at: int | None = None
        self._marked: tuple[tuple[int, str, bool], ...] = ()
        self._filling = False
        self._lay_out()
        self._connect()

    def show_points(
        self,
        table: PointTable,
        measure: str,
        at: int | None,
        marked: tuple[tuple[int, str, bool], ...],
    ) -> None:
        """Show a measure of a table. `marked` are points, what is said of them, and whether they
        stand alone."""
        if table is not self._table:
            self._fill(table)
        self._table, self._measure, self._at, self._marked = table, measure, at, marked
        self._refresh()

    def _fill(self, table: PointTable) -> None:
        self._filling = True
        names = [one.name for one in table.params]
        for box, first in ((self.across, 0), (self.upwards, min(1, len(names) - 1))):
            box.clear()
            box.addItems(names)
            box.setCurrentIndex(first)
        more = len(names) > 2
        self._others.setVisible(more)
        self.way.setVisible(more)
        self._filling = False

    def _refresh(self) -> None:
        if self._table is None or self._filling:
            return
        axes = self.across.currentIndex(), self.upwards.currentIndex()
        if axes[0] == axes[1]:
            return
        way = self.way.currentText() if len(self._table.params) > 2 else BEST
        cells = cells_of(self._table, axes, self._measure, way, self._at)
        marks = self._marks(cells)
        self.chart.show_cells(cells, self._measure, marks)
        self._tell(-1)

    def _marks(self, cells: Cells) -> tuple[Mark, ...]:
        """Points that have a cell of their own here; of two in one cell the first is marked."""
        found: dict[tuple[int, int], Mark] = {}
        for point, text, lone in self._marked:
            column, row = int(cells.x.places[point]), int(cells.y.places[point])
            found.setdefault((column, row), Mark(column, row, text, lone))
        return tuple(found.values())

    def _tell(self, point: int) -> None:
        hint = HINT if isinstance(self.chart, HeatMap) else TURNING
        known = self._table is not None and point >= 0
        self._told.setText(self._table.words(point) if known and self._table else hint)

    def _on_axis(self) -> None:
        if self._filling:
            return
        for changed, other in ((self.across, self.upwards), (self.upwards, self.across)):
            if changed.currentIndex() == other.currentIndex():
                free = next(n for n in range(other.count()) if n != changed.currentIndex())
                other.setCurrentIndex(free)
                return
        self._refresh()

    def _connect(self) -> None:
        for box in (self.across, self.upwards):
            box.currentIndexChanged.connect(lambda _: self._on_axis())
        self.way.currentIndexChanged.connect(lambda _: self._refresh())
        if isinstance(self.chart, HeatMap):
            self.chart.pointed.connect(self._tell)
            self.chart.chosen.connect(self.chosen)

    def _lay_out(self) -> None:
        self.way.addItems(WAYS)
        for box, name in (
            (self.across, "Param across"),
            (self.upwards, "Param upwards"),
            (self.way, "What is shown of all other params"),
        ):
            box.setAccessibleName(name)
            box.setToolTip(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 12, 4)
        bar.setSpacing(8)
        for part in (self.across, QLabel("by"), self.upwards, self._others, self.way):
            bar.addWidget(part)
        bar.addStretch(1)
        self._told.setContentsMargins(14, 2, 14, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.chart, 1)
        column.addWidget(self._told)


def measure_box() -> QComboBox:
    """Which measure is looked at."""
    box = QComboBox()
    for name, title in MEASURES.items():
        box.addItem(title, name)
    box.setAccessibleName("Measure")
    box.setToolTip("Which measure is shown")
    return box
