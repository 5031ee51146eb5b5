"""Tables made from a result's curves and trades: returns by month and year, drawdowns, costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.market.bars import Floats

# Fewer bars than this far under water are noise, not a drawdown worth a row.
DEEP_ENOUGH = -1e-9
Times = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class DrawdownSpell:
    """A stretch below an earlier peak: rows of the peak, the lowest point and the recovery.

    `recovery` is None while the peak has not been reached again. `depth` is a negative fraction.
    """

    depth: float
    peak: int
    trough: int
    recovery: int | None


@dataclass(frozen=True)
class Costs:
    """What trading cost: money, and as fractions."""

    orders: int
    traded: float
    paid: float
    of_traded: float
    of_gross_profit: float
    a_year: float
    turnover: float  # traded value over average equity, a year


@dataclass(frozen=True)
class Year:
    """One calendar year. `profit` is that of the trades closed in it."""

    year: int
    strategy: float
    benchmark: float
    drawdown: float
    trades: int
    profit: float


@dataclass(frozen=True, eq=False)
class MonthTable:
    """Returns by month: `months` (Y, 12), NaN where there was no bar, and `totals` (Y,) by year."""

    years: tuple[int, ...]
    months: Floats
    totals: Floats


def period_returns(stamps: Times, values: Floats, unit: str) -> dict[np.datetime64, float]:
    """The return of each month ("M") or year ("Y"), as fractions; the first from the first bar.

    `values` are a curve on `stamps`.
    """
    return {period: _growth(values, start, last) for period, start, last in _periods(stamps, unit)}


def month_table(stamps: Times, values: Floats) -> MonthTable:
    """`period_returns` by month as a table with a row a year."""
    by_year = period_returns(stamps, values, "Y")
    found = tuple(int(str(year)) for year in by_year)
    months = np.full((len(found), 12), np.nan)
    for month, value in period_returns(stamps, values, "M").items():
        year, number = divmod(int(month.astype(np.int64)), 12)
        months[found.index(year + 1970), number] = value
    return MonthTable(found, months, np.array(list(by_year.values())))


def years(result: BacktestResult) -> list[Year]:
    """Every calendar year of the result."""
    closed = result.trades[result.trades["status"] == "closed"]
    exits = closed["exit_time"].to_numpy().astype("datetime64[Y]")
    profits = closed["profit"].to_numpy(dtype=float)
    table = []
    for period, start, last in _periods(result.bars.timestamps, "Y"):
        ended = exits == period
        inside = result.equity[start : last + 1]
        table.append(
            Year(
                year=int(str(period)),
                strategy=_growth(result.equity, start, last),
                benchmark=_growth(result.benchmark, start, last),
                drawdown=_deepest(inside),
                trades=int(ended.sum()),
                profit=float(profits[ended].sum()),
            )
        )
    return table


def worst_drawdowns(equity: Floats, count: int = 5) -> list[DrawdownSpell]:
    """The deepest stretches below a peak, deepest first."""
    peaks = np.maximum.accumulate(equity)
    under = np.concatenate([[False], equity < peaks, [False]])
    turns = np.flatnonzero(np.diff(under.astype(np.int8)))
    spells = []
    for first, end in turns.reshape(-1, 2).tolist():
        trough = first + int(np.argmin(equity[first:end]))
        depth = float(equity[trough] / peaks[trough] - 1)
        recovery = end if end < len(equity) else None
        spells.append(DrawdownSpell(depth, first - 1, trough, recovery))
    spells = [spell for spell in spells if spell.depth < DEEP_ENOUGH]
    return sorted(spells, key=lambda spell: spell.depth)[:count]


def costs(result: BacktestResult) -> Costs:
    """What was paid for trading, beside what was traded and earned."""
    traded = float((result.orders["shares"] * result.orders["price"]).abs().sum())
    paid = float(result.orders["cost"].sum())
    gross = float(result.trades["profit"].sum()) + paid
    in_years = len(result.equity) / result.bars_per_year
    average = float(np.mean(result.equity))
    return Costs(
        orders=len(result.orders),
        traded=traded,
        paid=paid,
        of_traded=paid / traded if traded else np.nan,
        of_gross_profit=paid / gross if gross > 0 else np.nan,
        a_year=paid / in_years,
        turnover=traded / average / in_years if average > 0 else np.nan,
    )


def _periods(stamps: Times, unit: str) -> Iterator[tuple[np.datetime64, int, int]]:
    """Each period with the row before it (its own first row for the first) and its last row."""
    periods = stamps.astype(f"datetime64[{unit}]")
    lasts = np.append(np.flatnonzero(periods[1:] != periods[:-1]), len(periods) - 1)
    starts = np.append(0, lasts[:-1])
    for start, last in zip(starts.tolist(), lasts.tolist(), strict=True):
        yield periods[last], start, last


def _growth(values: Floats, start: int, last: int) -> float:
    return float(values[last] / values[start] - 1) if values[start] > 0 else float("nan")


def _deepest(equity: Floats) -> float:
    """The deepest fall below an earlier peak, NaN where an account began with nothing or less."""
    if equity[0] <= 0:
        return float("nan")
    return float((equity / np.maximum.accumulate(equity) - 1).min())
