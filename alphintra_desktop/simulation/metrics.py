"""What a run comes to in numbers, by stated conventions, because packages disagree.

Returns are those from one bar's close to the next, risk-free rate 0. A number that does not exist
(no trades, nothing varies, a curve that fell to 0) is NaN. The ten of `TEN` and the functions they
need are copied into generated files.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from alphintra_desktop.simulation.drawdowns import drawdown, drawdowns
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
        "CVaR: the mean of the bars' returns that are no better than the value at risk.",
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
        "The mean depth of all times under water.",
    ),
    Metric(
        "longest_drawdown",
        "Longest drawdown",
        "bars",
        "The most bars from a peak until it was reached again, or until the end.",
    ),
    Metric(
        "ulcer_index",
        "Ulcer index",
        "fraction",
        "Root mean square of the drawdown over all bars (divided by n). Martin and McCann 1989.",
    ),
    Metric(
        "exposure",
        "Exposure",
        "fraction",
        "Market value of positions over equity, shorts counted positive: the mean over all bars.",
    ),
    Metric(
        "turnover",
        "Turnover a year",
        "ratio",
        "The value of all purchases and sales over the mean equity, a year.",
    ),
    Metric("expectancy", "Expectancy", "money", "Mean profit of a closed trade after costs."),
    Metric("average_win", "Average win", "money", "Mean profit of the closed trades that won."),
    Metric("average_loss", "Average loss", "money", "Mean profit of the closed trades that lost."),
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
        "Commissions of closed trades over their profit before commissions.",
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

FRACTIONS = (
    *("total_return", "cagr", "volatility", "max_drawdown", "win_rate", "value_at_risk"),
    *("expected_shortfall", "average_drawdown", "ulcer_index", "exposure", "best_trade"),
    *("worst_trade", "cost_share"),
)
WHOLE = ("trades", "longest_drawdown", "longest_holding")


def format_metric(name: str, value: float) -> str:
    """A metric as it is printed."""
    if np.isnan(value):
        return "n/a"
    if name in FRACTIONS:
        return f"{value:.2%}"
    return f"{value:,.0f}" if name in WHOLE else f"{value:,.4f}"


def headline(
    cash: float, equity: Floats, profits: Floats, bars_per_year: float
) -> dict[str, float]:
    """The ten: from the cash at the start, (T,) equity, and the profit of every closed trade."""
    returns = bar_returns(equity)
    growth = annual_growth(equity[-1] / cash, len(equity) - 1, bars_per_year)
    deepest = drawdown(equity, cash).min()
    return {
        "total_return": float(equity[-1] / cash - 1.0),
        "cagr": growth,
        "volatility": deviation(returns) * float(np.sqrt(bars_per_year)),
        "sharpe": sharpe(returns, bars_per_year),
        "sortino": sortino(returns, bars_per_year),
        "max_drawdown": float(deepest),
        "calmar": ratio(growth, -deepest),
        "trades": float(len(profits)),
        "win_rate": ratio((profits > 0.0).sum(), len(profits)),
        "profit_factor": ratio(profits[profits > 0.0].sum(), -profits[profits < 0.0].sum()),
    }


def ratio(above: float, below: float) -> float:
    """The quotient, NaN unless the lower number is above 0."""
    return float(above / below) if below > 0.0 else np.nan


def bar_returns(equity: Floats) -> Floats:
    """(T - 1,) returns from close to close; none for a curve that fell to 0."""
    if equity.min() <= 0.0:
        return np.empty(0)
    return equity[1:] / equity[:-1] - 1.0


def annual_growth(growth: float, bars: int, bars_per_year: float) -> float:
    """Compound growth a year, from total growth (1.1 for ten percent) over a number of returns."""
    if growth <= 0.0 or bars == 0:
        return np.nan
    with np.errstate(over="ignore"):
        return float(np.expm1(np.log(growth) * (bars_per_year / bars)))


def deviation(returns: Floats) -> float:
    """Standard deviation with ddof 1; NaN where nothing varies but by rounding."""
    spread = returns.std(ddof=1) if len(returns) > 1 else 0.0
    return float(spread) if spread > 1e-14 else np.nan


def sharpe(returns: Floats, bars_per_year: float) -> float:
    """Annualised Sharpe ratio of bars' returns, risk-free rate 0."""
    return (
        ratio(returns.mean() * np.sqrt(bars_per_year), deviation(returns))
        if len(returns)
        else np.nan
    )


