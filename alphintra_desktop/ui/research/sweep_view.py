"""A sweep that is done: its plateau, its best point, what luck explains, and all of its points."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from alphintra_desktop.ui.cards import Cards, Figure
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.heat_map import HeatMap
from alphintra_desktop.ui.research.maps_tab import MapsTab, measure_box
from alphintra_desktop.ui.research.parallel import Parallel
from alphintra_desktop.ui.research.points_table import PointsTable
from alphintra_desktop.ui.research.slices import Slices
from alphintra_desktop.ui.research.surface import Surface
from alphintra_desktop.ui.research.trust_cards import figures_of_trust
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.research_points import told
from alphintra_desktop.workspace.research_results import SweepFound, metric_text
from alphintra_desktop.workspace.research_runs import SEARCH

HOW_TO_BRUSH = "Drag along an axis to keep only what is inside; a click on it lets go."


class SweepView(QWidget):
    """Shows one sweep. `chosen` announces a point, `use_asked` that its params are wanted,
    `more_asked` more trials of a search, `export_asked` points to be written in an order."""

    chosen = Signal(int)
    use_asked = Signal()
    more_asked = Signal()
    export_asked = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.found: SweepFound | None = None
        self.point: int | None = None
        self.title, self.facts = Heading(look), ToneLabel(look, Tone.FAINT)
        self.cards, self.warning = Cards(look), ToneLabel(look, Tone.WARNING)
        self.picked, self.use = ToneLabel(look, Tone.TEXT), QPushButton("Use these params")
        self.more = QPushButton("Search on…")
        self.measure, self.tabs = measure_box(), QTabWidget()
        self.maps = (MapsTab(HeatMap(look), look), MapsTab(Surface(look), look))
        self.slices, self.parallel = Slices(look), Parallel(look)
        self.brushed = ToneLabel(look, Tone.FAINT, HOW_TO_BRUSH)
        self.points = PointsTable(look)
        self._lay_out()
        self._connect()

    def show_found(self, found: SweepFound) -> None:
        """Show a sweep; its plateau is chosen at first."""
        self.found = found
        self.title.setText(f"{found.run.kind.title} of {found.run.name}")
        self.facts.setText(found.facts)
        self.more.setVisible(found.run.kind is SEARCH)
        self.warning.setText(found.warning)
        self.warning.setVisible(bool(found.warning))
        self.cards.show_figures(figures_of(found))
        self.measure.setCurrentIndex(self.measure.findData(found.measure))
        several = len(found.table.params) > 1
        for number in (0, 1):
            self.tabs.setTabVisible(number, several)
        self.points.show_points(found.table, found.measure)
        self.choose(found.plateau if found.plateau is not None else 0)

    def choose(self, point: int) -> None:
        """Choose a point."""
        assert self.found is not None
        self.point = point
        self.points.choose(point)
        self.picked.setText(f"Chosen:  {self.found.table.words(point)}")
        self.chosen.emit(point)
        self._show()

    def _show(self) -> None:
        """What the tab in front shows; the others when somebody looks."""
        if self.found is None:
            return
        table, measure = self.found.table, str(self.measure.currentData())
        front = self.tabs.currentIndex()
        if front in (0, 1):
            self.maps[front].show_points(table, measure, self.point, self._marked())
        elif front == 2:
            self.slices.show_points(table, measure, self.point)
        elif front == 3:
            self.parallel.show_points(table, measure)

    def _marked(self) -> tuple[tuple[int, str, bool], ...]:
        assert self.found is not None
        marks: list[tuple[int, str, bool]] = []
        if self.found.plateau is not None:
            marks.append((self.found.plateau, "Plateau", False))
        if self.found.best is not None and self.found.best != self.found.plateau:
            alone = self.found.stands_alone
            marks.append((self.found.best, "Lone peak" if alone else "Best point", alone))
        return tuple(marks)

    def _tell_brushed(self, inside: int) -> None:
        if self.found is not None and self.parallel.brushes:
            total = self.found.table.count
            self.brushed.setText(f"{inside:,} of {total:,} points are inside. Escape lets go.")
        else:
            self.brushed.setText(HOW_TO_BRUSH)

    # ------------------------------------------------------------------ making

    def _connect(self) -> None:
        self.measure.currentIndexChanged.connect(lambda _: self._show())
        self.tabs.currentChanged.connect(lambda _: self._show())
        for one in self.maps:
            one.chosen.connect(self.choose)
        self.points.chosen.connect(self.choose)
        self.points.export_asked.connect(self.export_asked)
        self.parallel.brushed.connect(self._tell_brushed)
        self.use.clicked.connect(self.use_asked)
        self.more.clicked.connect(self.more_asked)
        watch(self, self._look.changed, lambda _: self._colour())
        self._colour()

    def _colour(self) -> None:
        self.points.colour(self._look.font)

    def _lay_out(self) -> None:
        self.use.setToolTip("Set the params of the chosen point in the open graph, as one step")
        self.more.setToolTip("Try more points in the same study; those that are known stay known")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        brushing = QWidget()
        inside = QVBoxLayout(brushing)
        inside.setContentsMargins(0, 0, 0, 0)
        self.brushed.setContentsMargins(14, 8, 14, 0)
        inside.addWidget(self.brushed)
        inside.addWidget(self.parallel, 1)
        for part, name in (
            (self.maps[0], "Heat map"),
            (self.maps[1], "Surface"),
            (self.slices, "Slices"),
            (brushing, "Parallel"),
            (self.points, "Points"),
        ):
            self.tabs.addTab(part, name)
        corner = QWidget()
        beside = QHBoxLayout(corner)
        beside.setContentsMargins(0, 0, 12, 3)
        beside.addWidget(self.measure)
        self.tabs.setCornerWidget(corner, Qt.Corner.TopRightCorner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self.tabs, 1)

    def _head(self) -> QWidget:
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(6)
        for part in (self.title, self.facts, self.cards, self.warning):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.picked, 1)
        row.addWidget(self.more)
        row.addWidget(self.use)
        column.addLayout(row)
        return head


def figures_of(found: SweepFound) -> list[Figure]:
    """The cards of a sweep."""
    result = found.run.result or {}
    figures = []
    titles = (("plateau", "Plateau, proposed"), ("best", "Best point"), ("peak", "Best point"))
    for key, title in titles:
        point = result.get(key)
        if point:
            figures.append(_figure_of_point(title, point, found.measure))
    return [*figures, *figures_of_trust(found.judgement)]


def _figure_of_point(title: str, point: dict[str, object], measure: str) -> Figure:
    params = point["params"]
    assert isinstance(params, dict)
    words = [f"{name} {told(value)}" for name, value in params.items()]
    around = metric_text(measure, point["neighbourhood"])  # type: ignore[arg-type]
    value = metric_text(measure, point[measure])  # type: ignore[arg-type]
    return Figure(title, value, (*words, f"its neighbourhood {around}"))
