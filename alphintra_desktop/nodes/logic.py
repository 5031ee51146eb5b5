"""Combining conditions, and conditions of the calendar."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.node_type import node_type, param
from alphintra_desktop.ir.ops import (
    AllOf,
    AnyOf,
    BarsSince,
    EveryBars,
    Flags,
    HeldFor,
    InSession,
    IsSymbol,
    LagFlags,
    MarketData,
    Not,
    Numbers,
    OnNewPeriod,
    OnWeekdays,
)
from alphintra_desktop.nodes.market_data import check_symbols, symbol_list
from alphintra_desktop.nodes.windows import MOST_BARS, bars_ago

_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@node_type("All of", category="Logic", tags=("and", "both", "every"))
def all_of(conditions: tuple[Flags, ...]) -> Flags:
    """Holds where every connected condition holds."""
    return AllOf(_some(conditions))


@node_type("Any of", category="Logic", tags=("or", "either"))
def any_of(conditions: tuple[Flags, ...]) -> Flags:
    """Holds where at least one connected condition holds."""
    return AnyOf(_some(conditions))


@node_type("Not", category="Logic", tags=("invert", "opposite"))
def not_(condition: Flags) -> Flags:
    """Holds where the condition does not.

    A condition on an indicator that still warms up does not hold, so its opposite does: combine
    it with another condition where that matters.
    """
    return Not(condition)


@node_type("Held for", category="Logic", tags=("consecutive", "in a row", "confirmed"))
def held_for(
    condition: Flags, *, bars: int = bars_ago(3, help="How many bars in a row, this one included.")
) -> Flags:
    """Holds once the condition has held on so many bars in a row."""
    return HeldFor(condition, bars)


@node_type("Was true", category="Logic", tags=("lag", "previous", "ago"))
def was_true(condition: Flags, *, bars: int = bars_ago()) -> Flags:
    """Whether the condition held some bars ago. It does not hold on the first bars."""
    return LagFlags(condition, bars)


@node_type("Bars since", category="Logic", tags=("age", "how long ago"))
def bars_since(condition: Flags) -> Numbers:
    """How many bars ago the condition last held: 0 on a bar where it does.

    There is no number before the first time.
    """
    return BarsSince(condition)


@node_type("In session", category="Calendar", tags=("time of day", "hours", "intraday"))
def in_session(
    bars: MarketData,
    *,
    start: str = param("09:30", help="The first time of day, as HH:MM on the local clock."),
    end: str = param("16:00", help="The time of day it ends, itself outside. 00:00 is midnight."),
    time_zone: str = param("America/New_York", help="Whose clock: Europe/London, UTC, Asia/Tokyo."),
) -> Flags:
    """Whether the bar starts between two times of day. Daylight saving is taken into account.

    With an end before the start, the session runs over midnight. Daily bars have no time of
    day: they count as midnight UTC.
    """
    for name, text in (("start", start), ("end", end)):
        if _TIME_OF_DAY.fullmatch(text) is None:
            raise AlphintraError(
                f"'{text}' is not a time of day.",
                hint="Write hours and minutes: 09:30.",
                place=Place(param=name),
            )
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        raise AlphintraError(
            f"There is no time zone '{time_zone}'.",
            hint="Write a region and a city, such as America/New_York, or UTC.",
            place=Place(param="time_zone"),
        ) from None
    return InSession(bars, start, end, time_zone)


@node_type("On weekdays", category="Calendar", tags=("monday", "friday", "day of week"))
def on_weekdays(  # noqa: PLR0913 - a week has seven days
    bars: MarketData,
    *,
    monday: bool = param(True),
    tuesday: bool = param(True),
    wednesday: bool = param(True),
    thursday: bool = param(True),
    friday: bool = param(True),
    saturday: bool = param(False),
    sunday: bool = param(False),
) -> Flags:
    """Whether the bar is on one of the chosen days of its exchange date (UTC day if intraday).

    The signal of a Friday bar is traded on the next bar, which may be on Monday.
    """
    week = (monday, tuesday, wednesday, thursday, friday, saturday, sunday)
    days = tuple(day for day, chosen in enumerate(week) if chosen)
    if not days:
        raise AlphintraError(
            "No day is chosen.", hint="Choose at least one.", place=Place(param="monday")
        )
    return OnWeekdays(bars, days)


@node_type("Every n bars", category="Calendar", tags=("rebalance", "periodic"))
def every_bars(
    bars: MarketData,
    *,
    count: int = param(20, low=1, high=MOST_BARS, unit="bars", help="From one time to the next."),
) -> Flags:
    """Holds on the first bar, and again every so many bars."""
    return EveryBars(bars, count)


@node_type("On new period", category="Calendar", tags=("rebalance", "monthly", "weekly"))
def on_new_period(
    bars: MarketData,
    *,
    period: str = param(
        "month",
        choices=("day", "week", "month", "quarter", "year"),
        help="The calendar period whose first bar counts.",
    ),
) -> Flags:
    """Holds on the first bar of each day, week, month, quarter or year."""
    return OnNewPeriod(bars, period)


@node_type("Is symbol", category="Logic", tags=("only", "filter"))
def is_symbol(
    bars: MarketData,
    *,
    symbols: str = param("AAPL", help="Symbols, separated by commas.", meaning="symbols"),
) -> Flags:
    """Holds on every bar of the named symbols, and never for the others."""
    names = symbol_list(symbols)
    check_symbols(names, bars, param="symbols")
    return IsSymbol(bars, names)


def _some(conditions: tuple[Flags, ...]) -> tuple[Flags, ...]:
    if not conditions:
        raise AlphintraError(
            "No condition is connected.", hint="Connect at least one condition to 'conditions'."
        )
    return conditions