def sortino(returns: Floats, bars_per_year: float) -> float:
    """Annualised Sortino ratio of bars' returns, target 0."""
    if len(returns) < 2:
        return np.nan
    downside = np.sqrt(np.mean(np.minimum(returns, 0.0) ** 2))
    return ratio(returns.mean() * np.sqrt(bars_per_year), downside)


# ------------------------------------------------------------------------ all the rest


def all_metrics(
    cash: float, result: Simulated, trades: Trades, bars_per_year: float
) -> dict[str, float]:
    """Every metric of `METRICS`, by name."""
    closed = ~trades.is_open
    found = {
        **headline(cash, result.equity, trades.profit[closed], bars_per_year),
        **return_metrics(bar_returns(result.equity)),
        **drawdown_metrics(cash, result.equity),
        **market_metrics(result, bars_per_year),
        **trade_metrics(Trades._make(column[closed] for column in trades)),
        "final_equity": float(result.equity[-1]),
    }
    return {metric.name: found[metric.name] for metric in METRICS}


def return_metrics(returns: Floats) -> dict[str, float]:
    """What the distribution of the bars' returns says."""
    names = ("omega", "tail_ratio", "value_at_risk", "expected_shortfall", "skew", "kurtosis")
    if len(returns) < 2:
        return dict.fromkeys(names, np.nan)
    low, high = np.percentile(returns, [5, 95])
    centred = returns - returns.mean()
    variance = np.mean(centred**2)
    varies = variance > 1e-28
    return {
        "omega": ratio(returns[returns > 0.0].sum(), -returns[returns < 0.0].sum()),
        "tail_ratio": ratio(high, abs(low)),
        "value_at_risk": float(low),
        "expected_shortfall": float(returns[returns <= low].mean()),
        "skew": float(np.mean(centred**3) / variance**1.5) if varies else np.nan,
        "kurtosis": float(np.mean(centred**4) / variance**2 - 3.0) if varies else np.nan,
    }


def drawdown_metrics(cash: float, equity: Floats) -> dict[str, float]:
    """What the times under water say."""
    spells = drawdowns(equity, cash)
    some = len(spells.depth) > 0
    return {
        "average_drawdown": float(spells.depth.mean()) if some else 0.0,
        "longest_drawdown": float(spells.length.max()) if some else 0.0,
        "ulcer_index": float(np.sqrt(np.mean(drawdown(equity, cash) ** 2))),
    }


def market_metrics(result: Simulated, bars_per_year: float) -> dict[str, float]:
    """How much of the money was in the market, and how often it moved."""
    if result.equity.min() <= 0.0:
        return {"exposure": np.nan, "turnover": np.nan}
    traded = np.abs(result.fills.shares * result.fills.price).sum()
    years = len(result.equity) / bars_per_year
    return {
        "exposure": float(np.mean(result.gross_value / result.equity)),
        "turnover": float(traded / result.equity.mean() / years),
    }


def trade_metrics(closed: Trades) -> dict[str, float]:
    """What the closed trades say one by one."""
    wins, losses = closed.profit[closed.profit > 0.0], closed.profit[closed.profit < 0.0]
    costs = closed.costs.sum()
    return {
        "expectancy": _mean(closed.profit),
        "average_win": _mean(wins),
        "average_loss": _mean(losses),
        "best_trade": float(closed.return_fraction.max()) if len(closed.profit) else np.nan,
        "worst_trade": float(closed.return_fraction.min()) if len(closed.profit) else np.nan,
        "average_holding": _mean(closed.bars_held),
        "longest_holding": float(closed.bars_held.max()) if len(closed.profit) else np.nan,
        "cost_share": ratio(costs, closed.profit.sum() + costs),
    }


def _mean(values: Floats | Integers) -> float:
    return float(values.mean()) if len(values) else np.nan
