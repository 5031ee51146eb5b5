"""The sections of the HTML report, each a function from a result to a piece of the page.

Every text passes through `escape` where it enters the page; nothing that comes from a user, a
file or a strategy is trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alphintra_desktop.backtest.figures import (
    NOTHING,
    are_dates,
    duration,
    figure,
    signed,
    times,
)
from alphintra_desktop.backtest.result import BacktestResult, Severity
from alphintra_desktop.backtest.result_tables import (
    costs,
    period_returns,
    worst_drawdowns,
    years,
)
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
from alphintra_desktop.simulation.metrics import METRICS, Metric

HEADLINES = (
    "total_return",
    "cagr",
    "volatility",
    "sharpe",
    "sortino",
    "max_drawdown",
    "exposure",
    "trades",
    "win_rate",
    "profit_factor",
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Monthly returns from which the shade of a cell gets darker.
SHADES = (0.02, 0.05, 0.10)
SYMBOLS_NAMED = 12
SYMBOLS_DRAWN = 12
TRADES_LISTED = 1_000
# Marks that would lie on top of each other at this many columns are drawn once.
MARK_COLUMNS = 1_500
SEVERITIES = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Note"}


class Cell(NamedTuple):
    """One cell of a table: its text, its classes, and whether it heads the row."""

    text: str
    style: str = "number"
    head: bool = False


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], style: str = "") -> str:
    """A table with a caption; a column is aligned as its first row is."""
    body = [list(row) for row in rows]
    first = body[0] if body else [Cell("", "")] * len(heads)
    head = "".join(
        f'<th scope="col" class="{cell.style.split(" ")[0]}">{escape(text)}</th>'
        for text, cell in zip(heads, first, strict=True)
    )
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in body)
    return (
        f'<table class="{style}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    )


def _cell(cell: Cell) -> str:
    style = f' class="{cell.style}"' if cell.style else ""
    text = escape(cell.text)
    return f'<th scope="row"{style}>{text}</th>' if cell.head else f"<td{style}>{text}</td>"


def _scrolling(content: str, label: str, style: str = "wide") -> str:
    """A part of the page that scrolls by itself, by keyboard too."""
    return f'<div class="{style}" role="region" aria-label="{escape(label)}" tabindex="0">{content}</div>'


def heading(result: BacktestResult) -> str:
    """The title with symbols, period and engine."""
    stamps = result.bars.timestamps
    first, last = times(stamps[[0, -1]], daily=are_dates(stamps))
    facts = {
        "Symbols": _listed(result.bars.symbols),
        "Period": f"{first} to {last}, {len(stamps):,} bars",
        "Engine": f"{result.engine}: {result.engine_reason}",
        "Run": result.run,
    }
    items = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items())
    return f'<h1>{escape(result.name)}</h1><dl class="facts">{items}</dl>'


def _listed(symbols: Sequence[str]) -> str:
    more = len(symbols) - SYMBOLS_NAMED
    return ", ".join(symbols[:SYMBOLS_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def banner(result: BacktestResult) -> str:
    """What sets this run apart from an ordinary one, if anything."""
    if not result.marks:
        return ""
    marks = "".join(f"<li>{escape(mark)}</li>" for mark in result.marks)
    return (
        '<aside class="banner" role="note" aria-label="Marks of this run">'
        f"<strong>Read this result with care: this run is marked.</strong><ul>{marks}</ul></aside>"
    )


def findings(result: BacktestResult) -> str:
    """What is suspicious, the worst first."""
    order = list(SEVERITIES)
    found = sorted(result.findings, key=lambda finding: order.index(finding.severity))
    items = "".join(
        f'<li class="{finding.severity.value}" id="finding-{escape(finding.code)}">'
        f'<span class="severity">{SEVERITIES[finding.severity]}</span>'
        f"<p>{escape(finding.message)}</p>"
        + (f'<p class="hint">{escape(finding.hint)}</p>' if finding.hint else "")
        + "</li>"
        for finding in found
    )
    return f'<ul class="findings">{items}</ul>' if items else "<p>Nothing suspicious was found.</p>"


def headlines(result: BacktestResult) -> str:
    """The numbers most people look at first, beside buy and hold."""
    cards = []
    for metric in _known(HEADLINES):
        value = figure(result.metrics[metric.name], metric.kind)
        beside = result.benchmark_metrics.get(metric.name, np.nan)
        words = "" if np.isnan(beside) else f"buy and hold {figure(beside, metric.kind)}"
        cards.append(
            f'<div><dt>{_helped(metric)}</dt><dd class="value">{value}</dd>'
            f'<dd class="beside">{words or "&nbsp;"}</dd></div>'
        )
    return f'<dl class="cards">{"".join(cards)}</dl>'


def _known(names: Sequence[str]) -> list[Metric]:
    by_name = {metric.name: metric for metric in METRICS}
    return [by_name[name] for name in names]


def _helped(metric: Metric) -> str:
    return (
        f'<span class="help" tabindex="0" data-help="{escape(metric.help)}"'
        f' aria-description="{escape(metric.help)}">{escape(metric.title)}</span>'
    )


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


def months(result: BacktestResult) -> str:
    """Returns by month, a row a year, shaded, with the year's total."""
    by_month = period_returns(result, result.equity, "M")
    rows = []
    for year, total in period_returns(result, result.equity, "Y").items():
        cells = [_shaded(by_month.get(month)) for month in np.arange(year, year + 1, dtype="M8[M]")]
        rows.append(
            [Cell(str(year), "", head=True), *cells, Cell(signed(total, "fraction"), "total")]
        )
    caption = "Return of each month. The darker, the larger: blue gains, orange loses."
    return _scrolling(
        table(caption, ("Year", *MONTHS, "Year's total"), rows, "months"), "Monthly returns"
    )


