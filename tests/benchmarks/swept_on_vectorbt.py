"""The sweeps of `sweep_cases` as users of vectorbt write them: a column for every point."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import vectorbt as vbt

from alphintra_desktop.market.bars import Bars
from alphintra_desktop.research.measure import Measures
from tests.benchmarks.sweep_cases import COMMISSION, HIGH, RSI, Case
from tests.benchmarks.written_on_vectorbt import AVERAGE, next_bar

Floats = npt.NDArray[np.float64]

RSI_OF = vbt.talib("RSI")
AT_FILL_PRICE, AT_STOP, AT_PRICE = 2, 1, 2  # where stops are measured from, and where they fill


def swept(case: Case, bars: Bars, points: list[tuple[Any, ...]], *, alike: bool = False) -> Floats:
    """(points, 4). `alike` leaves out vectorbt's first return of 0, as we do: not for timing."""
    prices = {name: _frame(bars, bars[name], points) for name in ("open", "high", "low", "close")}
    settle = _rsi if RSI in case.axes else _crossover
    portfolio = vbt.Portfolio.from_signals(
        prices["close"],
        price=prices["open"],
        init_cash=100_000.0 / len(bars.symbols),
        fees=COMMISSION,
        freq=case.freq,
        group_by="point" if len(bars.symbols) > 1 else None,
        **settle(prices, points, len(bars.symbols)),
    )
    if alike:
        returns = portfolio.returns().iloc[1:].vbt.returns(freq=case.freq, year_freq="365 days")
    else:
        returns = portfolio.get_returns_acc(year_freq="365 days")
    found = {
        "total_return": portfolio.total_return(),
        "sharpe": returns.sharpe_ratio(),
        "max_drawdown": returns.max_drawdown(),
        "trades": portfolio.trades.closed.count(),
    }
    return np.column_stack([np.asarray(found[name]) for name in Measures._fields])


def _frame(bars: Bars, values: Any, points: list[tuple[Any, ...]]) -> pd.DataFrame:
    """The bars once for every point, symbol by symbol."""
    names = [range(len(points)), bars.symbols]
    columns = pd.MultiIndex.from_product(names, names=["point", "symbol"])
    index = pd.DatetimeIndex(bars.timestamps)
    return pd.DataFrame(np.tile(values, (1, len(points))), index, columns)


def _crossover(
    prices: dict[str, pd.DataFrame], points: list[tuple[Any, ...]], symbols: int
) -> dict[str, Any]:
    close = prices["close"].iloc[:, :symbols]
    averages = {
        period: AVERAGE.run(close, period).real.to_numpy()
        for period in sorted({period for point in points for period in point})
    }
    fast, slow = (
        pd.DataFrame(
            np.column_stack([averages[point[side]] for point in points]),
            close.index,
            prices["close"].columns,
        )
        for side in (0, 1)
    )
    before = fast.shift(1), slow.shift(1)
    return {
        "entries": next_bar((fast > slow) & (before[0] <= before[1])),
        "exits": next_bar((fast < slow) & (before[0] >= before[1])),
    }


def _rsi(
    prices: dict[str, pd.DataFrame], points: list[tuple[Any, ...]], symbols: int
) -> dict[str, Any]:
    close = prices["close"].iloc[:, :symbols]
    known = {
        period: RSI_OF.run(close, period).real.to_numpy()
        for period in sorted({point[0] for point in points})
    }
    values = np.column_stack([known[point[0]] for point in points])
    rsi = pd.DataFrame(values, close.index, prices["close"].columns)
    levels, stops, targets = (np.array([point[n] for point in points]) for n in (1, 2, 3))
    exits = next_bar(rsi > HIGH)
    return {
        "entries": next_bar(rsi < levels),
        "exits": exits,
        **{name: prices[name] for name in ("open", "high", "low")},
        "sl_stop": stops,
        "tp_stop": targets,
        "stop_entry_price": AT_FILL_PRICE,
        "stop_exit_price": np.where(exits, AT_PRICE, AT_STOP),
    }
