"""How well ups are told from downs: ROC, precision-recall, and what a threshold comes to."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from alphintra_desktop.backtest.figures import NOTHING
from alphintra_desktop.learning.curves import Confusion, Curve
from alphintra_desktop.ui.cards import Cards, Figure
from alphintra_desktop.ui.charts.xy_chart import Axes, Line, XYChart
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.training.confusion_matrix import ConfusionMatrix
from alphintra_desktop.workspace.training_results import TrainingFound

UNIT = (0.0, 1.0)


class UpsView(QWidget):
    """Curves with the chosen threshold marked, and its confusion matrix below."""

    def __init__(self, look: Look, found: TrainingFound, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert found.roc is not None
        assert found.precision_recall is not None
        self.found = found
        self.roc = _chart(look, "ROC curve", ("False positive rate", "True positive rate"))
        self.precision = _chart(look, "Precision-recall curve", ("Recall", "Precision"))
        self.slider, self.told = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.matrix, self.cards = ConfusionMatrix(look), Cards(look)
        self.roc.show_lines(_lines(found.roc, "ROC curve: area", ((0.0, 0.0), (1.0, 1.0))))
        share = found.precision_recall.guess
        flat = ((0.0, share), (1.0, share))
        self.precision.show_lines(_lines(found.precision_recall, "Precision: on average", flat))
        self._lay_out()
        self.slider.valueChanged.connect(self._show_threshold)
        self.slider.setValue(found.usual)
        self._show_threshold(found.usual)

    def _show_threshold(self, number: int) -> None:
        chosen = self.found.thresholds[number]
        counts = chosen.found
        self.told.setText(f"Called up above {chosen.value:.4g}")
        self.matrix.show_found(counts)
        self.cards.show_figures(
            [
                Figure("Accuracy", _percent(counts.accuracy)),
                Figure("Precision", _percent(counts.precision), help="Of those called up"),
                Figure("Recall", _percent(counts.recall), help="Of those that went up"),
                Figure("F1", _percent(counts.f1), help="Of precision and recall"),
            ]
        )
        self.roc.mark((_false_rate(counts), counts.recall))
        known = math.isfinite(counts.precision)
        self.precision.mark((counts.recall, counts.precision) if known else None)

    def _lay_out(self) -> None:
        self.slider.setRange(0, len(self.found.thresholds) - 1)
        self.slider.setAccessibleName("Threshold above which a prediction is called up")
        self.slider.setToolTip("What is predicted above it is called up")
        charts = QHBoxLayout()
        for chart in (self.roc, self.precision):
            charts.addWidget(chart, 1)
        left = QVBoxLayout()
        left.addWidget(self.told)
        left.addWidget(self.slider)
        left.addSpacing(8)
        left.addWidget(self.cards)
        left.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(24)
        below.addLayout(left, 1)
        below.addWidget(self.matrix, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.addLayout(charts, 3)
        column.addLayout(below, 1)


def _chart(look: Look, name: str, titles: tuple[str, str]) -> XYChart:
    return XYChart(look, name, Axes(*titles, _figure, _figure, UNIT, (0.0, 1.02)))


def _lines(curve: Curve, area: str, guess: tuple[tuple[float, float], ...]) -> list[Line]:
    points = list(zip(curve.x.tolist(), curve.y.tolist(), strict=True))
    return [
        Line(f"{area} {curve.area:.3f}", points),
        Line(f"Guessing {curve.guess:.3f}", guess, quiet=True),
    ]


def _false_rate(counts: Confusion) -> float:
    return counts.false_up / max(counts.false_up + counts.true_down, 1)


def _percent(value: float) -> str:
    return NOTHING if math.isnan(value) else f"{value:.1%}"


def _figure(value: float) -> str:
    return f"{value:z.3g}"
