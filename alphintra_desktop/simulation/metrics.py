"""What a run comes to in numbers, by stated conventions, because packages disagree.

Returns are those of the whole account from one bar's close to the next. A year is `bars_per_year`
bars, never counted from dates; the risk-free rate is 0. Deviations have ddof 1, skewness and
kurtosis are biased, drawdowns are compounded, trades are judged by their profit in money after all
costs, and those still open are left out.

A number that does not exist is NaN: a ratio over nothing (no trade, no loss, no variance), and
whatever needs the returns of an account that was worth nothing or less on some bar.

The ten of `TEN` and the functions they need are copied into generated files.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphintra_desktop.simulation.drawdowns import depths, drawdown, spells
from alphintra_desktop.simulation.rules import Floats
from alphintra_desktop.simulation.simulated import Integers, Simulated
from alphintra_desktop.simulation.trades import Trades


class Metric(NamedTuple):
    """How a metric is called and read. `kind` is fraction, ratio, count, bars or money."""

    name: str
    title: str
    kind: str
    help: str


METRICS = (
    Metric(
        "total_return",
        "Total return",
        "fraction",
        "Last equity over the cash at the start, minus 1.",
    ),
    Metric(
        "cagr",
        "Growth a year",
        "fraction",
        "Compound annual growth: (1 + total return) ** (1 / years) - 1. Years are the number of "
        "returns over the bars of a year, not calendar years.",
    ),
    Metric(
        "volatility",
        "Volatility",
        "fraction",
        "Standard deviation of the bars' returns (ddof 1) times the square root of bars a year.",
    ),
    Metric(
        "sharpe",
        "Sharpe ratio",
        "ratio",
        "Mean over standard deviation (ddof 1) of the bars' returns, times the square root of bars "
        "a year; risk-free rate 0. Sharpe 1994.",
    ),
    Metric(
        "sortino",
        "Sortino ratio",
        "ratio",
        "Mean return over the root mean square of negative returns, taken over all bars, times the "
        "square root of bars a year. Sortino and Price 1994.",
    ),
    Metric(
        "max_drawdown",
        "Largest drawdown",
        "fraction",
        "The deepest fall of equity below its highest point until then, compounded.",
    ),
    Metric(
        "calmar",
        "Calmar ratio",
        "ratio",
        "Growth a year over the size of the largest drawdown. Young 1991.",
    ),
    Metric("trades", "Closed trades", "count", "Fills that closed a position or a part of one."),
    Metric(
        "win_rate",
        "Win rate",
        "fraction",
        "Closed trades with a profit after costs, as a fraction of all closed trades.",
    ),
    Metric(
        "profit_factor",
        "Profit factor",
        "ratio",
        "Money won by the winning closed trades over money lost by the losing ones, after costs.",
    ),
    Metric(
        "omega",
        "Omega ratio",
        "ratio",
        "The sum of the bars' positive returns over that of the negative ones, sign dropped: "
        "threshold 0. Keating and Shadwick 2002.",
    ),
    Metric(
        "tail_ratio",
        "Tail ratio",
        "ratio",
        "The 95th percentile of the bars' returns over the size of the 5th.",
    ),
    Metric(
        "value_at_risk",
        "Value at risk 95 %",
        "fraction",
        "The 5th percentile of the bars' returns: historical, linear interpolation. A negative "
        "number is a loss.",
    ),
    Metric(
        "expected_shortfall",
        "Expected shortfall 95 %",
        "fraction",
        "CVaR: the mean of the bars' returns that are no better than the value at risk, which are "
        "the floor((n - 1) * 0.05) + 1 smallest.",
    ),
    Metric(
        "skew",
        "Skewness",
        "ratio",
        "Third standardised moment of the bars' returns, biased (ddof 0).",
    ),
    Metric(
        "kurtosis",
        "Excess kurtosis",
        "ratio",
        "Fourth standardised moment of the bars' returns minus 3, biased (ddof 0).",
    ),
    Metric(
        "average_drawdown",
        "Average drawdown",
        "fraction",
        "The mean depth of all drawdowns; each lasts from a peak until equity is back there.",
    ),
    Metric(
        "longest_drawdown",
        "Longest drawdown",
        "bars",
        "The most bars in a row with equity below an earlier peak.",
    ),
    Metric(
        "ulcer_index",
        "Ulcer index",
        "fraction",
        "Root mean square of the drawdown, over the number of returns. Martin and McCann 1989.",
    ),
    Metric(
        "exposure",
        "Exposure",
        "fraction",
        "The bars with a position at their close, as a fraction of all bars.",
    ),
    Metric(
        "turnover",
        "Turnover a year",
        "ratio",
        "The value of all purchases and sales over the mean equity, a year.",
    ),
    Metric("expectancy", "Expectancy", "money", "Mean profit of a closed trade after costs."),
    Metric(
        "average_win",
        "Average win",
        "fraction",
        "Mean return, on the entry value, of the closed trades that won.",
    ),
    Metric(
        "average_loss",
        "Average loss",
        "fraction",
        "Mean return, on the entry value, of the closed trades that lost.",
    ),
    Metric(
        "best_trade",
        "Best trade",
        "fraction",
        "Highest return of a closed trade on its entry value.",
    ),
    Metric(
        "worst_trade",
        "Worst trade",
        "fraction",
        "Lowest return of a closed trade on its entry value.",
    ),
    Metric(
        "average_holding",
        "Average holding time",
        "bars",
        "Mean bars from entry to exit, closed trades.",
    ),
    Metric(
        "longest_holding",
        "Longest holding time",
        "bars",
        "Most bars from entry to exit, closed trades.",
    ),
    Metric(
        "cost_share",
        "Costs of profit",
        "fraction",
        "Commissions of all trades over their profit before commissions, open ones at the last "
        "close. Slippage and spread are in the prices. None without such a profit.",
    ),
    Metric("final_equity", "Final equity", "money", "Cash and positions at the last close."),
)

TEN = (
    "total_return",
    "cagr",
    "volatility",
    "sharpe",
    "sortino",
    "max_drawdown",
    "calmar",
    "trades",
    "win_rate",
    "profit_factor",
)

RATIOS = ("sharpe", "sortino", "calmar", "profit_factor", "omega", "tail_ratio", "turnover")
DECIMALS = ("skew", "kurtosis", "average_holding")
WHOLE = ("trades", "longest_drawdown", "longest_holding")
MONEY = ("expectancy", "final_equity")


def format_metric(name: str, value: float) -> str:
    """A metric as it is printed: ratios with three decimals, whole counts, money, else percent."""
    if np.isnan(value):
        return "n/a"
    if name in RATIOS or name in DECIMALS:
        return f"{value:z,.3f}"
    if name in WHOLE:
        return f"{value:,.0f}"
    return f"{value:z,.2f}" if name in MONEY else f"{value:z.2%}"


def headline(
    cash: float, equity: Floats, profits: Floats, bars_per_year: float
) -> dict[str, float]:
    """The ten: from the cash at the start, (T,) equity, and the profit of every closed trade."""
    returns = bar_returns(equity)
    growth = annual_growth(equity[-1] / cash, len(equity) - 1, bars_per_year)
    deepest = drawdown(equity, cash).min()
    year = np.sqrt(bars_per_year)
    return {
        "total_return": float(equity[-1] / cash - 1.0),
        "cagr": growth,
        "volatility": float(deviation(returns) * year),
        "sharpe": ratio(mean(returns) * year, deviation(returns)),
        "sortino": ratio(mean(returns) * year, downside(returns)),
        "max_drawdown": float(deepest),
        "calmar": ratio(growth, -deepest),
        "trades": float(len(profits)),
        "win_rate": ratio((profits > 0.0).sum(), len(profits)),
        "profit_factor": ratio(profits[profits > 0.0].sum(), -profits[profits < 0.0].sum()),
    }


def ratio(above: float, below: float) -> float:
    """The quotient, NaN over nothing, or over what rounding has left of nothing."""
    return float(above / below) if below > 1e-14 else np.nan


def mean(values: Floats | Integers) -> float:
    """The average, NaN of nothing."""
    return float(values.mean()) if len(values) else np.nan


def bar_returns(equity: Floats) -> Floats:
    """(T - 1,) returns from close to close; none for a curve that fell to 0."""
    if equity.min() <= 0.0:
        return np.empty(0)
    return equity[1:] / equity[:-1] - 1.0


def annual_growth(growth: float, bars: int, bars_per_year: float) -> float:
    """Compound growth a year, from total growth (1.1 for ten percent) over a number of returns."""
    if growth < 0.0 or bars == 0:
        return np.nan
    with np.errstate(over="ignore", divide="ignore"):
        yearly = np.expm1(np.log(growth) * (bars_per_year / bars))
    return float(yearly) if np.isfinite(yearly) else np.nan


def deviation(returns: Floats) -> float:
    """Standard deviation with ddof 1, NaN of fewer than two."""
    return float(returns.std(ddof=1)) if len(returns) > 1 else np.nan


def downside(returns: Floats) -> float:
    """Root mean square of the returns below 0, over all of them."""
    below = np.minimum(returns, 0.0)
    return float(np.sqrt(mean(below * below)))


# ------------------------------------------------------------------------ all the rest


def all_metrics(
    cash: float, result: Simulated, trades: Trades | None, bars_per_year: float
) -> dict[str, float]:
    """Every metric of `METRICS`, by name.

    Without `trades` (buy and hold) those that speak of trades and fills are left out.
    """
    equity = result.equity
    closed = np.empty(0) if trades is None else trades.profit[~trades.is_open]
    found = {
        **headline(cash, equity, closed, bars_per_year),
        **return_metrics(bar_returns(equity)),
        **drawdown_metrics(cash, equity),
        "exposure": float(np.mean(result.gross_value > 0.0)),
        "final_equity": float(equity[-1]),
    }
    if trades is None:
        for name in ("trades", "win_rate", "profit_factor"):
            del found[name]
    else:
        traded = float(np.abs(result.fills.shares * result.fills.price).sum())
        years = len(equity) / bars_per_year
        found |= {"turnover": ratio(traded / years, equity.mean()), **trade_metrics(trades)}
    return {metric.name: found[metric.name] for metric in METRICS if metric.name in found}


def return_metrics(returns: Floats) -> dict[str, float]:
    """What the distribution of the bars' returns says."""
    names = ("omega", "tail_ratio", "value_at_risk", "expected_shortfall", "skew", "kurtosis")
    if len(returns) < 2:
        return dict.fromkeys(names, np.nan)
    low, high, shortfall = tails(returns)
    gains = float(np.maximum(returns, 0.0).sum())
    centred = returns - returns.mean()
    squared = centred * centred
    spread = float(np.sqrt(squared.mean()))
    varies = spread > 1e-14
    return {
        "omega": ratio(gains, gains - float(returns.sum())),
        "tail_ratio": ratio(abs(high), abs(low)),
        "value_at_risk": low,
        "expected_shortfall": shortfall,
        "skew": float((squared * centred).mean()) / spread**3 if varies else np.nan,
        "kurtosis": float((squared * squared).mean()) / spread**4 - 3.0 if varies else np.nan,
    }


