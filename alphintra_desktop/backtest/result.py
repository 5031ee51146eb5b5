"""What a backtest found, as plain arrays, tables and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alphintra_desktop.errors import Place
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.market.quality_finding import Severity

if TYPE_CHECKING:
    import pandas as pd  # only named here: who reads a stored run need not wait for it


__all__ = ["BacktestResult", "Finding", "Severity"]


@dataclass(frozen=True)
class Finding:
    """Something suspicious about a result, in one sentence, with what to do about it."""

    code: str
    severity: Severity
    message: str
    hint: str = ""
    place: Place | None = None


@dataclass(frozen=True, eq=False)
class BacktestResult:
    """One run.

    `bars` are the bars traded on (adjusted or raw, as the strategy asked). `equity`, `drawdown`
    (0 or negative fractions), `exposure` (market value of positions over equity, shorts counted
    positive) and `benchmark` (buy and hold of all symbols in equal parts, the same cash, no costs)
    are (T,) arrays on `bars.timestamps`.

    `orders` has one row a fill: time, bar, symbol, side ("buy", "sell"), shares,
    price, cost, reason.
    `trades` has one row a round trip, open ones last: symbol, side ("long", "short"), entry_time,
    exit_time, entry_bar, exit_bar, shares, entry_price, exit_price, costs, profit,
    return_fraction, bars_held, exit_reason, ambiguous, status ("closed", "open").
    `metrics` and `benchmark_metrics` go by the names in `simulation.metrics.METRICS`.
    `signals` holds what `signals(bars)` gave, by name, (T, N).
    """

    run: str
    name: str
    engine: str
    engine_reason: str
    bars: Bars
    bars_per_year: float
    equity: Floats
    drawdown: Floats
    exposure: Floats
    benchmark: Floats
    orders: pd.DataFrame
    trades: pd.DataFrame
    metrics: Mapping[str, float]
    benchmark_metrics: Mapping[str, float]
    signals: Mapping[str, Any]
    findings: tuple[Finding, ...]
    manifest: Mapping[str, Any]
    marks: tuple[str, ...] = ()
