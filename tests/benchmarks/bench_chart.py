"""Panning and zooming ten million bars, against a bare pyqtgraph plot of only the visible ones.

The peer is told which bars are visible and is given nothing else, so it draws a line through a
slice; ours finds them, draws candles where there is room and a time axis besides. Long stretches,
which the peer would draw point by point, are left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import numpy as np

from tests.benchmarks.harness import Benchmark, Work, compare

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BARS = 10_000_000
GOAL = 1.5
SIZE = 1200, 700
SPANS = (200, 500, 1_000, 2_000, 5_000, 10_000)  # bars in sight
FRAMES_EACH = 12


def chart_of_10_000_000_bars() -> Iterator[Benchmark]:
    """A script of pans, each followed by a zoom; every frame is painted before the next."""
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    prices = _prices()
    ours, peer = _ours(*prices), _bare(prices[3])
    application.processEvents()
    frames = len(_script())
    yield compare(f"pan and zoom {BARS:,} bars, {frames} frames", ours, peer, goal=GOAL, rounds=9)


def _script() -> list[tuple[int, int]]:
    """The bars in sight, frame by frame: along the series, ever further out, and back in."""
    seen, first = [], BARS // 2
    for span in (*SPANS, *reversed(SPANS)):
        for _ in range(FRAMES_EACH):
            first += span // 20
            seen.append((first, first + span))
    return seen


def _prices() -> tuple[np.ndarray, ...]:
    steps = np.random.default_rng(5).normal(size=BARS) * 1e-4
    close = 100 * np.exp(np.cumsum(steps))
    opens = np.concatenate([close[:1], close[:-1]])
    return opens, np.maximum(opens, close) * 1.0001, np.minimum(opens, close) * 0.9999, close


def _shown(widget: object) -> None:
    widget.resize(*SIZE)
    widget.show()


def _played(show: Callable[[int, int], object], widget: object) -> Work:
    script = _script()

    def play() -> None:
        for first, last in script:
            show(first, last)
            widget.viewport().repaint()

    play.widget = widget  # kept alive as long as it is played
    return play


def _ours(opens: np.ndarray, high: np.ndarray, low: np.ndarray, close: np.ndarray) -> Work:
    from PySide6.QtGui import QGuiApplication

    from alphintra_desktop.backtest.extremes import Extremes
    from alphintra_desktop.backtest.stored_bars import SymbolBars
    from alphintra_desktop.ui.charts.chart_stack import ChartStack, Panel
    from alphintra_desktop.ui.charts.series_items import Candles
    from alphintra_desktop.ui.look import DARK

    stamps = np.datetime64("2000-01-03", "ns") + np.arange(BARS) * np.timedelta64(60, "s")
    candles = Candles(SymbolBars("MADE", opens, high, low, close), Extremes(low, high))
    candles.colour(rising=DARK.gain, falling=DARK.loss, line=DARK.faint)
    stack = ChartStack(stamps, [Panel(("MADE",), "price", (candles,), 1)])
    stack.colour(DARK, QGuiApplication.font(), {})
    _shown(stack)
    return _played(stack.show_bars, stack)


def _bare(close: np.ndarray) -> Work:
    import pyqtgraph as pg

    x = np.arange(BARS, dtype=float)
    plot = pg.PlotWidget()
    line = plot.plot()
    _shown(plot)

    def show(first: int, last: int) -> None:
        line.setData(x[first:last], close[first:last])
        plot.setXRange(first, last, padding=0)

    return _played(show, plot)