def tails(returns: Floats) -> tuple[float, float, float]:
    """The 5th and the 95th percentile, and the mean of the returns up to the 5th."""
    last = len(returns) - 1
    low, high = int(last * 0.05), int(last * 0.95)
    ordered = np.partition(returns, [low, low + 1, high, min(high + 1, last)])

    def between(row: int, part: float) -> float:
        step = ordered[min(row + 1, last)] - ordered[row]
        return float(ordered[row] + step * (last * part - row))

    return between(low, 0.05), between(high, 0.95), float(ordered[: low + 1].mean())


def drawdown_metrics(cash: float, equity: Floats) -> dict[str, float]:
    """What the times below a peak say."""
    below = drawdown(equity, cash)
    first, end = spells(below)
    some = len(first) > 0
    return {
        "average_drawdown": float(depths(below, first, end).mean()) if some else 0.0,
        "longest_drawdown": float((end - first).max()) if some else 0.0,
        "ulcer_index": float(np.sqrt((below * below).sum() / max(len(equity) - 1, 1))),
    }


def trade_metrics(trades: Trades) -> dict[str, float]:
    """What the trades say one by one; open ones only by their costs."""
    closed = ~trades.is_open
    profit, fraction, held = (
        column[closed] for column in (trades.profit, trades.return_fraction, trades.bars_held)
    )
    some = len(profit) > 0
    costs = float(trades.costs.sum())
    return {
        "expectancy": mean(profit),
        "average_win": mean(fraction[profit > 0.0]),
        "average_loss": mean(fraction[profit < 0.0]),
        "best_trade": float(fraction.max()) if some else np.nan,
        "worst_trade": float(fraction.min()) if some else np.nan,
        "average_holding": mean(held),
        "longest_holding": float(held.max()) if some else np.nan,
        "cost_share": ratio(costs, float(trades.profit.sum()) + costs),
    }
