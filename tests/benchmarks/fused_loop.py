"""The sweep of `bench_sweep` written by hand for Numba: this one strategy, and nothing else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import talib
from numba import njit

Floats = npt.NDArray[np.float64]


def crossover_sweep(
    opened: Floats, close: Floats, pairs: list[tuple[int, int]], cost: float
) -> Floats:
    """(pairs, 4): total return, Sharpe ratio, largest drawdown and closed trades."""
    periods = sorted({period for pair in pairs for period in pair})
    place = {period: number for number, period in enumerate(periods)}
    averages = np.array([talib.SMA(close, period) for period in periods])
    where = np.array([[place[fast], place[slow]] for fast, slow in pairs])
    found = np.empty((len(pairs), 4))
    _sweep(opened, close, averages, where, cost, found)
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
        found[pair, 1] = mean * np.sqrt(252.0) / deviation
