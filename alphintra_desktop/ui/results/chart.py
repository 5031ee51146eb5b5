"""A run's charts: price with trades, equity beside buy and hold, drawdown and exposure."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.backtest.charted_run import ChartedRun
from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.ui.charts.chart_stack import ChartStack, Panel, set_up
from alphintra_desktop.ui.charts.series_items import Candles, Line
from alphintra_desktop.ui.look import Colours
from alphintra_desktop.ui.results.trade_marks import TradeMarks

AROUND_A_TRADE = 0.6  # of its length, on each side
LEAST_AROUND = 15  # bars

HELP = (
    "Drag to pan, turn the wheel to zoom, double click to see everything. Click a trade to choose"
    " it, or a bar to mark it; drag the mark along. Arrows pan, plus and minus zoom, comma and full"
    " stop move the mark."
)


class RunChart(QWidget):
    """The charts of one run, over the bars of one of its symbols.

    `trade_chosen` announces a trade's row, `bar_chosen` a bar that was clicked or dragged to,
    `symbol_asked_for` a symbol whose bars are wanted instead.
    """

    trade_chosen = Signal(int)
    bar_chosen = Signal(int)
    symbol_asked_for = Signal(str)

    def __init__(self, charted: ChartedRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.charted = charted
        self._candles = Candles(charted.bars, charted.price)
        self._equity, self._log_equity = Line(charted.equity), Line(charted.log_equity)
        self._held, self._log_held = Line(charted.buy_and_hold), Line(charted.log_buy_and_hold)
        self._drawdown = Line(charted.drawdown, base=0.0)
        self._exposure = Line(charted.exposure, base=0.0)
        account = (self._held, self._equity, self._log_held, self._log_equity)
        self._account = Panel(("Equity", "Buy and hold"), "money", account, 36)
        self._price = Panel((charted.bars.symbol,), "price", (self._candles,), 60)
        below = Panel(("Drawdown",), "fraction", (self._drawdown,), 16, also=(0.0,))
        held = Panel(("Exposure",), "fraction", (self._exposure,), 12, also=(0.0,))
        stamps = charted.run.curves.timestamps
        self.stack = ChartStack(stamps, (self._price, self._account, below, held))
        self._marks = TradeMarks(charted, self._candles.boundingRect())
        self.stack.view_of(self._price).addItem(self._marks, ignoreBounds=True)
        self._readout = QLabel()
        # Long: it must not keep the window from being narrow, nor a trade's panel from opening.
        self._readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._log = QToolButton()
        self._symbols = QComboBox()
        self._lay_out()
        self._set_logarithmic(False)
        self._tell(-1)

    # ------------------------------------------------------------------ what is in sight

    def show_trade(self, row: int) -> None:
        """Choose a trade, and have its bars in sight."""
        trades = self.charted.run.trades
        first, last = int(trades.entry_bar[row]), int(trades.exit_bar[row])
        around = max((last - first) * AROUND_A_TRADE, LEAST_AROUND)
        self._marks.choose(row)
        self.stack.show_bars(first - around, last + around)

    def choose_no_trade(self) -> None:
        """Stress no trade any more."""
        self._marks.choose(None)

    def mark(self, bar: int | None) -> None:
        """Mark a bar, and tell its values."""
        if bar != self.stack.marked:
            self.stack.mark(bar)
            self._tell(-1)

    def colour(self, colours: Colours, font: QFont) -> None:
        """Take on the look."""
        titles = {"Equity": colours.series[0], "Buy and hold": colours.series[1]}
        self.stack.colour(colours, font, titles)
        self._candles.colour(rising=colours.gain, falling=colours.loss, line=colours.faint)
        for line in (self._held, self._log_held):
            line.colour(colours.series[1])
        for line in (self._equity, self._log_equity):
            line.colour(colours.series[0], width=1.4)
        self._drawdown.colour(colours.loss, fill=0.25)
        self._exposure.colour(colours.series[3], fill=0.2)
        self._marks.colour(gain=colours.gain, loss=colours.loss, chosen=colours.accent)
        self._readout.setStyleSheet(f"color: {colours.faint}")

    def _set_logarithmic(self, wanted: bool) -> None:
        for line, is_log in (
            (self._equity, False),
            (self._held, False),
            (self._log_equity, True),
            (self._log_held, True),
        ):
            line.setVisible(is_log == wanted)
        self.stack.axis_of(self._account).logarithmic = wanted
        self.stack.refresh()

    # ------------------------------------------------------------------ telling and choosing

    def _tell(self, bar: int) -> None:
        marked = self.stack.marked
        shown = bar if bar >= 0 else marked if marked is not None else self.stack.count - 1
        self._readout.setText(self._values_at(shown))

    def _values_at(self, bar: int) -> str:
        """Everything in the charts at one bar, as a line of text."""
        run, bars = self.charted.run, self.charted.bars
        prices = zip("OHLC", (bars.open, bars.high, bars.low, bars.close), strict=True)
        curves = run.curves
        parts = (
            run.time(bar),
            "  ".join(f"{letter} {figure(float(of[bar]), 'price')}" for letter, of in prices),
            f"Equity {figure(float(curves.equity[bar]), 'money')}",
            f"Buy and hold {figure(float(curves.buy_and_hold[bar]), 'money')}",
            f"Drawdown {figure(float(curves.drawdown[bar]), 'fraction')}",
            f"Exposure {figure(float(curves.exposure[bar]), 'fraction')}",
        )
        return "     ".join(parts)

    def _on_click(self, place: QPointF) -> None:
        row = self._marks.trade_near(place) if self._in_price(place) else None
        if row is not None:
            self.trade_chosen.emit(row)
        else:
            self.bar_chosen.emit(self.stack.nearest(place.x()))

    def _in_price(self, place: QPointF) -> bool:
        low, high = self.stack.view_of(self._price).viewRange()[1]
        return bool(low <= place.y() <= high)

    def _lay_out(self) -> None:
        self._symbols.addItems(self.charted.run.symbols)
        self._symbols.setCurrentText(self.charted.bars.symbol)
        self._symbols.setVisible(self._symbols.count() > 1)
        self._symbols.textActivated.connect(self.symbol_asked_for)
        self._symbols.setAccessibleName("Symbol whose bars are shown")
        self._log.setText("Log")
        self._log.setCheckable(True)
        self._log.setAccessibleName("Logarithmic scale of the equity")
        self._log.toggled.connect(self._set_logarithmic)
        self._log.setToolTip("Equal percentages of the equity are equally high")
        self.stack.pointed.connect(self._tell)
        self.stack.clicked.connect(self._on_click)
        self.stack.bar_chosen.connect(self.bar_chosen)
        set_up(self.stack, "Charts of the run", HELP)
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 6, 10, 4)
        bar.addWidget(self._symbols)
        bar.addWidget(self._readout, 1)
        bar.addWidget(self._log)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)
