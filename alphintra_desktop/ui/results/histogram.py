"""A histogram of returns: gains and losses in their colours, the mean and the 5th percentile."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from alphintra_desktop.backtest.chart_scales import nice_ticks
from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.backtest.run_tables import Spread, spread
from alphintra_desktop.ui.look import DARK, Colours

LEFT, RIGHT, TOP, BOTTOM = 48, 14, 34, 30


class Histogram(QWidget):
    """How often each return came about."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._colours = DARK
        self.setMinimumSize(300, 200)
        self.show_spread(spread(np.empty(0)))

    def show_spread(self, spread: Spread) -> None:
        """Show this distribution."""
        self._spread = spread
        mean, deviation = (figure(each, "fraction") for each in (spread.mean, spread.deviation))
        told = f"{spread.count:,}, mean {mean}, deviation {deviation}"
        self._words = told + (f"; {spread.idle:,} of 0 left out" if spread.idle else "")
        self.setAccessibleName(f"{self._title}: {self._words}")
        self.update()

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        self._colours = colours
        self.setFont(font)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars, axes and two marks."""
        painter = QPainter(self)
        self._paint_words(painter)
        if self._spread.counts.sum():
            self._paint_grid(painter)
            self._paint_bars(painter)
            self._paint_mark(painter, self._spread.mean, "mean")
            self._paint_mark(painter, self._spread.tail, "5 %")
        painter.end()

    def _x(self, value: float) -> float:
        first, last = float(self._spread.edges[0]), float(self._spread.edges[-1])
        return LEFT + (value - first) / (last - first) * (self.width() - LEFT - RIGHT)

    def _y(self, count: float) -> float:
        high = self.height() - TOP - BOTTOM
        return self.height() - BOTTOM - count / float(self._spread.counts.max()) * high

    def _paint_words(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._colours.text))
        painter.drawText(10, 18, self._title)
        across = painter.fontMetrics().horizontalAdvance(self._title)
        painter.setPen(QColor(self._colours.faint))
        painter.drawText(10 + across + 14, 18, self._words)

    def _paint_grid(self, painter: QPainter) -> None:
        line, faint = QColor(self._colours.line), QColor(self._colours.faint)
        for count in nice_ticks(0.0, float(self._spread.counts.max()), 4)[1:]:
            y = self._y(count)
            painter.fillRect(QRectF(LEFT, y, self.width() - LEFT - RIGHT, 1), line)
            painter.setPen(faint)
            box = QRectF(0, y - 9, LEFT - 8, 18)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, f"{count + 0.0:,.0f}")
        for value in nice_ticks(float(self._spread.edges[0]), float(self._spread.edges[-1]), 7):
            box = QRectF(self._x(value) - 40, self.height() - BOTTOM + 5, 80, 18)
            text = figure(value, "fraction", short=True)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, text)

    def _paint_bars(self, painter: QPainter) -> None:
        for number, count in enumerate(self._spread.counts.tolist()):
            left, right = (
                self._x(self._spread.edges[number]),
                self._x(self._spread.edges[number + 1]),
            )
            gains = self._spread.edges[number] >= -1e-12
            colour = QColor(self._colours.gain if gains else self._colours.loss)
            top = self._y(count)
            box = QRectF(left + 0.5, top, right - left - 1, self.height() - BOTTOM - top)
            painter.fillRect(box, colour)

    def _paint_mark(self, painter: QPainter, value: float, name: str) -> None:
        if not self._spread.edges[0] <= value <= self._spread.edges[-1]:
            return
        x = self._x(value)
        painter.setPen(QPen(QColor(self._colours.text), 1, Qt.PenStyle.DashLine))
        painter.drawLine(int(x), TOP - 4, int(x), self.height() - BOTTOM)
        right = name == "mean" or x < LEFT + 50
        side = Qt.AlignmentFlag.AlignLeft if right else Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(x + 4 if right else x - 64, TOP - 8, 60, 16), side, name)
