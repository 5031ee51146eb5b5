"""A finished training: its verdict in words, and all that stands behind it, in tabs."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.ui.charts.xy_chart import Axes, Line, XYChart
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.text_table import TextTable
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.training.card_view import CardView
from alphintra_desktop.ui.training.importance_bars import ImportanceBars
from alphintra_desktop.ui.training.measure_charts import MeasureCharts
from alphintra_desktop.ui.training.ups_view import UpsView
from alphintra_desktop.workspace.training_results import TrainingFound, model_heads


class ResultView(QWidget):
    """Shows one training. What it cannot tell has no tab."""

    def __init__(self, look: Look, found: TrainingFound, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found, self._look = found, look
        run = found.run
        self.title = Heading(look, f"{run.name}: {run.model.lower()} for a {run.target}")
        self.verdict = ToneLabel(look, Tone.DONE if found.sure else Tone.WARNING, found.verdict)
        self.tabs = QTabWidget()
        for title, part in self._parts():
            self.tabs.addTab(part, title)
        self._lay_out()

    @property
    def chosen_tab(self) -> str:
        """The title of the tab that is in sight."""
        return self.tabs.tabText(self.tabs.currentIndex())

    def choose_tab(self, title: str) -> None:
        """Show the tab of that title, where there is one."""
        for number in range(self.tabs.count()):
            if self.tabs.tabText(number) == title:
                self.tabs.setCurrentIndex(number)

    def _parts(self) -> Iterator[tuple[str, QWidget]]:
        found = self.found
        yield "Scores", self._scores()
        if found.roc is not None:
            yield "Ups and downs", UpsView(self._look, found)
        if found.calibration:
            yield "Calibration", _padded(self._calibration())
        yield "Over time", self._over_time()
        if found.bins:
            yield "Later label", _padded(self._later())
        yield "Model card", _padded(CardView(found.card))
        rows = [list(row) for row in found.settings]
        yield "Settings", _padded(TextTable("Settings", ("Setting", "Is"), rows, range(0)))

    def _scores(self) -> QWidget:
        heads = ("Out of sample", "Score", "Guessing")
        rows = [list(row) for row in self.found.scores]
        table = TextTable("Scores out of sample", heads, rows, range(1, 3))
        whole, row = QWidget(), QHBoxLayout()
        row.addWidget(table, 1)
        if self.found.importance:
            area = QScrollArea()
            area.setWidget(ImportanceBars(self._look, self.found.importance))
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            row.addWidget(area, 1)
        whole.setLayout(row)
        return whole

    def _calibration(self) -> QWidget:
        points = self.found.calibration
        ends = [value for point in points for value in point]
        low, high = min(ends), max(ends)
        room = 0.06 * (high - low) or 0.05
        span = (max(low - room, 0.0), min(high + room, 1.0))
        axes = Axes("Predicted probability of up", "Went up", _percent, _percent, span, span)
        chart = XYChart(self._look, "Calibration", axes)
        chart.show_lines(
            [
                Line("Went up", points, dots=True),
                Line("As predicted", [(one, one) for one in span], quiet=True),
            ]
        )
        return chart

    def _over_time(self) -> QWidget:
        charts = MeasureCharts(self._look)
        charts.show_lines(self.found.lines)
        heads = model_heads(self.found)
        rows = [list(row) for row in self.found.models]
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(charts)
        split.addWidget(TextTable("Models of the schedule", heads, rows, range(2, len(heads))))
        split.setSizes([420, 180])
        split.setChildrenCollapsible(False)
        return _padded(split)

    def _later(self) -> QWidget:
        bins = self.found.bins
        chart = XYChart(
            self._look,
            "Mean label over predictions, in ten parts",
            Axes("Predicted, in tenths of the rows", "Mean label"),
        )
        points = [(one.predicted, one.mean) for one in bins]
        rows = sum(one.rows for one in bins)
        mean = sum(one.mean * one.rows for one in bins) / rows
        chart.show_lines(
            [
                Line(
                    "Mean label, give or take its standard error",
                    points,
                    dots=True,
                    errors=[one.error for one in bins],
                ),
                Line("Of all rows", [(points[0][0], mean), (points[-1][0], mean)], quiet=True),
            ]
        )
        return chart

    def _lay_out(self) -> None:
        self.tabs.setDocumentMode(True)
        head = QVBoxLayout()
        head.setContentsMargins(18, 14, 18, 8)
        head.addWidget(self.title)
        head.addWidget(self.verdict)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.tabs, 1)


def _padded(part: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(12, 10, 12, 12)
    column.addWidget(part)
    return whole


def _percent(value: float) -> str:
    return f"{value:.1%}"
