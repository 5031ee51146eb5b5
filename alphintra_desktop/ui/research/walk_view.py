"""A walk-forward that is done: the stitched account, folds, how params drift, window lengths."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from alphintra_desktop.backtest.extremes import Extremes
from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.cards import Cards, Figure
from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.charts.chart_stack import ChartStack, Panel, set_up
from alphintra_desktop.ui.charts.series_items import BarsItem, Line
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.drift_view import DriftView
from alphintra_desktop.ui.research.trust_cards import figures_of_trust
from alphintra_desktop.ui.research.windows_matrix import WindowsMatrix
from alphintra_desktop.ui.text_table import TextTable
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.research_results import (
    WalkFound,
    drift_in_words,
    fold_heads,
    fold_rows,
)

EQUITY, DRAWDOWN = "Equity out of sample", "Drawdown"


class FoldStripes(BarsItem):
    """Every other fold on a ground of its own."""

    def __init__(self, extremes: Extremes, borders: list[int], count: int) -> None:
        super().__init__(extremes)
        self._borders = [*borders, count]
        self.ground = QColor()
        self.setZValue(-10)

    def paint(self, painter: QPainter, *_: object) -> None:
        """The stripes, from below to above all that is drawn."""
        bounds = self.boundingRect()
        for first, last in zip(self._borders[::2], self._borders[1::2], strict=False):
            painter.fillRect(
                QRectF(first, bounds.top(), last - first, bounds.height()), self.ground
            )


class WalkView(QWidget):
    """Shows one walk-forward. `use_asked` announces that the last fold's params are wanted."""

    use_asked = Signal()

    def __init__(self, look: Look, found: WalkFound, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self.found = look, found
        result = found.run.result or {}
        self.title = Heading(look, f"{found.run.kind.title} of {found.run.name}")
        self.facts = ToneLabel(look, Tone.FAINT, facts_of(found))
        self.cards, self.tabs = Cards(look), QTabWidget()
        self.failures = ToneLabel(look, Tone.WARNING, failures_of(found))
        self.use = QPushButton("Use the last fold's params")
        self._make_chart(found)
        heads = fold_heads(found)
        self.folds = TextTable("Folds", heads, fold_rows(found), range(2, len(heads) - 1))
        self.drift = DriftView(look, found)
        self.matrix = WindowsMatrix(look, result["matrix"]) if result.get("matrix") else None
        self.cards.show_figures(figures_of(found))
        self._lay_out(drift_in_words(result))
        self.use.clicked.connect(self.use_asked)
        watch(self, look.changed, lambda _: self._colour())
        self._colour()

    def _make_chart(self, found: WalkFound) -> None:
        fallen = found.equity / np.maximum.accumulate(found.equity) - 1.0
        self._equity = Line(Extremes(found.equity, found.equity))
        self._fallen = Line(Extremes(fallen, fallen), base=0.0)
        count = len(found.equity)
        self._stripes = [
            FoldStripes(line.extremes, found.borders, count)
            for line in (self._equity, self._fallen)
        ]
        panels = (
            Panel((EQUITY,), "money", (self._stripes[0], self._equity), 3),
            Panel((DRAWDOWN,), "fraction", (self._stripes[1], self._fallen), 1, also=(0.0,)),
        )
        self.stack = ChartStack(found.timestamps, panels)
        set_up(self.stack, "Equity stitched of all windows out of sample", "Arrows pan and zoom")

    def _colour(self) -> None:
        colours = self._look.colours
        self._equity.colour(colours.accent, width=1.4)
        self._fallen.colour(colours.loss, fill=0.25)
        for stripes in self._stripes:
            stripes.ground = blend(colours.line, colours.panel, 0.28)
            stripes.update()
        lines = {EQUITY: colours.accent, DRAWDOWN: colours.loss}
        self.stack.colour(colours, self._look.font, lines)

    def _lay_out(self, drift: list[str]) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.stack, "Out of sample")
        self.tabs.addTab(self.folds, "Folds")
        self.tabs.addTab(_with_words(self._look, drift, self.drift), "Params")
        if self.matrix is not None:
            self.tabs.addTab(self.matrix, "Windows")
        self.failures.setVisible(bool(self.failures.text()))
        self.use.setToolTip("Set what the latest data chose in the open graph, as one step")
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(self.title, 1)
        row.addWidget(self.use)
        column.addLayout(row)
        for part in (self.facts, self.cards, self.failures):
            column.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.tabs, 1)


def _with_words(look: Look, sentences: list[str], below: QWidget) -> QWidget:
    part = QWidget()
    words = ToneLabel(look, Tone.FAINT, "  ".join(sentences))
    words.setContentsMargins(14, 8, 14, 4)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(words)
    column.addWidget(below, 1)
    return part


def facts_of(found: WalkFound) -> str:
    """What was walked, in a line."""
    result = found.run.result or {}
    windows = result["windows"]
    kind = "anchored" if windows["anchored"] else "rolling"
    gap = f", a gap of {windows['gap']:,}" if windows["gap"] else ""
    unused = f"  ·  the last {result['unused']:,} bars are in no fold" if result["unused"] else ""
    return (
        f"{len(found.folds)} folds of {result['points']:,} points  ·  {kind}, "
        f"{windows['in_sample']:,} bars in sample and {windows['out_of_sample']:,} out{gap}"
        f"  ·  positions {result['edges']} at the edges{unused}"
    )


def failures_of(found: WalkFound) -> str:
    """Which folds failed, and why; they hold nothing."""
    return "\n".join(
        f"Fold {number} failed and holds nothing: {fold['failure']}"
        for number, fold in enumerate(found.folds, 1)
        if fold["failure"]
    )


def figures_of(found: WalkFound) -> list[Figure]:
    """The cards of a walk-forward."""
    result = found.run.result or {}
    metrics = result["out_of_sample"]
    told = {name: format_metric(name, metrics[name]) for name in metrics}
    lines = (f"drawdown {told['max_drawdown']}", f"{told['trades']} trades")
    efficiency = format_metric("sharpe", result["efficiency"])
    by_sharpe = format_metric("sharpe", result["sharpe_efficiency"])
    return [
        Figure("Sharpe ratio out of sample", told["sharpe"], (f"return {told['total_return']}",)),
        Figure("Return a year", told["cagr"], lines),
        Figure(
            "Efficiency",
            efficiency,
            (f"{by_sharpe} by Sharpe ratio",),
            help="The mean return of a bar out of sample over that in sample: near 1, what was "
            "chosen held; near 0, it was fitted to the past.",
        ),
        *figures_of_trust(found.judgement),
    ]
