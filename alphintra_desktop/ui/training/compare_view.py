"""Trainings beside each other: scores, ROC curves, and the settings in which they differ."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from alphintra_desktop.ui.charts.xy_chart import Axes, Line, XYChart
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.text_table import TextTable
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.training_compare import Compared

SAME = "They were judged on as many rows of the same data."
UNIT = (0.0, 1.0)
TOLD_APART = (0, 2, 3, 4, 5)  # series whose colours no reference line has


class CompareView(QWidget):
    """Shows trainings beside each other."""

    def __init__(self, look: Look, compared: Compared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.compared, self._look = compared, look
        self.title = Heading(look, f"{len(compared.found)} trainings beside each other")
        tone = Tone.WARNING if compared.warning else Tone.FAINT
        self.told = ToneLabel(look, tone, compared.warning or SAME)
        figures = range(1, len(compared.names) + 1)
        rows = [list(row) for row in compared.scores]
        heads = ("Out of sample", *compared.names)
        self.scores = TextTable("Scores beside each other", heads, rows, figures)
        rows = [list(row) for row in compared.settings]
        heads = ("Setting that differs", *compared.names)
        self.settings = TextTable("Settings that differ", heads, rows, range(0))
        self.roc = self._roc_curves()
        self._lay_out()

    def _roc_curves(self) -> XYChart:
        axes = Axes("False positive rate", "True positive rate", _figure, _figure, UNIT, UNIT)
        chart = XYChart(self._look, "ROC curves", axes)
        lines = [
            Line(
                f"{name} {one.roc.area:.3f}",
                list(zip(one.roc.x.tolist(), one.roc.y.tolist(), strict=True)),
                series=TOLD_APART[number % len(TOLD_APART)],
            )
            for number, (name, one) in enumerate(
                zip(self.compared.names, self.compared.found, strict=True)
            )
            if one.roc is not None
        ]
        guessing = Line("Guessing 0.500", ((0.0, 0.0), (1.0, 1.0)), quiet=True)
        chart.show_lines([*lines, guessing])
        return chart

    def _lay_out(self) -> None:
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.scores)
        left.addWidget(self.settings)
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.addWidget(left)
        whole.addWidget(self.roc)
        whole.setSizes([440, 440])
        for split in (left, whole):
            split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.addWidget(self.title)
        column.addWidget(self.told)
        column.addSpacing(8)
        column.addWidget(whole, 1)


def _figure(value: float) -> str:
    return f"{value:z.3g}"
