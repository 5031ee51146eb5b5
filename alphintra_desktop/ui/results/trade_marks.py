"""Trades over the price: where they began and ended, and whether they won.

Up to a few hundred are marked by arrows with a line from entry to exit, more of them by lines
alone, and those that would cover the price by ticks at the foot of the chart, one a pixel at most.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from alphintra_desktop.backtest.charted_run import ChartedRun
from alphintra_desktop.simulation.simulated import Integers
from alphintra_desktop.ui.charts.series_items import sharp

MOST_ARROWS, MOST_LINES = 250, 1500
ARROW = 12.0  # pixels wide and high
NEAR = 12.0  # pixels from a mark to a click that means it


class TradeMarks(pg.GraphicsObject):  # type: ignore[misc]
    """The trades of the symbol in sight."""

    def __init__(self, charted: ChartedRun, bounds: QRectF) -> None:
        super().__init__()
        trades, rows = charted.run.trades, charted.trades
        self._rows = rows
        self._entry, self._exit = trades.entry_bar[rows], trades.exit_bar[rows]
        self._paid, self._got = trades.entry_price[rows], trades.exit_price[rows]
        self._won = trades.profit[rows] > 0.0
        self._long = trades.side[rows] == "long"
        self._open = trades.status[rows] == "open"
        self._bounds = bounds
        self._lines, self._ticks = PrimitiveArray(QLineF, 4), PrimitiveArray(QRectF, 4)
        self._gain, self._loss, self._chosen_colour = QColor(), QColor(), QColor()
        self._chosen: int | None = None

    def colour(self, *, gain: str, loss: str, chosen: str) -> None:
        """Draw won and lost trades in these colours, and `chosen` behind the chosen one."""
        self._gain, self._loss = QColor(gain), QColor(loss)
        self._chosen_colour = QColor(chosen)
        self._chosen_colour.setAlphaF(0.09)
        self.update()

    def choose(self, row: int | None) -> None:
        """Stress one trade, by its row in all trades."""
        self._chosen = row
        self.update()

    def boundingRect(self) -> QRectF:
        """All of the chart."""
        return self._bounds

    def trade_near(self, place: QPointF) -> int | None:
        """The row of the trade whose entry or exit is drawn near `place`."""
        across, up = self._pixel()
        found = self._in_sight()
        if not len(found):
            return None
        apart = [
            np.hypot((bars[found] - place.x()) / across, (prices[found] - place.y()) / up)
            for bars, prices in ((self._entry, self._paid), (self._exit, self._got))
        ]
        nearest = np.fmin(*apart)
        best = int(np.argmin(nearest))
        return int(self._rows[found[best]]) if nearest[best] <= NEAR else None

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Those in sight."""
        found = self._in_sight()
        self._paint_chosen(painter)
        if len(found) > MOST_LINES:
            self._paint_ticks(painter, found)
            return
        for won, colour in ((True, self._gain), (False, self._loss)):
            self._paint_lines(painter, found[self._won[found] == won], colour)
        if len(found) <= MOST_ARROWS:
            self._paint_arrows(painter, found)

    def _in_sight(self) -> Integers:
        (low, high), _ = self.getViewBox().viewRange()
        return np.flatnonzero((self._exit >= low) & (self._entry <= high))

    def _pixel(self) -> tuple[float, float]:
        """How many bars and how much price a pixel is."""
        view = self.getViewBox()
        (left, right), (low, high) = view.viewRange()
        return (right - left) / max(view.width(), 1), (high - low) / max(view.height(), 1)

    def _paint_chosen(self, painter: QPainter) -> None:
        if self._chosen is None or self._chosen not in self._rows:
            return
        number = int(np.searchsorted(self._rows, self._chosen))
        first, last = float(self._entry[number]), float(self._exit[number])
        _, (low, high) = self.getViewBox().viewRange()
        painter.fillRect(QRectF(first, low, last - first, high - low), self._chosen_colour)

    def _paint_ticks(self, painter: QPainter, found: Integers) -> None:
        across, up = self._pixel()
        _, (low, _) = self.getViewBox().viewRange()
        painter.setPen(Qt.PenStyle.NoPen)
        for row, (won, colour) in enumerate(((True, self._gain), (False, self._loss))):
            chosen = found[self._won[found] == won]
            places = np.unique((self._exit[chosen] / across).astype(np.int64)) * across
            self._ticks.resize(len(places))
            boxes = self._ticks.ndarray()
            boxes[:, 0], boxes[:, 1] = places, low + (2 + 7 * row) * up
            boxes[:, 2], boxes[:, 3] = across, 6 * up
            painter.setBrush(colour)
            if len(places):
                painter.drawRects(*self._ticks.drawargs())

    def _paint_lines(self, painter: QPainter, found: Integers, colour: QColor) -> None:
        self._lines.resize(len(found))
        lines = self._lines.ndarray()
        lines[:, 0], lines[:, 1] = self._entry[found], self._paid[found]
        lines[:, 2], lines[:, 3] = self._exit[found], self._got[found]
        pen = QPen(colour, 1.0)
        if len(found) <= MOST_ARROWS:
            pen.setStyle(Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(sharp(pen, painter))
        if len(found):
            painter.drawLines(*self._lines.drawargs())

    def _paint_arrows(self, painter: QPainter, found: Integers) -> None:
        """Filled ones for entries, hollow ones for exits: what is bought from below the price."""
        to_screen, ratio = painter.worldTransform(), painter.device().devicePixelRatio()
        painter.save()
        painter.resetTransform()
        for number in found.tolist():
            colour = self._gain if self._won[number] else self._loss
            up = bool(self._long[number])
            place = to_screen.map(QPointF(self._entry[number], self._paid[number]))
            _paint_arrow(painter, place, arrow(colour.name(), up, True, ratio), up)
            if not self._open[number]:
                place = to_screen.map(QPointF(self._exit[number], self._got[number]))
                _paint_arrow(painter, place, arrow(colour.name(), not up, False, ratio), not up)
        painter.restore()


def _paint_arrow(painter: QPainter, tip: QPointF, drawn: QPixmap, up: bool) -> None:
    top = tip.y() if up else tip.y() - ARROW
    painter.drawPixmap(QPointF(tip.x() - ARROW / 2, top), drawn)


@lru_cache(maxsize=64)
def arrow(colour: str, up: bool, filled: bool, ratio: float) -> QPixmap:
    """A triangle, drawn once: drawing hundreds of them smoothly would take longer than a frame."""
    drawn = QPixmap(round(ARROW * ratio), round(ARROW * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.4))
    painter.setBrush(QColor(colour) if filled else Qt.BrushStyle.NoBrush)
    tip, base = (1.0, ARROW - 2.0) if up else (ARROW - 1.0, 2.0)
    corners = (QPointF(ARROW / 2, tip), QPointF(1.5, base), QPointF(ARROW - 1.5, base))
    painter.drawPolygon(QPolygonF(corners))
    painter.end()
    return drawn
