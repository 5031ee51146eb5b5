"""Prices and volume of one series."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from alphintra_desktop.backtest.figures import figure, times
from alphintra_desktop.ui.charts.chart_stack import ChartStack, Panel, set_up
from alphintra_desktop.ui.charts.series_items import Candles, Line
from alphintra_desktop.ui.look import Colours
from alphintra_desktop.workspace.data_series import SeriesShown

HELP = "Wheel or plus and minus: zoom. Drag or arrows: pan. Double click or Home: all bars."
FIRST_SEEN = 750


class PriceChart(QWidget):
    """Candles over volume, the latest bars first in sight."""

    def __init__(self, series: SeriesShown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.series = series
        self._candles = Candles(series.drawn, series.extremes)
        self._volume = Line(series.volume, base=0.0)
        title = "Price, adjusted" if series.version.has_events else "Price"
        prices = Panel((title,), "price", (self._candles,), 4)
        self.stack = ChartStack(
            series.stamps, (prices, Panel(("Volume",), "money", (self._volume,), 1, (0.0,)))
        )
        self._readout = QLabel()
        self.stack.pointed.connect(self._tell)
        set_up(self.stack, f"Chart of {series.version.symbol}", HELP)
        self.stack.setToolTip(HELP)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 6, 10, 4)
        bar.addWidget(self._readout, 1)
        bar.addWidget(QLabel("Earlier bars are being read…" if series.start else ""))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)
        self.stack.show_bars(self.stack.count - FIRST_SEEN, self.stack.count + 1.0)
        self._tell(-1)

    def show_rows(self, first: int, last: int) -> None:
        """Have some rows in sight, with what lies around them, and mark the first."""
        around = max((last - first) // 2, 30)
        self.stack.show_bars(first - around, last + around)
        self.stack.mark(first)
        self._tell(-1)

    def show_as(self, before: PriceChart) -> None:
        """Have the same bars in sight as a chart that held only the latest of them."""
        moved = before.series.start - self.series.start
        first, last = before.stack.shown
        self.stack.show_bars(first + moved, last + moved)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        self.stack.colour(colours, font, {})
        self._candles.colour(rising=colours.gain, falling=colours.loss, line=colours.series[0])
        self._volume.colour(colours.series[1], fill=0.35)
        self._readout.setStyleSheet(f"color: {colours.faint}")

    def _tell(self, bar: int) -> None:
        marked = self.stack.marked
        self._readout.setText(
            self._values_at(bar if bar >= 0 else self.stack.count - 1 if marked is None else marked)
        )

    def _values_at(self, bar: int) -> str:
        drawn = self.series.drawn
        prices = zip("OHLC", (drawn.open, drawn.high, drawn.low, drawn.close), strict=True)
        (when,) = times(self.series.stamps[[bar]], daily=not self.series.intraday)
        volume = figure(float(self.series.columns["volume"][bar]), "shares")
        told = "  ".join(f"{letter} {figure(float(of[bar]), 'price')}" for letter, of in prices)
        return f"{when}     {told}     Volume {volume}"
