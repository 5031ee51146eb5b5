"""Where the edge lives: which bars, symbols, sides and trades the profit came from.

Bars are grouped by what was known before their return began:

1. Trend and volatility are those of all symbols held in equal parts: the return over the last
   `TREND_BARS` and the standard deviation of the last `VOLATILITY_BARS` bars, at the close before.
2. The thirds are bounded by the quantiles of all values until then, taken anew every `STEP` bars,
   so that no later bar decides what counts as calm. The first `FEWEST` values stay ungrouped.
3. Calendar groups are those of the bar itself. They are known beforehand by their nature.

A ruined account has no returns, and no groups of bars. A group's return is the sum of the
strategy's bar returns in it: sums add up over groups, compounded returns do not. With few bars a
group's Sharpe ratio is mostly noise: `error` is its standard error without skill.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.simulation.metrics import bar_returns
from alphintra_desktop.simulation.simulated import Integers

TREND_BARS, VOLATILITY_BARS = 63, 21
STEP, FEWEST = 20, 60
BEST = 5
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TRENDS = ("Falling", "Sideways", "Rising")
CALMS = ("Calm", "Usual", "Wild")


def edge(result: BacktestResult) -> dict[str, Any]:
    """All groups with what they brought: see the format in `findings`."""
    returns, year = bar_returns(result.equity), result.bars_per_year
    by_bar = [
        {"name": name, "title": title, "rows": bar_rows(returns, labels, words, year)}
        for name, title, labels, words in (_groupings(result) if len(returns) else ())
    ]
    by_trade = [
        {"name": name, "title": title, "rows": trade_rows(result, name)}
        for name, title in (("symbol", "Symbol"), ("side", "Side"))
    ]
    best = best_trades(result.trades["profit"].to_numpy(dtype=float))
    return {
        "by_bar": by_bar,
        "by_trade": by_trade,
        "best_trades": best,
        "said": _said(by_bar, best),
    }


def _groupings(
    result: BacktestResult,
) -> list[tuple[str, str, Integers, Sequence[str]]]:
    """Name, title, and for every return the number of its label, -1 for none."""
    stamps = result.bars.timestamps[1:]
    trend, calm = regimes(result.benchmark)
    days = stamps.astype("datetime64[D]")
    months = stamps.astype("datetime64[M]").astype(np.int64) % 12
    weekdays = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
    years = stamps.astype("datetime64[Y]").astype(np.int64) + 1970
    first = int(years.min())
    named_years = [str(year) for year in range(first, int(years.max()) + 1)]
    found: list[tuple[str, str, Integers, Sequence[str]]] = [
        ("trend", f"Trend of the last {TREND_BARS} bars", trend, TRENDS),
        ("volatility", f"Volatility of the last {VOLATILITY_BARS} bars", calm, CALMS),
        ("year", "Year", years - first, named_years),
        ("month", "Month", months, MONTHS),
        ("weekday", "Weekday", weekdays, DAYS),
    ]
    if (stamps != days).any():
        hours = (stamps - days).astype("timedelta64[h]").astype(np.int64)
        words = [f"{hour:02}:00 UTC" for hour in range(24)]
        found.append(("hour", "Hour", hours, words))
    return found


def regimes(index: Floats) -> tuple[Integers, Integers]:
    """(T - 1,) thirds of trend and volatility at the close before each return, -1 for unknown."""
    trend = np.full(len(index), np.nan)
    trend[TREND_BARS:] = index[TREND_BARS:] / index[:-TREND_BARS] - 1.0
    moves = index[1:] / index[:-1] - 1.0
    volatility = np.full(len(index), np.nan)
    if len(moves) >= VOLATILITY_BARS:
        windows = np.lib.stride_tricks.sliding_window_view(moves, VOLATILITY_BARS)
        volatility[VOLATILITY_BARS:] = windows.std(axis=1, ddof=1)
    return thirds(trend)[:-1], thirds(volatility)[:-1]


def thirds(values: Floats) -> Integers:
    """In which third of all earlier values each lies: 0, 1, 2, or -1 where too few are known."""
    found = np.full(len(values), -1, dtype=np.int64)
    for first in range(0, len(values), STEP):
        known = values[:first]
        known = known[np.isfinite(known)]
        if len(known) >= FEWEST:
            here = values[first : first + STEP]
            places = np.searchsorted(np.quantile(known, [1 / 3, 2 / 3]), here, side="right")
            found[first : first + STEP] = np.where(np.isfinite(here), places, -1)
    return found


def bar_rows(
    returns: Floats, labels: Integers, words: Sequence[str], bars_per_year: float
) -> list[dict[str, Any]]:
    """A row for each label that some bars have, in the order of the words."""
    total, rows = float(returns.sum()), []
    for number, word in enumerate(words):
        mine = returns[labels == number]
        if len(mine) == 0:
            continue
        deviation = float(mine.std(ddof=1)) if len(mine) > 1 else 0.0
        sharpe = float(mine.mean()) / deviation if deviation > 1e-14 else math.nan
        rows.append(
            {
                "label": word,
                "bars": len(mine),
                "share_of_bars": len(mine) / len(returns),
                "return": float(mine.sum()),
                "share_of_return": float(mine.sum()) / total if total > 0.0 else math.nan,
                "sharpe": sharpe * math.sqrt(bars_per_year),
                "error": math.sqrt(bars_per_year / len(mine)),
            }
        )
    return rows


def trade_rows(result: BacktestResult, column: str) -> list[dict[str, Any]]:
    """A row for each value of a column of the trades, the most profitable first."""
    values = result.trades[column].to_numpy(dtype=str)
    profit = result.trades["profit"].to_numpy(dtype=float)
    total = float(profit.sum())
    rows = []
    for value in np.unique(values).tolist():
        mine = profit[values == value]
        rows.append(
            {
                "label": value,
                "trades": len(mine),
                "profit": float(mine.sum()),
                "share_of_profit": float(mine.sum()) / total if total > 0.0 else math.nan,
                "win_rate": float(np.mean(mine > 0.0)),
            }
        )
    return sorted(rows, key=lambda row: -row["profit"])


def best_trades(profit: npt.NDArray[np.float64]) -> dict[str, Any]:
    """How much of the profit the best few trades made. Without a profit there is no share."""
    total = float(profit.sum())
    best = float(np.sort(profit)[-BEST:].sum())
    return {
        "count": min(BEST, len(profit)),
        "of": len(profit),
        "profit": best,
        "total": total,
        "share": best / total if total > 0.0 else math.nan,
        "without": total - best,
    }


def _said(by_bar: list[dict[str, Any]], best: dict[str, Any]) -> list[str]:
    said = []
    for group in by_bar[:2]:
        rows = [row for row in group["rows"] if math.isfinite(row["share_of_return"])]
        if rows:
            top = max(rows, key=lambda row: row["share_of_return"])
            said.append(
                f"{group['title']}: {top['share_of_return']:.0%} of the return came while it was "
                f"{top['label'].lower()}, which was {top['share_of_bars']:.0%} of the bars."
            )
    rows = [row for group in by_bar for row in group["rows"] if math.isfinite(row["sharpe"])]
    if said and rows:
        far = sum(abs(row["sharpe"]) > 2.0 * row["error"] for row in rows)
        said.append(
            f"Of {len(rows)} groups {far} lie more than two errors from 0; without any skill about "
            f"{0.05 * len(rows):.0f} would. A group is no reason to trade only then."
        )
    if math.isfinite(best["share"]):
        said.append(
            f"The best {best['count']} of {best['of']:,} trades made {best['share']:.0%} of the "
            f"profit; without them it is {best['without']:,.0f}."
        )
    return said or ["There is no profit that could live anywhere."]
