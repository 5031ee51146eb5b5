"""The sections of the HTML report, each a function from a result to a piece of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

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
from alphintra_desktop.backtest.luck import chance
from alphintra_desktop.backtest.report_elements import Cell, gain, helped, scrolling, table
from alphintra_desktop.backtest.result import BacktestResult, Severity
from alphintra_desktop.backtest.result_tables import (
    costs,
    period_returns,
    worst_drawdowns,
    years,
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
TRADES_LISTED = 1_000
TRADE_HEADS = (
    "#",
    "Symbol",
    "Side",
    "Entry",
    "Exit",
    "Shares",
    "Entry price",
    "Exit price",
    "Profit",
    "Return",
    "Costs",
    "Bars",
    "How it ended",
)
SEVERITIES = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Note"}


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


def _known(names: Sequence[str]) -> list[Metric]:
    by_name = {metric.name: metric for metric in METRICS}
    return [by_name[name] for name in names]


def headlines(result: BacktestResult, luck: Mapping[str, float] | None = None) -> str:
    """The numbers most people look at first, beside buy and hold; the Sharpe ratio beside luck."""
    cards = []
    for metric in _known(HEADLINES):
        value = figure(result.metrics[metric.name], metric.kind)
        beside = result.benchmark_metrics.get(metric.name, np.nan)
        words = "" if np.isnan(beside) else f"buy and hold {figure(beside, metric.kind)}"
        cards.append(
            f'<div><dt>{helped(metric.title, metric.help)}</dt><dd class="value">{value}</dd>'
            f'<dd class="beside">{words or "&nbsp;"}</dd>'
            f"{_beside_luck(luck) if metric.name == 'sharpe' else ''}</div>"
        )
    return f'<dl class="cards">{"".join(cards)}</dl>'


def _beside_luck(luck: Mapping[str, float] | None) -> str:
    """The two chances that belong beside a Sharpe ratio."""
    if luck is None or np.isnan(luck["probabilistic_sharpe"]):
        return ""
    words = (
        f"PSR {chance(luck['probabilistic_sharpe'])}",
        f"DSR {chance(luck['deflated_sharpe'])}",
    )
    return f'<dd class="beside"><a href="#luck">{", ".join(words)}</a></dd>'


def months(result: BacktestResult) -> str:
    """Returns by month, a row a year, shaded, with the year's total."""
    stamps = result.bars.timestamps
    by_month = period_returns(stamps, result.equity, "M")
    rows = []
    for year, total in period_returns(stamps, result.equity, "Y").items():
        cells = [_shaded(by_month.get(month)) for month in np.arange(year, year + 1, dtype="M8[M]")]
        rows.append(
            [Cell(str(year), "", head=True), *cells, Cell(figure(total, "percents"), "total")]
        )
    caption = "Return of each month in percent. Blue is a gain, orange a loss; stronger is larger."
    return scrolling(table(caption, ("", *MONTHS, "Year"), rows, "months"), "Monthly returns")


def _shaded(value: float | None) -> Cell:
    if value is None or np.isnan(value):
        return Cell("", "")
    side = "g" if value > 0 else "l"
    shade = f"{side}{1 + sum(abs(value) >= limit for limit in SHADES)}" if value else ""
    return Cell(figure(round(value, 3), "percents"), shade)


def yearly(result: BacktestResult) -> str:
    """Each calendar year beside buy and hold."""
    heads = ("Year", "Strategy", "Buy and hold", "Difference", "Drawdown", "Trades", "Profit")
    rows = [
        (
            Cell(str(year.year), "", head=True),
            gain(year.strategy, "fraction"),
            Cell(signed(year.benchmark, "fraction")),
            gain(year.strategy - year.benchmark, "fraction"),
            Cell(figure(year.drawdown, "fraction")),
            Cell(figure(year.trades, "count")),
            gain(year.profit, "money"),
        )
        for year in years(result)
    ]
    caption = (
        "Each calendar year. Drawdown is the deepest within the year; trades and profit are those"
        " closed in it."
    )
    return scrolling(table(caption, heads, rows, "sortable"), "Yearly returns")


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
    return scrolling(table(caption, heads, rows), "Drawdowns") if rows else "<p>No drawdown.</p>"


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
    caption = f"{count:,} trades"
    if count > len(shown):
        caption += f", the first {len(shown):,} listed"
    note = '<p class="for-print">Printed are the first 60 rows at most.</p>'
    listing = table(caption, TRADE_HEADS, zip(*columns, strict=True), "trades sortable")
    return note + scrolling(listing, "Trades", "wide tall")


def _texts(values: Iterable[Any], style: str = "") -> list[Cell]:
    return [Cell(str(value), style) for value in values]


def _figures(values: pd.Series[Any], kind: str) -> list[Cell]:
    return [Cell(figure(value, kind)) for value in values.astype(float).tolist()]


def _gains(values: pd.Series[Any], kind: str) -> list[Cell]:
    return [gain(value, kind) for value in values.astype(float).tolist()]


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
    rows = "".join(_metric_row(result, metric) for metric in METRICS)
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


def _metric_row(result: BacktestResult, metric: Metric) -> str:
    values = (
        values.get(metric.name, np.nan) for values in (result.metrics, result.benchmark_metrics)
    )
    cells = "".join(f'<td class="number">{figure(value, metric.kind)}</td>' for value in values)
    return f'<tr><th scope="row">{helped(metric.title, metric.help)}</th>{cells}</tr>'


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
