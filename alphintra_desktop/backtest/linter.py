"""What is suspicious about a result, in sentences: what was seen, in numbers, and what to do.

Each check looks at the run and returns a finding or nothing. `CHECKS` lists them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from alphintra_desktop.backtest.checked_run import CheckedRun
from alphintra_desktop.backtest.data_gaps import gaps
from alphintra_desktop.backtest.figures import are_dates, duration, figure, times
from alphintra_desktop.backtest.ignored_entries import ignored_entries
from alphintra_desktop.backtest.no_trades import no_trades
from alphintra_desktop.backtest.result import BacktestResult, Finding, Severity
from alphintra_desktop.backtest.result_tables import costs
from alphintra_desktop.simulation.rules import SAME_CLOSE, Rules

ENOUGH_TRADES = 30
RUIN = 0.05  # of the starting money is left
TOO_GOOD_SHARPE = 3.0
MOST_OF_IT = 0.5
NEARLY_ALL = 0.9
DEEP_AT_THE_END = -0.05
TRADES_THAT_WORKED = 10  # before a peak, so that it is more than a lucky start
NO_CONDITIONS: Mapping[str, int] = MappingProxyType({})


def findings(
    result: BacktestResult,
    *,
    rules: Rules,
    conditions: Mapping[str, int] = NO_CONDITIONS,
    warm_up: int = 0,
) -> tuple[Finding, ...]:
    """Everything suspicious, the worst first.

    `conditions` says on how many bars each inner condition of the strategy was true, by title;
    `warm_up` how many bars its longest look back needs.
    """
    run = CheckedRun(result, rules, conditions, warm_up)
    found = [finding for check in CHECKS if (finding := check(run)) is not None]
    order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _bars(count: int) -> str:
    return f"{count:,} bar" if count == 1 else f"{count:,} bars"


def _few_trades(run: CheckedRun) -> Finding | None:
    count = len(run.closed)
    if not len(run.result.trades) or count >= ENOUGH_TRADES:
        return None
    trades = "1 trade was" if count == 1 else f"{count} trades were"
    return Finding(
        "few_trades",
        Severity.WARNING,
        f"Only {trades} closed: under {ENOUGH_TRADES}, skill and luck look the same.",
        "Test a longer period or more symbols before trusting any ratio.",
    )


def _no_costs(run: CheckedRun) -> Finding | None:
    rules = run.rules
    charged = (
        rules.commission,
        rules.commission_per_share,
        rules.commission_per_order,
        rules.slippage,
        rules.half_spread,
    )
    if any(charged) or not len(run.result.orders):
        return None
    return Finding(
        "no_costs",
        Severity.WARNING,
        f"Trading is free in this run: {len(run.result.orders):,} orders paid no commission,"
        " slippage or spread.",
        "Add a costs node; five basis points a side (0.0005) is a modest start for liquid shares.",
    )


def _ambiguous_bars(run: CheckedRun) -> Finding | None:
    count, closed = int(run.closed["ambiguous"].sum()), len(run.closed)
    if not count:
        return None
    return Finding(
        "ambiguous_bars",
        Severity.WARNING,
        f"{count:,} of {closed:,} trades ended on a bar that touched both the stop and the"
        " target; the stop was taken each time.",
        "Use a shorter timeframe, or put stop and target further apart, to know which came first.",
    )


def _one_trade(run: CheckedRun) -> Finding | None:
    if len(run.result.trades) < 2 or run.profit <= 0:
        return None
    best = run.result.trades.loc[run.result.trades["profit"].idxmax()]
    part = float(best["profit"]) / run.profit
    if part <= MOST_OF_IT:
        return None
    stamps = run.result.bars.timestamps
    start, end = times([best["entry_time"], best["exit_time"]], daily=are_dates(stamps))
    return Finding(
        "one_trade",
        Severity.WARNING,
        f"One of {len(run.result.trades):,} trades made {part:,.1%} of the profit:"
        f" {best['symbol']}, {start} to {end}, {figure(float(best['profit']), 'money')}.",
        "Look at that trade, and judge the strategy by what is left without it.",
    )


def _data_gaps(run: CheckedRun) -> Finding | None:
    found = gaps(run.result.bars)
    if not found:
        return None
    longest = found[0]
    holes = "is 1 gap" if len(found) == 1 else f"are {len(found):,} gaps"
    where = "it is" if len(found) == 1 else "the longest is"
    return Finding(
        "data_gaps",
        Severity.WARNING,
        f"There {holes} in the data; {where} {duration(longest.length)} of {longest.symbol}"
        f" between {run.date(longest.before)} and {run.date(longest.after)}.",
        "Import the missing bars, or choose a period without the gap.",
    )


def _never_closed(run: CheckedRun) -> Finding | None:
    if not len(run.open):
        return None
    count, profit = len(run.open), figure(float(run.open["profit"].sum()), "money")
    positions = "1 position is" if count == 1 else f"{count:,} positions are"
    if len(run.closed):
        return Finding(
            "open_at_end",
            Severity.INFO,
            f"{positions} still open at the end, with a profit of {profit} marked at the last"
            " close and no exit cost.",
            "Win rate and profit factor leave open positions out; the return counts them.",
        )
    exits = int(run.result.signals.get("long_exit", np.zeros(1)).sum())
    exits += int(run.result.signals.get("short_exit", np.zeros(1)).sum())
    return Finding(
        "never_closed",
        Severity.WARNING,
        f"No position was ever closed: {positions} open at the end and the exit was true on"
        f" {_bars(exits)}.",
        "Connect an exit or a stop, or loosen the exit's condition.",
    )


def _unsafe_fill(run: CheckedRun) -> Finding | None:
    if run.rules.fill != SAME_CLOSE or not len(run.result.orders):
        return None
    return Finding(
        "unsafe_fill",
        Severity.WARNING,
        f"{len(run.result.orders):,} orders were filled at the very close that decided them, a"
        " price nobody knows in time.",
        "Fill at the next open, unless you can really trade in the closing auction.",
    )


def _ruined(run: CheckedRun) -> Finding | None:
    equity = run.result.equity
    lowest = int(np.argmin(equity))
    if equity[lowest] > RUIN * equity[0]:
        return None
    left = figure(float(equity[lowest]), "money")
    return Finding(
        "ruined",
        Severity.ERROR,
        f"The account was ruined: {left} of {figure(float(equity[0]), 'money')} was left on"
        f" {run.date(lowest)}.",
        "Use smaller positions or a stop; nothing after that day means anything.",
    )


def _cash_short(run: CheckedRun) -> Finding | None:
    asked, ignored = ignored_entries(run.result, same_close=run.rules.fill == SAME_CLOSE)
    if not ignored:
        return None
    return Finding(
        "cash_short",
        Severity.WARNING if ignored > MOST_OF_IT * asked else Severity.INFO,
        f"{ignored:,} of {asked:,} entry signals without a position led to no order: the cash was"
        " tied up elsewhere, or too small for the size.",
        "Use smaller sizes, more cash, or a rank that chooses among signals.",
    )


def _one_symbol(run: CheckedRun) -> Finding | None:
    by_symbol = run.result.trades["profit"].groupby(run.result.trades["symbol"]).sum()
    if len(by_symbol) < 2 or run.profit <= 0:
        return None
    best = by_symbol.idxmax()
    part = float(by_symbol[best]) / run.profit
    if part < NEARLY_ALL:
        return None
    return Finding(
        "one_symbol",
        Severity.WARNING,
        f"{best} made {part:,.1%} of the profit; the other {len(by_symbol) - 1:,}"
        f" symbols together {figure(run.profit - float(by_symbol[best]), 'money')}.",
        "Run it without that symbol: what is left is what the rule can do elsewhere.",
    )


def _ends_under_water(run: CheckedRun) -> Finding | None:
    equity, exposure = run.result.equity, np.nan_to_num(run.result.exposure)
    peak = len(equity) - 1 - int(np.argmax(equity[::-1]))
    depth = float(equity[-1] / equity[peak] - 1) if equity[peak] > 0 else 0.0
    total = float(exposure.sum())
    if depth > DEEP_AT_THE_END or total <= 0:
        return None
    part = float(exposure[peak + 1 :].sum()) / total
    begun = int((run.result.trades["entry_bar"] <= peak).sum())
    if part <= MOST_OF_IT or part > NEARLY_ALL or begun < TRADES_THAT_WORKED:
        return None  # little was risked before: nothing has worked that could have ceased to
    return Finding(
        "ends_under_water",
        Severity.WARNING,
        f"The account ends {-depth:,.1%} under its peak of {run.date(peak)}, and"
        f" {part:,.1%} of all its exposure lies after that peak.",
        "What worked before then has not worked since: look at the time after it by itself.",
    )


def _worse_than_holding(run: CheckedRun) -> Finding | None:
    own, held = run.result.metrics, run.result.benchmark_metrics
    if not len(run.result.trades) or not own["total_return"] < held["total_return"]:
        return None
    deeper = own["max_drawdown"] < held["max_drawdown"]
    rougher = own["sharpe"] < held["sharpe"]
    if not (deeper or rougher):
        return None
    drawdown, sharpe = (
        f"{told} {figure(own[name], kind)} instead of {figure(held[name], kind)}"
        for name, told, kind in (
            ("max_drawdown", "a drawdown of", "fraction"),
            ("sharpe", "a Sharpe ratio of", "ratio"),
        )
    )
    risk = " and ".join([drawdown] * deeper + [sharpe] * rougher)
    return Finding(
        "worse_than_holding",
        Severity.WARNING if deeper and rougher else Severity.INFO,
        f"Buying and holding earned more: {figure(held['total_return'], 'fraction')} instead of"
        f" {figure(own['total_return'], 'fraction')}; and the strategy had {risk}.",
        "A rule should earn more than doing nothing, or risk less: look at what its entries miss.",
    )


def _costs_eat_profit(run: CheckedRun) -> Finding | None:
    paid = costs(run.result)
    gross = run.profit + paid.paid
    if gross <= 0 or paid.paid <= MOST_OF_IT * gross:
        return None
    return Finding(
        "costs_eat_profit",
        Severity.WARNING,
        f"Costs of {figure(paid.paid, 'money')} took {paid.paid / gross:,.1%} of a"
        f" profit of {figure(gross, 'money')} before costs; {figure(paid.turnover, 'ratio')} times"
        " the account is traded a year.",
        "Trade less often: a slower signal, a minimum holding time or a larger rebalance step.",
    )


def _long_warm_up(run: CheckedRun) -> Finding | None:
    bars = run.result.bars.count
    if run.warm_up <= MOST_OF_IT * bars:
        return None
    all_of_it = run.warm_up >= bars
    return Finding(
        "long_warm_up",
        Severity.ERROR if all_of_it else Severity.WARNING,
        f"The strategy needs {_bars(run.warm_up)} before its first decision and the period has"
        f" {bars:,}, so {'nothing was' if all_of_it else 'less than half of it was'} tested.",
        "Start earlier, or use shorter windows.",
    )


def _too_good(run: CheckedRun) -> Finding | None:
    sharpe = run.result.metrics.get("sharpe", np.nan)
    if not sharpe > TOO_GOOD_SHARPE:
        return None
    return Finding(
        "too_good",
        Severity.WARNING,
        f"A Sharpe ratio of {figure(sharpe, 'ratio')} is rarely real.",
        "Check for look-ahead: a column with tomorrow's knowledge, fills at the same close,"
        " prices adjusted with later events, symbols chosen because they survived.",
    )


def _short_period(run: CheckedRun) -> Finding | None:
    in_years = run.result.bars.count / run.result.bars_per_year
    if in_years >= 1.0 - 0.02:  # a calendar year may have a few sessions under the average
        return None
    return Finding(
        "short_period",
        Severity.WARNING,
        f"The period is {_bars(run.result.bars.count)}, {figure(in_years, 'ratio')} of a year, so"
        " every yearly figure is extrapolated.",
        "Read the total return instead, or test at least a year.",
    )


CHECKS = (
    _ruined,
    no_trades,
    _long_warm_up,
    _unsafe_fill,
    _too_good,
    _few_trades,
    _no_costs,
    _costs_eat_profit,
    _one_trade,
    _one_symbol,
    _ambiguous_bars,
    _data_gaps,
    _short_period,
    _ends_under_water,
    _worse_than_holding,
    _cash_short,
    _never_closed,
)
