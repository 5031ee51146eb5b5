"""How many bars a year has, by market.

Never counted from the data: a gap must not change a Sharpe ratio.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError


@dataclass(frozen=True)
class Market:
    """Sessions a year and minutes a session."""

    title: str
    sessions: int
    minutes: float


MARKETS = {
    "us_equities": Market("US equities", 252, 390),
    "futures": Market("Futures (CME)", 252, 1380),
    "fx": Market("Foreign exchange", 260, 1440),
    "crypto": Market("Crypto", 365, 1440),
}

_MINUTES = {"m": 1, "h": 60}
_TIMEFRAME = re.compile(r"(\d+)(mo|[smhdw])")


def timeframe_parts(timeframe: str) -> tuple[int, str]:
    """`4h` is (4, "h"). Units are s, m, h, d, w and mo."""
    match = _TIMEFRAME.fullmatch(timeframe)
    if match is None or int(match[1]) == 0:
        raise AlphintraError(
            f"'{timeframe}' is not a timeframe.",
            hint="Write a number and a unit: 1m, 15m, 1h, 4h, 1d, 1w, 1mo.",
        )
    return int(match[1]), match[2]


def is_intraday(timeframe: str) -> bool:
    """Whether several bars fall on one day."""
    return timeframe_parts(timeframe)[1] in "smh"


def bars_per_year(market: str, timeframe: str) -> float:
    """The number of bars a year that annualised figures use."""
    count, unit = timeframe_parts(timeframe)
    sessions, minutes = MARKETS[market].sessions, MARKETS[market].minutes
    match unit:
        case "s":
            return sessions * minutes * 60 / count
        case "m" | "h":
            return sessions * minutes / (_MINUTES[unit] * count)
        case "d":
            return sessions / count
        case "w":
            return 52 / count
        case _:
            return 12 / count
