"""A stress test that is done: how sure its figures are, what kills the strategy, the controls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.cards import Cards, Figure
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.cost_curve import CostCurve
from alphintra_desktop.ui.research.interval_chart import IntervalChart
from alphintra_desktop.ui.research.maps_tab import measure_box
from alphintra_desktop.ui.text_table import TextTable
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.research_checks import INTERVAL_HEADS, StressFound

VERDICTS = {
    "clean": ("clean", Tone.DONE, "it earns nothing where nothing can be earned"),
    "leaks": ("leaks", Tone.ERROR, "it earns even where nothing can be earned"),
    "unknown": ("unknown", Tone.WARNING, "the controls could not tell"),
}


class StressView(QWidget):
    """Shows one stress test."""

    def __init__(self, look: Look, found: StressFound, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.found = look, found
        self.title = Heading(look, f"Stress test of {found.run.name}")
        self.facts = ToneLabel(look, Tone.FAINT, facts_of(found))
        self.cards, self.tabs, self.measure = Cards(look), QTabWidget(), measure_box()
        self.cards.show_figures(figures_of(found))
        self.curves = [
            CostCurve(look, part, key)
            for name, key in (("costs", "multiple"), ("delay", "bars"))
            if (part := found.part(name)) is not None
        ]
        self.disturbed = IntervalChart(look, "How disturbed runs came out")
        self.controls = IntervalChart(look, "How the negative controls came out")
        self._lay_out()
        self.measure.currentIndexChanged.connect(lambda _: self._show())
        self._show()

    def _show(self) -> None:
        measure = str(self.measure.currentData())
        self.disturbed.show_rows(self.found.disturbed(measure), measure)
        self.controls.show_rows(self.found.controls(measure), measure)
        for curve in self.curves:
            curve.show_measure(measure)

    def _lay_out(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(_rolling(self._sentences()), "In words")
        if rows := self.found.interval_rows:
            table = TextTable("Intervals", INTERVAL_HEADS, rows, numbers=range(1, 7))
            self.tabs.addTab(table, "Intervals")
        if self.curves:
            self.tabs.addTab(_beside(self.curves), "Costs and delay")
        if self.found.disturbed("sharpe"):
            self.tabs.addTab(_rolling(self.disturbed), "Disturbed")
        if self.found.part("controls"):
            self.tabs.addTab(_rolling(self.controls), "Controls")
        corner = QWidget()
        inside = QHBoxLayout(corner)
        inside.setContentsMargins(0, 0, 12, 3)
        inside.addWidget(self.measure)
        self.tabs.setCornerWidget(corner, Qt.Corner.TopRightCorner)
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(6)
        for part in (self.title, self.facts, self.cards):
            column.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.tabs, 1)

    def _sentences(self) -> QWidget:
        """What every part has to say, below its title."""
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(3)
        for part in self.found.parts.values():
            column.addWidget(ToneLabel(self._look, Tone.FAINT, part["title"]))
            column.addWidget(ToneLabel(self._look, Tone.TEXT, " ".join(part["said"])))
            column.addSpacing(9)
        column.addStretch(1)
        return words


def _rolling(inner: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidget(inner)
    return area


def _beside(parts: list[CostCurve]) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    for part in parts:
        row.addWidget(part, 1)
    return whole


def facts_of(found: StressFound) -> str:
    """What was put under stress, in a line."""
    whole = found.whole
    first, last = (text[:10] for text in whole["period"])
    return f"{whole['bars']:,} bars, {first} to {last}  ·  {whole['paths']:,} paths asked for"


def figures_of(found: StressFound) -> list[Figure]:
    """The cards of a stress test."""
    figures = []
    if controls := found.part("controls"):
        word, tone, why = VERDICTS[controls["verdict"]]
        figures.append(Figure("Negative controls", word, (why,), tone))
    if bootstrap := found.part("bootstrap"):
        figures.append(_interval(bootstrap))
    if costs := found.part("costs"):
        figures.append(_break_even(costs))
    if entries := found.part("entries"):
        chance = entries["p_value"]
        told = "unknown" if chance is None else f"{chance:.1%}"
        figures.append(Figure("Entries at random", told, ("are as good or better",)))
    return figures


def _interval(part: Mapping[str, Any]) -> Figure:
    sharpe = part["metrics"]["sharpe"]
    if sharpe["low"] is None:
        return Figure("Sharpe ratio", "unknown")
    low, high = (format_metric("sharpe", sharpe[name]) for name in ("low", "high"))
    lines = (f"in {part['coverage']:.0%} of resampled runs",)
    return Figure("Sharpe ratio", f"{low} to {high}", lines)


def _break_even(part: Mapping[str, Any]) -> Figure:
    multiple, slippage = part["break_even_multiple"], part["break_even_slippage"]
    more = () if slippage is None else (f"or {slippage:.3%} more slippage",)
    if multiple is None:
        return Figure("Break-even", more[0].removeprefix("or ") if more else "none")
    return Figure("Break-even", f"{multiple:.1f} times its costs", more)
