"""What each stress test found, as a table of the autopsy's page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from alphintra_desktop.backtest.figures import figure
from alphintra_desktop.backtest.report_elements import Cell, gain, scrolling, table
from alphintra_desktop.simulation.metrics import METRICS, format_metric

Found = Mapping[str, Any]
MEASURES = ("total_return", "sharpe", "max_drawdown", "trades")
SPREAD = ("measured", "p05", "p25", "p50", "p75", "p95")
SPREAD_HEADS = ("Run", "5 %", "25 %", "Middle", "75 %", "95 %")


def stress_tables(name: str, part: Found) -> str:
    """The table of a stress test that was done."""
    return scrolling(_TABLES[name](part), str(part["title"]))


def _value(value: float | None) -> float:
    return math.nan if value is None else value


def _curve(part: Found, column: str, head: str, caption: str) -> str:
    rows = [
        (
            Cell(f"{one[column]:g}", "number", head=True),
            *(Cell(format_metric(name, _value(one[name]))) for name in MEASURES),
        )
        for one in part["curve"]
    ]
    return table(caption, (head, "Return", "Sharpe", "Drawdown", "Trades"), rows)


def _costs(part: Found) -> str:
    return _curve(part, "multiple", "Costs times", "The same decisions with dearer trading.")


def _delay(part: Found) -> str:
    return _curve(part, "bars", "Bars later", "Every order decided so many bars later.")


def _spread_row(label: str, name: str, spread: Found) -> tuple[Cell, ...]:
    figures = (format_metric(name, _value(spread[column])) for column in SPREAD)
    above = figure(_value(spread["above_zero"]), "fraction")
    return (Cell(label, "", head=True), *map(Cell, figures), Cell(above))


def _levels(part: Found, column: str, caption: str) -> str:
    rows = [
        _spread_row(f"{level[column]:.0%}", "sharpe", level["sharpe"]) for level in part["levels"]
    ]
    return table(f"{caption} Sharpe ratios.", ("", *SPREAD_HEADS, "Above 0"), rows)


def _four(spreads: Iterable[tuple[str, str, Found]], caption: str) -> str:
    rows = [_spread_row(label, name, spread) for label, name, spread in spreads]
    return table(caption, ("", *SPREAD_HEADS, "Above 0"), rows)


def _paths(part: Found) -> str:
    titles = {"total_return": "Return", "sharpe": "Sharpe", "max_drawdown": "Drawdown"}
    spreads = [(title, name, part[name]) for name, title in titles.items()]
    return _four(spreads, f"{part['paths']:,} paths of blocks of {part['block_bars']:.1f} bars.")


def _intervals(part: Found) -> str:
    titles = {metric.name: metric.title for metric in METRICS}
    rows = [
        (
            Cell(titles[name], "", head=True),
            *(
                Cell(format_metric(name, _value(one[column])))
                for column in ("measured", "low", "median", "high")
            ),
            Cell("interval" if one["is_interval"] else "range", ""),
        )
        for name, one in part["metrics"].items()
    ]
    caption = (
        f"{part['coverage']:.0%} intervals by the stationary bootstrap, blocks of "
        f"{part['block_bars']:.1f} bars. Extremes have a range of other orders only."
    )
    return table(caption, ("", "Run", "Low", "Middle", "High", "Kind"), rows)


def _entries(part: Found) -> str:
    return _four(
        [("Mean trade", "total_return", part["mean_trade"])],
        f"Mean return of trades before costs. p = {part['p_value']:.4f}.",
    )


def _order(part: Found) -> str:
    ruin = ", ".join(f"{one['loss']:.0%}: {one['chance']:.1%}" for one in part["ruin"])
    return _four(
        [("Drawdown", "max_drawdown", part["max_drawdown"])],
        f"At the ends of trades. Orders that fall below the start by {ruin}.",
    )


def _controls(part: Found) -> str:
    rows = [
        (
            Cell(one["title"], "", head=True),
            Cell("Return" if one["tested"] == "total_return" else "Sharpe", ""),
            gain(one["mean"], "fraction" if one["tested"] == "total_return" else "ratio"),
            Cell(f"{_value(one['p_value']):.4f}"),
            Cell("earns" if one["earns"] else "earns nothing", ""),
        )
        for one in part["controls"].values()
    ]
    caption = (
        "Without costs, where nothing can be earned. Of pipelines that do not leak at most about "
        f"{part['error_rate']:.0%} are accused."
    )
    return table(caption, ("", "Tested", "Mean", "p", ""), rows)


_TABLES: dict[str, Callable[[Found], str]] = {
    "bootstrap": _intervals,
    "costs": _costs,
    "delay": _delay,
    "skip": lambda part: _levels(part, "share", "Trades left out."),
    "noise": lambda part: _levels(part, "level", "Noise, of a bar's volatility."),
    "jitter": lambda part: _levels(part, "level", "Params moved by up to."),
    "paths": _paths,
    "entries": _entries,
    "order": _order,
    "controls": _controls,
}