def _shaded(value: float | None) -> Cell:
    if value is None or np.isnan(value):
        return Cell("", "")
    side = "g" if value > 0 else "l"
    shade = f"{side}{1 + sum(abs(value) >= limit for limit in SHADES)}" if value else ""
    return Cell(figure(value, "fraction"), shade)


def yearly(result: BacktestResult) -> str:
    """Each calendar year beside buy and hold."""
    heads = ("Year", "Strategy", "Buy and hold", "Difference", "Drawdown", "Trades", "Profit")
    rows = [
        (
            Cell(str(year.year), "", head=True),
            _gain(year.strategy, "fraction"),
            Cell(signed(year.benchmark, "fraction")),
            _gain(year.strategy - year.benchmark, "fraction"),
            Cell(figure(year.drawdown, "fraction")),
            Cell(figure(year.trades, "count")),
            _gain(year.profit, "money"),
        )
        for year in years(result)
    ]
    caption = (
        "Each calendar year. Drawdown is the deepest within the year; trades and profit are those"
        " closed in it."
    )
    return _scrolling(table(caption, heads, rows, "sortable"), "Yearly returns")


def _gain(value: float, kind: str) -> Cell:
    side = " gain" if value > 0 else " loss" if value < 0 else ""
    return Cell(signed(value, kind), "number" + side)


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
    figures = "".join(_prices_of(result, symbol, KEPT // len(drawn)) for symbol in drawn)
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
    chart = Chart(title, result.bars.timestamps, (panel,), max(points, 1_000))
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


def drawdowns(result: BacktestResult) -> str:
    """The worst five, with how long they lasted."""
    stamps = result.bars.timestamps
    daily = are_dates(stamps)
    rows = []
    for spell in worst_drawdowns(result.equity):
        end = len(stamps) - 1 if spell.recovery is None else spell.recovery
        peak, trough, back = times(stamps[[spell.peak, spell.trough, end]], daily=daily)
        rows.append(
            (
                Cell(figure(spell.depth, "fraction")),
                Cell(peak, ""),
                Cell(trough, ""),
                Cell("not yet" if spell.recovery is None else back, ""),
                Cell(duration(stamps[end] - stamps[spell.peak])),
                Cell(figure(end - spell.peak, "count")),
            )
        )
    heads = ("Depth", "Start", "Lowest", "Recovered", "Length", "Bars")
    caption = "The five deepest drawdowns, from a peak until equity is back there."
    return _scrolling(table(caption, heads, rows), "Drawdowns") if rows else "<p>No drawdown.</p>"


def trades(result: BacktestResult) -> str:
    """The first trades, in order; sortable with the page's script."""
    count, shown = len(result.trades), result.trades.head(TRADES_LISTED)
    if not count:
        return "<p>No trades.</p>"
    daily = are_dates(result.bars.timestamps)
    columns = (
        _texts(map(str, range(1, len(shown) + 1)), "number"),
        _texts(shown["symbol"]),
        _texts(shown["side"]),
        _texts(times(shown["entry_time"], daily=daily)),
        _texts(times(shown["exit_time"], daily=daily)),
        _figures(shown["shares"], "shares"),
        _figures(shown["entry_price"], "price"),
        _figures(shown["exit_price"], "price"),
        _gains(shown["profit"], "money"),
        _gains(shown["return_fraction"], "fraction"),
        _figures(shown["costs"], "money"),
        _figures(shown["bars_held"], "count"),
        _texts(_endings(shown)),
    )
    heads = ("#", "Symbol", "Side", "Entry", "Exit", "Shares", "Entry price", "Exit price")
    heads += ("Profit", "Return", "Costs", "Bars", "How it ended")
    caption = f"{count:,} trades" + (f", the first {len(shown):,} listed" if count > len(shown) else "")
    rows = zip(*columns, strict=True)
    note = '<p class="for-print">Printed are the first 60 rows at most.</p>'
    listing = table(caption, heads, rows, "trades sortable")
    return note + _scrolling(listing, "Trades", "wide tall")


def _texts(values: Iterable[Any], style: str = "") -> list[Cell]:
    return [Cell(str(value), style) for value in values]


def _figures(values: pd.Series[Any], kind: str) -> list[Cell]:
    return [Cell(figure(value, kind)) for value in values.astype(float).tolist()]


def _gains(values: pd.Series[Any], kind: str) -> list[Cell]:
    return [_gain(value, kind) for value in values.astype(float).tolist()]


def _endings(shown: pd.DataFrame) -> list[str]:
    """Why each trade ended, or that it is open; and whether its last bar was ambiguous."""
    return [
        "still open" if status == "open" else f"{reason}{', ambiguous bar' if ambiguous else ''}"
        for reason, ambiguous, status in zip(
            shown["exit_reason"], shown["ambiguous"], shown["status"], strict=True
        )
    ]


def metrics(result: BacktestResult) -> str:
    """All metrics beside those of buy and hold, each with what it means."""
    rows = "".join(
        f'<tr><th scope="row">{_helped(metric)}</th>'
        f'<td class="number">{figure(result.metrics.get(metric.name, np.nan), metric.kind)}</td>'
        f'<td class="number">{figure(result.benchmark_metrics.get(metric.name, np.nan), metric.kind)}'
        "</td></tr>"
        for metric in METRICS
    )
    words = (
        f"A year is {figure(result.bars_per_year, 'count')} bars. The Sharpe ratio is that of"
        " returns a bar, with a risk-free rate of 0. Positions still open are marked at the last"
        " close. Buy and hold puts the same cash into all symbols in equal parts, without costs."
    )
    return (
        f"<p>{words}</p><table><caption>Every metric; its meaning shows on pointing at its name."
        '</caption><thead><tr><th scope="col">Metric</th><th scope="col" class="number">Strategy'
        '</th><th scope="col" class="number">Buy and hold</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def costs_paid(result: BacktestResult) -> str:
    """What trading cost."""
    paid = costs(result)
    facts = (
        ("Orders filled", paid.orders, "count"),
        ("Value traded", paid.traded, "money"),
        ("Turnover: value traded over average equity, a year", paid.turnover, "ratio"),
        ("Costs paid", paid.paid, "money"),
        ("Costs a year", paid.a_year, "money"),
        ("Costs as a part of the value traded", paid.of_traded, "fraction"),
        ("Costs as a part of the profit before costs", paid.of_gross_profit, "fraction"),
    )
    rows = [(Cell(name, "", head=True), Cell(figure(value, kind))) for name, value, kind in facts]
    return table("What trading cost in the whole period.", ("", "Amount"), rows)


def manifest(result: BacktestResult) -> str:
    """Everything that is needed to run this again, a row a value."""
    rows = [
        (Cell(name, "", head=True), Cell(text, "")) for name, text in _flat(result.manifest, "")
    ]
    content = table("What makes this run repeatable.", ("Name", "Value"), rows, "manifest")
    return f"<details><summary>Manifest, {len(rows):,} values</summary>{content}</details>"


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Leaves of nested mappings, under dotted names."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        yield name, ", ".join(map(str, value)) or NOTHING
    else:
        yield name, str(value)


def generated_code(code: str) -> str:
    """The Python file that ran."""
    lines = len(code.splitlines())
    return (
        f"<details><summary>Generated Python, {lines:,} lines</summary>"
        f'<pre tabindex="0"><code>\n{escape(code)}</code></pre></details>'
    )
