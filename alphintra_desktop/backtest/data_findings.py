"""What the strategy asks of its data and the data cannot give, and what is wrong with the data, in
sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from alphintra_desktop.backtest.event_findings import event_findings
from alphintra_desktop.backtest.result import Finding, Severity
from alphintra_desktop.ir.markets import MARKETS
from alphintra_desktop.ir.ops import Dataset
from alphintra_desktop.ir.universe import TABLES
from alphintra_desktop.market.gate import most_telling, told
from alphintra_desktop.market.quality_kept import verdict_on
from alphintra_desktop.market.store import LoadedBars
from alphintra_desktop.report import Report

# A few symbols are picked for what they are; many for how they did.
MANY_SYMBOLS = 5


def data_findings(data: Dataset, loaded: LoadedBars) -> list[Finding]:
    """Everything suspicious about the bars as the strategy reads them."""
    found = (
        _other_market(data, loaded),
        _splits_in_raw_prices(data, loaded),
        _universe_of_today(data, loaded),
    )
    told = (finding for finding in found if finding is not None)
    return [*told, *event_findings(loaded), *_quality(loaded)]


def fit_to_run(loaded: LoadedBars, report: Report, *, ignore_quality: bool = False) -> LoadedBars:
    """The bars with the verdict on their quality.

    Raises `AlphintraError` if they have errors within the period, unless `ignore_quality`, which
    marks the result. Tells what the bars themselves have to say, such as that they were cut.
    """
    for mark in loaded.marks:
        report.message(mark)
    verdict = verdict_on(loaded, report, ignore=ignore_quality)
    if verdict.blocked:
        raise verdict.refusal()
    return replace(loaded, quality=verdict)


def _quality(loaded: LoadedBars) -> list[Finding]:
    """What the checks of the data found above a mere remark, the first few of each kind."""
    return [
        Finding(one.code, one.severity, told(one), one.hint)
        for one in most_telling(loaded.quality.findings)
    ]


def _other_market(data: Dataset, loaded: LoadedBars) -> Finding | None:
    """Annualised figures by the sessions of another market than the one the bars are from."""
    if loaded.market == data.market or loaded.market not in MARKETS:
        return None
    said, known = MARKETS[data.market], MARKETS[loaded.market]
    return Finding(
        "other_market",
        Severity.WARNING,
        f"The strategy annualises by {said.title} ({said.sessions} sessions a year), and "
        f"{', '.join(data.symbols[:3])} was imported as {known.title} ({known.sessions}).",
        f"Set 'market' of the Market data node to {loaded.market}.",
    )


def _universe_of_today(data: Dataset, loaded: LoadedBars) -> Finding | None:
    """Symbols that are chosen today are those that survived until today."""
    count = len(data.symbols)
    if count < 2 or any(table.startswith(TABLES) for table in loaded.events):
        return None
    return Finding(
        "universe_of_today",
        Severity.WARNING if count >= MANY_SYMBOLS else Severity.INFO,
        f"Universe of today only (survivorship): {count:,} symbols are traded at all times, chosen"
        " with the knowledge of which of them are still there.",
        "Name a point-in-time universe on the Market data node: import one with `alphintra data"
        " universe import`.",
    )


def _splits_in_raw_prices(data: Dataset, loaded: LoadedBars) -> Finding | None:
    """On prices as traded, an indicator takes a split for a crash."""
    split = loaded.bars["split"]
    rows, columns = np.nonzero(~np.isnan(split) & (split != 1.0))
    if data.adjusted or len(rows) == 0:
        return None
    day = np.datetime_as_string(loaded.bars.timestamps[rows[0]], unit="D")
    symbol, ratio = loaded.bars.symbols[columns[0]], split[rows[0], columns[0]]
    return Finding(
        "splits_in_raw_prices",
        Severity.WARNING,
        f"{len(rows)} {'split lies' if len(rows) == 1 else 'splits lie'} in the period "
        f"({symbol}, {ratio:g} for 1 on {day}), and the prices are as traded: the account is "
        "right, but every indicator sees the price jump.",
        "Use adjusted prices for signals that look back over a split.",
    )
