"""What is drawn over bars: lines and candles of any length, a few points a pixel at a time.

An item asks for the visible bars each time it is painted, so panning and zooming move no data.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from pyqtgraph.functions import create_qpolygonf, ndarray_from_qpolygonf
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from alphintra_desktop.backtest.extremes import Columns, Extremes
from alphintra_desktop.backtest.stored_bars import SymbolBars
from alphintra_desktop.market.bars import Booleans, Floats

CANDLE_PIXELS = 3.0  # a bar narrower than this is no candle
SMOOTH = 1500  # points that may be drawn with smooth edges
FEW = 300  # points below which an area may be filled as one outline


class Seen(NamedTuple):
    """What of the chart is seen: bars `first` to before `last`, and pixels."""

    first: int
    last: int
    pixels: int

    @property
    def pixels_a_bar(self) -> float:
        """How wide a bar is."""
        return self.pixels / max(self.last - self.first, 1)


class BarsItem(pg.GraphicsObject):  # type: ignore[misc]
    """Something drawn over bars. `extremes` say how far up and down it reaches."""

    def __init__(self, extremes: Extremes) -> None:
        super().__init__()
        self.extremes = extremes
        low, high = extremes.span(0, len(extremes))
        tall = high - low if np.isfinite(high - low) else 1.0
        base = low if np.isfinite(low) else 0.0
        # Roomy: what sticks out of it is not repainted.
        self._bounds = QRectF(-1.0, base - 10 * tall - 1, len(extremes) + 2.0, 21 * tall + 2)

    def boundingRect(self) -> QRectF:
        """All of the bars, so that nothing has to be told when the view moves."""
        return self._bounds

    def seen(self) -> Seen:
        """The bars that the view shows, one more on each side."""
        view = self.getViewBox()
        (low, high), _ = view.viewRange()
        first, last = max(int(low) - 1, 0), min(int(high) + 2, len(self.extremes))
        return Seen(first, last, max(int(view.width()), 1))


class Line(BarsItem):
    """One value a bar, filled down to `base` if there is one."""

    def __init__(self, extremes: Extremes, base: float | None = None) -> None:
        super().__init__(extremes)
        self._base = base
        self.pen, self.fill = QPen(), QColor(Qt.GlobalColor.transparent)
        self._fills = PrimitiveArray(QRectF, 4)

    def colour(self, line: str, *, width: float = 1.0, fill: float = 0.0) -> None:
        """Draw in this colour; `fill` is how much of it is seen below, 0 to 1."""
        self.pen = pg.mkPen(line, width=width)
        self.fill = QColor(line)
        self.fill.setAlphaF(fill)
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """The line over the bars that are seen."""
        seen = self.seen()
        if seen.last <= seen.first:
            return
        columns = self.extremes.between(seen.first, seen.last, seen.pixels)
        if self._base is not None and self.fill.alpha():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.fill)
            self._paint_fill(painter, columns, self._base)
        painter.setPen(sharp(self.pen, painter))
        _paint_line(painter, *zigzag(columns))

    def _paint_fill(self, painter: QPainter, columns: Columns, base: float) -> None:
        """As one outline where there are few points, else column by column, which is quicker."""
        if columns.step == 1 and len(columns.low) <= FEW:
            x, y = zigzag(columns)
            if len(x):
                painter.drawPolygon(_polygon(np.r_[x[0], x, x[-1]], np.r_[base, y, base]))
            return
        below = base - columns.low > columns.high - base
        ends = np.where(below, columns.low, columns.high)
        known = np.flatnonzero(~np.isnan(ends))
        self._fills.resize(len(known))
        boxes = self._fills.ndarray()
        boxes[:, 0] = columns.start + known * columns.step - 0.5
        boxes[:, 1], boxes[:, 2], boxes[:, 3] = base, columns.step, ends[known] - base
        if len(known):
            painter.drawRects(*self._fills.drawargs())


def sharp(pen: QPen, painter: QPainter) -> QPen:
    """The pen as wide on a fine screen as on a coarse one: such pens count the screen's pixels."""
    ratio = painter.device().devicePixelRatio()
    if ratio == 1.0:
        return pen
    wider = QPen(pen)
    wider.setWidthF(pen.widthF() * ratio)
    return wider


