"""What became known when: economic series, news scores, options flow, out of tables of events.

A bar sees an event only if it was known when the bar was over, whatever day the event is about.
"""

from __future__ import annotations

from typing import Any

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    EVENT_MARK,
    Above,
    BarsSince,
    Constant,
    Dataset,
    Divide,
    EventColumn,
    Flags,
    MarketData,
    Numbers,
    OverDays,
    Rolling,
)
from alphintra_desktop.ir.universe import is_member, membership
from alphintra_desktop.nodes.market_data import checked_universe
from alphintra_desktop.nodes.windows import window

SAMPLE_TABLE = "sample_options_flow"
_TAGS = ("events", "economic", "fred", "news", "sentiment", "options flow", "release")


def _table() -> Any:
    text = "The table of events, as `alphintra data events` lists it."
    return param(SAMPLE_TABLE, help=text, meaning="events")


def _field() -> Any:
    return param("net_premium", help="Which of the table's numbers.", meaning="event_field")


def _series() -> Any:
    text = "Whose rows all symbols get, such as GDP. Empty: each symbol its own."
    return param("", help=text, meaning="event_series")


@node_type("Event value", category="Market data", tags=(*_TAGS, "as of", "point in time"))
def last_known(
    bars: MarketData, *, table: str = _table(), field: str = _field(), series: str = _series()
) -> Numbers:
    """The value that was known last when the bar closed: of the latest period, as revised by then.

    There is no number before the first was known, nor for a symbol the table does not have.
    """
    return _column(bars, table, field, series, "last")


@node_type("Events over bars", category="Market data", tags=_TAGS)
def over_bars(  # noqa: PLR0913 - one declaration of everything a user may set
    bars: MarketData,
    *,
    table: str = _table(),
    field: str = _field(),
    series: str = _series(),
    statistic: str = param(
        "sum",
        choices=("sum", "mean", "count"),
        help="Of the values that became known: their sum, their mean, or how many they are.",
    ),
    window: int = window(5, low=1),
) -> Numbers:
    """The sum, mean or number of the values that became known during the last bars.

    There is no number until the window is full, nor a mean of no values.
    """

    def counted(kind: str) -> Numbers:
        return Rolling(_column(bars, table, field, series, kind), window, "sum")

    return _statistic(statistic, counted)


@node_type("Events over days", category="Market data", tags=_TAGS)
def over_days(  # noqa: PLR0913 - one declaration of everything a user may set
    bars: MarketData,
    *,
    table: str = _table(),
    field: str = _field(),
    series: str = _series(),
    statistic: str = param(
        "sum",
        choices=("sum", "mean", "count"),
        help="Of the values that became known: their sum, their mean, or how many they are.",
    ),
    days: int = param(
        7, low=1, high=3_650, unit="days", help="Days of the calendar, that of the bar included."
    ),
) -> Numbers:
    """The sum, mean or number of the values that became known on the bars of the last days.

    There is no number until bars go back that far, nor a mean of no values.
    """

    def counted(kind: str) -> Numbers:
        return OverDays(bars, _column(bars, table, field, series, kind), days)

    return _statistic(statistic, counted)


@node_type("Age of event", category="Market data", tags=(*_TAGS, "since", "stale"))
def age(
    bars: MarketData, *, table: str = _table(), field: str = _field(), series: str = _series()
) -> Numbers:
    """How many bars ago a value became known last: 0 on the bar that was the first to know it.

    There is no number before the first was known.
    """
    return BarsSince(Above(_column(bars, table, field, series, "count"), Constant(0.0)))


@node_type("Universe membership", category="Market data", tags=("survivorship", "member", "index"))
def in_universe(
    bars: MarketData,
    *,
    universe: str = param(
        "members",
        help="A universe of the library. Empty: the one that the market data names.",
        meaning="universe",
    ),
) -> Flags:
    """Whether a symbol is a member of a point-in-time universe, and may be bought.

    From the day on which it joined until the last bar before its last day: on that day it is
    known to be the last.
    """
    if not isinstance(bars, Dataset):
        raise _longer_bars()
    name = checked_universe(universe)
    if not name and not bars.universe:
        raise AlphintraError(
            "No universe is named.",
            hint="Name one here or on the Market data node; `alphintra data universe list` names"
            " them all.",
            place=Place(param="universe"),
        )
    return is_member(membership(bars, name))


def _longer_bars() -> AlphintraError:
    return AlphintraError(
        "Events are joined to the bars of a Market data node, not to longer ones.",
        hint="Connect the Market data node itself.",
    )


def _statistic(statistic: str, counted: Any) -> Numbers:
    """Sums and counts as they are; a mean is one by the other."""
    if statistic != "mean":
        made: Numbers = counted(statistic)
        return made
    return Divide(counted("sum"), counted("count"))


def _column(bars: MarketData, table: str, field: str, series: str, kind: str) -> EventColumn:
    if not isinstance(bars, Dataset):
        raise _longer_bars()
    for name, text in (("table", table), ("field", field)):
        if not text.strip():
            raise AlphintraError(
                f"The {name} of the events is not named.",
                hint="`alphintra data events` lists the tables and their fields.",
                place=Place(param=name),
            )
    for name, text in (("table", table), ("field", field), ("series", series)):
        if EVENT_MARK in text:
            raise AlphintraError(
                f"'{EVENT_MARK}' cannot be in the name of a {name}.",
                hint="Rename the column of the file and import it again.",
                place=Place(param=name),
            )
    return EventColumn(bars, table.strip(), field.strip(), kind, series.strip())
