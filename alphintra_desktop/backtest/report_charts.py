"""The charts of the HTML report: the account, prices with trades, distributions of returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

import numpy as np
import pandas as pd

from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.backtest.svg_charts import (
    KEPT,
    SHAPES,
    Chart,
    Line,
    Marks,
    Panel,
    histogram,
    time_chart,
)

SYMBOLS_DRAWN = 12
# How many rows of prices are kept for zooming, over all symbols drawn.
PRICES_KEPT = 24_000
# Marks that would lie on top of each other at this many columns are drawn once.
MARK_COLUMNS = 1_500


def account(result: BacktestResult) -> str:
    """Equity, drawdown and exposure on one time axis."""
    chart = Chart(
        "Equity of the strategy and of buy and hold, drawdown and exposure over time",
        result.bars.timestamps,
        (
            Panel(
                "Equity",
                "money",
                300,
                (
                    Line("Buy and hold", "benchmark", result.benchmark),
                    Line("Strategy", "strategy", result.equity),
                ),
                can_be_logarithmic=True,
            ),
            Panel(
                "Drawdown",
                "fraction",
                120,
                (Line("Drawdown", "drawdown", result.drawdown, filled=True),),
                with_zero=True,
            ),
            Panel(
                "Exposure",
                "fraction",
                60,
                (Line("Exposure", "exposure", result.exposure, filled=True),),
                with_zero=True,
            ),
        ),
    )
    legend = _legend(
        [
            ('<path class="line strategy" d="M0 7H22"/>', "Strategy"),
            ('<path class="line benchmark" d="M0 7H22"/>', "Buy and hold"),
        ]
    )
    return (
        '<figure class="chart"><figcaption>The account at the close of every bar.'
        f"{legend}</figcaption>{time_chart(chart)}</figure>"
    )


def _legend(entries: Iterable[tuple[str, str]]) -> str:
    items = "".join(
        f'<span><svg viewBox="0 0 22 14" aria-hidden="true">{sign}</svg>{text}</span>'
        for sign, text in entries
    )
    return f'<div class="legend">{items}</div>'


def distributions(result: BacktestResult) -> str:
    """How often bars and trades returned how much."""
    before = result.equity[:-1]
    returns = np.divide(
        result.equity[1:], before, out=np.full(len(before), np.nan), where=before > 0
    )
    moved = returns[returns != 1.0] - 1
    by_trade = result.trades["return_fraction"].to_numpy(dtype=np.float64)
    still = len(before) - len(moved)
    pictures = (
        ("Return of a bar", moved, f"{len(moved):,} bars; {still:,} without any change left out."),
        ("Return of a trade", by_trade, f"{len(by_trade):,} trades, open ones included."),
    )
    figures = "".join(
        f"<figure><figcaption>{title}: {words}</figcaption>{histogram(title, values)}</figure>"
        for title, values, words in pictures
        if len(values)
    )
    return f'<div class="pair">{figures}</div>' if figures else "<p>Nothing was ever held.</p>"


def prices(result: BacktestResult) -> str:
    """Closing prices with the entries and exits of each symbol."""
    counts = result.trades["symbol"].value_counts()
    symbols = sorted(result.bars.symbols, key=lambda symbol: -int(counts.get(symbol, 0)))
    drawn = symbols[:SYMBOLS_DRAWN]
    figures = "".join(
        _prices_of(result, symbol, min(KEPT, PRICES_KEPT // len(drawn))) for symbol in drawn
    )
    note = (
        f"<p>The {len(drawn)} symbols with the most trades, of {len(symbols):,}.</p>"
        if len(drawn) < len(symbols)
        else ""
    )
    legend = _legend(
        [
            (_sign("up", "entry"), "long entry"),
            (_sign("down", "entry"), "short entry"),
            (_sign("ring", "win"), "exit with a profit"),
            (_sign("ring", "lose"), "exit with a loss"),
        ]
    )
    return f'{note}{legend}<div class="choice">{figures}</div>'


def _sign(shape: str, style: str) -> str:
    middle = {"up": 2, "down": 12, "ring": 7}[shape]
    return f'<path class="mark {style}" d="M11 {middle}{SHAPES[shape]}"/>'


def _prices_of(result: BacktestResult, symbol: str, points: int) -> str:
    column = result.bars.symbols.index(symbol)
    close = np.ascontiguousarray(result.bars["close"][:, column])
    trades = result.trades[result.trades["symbol"] == symbol]
    panel = Panel(
        f"{symbol}, close",
        "price",
        300,
        (Line("Close", "price", close),),
        tuple(_trade_marks(trades, len(close))),
        can_be_logarithmic=True,
    )
    title = f"{symbol}: closing price with {len(trades):,} trades"
    chart = Chart(title, result.bars.timestamps, (panel,), points)
    return (
        f'<figure class="chart" data-name="{escape(symbol)}">'
        f"<figcaption>{escape(title)}</figcaption>{time_chart(chart)}</figure>"
    )


def _trade_marks(trades: pd.DataFrame, bars: int) -> Iterator[Marks]:
    closed, won = trades["status"] == "closed", trades["profit"] >= 0
    kinds = (
        ("entry", "up", "entry", trades["side"] == "long"),
        ("entry", "down", "entry", trades["side"] == "short"),
        ("win", "ring", "exit", closed & won),
        ("lose", "ring", "exit", closed & ~won),
    )
    for style, shape, end, chosen in kinds:
        rows = trades.loc[chosen, f"{end}_bar"].to_numpy(dtype=np.intp)
        values = trades.loc[chosen, f"{end}_price"].to_numpy(dtype=np.float64)
        _, first = np.unique(rows * MARK_COLUMNS // max(bars, MARK_COLUMNS), return_index=True)
        yield Marks(style, shape, rows[first], values[first])
