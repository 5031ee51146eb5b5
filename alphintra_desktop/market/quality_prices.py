"""Rows that cannot be bars, and prices that stand still for long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from alphintra_desktop.market.bar_checks import Check, price_checks
from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.market.quality_finding import (
    QualityFinding,
    Repair,
    Rows,
    Severity,
    ranges_of,
    runs_of,
)
from alphintra_desktop.market.quality_table import BarTable

# Prices that do not move for so many bars are suspicious: a week of days, half an hour of minutes.
_LEAST_DAYS, _LEAST_BARS = 5, 30
# As many times as long as the longest such run that chance alone would make.
_BEYOND_CHANCE = 2.5
_MOST_RUNS = 20


def impossible_findings(table: BarTable) -> Iterator[QualityFinding]:
    """Rows whose prices or volume cannot be, by what could mend them."""
    rows = table.screen.unsound
    if not len(rows):
        return
    numbers = {name: values[rows] for name, values in table.columns.items()}
    checks = price_checks(numbers)
    opens, highs, lows, closes = (numbers[name] for name in ("open", "high", "low", "close"))
    known = np.all([values > 0 for values in (opens, highs, lows, closes)], axis=0)
    known &= ~(numbers["volume"] < 0)
    swapped = known & _between(opens, highs, lows) & _between(closes, highs, lows) & (highs < lows)
    mends = (
        (swapped, "swap_high_low", "exchange high and low"),
        (known & ~swapped, "widen_range", "widen high and low to hold the open and the close"),
        (~known, "drop_rows", "leave the bar out"),
    )
    for chosen, action, does in mends:
        if chosen.any():
            yield _impossible(table, rows, checks, chosen, (action, does))


def _between(values: Floats, low: Floats, high: Floats) -> Booleans:
    return np.asarray((values >= low) & (values <= high), dtype=np.bool_)


def _impossible(
    table: BarTable, rows: Rows, checks: list[Check], chosen: Booleans, mend: tuple[str, str]
) -> QualityFinding:
    picked = np.flatnonzero(chosen)
    firsts = np.argmax([check.bad[picked] for check in checks], axis=0)
    titles = Counter(checks[int(number)].title for number in firsts[:100_000])
    counted = ", ".join(f"{count:,} with {title}" for title, count in titles.items())
    said = checks[int(firsts[0])].said(int(picked[0]))
    are = "row is no bar" if len(picked) == 1 else "rows are no bars"
    numbers = ranges_of(table.numbers(rows[picked]))
    return QualityFinding(
        "impossible_bars",
        Severity.ERROR if len(picked) > 0.02 * len(table) else Severity.WARNING,
        f"{len(picked):,} {are} ({counted}); the first, of {table.time(rows[picked[0]])}: {said}.",
        "Strategies are not given these rows. Correct them at their source, or repair them here.",
        table.span(rows[picked]),
        Repair(mend[0], numbers, mend[1]),
    )


def stale_findings(table: BarTable) -> Iterator[QualityFinding]:
    """Runs of bars in which the price does not move at all, longer than chance explains."""
    flat = table.screen.flat
    flat = flat[flat > 0]
    if not len(flat):
        return
    starts, stops = runs_of(flat)
    lengths = stops - starts
    least = _LEAST_BARS if table.intraday else _LEAST_DAYS
    share = min(lengths[lengths < least].sum() / len(table), 0.999)
    chance = np.log(len(table)) / -np.log(share) if share > 0 else 0.0
    long = np.flatnonzero(lengths >= max(least, _BEYOND_CHANCE * chance))
    for run in long[np.argsort(-lengths[long], kind="stable")][:_MOST_RUNS]:
        yield _stale(table, np.arange(starts[run], stops[run]))


def _stale(table: BarTable, rows: Rows) -> QualityFinding:
    price = float(table["close"][rows[0]])
    return QualityFinding(
        "stale_prices",
        Severity.WARNING,
        f"The price does not move for {len(rows):,} bars, from {table.time(rows[0])} to"
        f" {table.time(rows[-1])}: it stays {price:g}.",
        "Such bars are often filled in by a vendor: leave them out, or import them elsewhere.",
        table.span(rows),
        Repair("drop_rows", ranges_of(table.numbers(rows)), "leave the unchanged bars out"),
    )
