"""What a strategy computes, as typed, frozen values. The class of an op is its type.

Two ops that compute the same are equal, so shared work is found by looking in a dict. A number
that the user set may be a `NamedInt` or `NamedFloat`: it equals the plain number, and remembers
which setting it is, so that the generated file can name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T", bound="type[Expr]")


class NamedInt(int):
    """A whole number that knows the node and the param it was set with."""

    node: str
    param: str


class NamedFloat(float):
    """A number that knows the node and the param it was set with."""

    node: str
    param: str


def named(value: Any, node: str, param: str) -> Any:
    """`value`, remembering its setting if it is a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = NamedInt(value) if isinstance(value, int) else NamedFloat(value)
    number.node, number.param = node, param
    return number


class Expr:
    """Anything a node can stand for."""

    @cached_property
    def _hash(self) -> int:
        return hash((type(self), *(getattr(self, field.name) for field in fields(self))))  # type: ignore[arg-type]

    def inputs(self) -> Iterator[Expr]:
        """The ops this one is computed from, in the order of its fields."""
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, Expr):
                yield value
            elif isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Expr))


@dataclass_transform(frozen_default=True)
def op(cls: T) -> T:
    """Make a class an op: a frozen dataclass that hashes its tree only once."""
    dataclass(frozen=True)(cls)
    cls.__hash__ = _hash_of_tree  # type: ignore[assignment, method-assign]
    return cls


def _hash_of_tree(op: Expr) -> int:
    return op._hash


class MarketData(Expr):
    """Bars: a calendar with prices and volume."""


class Numbers(Expr):
    """One number per bar."""


class Flags(Expr):
    """One yes or no per bar."""


# ---------------------------------------------------------------- market data


@op
class Dataset(MarketData):
    """Bars of some symbols from the market library.

    `start` and `end` are ISO dates, both included, or empty for all there is. `market` (one of
    `ir.markets.MARKETS`) says how many bars a year has. `universe` names who may be held when (see
    `ir.universe`); empty for all symbols at all times.
    """

    dataset: str
    symbols: tuple[str, ...]
    timeframe: str = "1d"
    start: str = ""
    end: str = ""
    adjusted: bool = True
    market: str = "us_equities"
    universe: str = ""


@op
class HigherTimeframe(MarketData):
    """`data` gathered into longer bars (`1h`, `4h`, `1d`, `1w`, `1mo`), stamped by their start."""

    data: MarketData
    timeframe: str


@op
class Column(Numbers):
    """`open`, `high`, `low`, `close` or `volume` of the bars."""

    data: MarketData
    name: str


@op
class EventColumn(Numbers):
    """What a table of events says of `field`, by when it became known: one of `EVENT_KINDS`.

    `last`: the value known at the close of the bar. `sum` and `count`: of the values that became
    known since the close of the bar before; no number before the first. `series` names whose
    values all symbols get; empty for each symbol's own.
    """

    data: MarketData
    table: str
    field: str
    kind: str
    series: str = ""

    @property
    def name(self) -> str:
        """The name of the column in the bars that a strategy is given."""
        whose = (self.series,) if self.series else ()
        return EVENT_MARK.join((self.table, self.field, self.kind, *whose))


EVENT_KINDS = ("last", "sum", "count")
EVENT_MARK = "|"  # no column of bars has it in its name


@op
class OnBarClose(Numbers):
    """Numbers of longer bars, each known from its bar's close on; until then the one before."""

    values: Numbers
    higher: MarketData
    data: MarketData


# ------------------------------------------------------------------ arithmetic


@op
class Constant(Numbers):
    """The same number on every bar."""

    value: float


@op
class Add(Numbers):
    """`left + right`."""

    left: Numbers
    right: Numbers


@op
class Subtract(Numbers):
    """`left - right`."""

    left: Numbers
    right: Numbers


@op
class Multiply(Numbers):
    """`left * right`."""

    left: Numbers
    right: Numbers


@op
class Divide(Numbers):
    """`left / right`; no number where `right` is 0."""

    left: Numbers
    right: Numbers


@op
class Power(Numbers):
    """`base ** exponent`; no number where that is not real."""

    base: Numbers
    exponent: Numbers


@op
class Smaller(Numbers):
    """The smaller of the two."""

    left: Numbers
    right: Numbers


@op
class Larger(Numbers):
    """The larger of the two."""

    left: Numbers
    right: Numbers


@op
class Negative(Numbers):
    """`-values`."""

    values: Numbers


@op
class Absolute(Numbers):
    """The size of the number, without its sign."""

    values: Numbers


@op
class Sign(Numbers):
    """-1, 0 or 1."""

    values: Numbers


@op
class Log(Numbers):
    """The natural logarithm; no number at or below 0."""

    values: Numbers


@op
class SquareRoot(Numbers):
    """The square root; no number below 0."""

    values: Numbers


@op
class Choose(Numbers):
    """`yes` where the condition holds, else `no`."""

    condition: Flags
    yes: Numbers
    no: Numbers


# ------------------------------------------------------- through time, a symbol


