"""The strategy of `bench_runs` as one would write it by hand on vectorbt, with its own metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import vectorbt as vbt

vbt.settings["engine"] = "rust"
AVERAGE = vbt.talib("SMA")


def crossover(path: Path, periods: tuple[int, int], *, freq: str, year: str) -> dict[str, float]:
    """Two crossing averages. All symbols of the file trade with an equal part of the cash."""
    opened, close = read(path)
    fast, slow = (average(close, period) for period in periods)
    before = fast.shift(1), slow.shift(1)
    entries = (fast > slow) & (before[0] <= before[1])
    exits = (fast < slow) & (before[0] >= before[1])
    portfolio = vbt.Portfolio.from_signals(
        close,
        entries=next_bar(entries),
        exits=next_bar(exits),
        price=opened,
        init_cash=100_000.0 / (close.shape[1] if close.ndim > 1 else 1),
        fees=0.0005,
        slippage=0.0005,
        freq=freq,
        group_by=True if close.ndim > 1 else None,
    )
    return metrics(portfolio, year)


def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Adjusted opens and closes: a series of one symbol, a column each of several."""
    columns = ["timestamp", "symbol", "open", "close", "adj_factor"]
    table = pd.read_parquet(path, columns=columns)
    # With times in a zone it takes vectorbt half a minute to wrap a million bars.
    table["timestamp"] = table["timestamp"].dt.tz_localize(None)
    table["open"] *= table["adj_factor"]
    table["close"] *= table["adj_factor"]
    first = table["symbol"].iloc[0]
    if (table["symbol"] == first).all():
        table = table.set_index("timestamp")
        return table["open"], table["close"]
    wide = table.pivot(index="timestamp", columns="symbol", values=["open", "close"])
    return wide["open"], wide["close"]


def average(close: pd.DataFrame, period: int) -> pd.DataFrame:
    """TA-Lib's simple moving average."""
    return AVERAGE.run(close, period, hide_params=["timeperiod"]).real


def next_bar(flags: pd.DataFrame) -> pd.DataFrame:
    """Flags one bar later, so that a signal trades at the next open. In NumPy: it is fastest."""
    moved = np.zeros_like(flags.to_numpy())
    moved[1:] = flags.to_numpy()[:-1]
    return flags._constructor(moved, index=flags.index)


def metrics(portfolio: vbt.Portfolio, year: str) -> dict[str, float]:
    """Those of ours that vectorbt's Rust engine has, under our names, beside buy and hold.

    One accessor answers for all that comes from returns, which is the quickest way to ask.
    """
    held = portfolio.benchmark_returns().vbt.returns(freq=portfolio.wrapper.freq, year_freq=year)
    trades, drawdowns = portfolio.trades.closed, portfolio.drawdowns
    return {
        **{f"{name} of buy and hold": value for name, value in of_returns(held).items()},
        **of_returns(portfolio.get_returns_acc(year_freq=year)),
        "total_return": portfolio.total_return(),
        "average_drawdown": drawdowns.avg_drawdown(),
        "longest_drawdown": drawdowns.max_duration(),
        "exposure": portfolio.position_coverage(),
        "final_equity": portfolio.final_value(),
        "trades": trades.count(),
        "win_rate": trades.win_rate(),
        "profit_factor": trades.profit_factor(),
        "expectancy": trades.expectancy(),
        "average_win": trades.winning.returns.mean(),
        "average_loss": trades.losing.returns.mean(),
        "best_trade": trades.returns.max(),
        "worst_trade": trades.returns.min(),
        "average_holding": trades.duration.mean(),
        "longest_holding": trades.duration.max(),
        "costs": portfolio.orders.fees.sum(),
    }


def of_returns(returns: Any) -> dict[str, float]:
    """What a curve's returns say."""
    return {
        "total_return": returns.total(),
        "cagr": returns.annualized(),
        "volatility": returns.annualized_volatility(),
        "sharpe": returns.sharpe_ratio(),
        "sortino": returns.sortino_ratio(),
        "max_drawdown": returns.max_drawdown(),
        "calmar": returns.calmar_ratio(),
        "omega": returns.omega_ratio(),
        "value_at_risk": returns.value_at_risk(),
        "expected_shortfall": returns.cond_value_at_risk(),
        "tail_ratio": returns.tail_ratio(),
    }
