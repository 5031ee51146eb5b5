"""A walk-forward over several window lengths: what is good only for one of them was lucky."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.heat_map import HeatMap
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.research_points import Cells, Varied

FIGURES = {
    "efficiency": "Efficiency",
    "sharpe": "Sharpe ratio",
    "total_return": "Total return",
    "max_drawdown": "Drawdown",
}


class WindowsMatrix(QWidget):
    """A cell a pair of lengths."""

    def __init__(
        self, look: Look, cells: Sequence[Mapping[str, Any]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._all = tuple(cells)
        self.map, self.figure = HeatMap(look), QComboBox()
        self.told = ToneLabel(look, Tone.FAINT)
        for name, title in FIGURES.items():
            self.figure.addItem(title, name)
        self.figure.setAccessibleName("Figure of the windows")
        self.figure.currentIndexChanged.connect(lambda _: self._show())
        self.map.pointed.connect(self._tell)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 4)
        row.addWidget(QLabel("Out of sample"))
        row.addWidget(self.figure)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.map, 1)
        self.told.setContentsMargins(14, 2, 14, 8)
        column.addWidget(self.told)
        self._show()

    def _show(self) -> None:
        name = str(self.figure.currentData())
        self.map.show_cells(matrix_of(self._all, name), _kind(name), ())
        self._tell(-1)

    def _tell(self, number: int) -> None:
        failed = [one for one in self._all if one["failure"]]
        if number < 0:
            reasons = (f"{_lengths(one)}: {one['failure']}" for one in failed)
            self.told.setText("  ".join(reasons) or "Point at a pair of lengths to read it.")
            return
        one = self._all[number]
        figures = (f"{title} {format_metric(_kind(n), one[n])}" for n, title in FIGURES.items())
        self.told.setText(f"{_lengths(one)}, {one['folds']} folds:  {', '.join(figures)}")


def matrix_of(cells: Sequence[Mapping[str, Any]], name: str) -> Cells:
    """A figure over the lengths in sample (across) and out of sample (upwards)."""
    inside = sorted({one["in_sample"] for one in cells})
    outside = sorted({one["out_of_sample"] for one in cells})
    values = np.full((len(outside), len(inside)), np.nan)
    points = np.full(values.shape, -1, dtype=np.int64)
    for number, one in enumerate(cells):
        if not one["failure"]:
            spot = outside.index(one["out_of_sample"]), inside.index(one["in_sample"])
            values[spot], points[spot] = one[name], number
    return Cells(
        _axis("Bars in sample", inside), _axis("Bars out of sample", outside), values, points
    )


def _axis(name: str, lengths: list[int]) -> Varied:
    return Varied(name, tuple(lengths), np.empty(0, np.int64), np.asarray(lengths, np.float64))


def _lengths(one: Mapping[str, Any]) -> str:
    return f"{one['in_sample']:,} bars in, {one['out_of_sample']:,} out of sample"


def _kind(name: str) -> str:
    """The measure whose way of printing a figure has."""
    return "sharpe" if name == "efficiency" else name