@op
class Lag(Numbers):
    """The value `bars` bars ago."""

    values: Numbers
    bars: int


@op
class Change(Numbers):
    """The value minus the value `bars` bars ago."""

    values: Numbers
    bars: int


@op
class Returns(Numbers):
    """The value over the value `bars` bars ago, minus 1."""

    values: Numbers
    bars: int


@op
class LogReturns(Numbers):
    """The logarithm of the value over the value `bars` bars ago."""

    values: Numbers
    bars: int


@op
class Rolling(Numbers):
    """A statistic of the last `window` values: one of `ROLLING_STATISTICS`.

    `std` and `var` divide by window - 1. No number until the window is full.
    """

    values: Numbers
    window: int
    statistic: str


ROLLING_STATISTICS = ("mean", "sum", "std", "var", "min", "max", "median", "skew", "kurt")


@op
class RollingQuantile(Numbers):
    """The `quantile` (0 to 1, interpolated) of the last `window` values."""

    values: Numbers
    window: int
    quantile: float


@op
class RollingRank(Numbers):
    """The share of the last `window` values at or below the current one: 1 is the highest."""

    values: Numbers
    window: int


@op
class RollingCorrelation(Numbers):
    """Pearson's correlation of two series over the last `window` bars."""

    left: Numbers
    right: Numbers
    window: int


@op
class ZScore(Numbers):
    """(value - mean) / standard deviation (window - 1) of the last `window` values."""

    values: Numbers
    window: int


@op
class BarsSince(Numbers):
    """How many bars ago the condition last held: 0 on a bar where it does, no number before."""

    condition: Flags


@op
class SessionVwap(Numbers):
    """Volume-weighted average of (high + low + close) / 3 since the start of the UTC day."""

    data: MarketData


@op
class OverDays(Numbers):
    """The sum of the values of the bars that began in the last `days` days, this one included.

    No number until there are bars from that long ago.
    """

    data: MarketData
    values: Numbers
    days: int


@op
class TaLib(Numbers):
    """Output number `output` of a TA-Lib function, with its params in TA-Lib's order.

    TA-Lib cannot cross a gap: a missing number after the first known one counts as unchanged.
    """

    function: str
    series: tuple[Numbers, ...]
    params: tuple[float, ...]
    output: int


@op
class FutureReturns(Numbers):
    """The return over the next `bars` bars: for labels and research, never for orders."""

    values: Numbers
    bars: int


@op
class FirstBarrier(Numbers):
    """Which price is reached first within `bars` bars: `up` above the close or `down` below it.

    `up` and `down` are fractions of the close. `gives` is "side" (1, -1, or 0 for neither in time),
    "return" (at the barrier, or at the last close in time) or "bars" (until then). Where one bar
    reaches both, the lower one counts, as a stop does. For labels, never for orders.
    """

    close: Numbers
    high: Numbers
    low: Numbers
    up: Numbers
    down: Numbers
    bars: int
    gives: str


@op
class TrendAhead(Numbers):
    """The t-value of the line through the next bars, of the horizon where it is the largest.

    Horizons are `shortest` to `longest` bars. For labels, never for orders.
    """

    values: Numbers
    shortest: int
    longest: int


AHEAD = (FutureReturns, FirstBarrier, TrendAhead)
"""What looks into the future."""


@op
class CustomNumbers(Numbers):
    """What a Python function of the user gives for the whole series (see `nodes.custom`)."""

    code: str
    series: tuple[Expr, ...]
    settings: tuple[tuple[str, Any], ...]
    title: str


# ----------------------------------------------------------- across the symbols


@op
class RankAcross(Numbers):
    """The share of symbols at or below this one on the same bar: 1 is the highest; ties share."""

    values: Numbers


@op
class OfSymbol(Numbers):
    """The values of one symbol, for every symbol: a benchmark, or the other leg of a pair."""

    values: Numbers
    symbol: str


@op
class InverseWeights(Numbers):
    """Weights that sum to 1 over the chosen symbols of a bar, in proportion to 1 / values."""

    chosen: Flags
    values: Numbers


@op
class EqualWeights(Numbers):
    """One over the number of chosen symbols on the bar, 0 for the others."""

    chosen: Flags


# ------------------------------------------------------------------ conditions


@op
class Above(Flags):
    """`left > right`. A missing number is neither above nor below anything."""

    left: Numbers
    right: Numbers


@op
class Below(Flags):
    """`left < right`."""

    left: Numbers
    right: Numbers


@op
class AtLeast(Flags):
    """`left >= right`."""

    left: Numbers
    right: Numbers


@op
class AtMost(Flags):
    """`left <= right`."""

    left: Numbers
    right: Numbers


@op
class Equal(Flags):
    """`left == right`, exactly."""

    left: Numbers
    right: Numbers


@op
class Between(Flags):
    """`low <= values <= high`."""

    values: Numbers
    low: Numbers
    high: Numbers


@op
class CrossesAbove(Flags):
    """Now `left > right`, and one bar ago `left <= right`."""

    left: Numbers
    right: Numbers


