"""The axes of a chart over bars: times below, figures on the right, and the grid of both.

They paint themselves: pyqtgraph's own way, by way of a recorded picture, takes several times as
long as all that is in the chart.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from alphintra_desktop.backtest.chart_scales import nice_ticks, row_ticks
from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.ui.charts.blending import blend
from alphintra_desktop.ui.look import Colours

Times = npt.NDArray[np.datetime64]
TIME_APART, FIGURES_APART = 92, 28  # pixels from tick to tick, at least


class _Axis(pg.AxisItem):  # type: ignore[misc]
    """Ticks with labels, and grid lines across the view. Subclasses say which."""

    def __init__(self, orientation: str, *, labelled: bool) -> None:
        super().__init__(orientation)
        self._labelled = labelled
        self._grid, self._edge, self._text, self._font = QColor(), QColor(), QColor(), QFont()
        self.setGrid(1)  # so that what it paints reaches across the view
        self.enableAutoSIPrefix(False)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Quiet ticks and labels."""
        self._grid, self._edge = blend(colours.line, colours.panel, 0.45), QColor(colours.line)
        self._text, self._font = QColor(colours.faint), font
        self.update()

    def ticks(self, size: float) -> Iterator[tuple[float, str]]:
        """Values in the range of the axis, and their labels."""
        raise NotImplementedError

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Grid lines and labels."""
        own = self.mapRectFromParent(self.geometry())
        view = self.linkedView().mapRectToItem(self, self.linkedView().boundingRect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(self._font)
        painter.fillRect(QRectF(view.left(), view.top(), view.width(), 1.0), self._edge)
        low, high = self.range
        for value, label in self.ticks(self._size(own)):
            self._paint_tick(painter, own, view, (value - low) / ((high - low) or 1.0), label)

    def _size(self, own: QRectF) -> float:
        raise NotImplementedError

    def _paint_tick(
        self, painter: QPainter, own: QRectF, view: QRectF, part: float, label: str
    ) -> None:
        raise NotImplementedError


class TimeAxis(_Axis):
    """Times below bars that are numbered from 0: gaps between bars take no room."""

    def __init__(self, stamps: Times, *, labelled: bool) -> None:
        super().__init__("bottom", labelled=labelled)
        self._stamps = stamps
        self.setHeight(24 if labelled else 0)

    def ticks(self, size: float) -> Iterator[tuple[float, str]]:
        """The bars at which a new year, month, day or hour begins."""
        low, high = self.range
        first, last = max(int(low), 0), min(int(high) + 1, len(self._stamps) - 1)
        apart = (high - low) / max(size, 1.0) * TIME_APART
        reached = -np.inf
        for row, label in row_ticks(self._stamps, first, last, max(int(size // TIME_APART), 1)):
            if row - reached >= apart * 0.8 and low <= row <= high:
                reached = row
                yield row, label

    def _size(self, own: QRectF) -> float:
        return own.width()

    def _paint_tick(
        self, painter: QPainter, own: QRectF, view: QRectF, part: float, label: str
    ) -> None:
        x = own.left() + part * own.width()
        # Much quicker than a line.
        painter.fillRect(QRectF(int(x), view.top(), 1.0, view.height()), self._grid)
        if self._labelled and own.left() + 30 < x < own.right() - 30:
            painter.setPen(self._text)
            box = QRectF(x - TIME_APART / 2, own.top() + 3, TIME_APART, own.height() - 3)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, label)


class FigureAxis(_Axis):
    """Figures on the right. `logarithmic` values are log10.

    `kind` is one of `figures.KINDS`, or "flag" for what is 0 or 1.
    """

    def __init__(self, kind: str, width: int = 62) -> None:
        super().__init__("right", labelled=True)
        self.kind = kind
        self.logarithmic = False
        self.setWidth(width)

    def ticks(self, size: float) -> Iterator[tuple[float, str]]:
        """A few round values."""
        low, high = self.range
        if self.kind == "flag":
            yield from ((0.0, "no"), (1.0, "yes"))
            return
        most = max(int(size // FIGURES_APART), 2)
        ends = (10.0**low, 10.0**high) if self.logarithmic else (low, high)
        for value in nice_ticks(*ends, most):
            place = float(np.log10(value)) if self.logarithmic else value
            if low <= place <= high:
                yield place, figure(float(f"{value:.12g}"), self.kind, short=True)

    def _size(self, own: QRectF) -> float:
        return own.height()

    def _paint_tick(
        self, painter: QPainter, own: QRectF, view: QRectF, part: float, label: str
    ) -> None:
        y = own.bottom() - part * own.height()
        painter.fillRect(QRectF(view.left(), int(y), view.width(), 1.0), self._grid)
        if own.top() + 6 < y < own.bottom() - 6:
            painter.setPen(self._text)
            box = QRectF(own.left() + 7, y - 10, own.width() - 7, 20)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, label)
