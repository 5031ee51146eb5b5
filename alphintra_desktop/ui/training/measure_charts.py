"""What the models of a schedule measured, one after the other: a chart a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from alphintra_desktop.ui.charts.xy_chart import Axes, Line, XYChart
from alphintra_desktop.ui.look import Look

NAMES = {
    "auc": "Area under the ROC curve",
    "ic": "Information coefficient",
    "log_loss": "Log loss",
}
GUESSING = {"auc": 0.5, "ic": 0.0, "log_loss": 0.6931}


class MeasureCharts(QWidget):
    """Charts below each other, of the measures that there are."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.charts: dict[str, XYChart] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for name, title in NAMES.items():
            axes = Axes("Model of the schedule", title, _number, _figure, whole_x=True)
            self.charts[name] = XYChart(look, f"{title} of each model", axes)
            column.addWidget(self.charts[name], 1)

    def show_lines(self, lines: Mapping[str, Sequence[tuple[float, float]]]) -> None:
        """Show these measures; where there are none, one chart says so."""
        for name, chart in self.charts.items():
            points = lines.get(name, ())
            chart.setVisible(bool(points) or (not lines and name == "auc"))
            chart.show_lines(_lines(name, points))


def _lines(name: str, points: Sequence[tuple[float, float]]) -> list[Line]:
    if not points:
        return []
    ends = (points[0][0], points[-1][0])
    guess = [(x, GUESSING[name]) for x in ends]
    told = "A coin" if name == "log_loss" else "Guessing"
    return [
        Line(NAMES[name], points, dots=len(points) <= 80),
        Line(told, guess, quiet=True),
    ]


def _number(value: float) -> str:
    return f"{value:.0f}"


def _figure(value: float) -> str:
    return f"{value:z.3f}"