@op
class CrossesBelow(Flags):
    """Now `left < right`, and one bar ago `left >= right`."""

    left: Numbers
    right: Numbers


@op
class AllOf(Flags):
    """Every condition holds."""

    conditions: tuple[Flags, ...]


@op
class AnyOf(Flags):
    """At least one condition holds."""

    conditions: tuple[Flags, ...]


@op
class Not(Flags):
    """The condition does not hold."""

    condition: Flags


@op
class HeldFor(Flags):
    """The condition held on each of the last `bars` bars."""

    condition: Flags
    bars: int


@op
class LagFlags(Flags):
    """Whether the condition held `bars` bars ago."""

    condition: Flags
    bars: int


@op
class InSession(Flags):
    """The bar starts between two local times of day (`HH:MM`, end excluded) in a time zone."""

    data: MarketData
    start: str
    end: str
    time_zone: str


@op
class OnWeekdays(Flags):
    """The bar is on one of these days of its exchange date or UTC day (Monday is 0)."""

    data: MarketData
    days: tuple[int, ...]


@op
class EveryBars(Flags):
    """On the first bar of the calendar and every `bars` bars after it."""

    data: MarketData
    bars: int


@op
class OnNewPeriod(Flags):
    """The first bar of a calendar `day`, `week`, `month`, `quarter` or `year`."""

    data: MarketData
    period: str


@op
class TopAcross(Flags):
    """The `count` symbols with the highest values on the bar; earlier symbols win ties."""

    values: Numbers
    count: int


@op
class IsSymbol(Flags):
    """True for the named symbols, on every bar."""

    data: MarketData
    symbols: tuple[str, ...]


@op
class CustomFlags(Flags):
    """What a Python function of the user gives for the whole series (see `nodes.custom`)."""

    code: str
    series: tuple[Expr, ...]
    settings: tuple[tuple[str, Any], ...]
    title: str


# -------------------------------------------------------------------- strategy


class OrderRule(Expr):
    """When to enter or leave a position."""


@op
class EnterLong(OrderRule):
    """Buy when the condition holds and nothing is held; reverses a short position."""

    when: Flags


@op
class ExitLong(OrderRule):
    """Sell a long position when the condition holds."""

    when: Flags


@op
class EnterShort(OrderRule):
    """Sell short when the condition holds and nothing is held; reverses a long position."""

    when: Flags


@op
class ExitShort(OrderRule):
    """Buy back a short position when the condition holds."""

    when: Flags


class Sizing(Expr):
    """How much an entry buys or sells."""


@op
class SharesPerTrade(Sizing):
    """A number of shares, taken on the signal bar."""

    shares: Numbers


@op
class CashPerTrade(Sizing):
    """An amount of money, turned into shares at the fill price before slippage."""

    amount: Numbers


@op
class FractionPerTrade(Sizing):
    """A fraction of the account's equity, costs included; 1 is all of it."""

    fraction: Numbers


class StopRule(Expr):
    """What closes a position by itself. Fractions of the entry's fill price."""


@op
class StopLoss(StopRule):
    """Leave when the price moves this fraction against the position. Taken on the signal bar."""

    fraction: Numbers


@op
class TakeProfit(StopRule):
    """Leave when the price moves this fraction in favour of the position."""

    fraction: Numbers


@op
class TrailingStop(StopRule):
    """Leave when the price falls this fraction from its best since the entry."""

    fraction: Numbers


@op
class ExitAfter(StopRule):
    """Leave at the open of the `bars`-th bar after the bar of the entry."""

    bars: int


class TradingCosts(Expr):
    """What trading costs."""


@op
class Commission(TradingCosts):
    """A fraction of the traded value, money per share, and money per order, added up."""

    fraction: float
    per_share: float
    per_order: float


@op
class Slippage(TradingCosts):
    """How much worse than quoted a fill is: a fraction of the price, and half a spread in money."""

    fraction: float
    half_spread: float


@op
class BorrowFee(TradingCosts):
    """What holding a short position costs: a fraction of its value a year."""

    rate: float


class StrategyOp(Expr):
    """A whole strategy: the end of the graph."""


@op
class SignalStrategy(StrategyOp):
    """Orders from entry and exit rules, one position a symbol at a time.

    `fill` is `next_open`, `next_close` or `same_close`; `stops_from` is `entry_bar` or
    `next_bar`; `accounts` is `one_per_symbol` (the cash split evenly) or `shared`.
    """

    rules: tuple[OrderRule, ...]
    sizing: Sizing
    stops: tuple[StopRule, ...]
    costs: tuple[TradingCosts, ...]
    cash: float
    fill: str
    stops_from: str
    accounts: str
    whole_shares: bool


@op
class PortfolioStrategy(StrategyOp):
    """Target weights of one shared account, traded towards whenever `rebalance` holds.

    Sells go before buys; what is not covered by a weight is cash.
    """

    weights: Numbers
    rebalance: Flags
    costs: tuple[TradingCosts, ...]
    cash: float
    fill: str
    whole_shares: bool
