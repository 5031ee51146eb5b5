"""Trades over the price: where they began and ended, and whether they won.

Up to a few hundred are marked by arrows with a line from entry to exit, more of them by lines
alone, and those that would cover the price by ticks at the foot of the chart, one a pixel at most.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from alphintra_desktop.backtest.charted_run import ChartedRun
from alphintra_desktop.simulation.simulated import Integers
from alphintra_desktop.ui.results.series_items import sharp

MOST_ARROWS, MOST_LINES = 250, 1500
ARROW = 5.0  # pixels from its middle
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
        self._lines = PrimitiveArray(QLineF, 4)
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
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            for number in found.tolist():
                self._paint_arrows(painter, number)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _in_sight(self) -> Integers:
        (low, high), _ = self.getViewBox().viewRange()
        return np.flatnonzero((self._exit >= low) & (self._entry <= high))

    def _pixel(self) -> tuple[float, float]:
        """How many bars and how much price a pixel is."""
        view = self.getViewBox()
        (left, right), (low, high) = view.viewRange()
        return (right - left) / max(view.width(), 1), (high - low) / max(view.height(), 1)

    def _paint_chosen(self, painter: QPainter) -> None:
        place = np.flatnonzero(self._rows == self._chosen)
        if not len(place):
            return
        number = int(place[0])
        first, last = float(self._entry[number]), float(self._exit[number])
        _, (low, high) = self.getViewBox().viewRange()
        painter.fillRect(QRectF(first, low, last - first, high - low), self._chosen_colour)

    def _paint_ticks(self, painter: QPainter, found: Integers) -> None:
        across, up = self._pixel()
        _, (low, _) = self.getViewBox().viewRange()
        for row, (won, colour) in enumerate(((True, self._gain), (False, self._loss))):
            chosen = found[self._won[found] == won]
            places = np.unique((self._exit[chosen] / across).astype(np.int64)) * across
            base = low + (2 + 7 * row) * up
            for x in places.tolist():
                painter.fillRect(QRectF(x, base, across, 6 * up), colour)

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

    def _paint_arrows(self, painter: QPainter, number: int) -> None:
        colour = self._gain if self._won[number] else self._loss
        way = 1.0 if self._long[number] else -1.0
        pen = QPen(colour, 1.4)
        pen.setCosmetic(True)
        painter.setPen(sharp(pen, painter))
        painter.setBrush(colour)
        self._paint_arrow(painter, self._entry[number], self._paid[number], way)
        if not self._open[number]:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            self._paint_arrow(painter, self._exit[number], self._got[number], -way)

    def _paint_arrow(self, painter: QPainter, bar: float, price: float, way: float) -> None:
        """A triangle whose tip touches the price, from below for what is bought."""
        across, up = self._pixel()
        tip = QPointF(bar, price)
        base = price - way * 1.8 * ARROW * up
        corners = (QPointF(bar - ARROW * across, base), QPointF(bar + ARROW * across, base))
        painter.drawPolygon(QPolygonF([tip, *corners]))
