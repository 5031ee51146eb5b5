"""A strategy's generated file on a window of bars, with all the history before it to warm up on.

1. The file decides on every bar until the end of the window, never on a later one.
2. Trading begins with what was decided at the close of the bar before the window, so that every bar
   of the window has a return. The account is flat then.
3. Where edges are flat, what is still held after the last bar is sold at that bar's close, with all
   costs: an order of which the time was known before, and no later price is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from alphintra_desktop.backtest.capabilities import choose_engine
from alphintra_desktop.backtest.deciding import signals_of
from alphintra_desktop.backtest.run import plain_rules, prices_of, simulate
from alphintra_desktop.codegen.module import StrategyCode
from alphintra_desktop.market.bars import Bars, Floats
from alphintra_desktop.research.splits import Span
from alphintra_desktop.simulation.decisions import decisions_of
from alphintra_desktop.simulation.fills import buying_price, commission, selling_price
from alphintra_desktop.simulation.metrics import headline
from alphintra_desktop.simulation.rules import Decisions, Rules
from alphintra_desktop.simulation.simulated import EXIT, Fills, Integers, Prices, Simulated
from alphintra_desktop.simulation.trades import Trades, round_trips


@dataclass(frozen=True, eq=False)
class WindowRun:
    """What trading in a window came to.

    `equity` begins at the close of the bar before the window and has one more value for each bar of
    it. `profits` are those of the closed trades, in money, and `exits` the places in
    `equity` at which they were closed.
    """

    cash: float
    equity: Floats
    profits: Floats
    exits: Integers
    bars_per_year: float

    @property
    def metrics(self) -> dict[str, float]:
        """The ten of `simulation.metrics.TEN`, of the window alone."""
        return headline(self.cash, self.equity, self.profits, self.bars_per_year)


def rows_between(bars: Bars, first: int, end: int) -> Bars:
    """The rows from `first` until before `end`."""
    columns = {name: values[first:end] for name, values in bars.columns.items()}
    return replace(bars, timestamps=bars.timestamps[first:end], columns=columns)


def opened(span: Span) -> Span:
    """A window with the bar before it, at whose close trading begins."""
    return Span(max(span.first - 1, 0), span.end)


def decided_in(code: StrategyCode, bars: Bars, span: Span) -> Decisions:
    """What the file decides on the rows of a span, knowing those before it and none after it."""
    known = bars.until(span.end)
    decisions = decisions_of(signals_of(code, known), known.present)
    return Decisions._make(values[span.first :] for values in decisions)


def run_window(code: StrategyCode, bars: Bars, span: Span, *, flat: bool) -> WindowRun:
    """Trade in a window, beginning without a position; `flat`: ending without one as well.

    `bars` are adjusted where the strategy asks for it. Raises `StrategyFailed` when the file's own
    code fails.
    """
    traded = opened(span)
    decisions = decided_in(code, bars, traded)
    shown = rows_between(bars, traded.first, traded.end)
    return trade(plain_rules(code.trading.rules), shown, decisions, flat=flat)


def trade(rules: Rules, bars: Bars, decisions: Decisions, *, flat: bool) -> WindowRun:
    """Trade decisions on bars on the engine that can do what the rules ask for."""
    prices = prices_of(bars)
    result = simulate(choose_engine(rules, bars), rules, prices, decisions)
    if flat:
        result = sold_out(rules, prices, result)
    trades = round_trips(rules, prices, result)
    closed = ~trades.is_open
    profits, exits = trades.profit[closed], trades.exit_bar[closed]
    return WindowRun(rules.cash, result.equity, profits, exits, rules.bars_per_year)


def sold_out(rules: Rules, prices: Prices, result: Simulated) -> Simulated:
    """The same with everything sold, or bought back, at its last close, costs included."""
    trades = round_trips(rules, prices, result)
    held = Trades._make(column[trades.is_open] for column in trades)
    if len(held.symbol) == 0:
        return result
    left = _exits(rules, held, len(result.equity) - 1)
    cash, value, gross = (
        column.copy() for column in (result.cash, result.position_value, result.gross_value)
    )
    cash[-1] -= float((left.shares * left.price + left.cost).sum())
    value[-1] = gross[-1] = 0.0
    fills = Fills._make(np.concatenate(both) for both in zip(result.fills, left, strict=True))
    return Simulated(cash + value, cash, value, gross, fills)


def _exits(rules: Rules, held: Trades, bar: int) -> Fills:
    """One fill for each open trade, in the order of the symbols."""
    rows = zip(held.side, held.exit_price, strict=True)
    price = [selling_price(p, rules) if side > 0 else buying_price(p, rules) for side, p in rows]
    costs = [commission(*deal, rules) for deal in zip(held.shares, price, strict=True)]
    count = len(held.symbol)
    return Fills(
        bar=np.full(count, bar),
        symbol=held.symbol,
        shares=-held.side * held.shares,
        price=np.array(price),
        cost=np.array(costs),
        reason=np.full(count, EXIT),
        ambiguous=np.zeros(count, np.bool_),
    )