def zigzag(columns: Columns) -> tuple[Floats, Floats]:
    """The points of a line through the lows and highs of columns, those without values left out."""
    if columns.step == 1:
        known = ~np.isnan(columns.low)
        x = np.arange(columns.start, columns.start + len(columns.low), dtype=float)
        return (x, columns.low) if known.all() else (x[known], columns.low[known])
    x = columns.start + columns.step * (np.arange(len(columns.low)) + 0.5) - 0.5
    y = np.empty((len(x), 2))
    y[:, 0], y[:, 1] = columns.low, columns.high
    known = ~np.isnan(columns.low)
    if not known.all():
        x, y = x[known], y[known]
    return np.repeat(x, 2), y.ravel()


def _polygon(x: Floats, y: Floats) -> Any:
    polygon = create_qpolygonf(len(x))
    points = ndarray_from_qpolygonf(polygon)
    points[:, 0], points[:, 1] = x, y
    return polygon


def _paint_line(painter: QPainter, x: Floats, y: Floats) -> None:
    """Smooth where that costs nothing, plain where the points are dense anyway."""
    if not len(x):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(x) <= SMOOTH)
    painter.drawPolyline(_polygon(x, y))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


class Candles(BarsItem):
    """Candles where there is room for them, else the range of every column."""

    def __init__(self, bars: SymbolBars, extremes: Extremes) -> None:
        super().__init__(extremes)
        self._bars = bars
        self._wicks = PrimitiveArray(QLineF, 4)
        self._bodies = PrimitiveArray(QRectF, 4)
        self.rising, self.falling, self.line = QPen(), QPen(), QPen()

    def colour(self, *, rising: str, falling: str, line: str) -> None:
        """Draw in these colours: bars that closed higher and lower, and the line of many."""
        self.rising, self.falling = pg.mkPen(rising), pg.mkPen(falling)
        self.line = pg.mkPen(line)
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """The bars that are seen."""
        seen = self.seen()
        if seen.last <= seen.first:
            return
        if seen.pixels_a_bar >= CANDLE_PIXELS:
            self._paint_candles(painter, seen)
            return
        painter.setPen(sharp(self.line, painter))
        _paint_line(painter, *zigzag(self.extremes.between(seen.first, seen.last, seen.pixels)))

    def _paint_candles(self, painter: QPainter, seen: Seen) -> None:
        rows = slice(seen.first, seen.last)
        opened, closed = self._bars.open[rows], self._bars.close[rows]
        known = ~np.isnan(closed)
        rises = closed >= opened
        # An odd number of pixels has a middle for the wick.
        half = max(int(seen.pixels_a_bar * 0.7) // 2, 1) / seen.pixels_a_bar
        for pen, chosen in ((self.rising, known & rises), (self.falling, known & ~rises)):
            painter.setPen(sharp(pen, painter))
            self._paint_wicks(painter, seen.first, chosen)
            self._paint_bodies(painter, seen.first, chosen, half)

    def _paint_wicks(self, painter: QPainter, first: int, chosen: Booleans) -> None:
        rows = np.flatnonzero(chosen) + first
        self._wicks.resize(len(rows))
        lines = self._wicks.ndarray()
        lines[:, 0] = lines[:, 2] = rows
        lines[:, 1], lines[:, 3] = self._bars.low[rows], self._bars.high[rows]
        if len(rows):
            painter.drawLines(*self._wicks.drawargs())

    def _paint_bodies(self, painter: QPainter, first: int, chosen: Booleans, half: float) -> None:
        rows = np.flatnonzero(chosen) + first
        self._bodies.resize(len(rows))
        rectangles = self._bodies.ndarray()
        rectangles[:, 0], rectangles[:, 2] = rows - half, 2 * half
        rectangles[:, 1] = self._bars.open[rows]
        rectangles[:, 3] = self._bars.close[rows] - self._bars.open[rows]
        painter.setBrush(painter.pen().color())
        if len(rows):
            painter.drawRects(*self._bodies.drawargs())
