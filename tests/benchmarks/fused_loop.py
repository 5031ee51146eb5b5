"""The sweep of `bench_sweep` written by hand for Numba: this one strategy, and nothing else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import talib
from numba import njit

Floats = npt.NDArray[np.float64]


def crossover_sweep(
    opened: Floats,
    close: Floats,
    pairs: list[tuple[int, int]],
    cost: float,
    bars_per_year: float = 252.0,
) -> Floats:
    """(pairs, 4): total return, Sharpe ratio, largest drawdown and closed trades."""
    periods = sorted({period for pair in pairs for period in pair})
    place = {period: number for number, period in enumerate(periods)}
    averages = np.array([talib.SMA(close, period) for period in periods])
    where = np.array([[place[fast], place[slow]] for fast, slow in pairs])
    found = np.empty((len(pairs), 4))
    _sweep(opened, close, averages, where, cost, found)
    found[:, 1] *= np.sqrt(bars_per_year)
    return found


@njit(cache=True)
def _sweep(
    opened: Floats,
    close: Floats,
    averages: Floats,
    where: npt.NDArray[np.int64],
    cost: float,
    found: Floats,
) -> None:
    returns = np.empty(len(close) - 1)
    for pair in range(len(where)):
        fast, slow = averages[where[pair, 0]], averages[where[pair, 1]]
        cash, shares, peak, deepest, trades, last = 1.0, 0.0, 1.0, 0.0, 0.0, 1.0
        buy, sell = False, False
        for t in range(len(close)):
            if sell and shares > 0.0:
                cash, shares, trades = shares * opened[t] * (1.0 - cost), 0.0, trades + 1.0
            if buy and shares == 0.0:
                cash, shares = 0.0, cash / (1.0 + cost) / opened[t]
            now = cash + shares * close[t]
            peak = max(peak, now)
            deepest = min(deepest, now / peak - 1.0)
            if t > 0:
                returns[t - 1] = now / last - 1.0
                buy = fast[t] > slow[t] and fast[t - 1] <= slow[t - 1]
                sell = fast[t] < slow[t] and fast[t - 1] >= slow[t - 1]
            last = now
        mean = returns.mean()
        deviation = np.sqrt(((returns - mean) ** 2).sum() / (len(returns) - 1))
        found[pair, 0], found[pair, 2], found[pair, 3] = last - 1.0, deepest, trades
        found[pair, 1] = mean / deviation


def crossover_sweep_of_symbols(
    opened: Floats, close: Floats, pairs: list[tuple[int, int]], cost: float
) -> Floats:
    """The same on prices of (bars, symbols), with an equal part of the cash for each symbol."""
    periods = sorted({period for pair in pairs for period in pair})
    place = {period: number for number, period in enumerate(periods)}
    where = np.array([[place[fast], place[slow]] for fast, slow in pairs])
    equity, found = np.zeros((len(pairs), len(close))), np.zeros((len(pairs), 4))
    for symbol in range(close.shape[1]):
        own = np.ascontiguousarray(opened[:, symbol]), np.ascontiguousarray(close[:, symbol])
        averages = np.array([talib.SMA(own[1], period) for period in periods])
        _add_symbol(*own, averages, where, cost, equity, found, 1.0 / close.shape[1])
    _measure_all(equity, found)
    return found


@njit(cache=True)
def _add_symbol(
    opened: Floats,
    close: Floats,
    averages: Floats,
    where: npt.NDArray[np.int64],
    cost: float,
    equity: Floats,
    found: Floats,
    part: float,
) -> None:
    for pair in range(len(where)):
        fast, slow = averages[where[pair, 0]], averages[where[pair, 1]]
        cash, shares, trades, buy, sell = part, 0.0, 0.0, False, False
        for t in range(len(close)):
            if sell and shares > 0.0:
                cash, shares, trades = shares * opened[t] * (1.0 - cost), 0.0, trades + 1.0
            if buy and shares == 0.0:
                cash, shares = 0.0, cash / (1.0 + cost) / opened[t]
            equity[pair, t] += cash + shares * close[t]
            if t > 0:
                buy = fast[t] > slow[t] and fast[t - 1] <= slow[t - 1]
                sell = fast[t] < slow[t] and fast[t - 1] >= slow[t - 1]
        found[pair, 3] += trades


def rsi_sweep(prices: list[Floats], points: list[tuple[float, ...]], cost: float) -> Floats:
    """(points, 4) of RSI with stop and target: period, level, stop and target of each point."""
    close = prices[3]
    periods = sorted({int(point[0]) for point in points})
    place = {period: number for number, period in enumerate(periods)}
    rsi = np.array([talib.RSI(close, period) for period in periods])
    which = np.array([place[int(point[0])] for point in points])
    equity, found = np.zeros((1, len(close))), np.zeros((len(points), 4))
    _rsi_sweep(*prices, rsi, which, np.array(points), cost, equity, found)
    return found


@njit(cache=True)
def _rsi_sweep(
    opened: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    rsi: Floats,
    which: npt.NDArray[np.int64],
    points: Floats,
    cost: float,
    equity: Floats,
    found: Floats,
) -> None:
    for p in range(len(points)):
        now, level, stop, target = rsi[which[p]], points[p, 1], points[p, 2], points[p, 3]
        cash, shares, trades, buy, sell = 1.0, 0.0, 0.0, False, False
        lower, upper = 0.0, np.inf
        for t in range(len(close)):
            bought = False
            if sell and shares > 0.0:
                cash, shares, trades = shares * opened[t] * (1.0 - cost), 0.0, trades + 1.0
            elif buy and shares == 0.0:
                cash, shares, bought = 0.0, cash / (1.0 + cost) / opened[t], True
                lower, upper = opened[t] * (1.0 - stop), opened[t] * (1.0 + target)
            if shares > 0.0 and not bought:
                if low[t] <= lower:
                    cash, shares = shares * min(opened[t], lower) * (1.0 - cost), 0.0
                    trades += 1.0
                elif high[t] >= upper:
                    cash, shares = shares * max(opened[t], upper) * (1.0 - cost), 0.0
                    trades += 1.0
            equity[0, t] = cash + shares * close[t]
            buy, sell = now[t] < level, now[t] > 70.0
        found[p, 3] = trades
        _measure_all(equity, found[p : p + 1])


@njit(cache=True)
def _measure_all(equity: Floats, found: Floats) -> None:
    """Return, Sharpe ratio of 365 bars a year and largest drawdown of every row."""
    bars = equity.shape[1]
    returns = np.empty(bars - 1)
    for row in range(len(equity)):
        peak, deepest = 1.0, 0.0
        for t in range(bars):
            now = equity[row, t]
            peak = max(peak, now)
            deepest = min(deepest, now / peak - 1.0)
            if t > 0:
                returns[t - 1] = now / equity[row, t - 1] - 1.0
        mean = returns.mean()
        deviation = np.sqrt(((returns - mean) ** 2).sum() / (len(returns) - 1))
        found[row, 0], found[row, 2] = equity[row, -1] - 1.0, deepest
        found[row, 1] = mean * np.sqrt(365.0) / deviation if deviation > 0.0 else np.nan
