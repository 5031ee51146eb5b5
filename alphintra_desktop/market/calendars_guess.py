"""Which calendar a series keeps, found from the sessions it has.

Steps: 1. bars on most Saturdays: always open; 2. intraday bars on Sundays: the week of currencies;
3. else the exchange of the symbol's suffix or that of the market, if it explains nearly all
sessions, or of all exchanges known here the one that explains them best; 4. if none
explains most of them, plain weekdays, and if not even those, none.
"""

from __future__ import annotations

import numpy as np

from alphintra_desktop.market.calendars import (
    ALWAYS,
    DAY,
    EXCHANGES,
    WEEK,
    WEEKDAYS,
    Days,
    Moments,
    Sessions,
    sessions,
)
from alphintra_desktop.market.quality_table import BarTable

UNKNOWN = ""
_FEWEST_DAYS = 5
_ALL, _NEARLY_ALL = 0.998, 0.98
_MOST = 0.8
_NEVER_CLOSED, _MANY = 0.995, 0.6
_OF_SUFFIX = {
    **{".L": "XLON", ".DE": "XFRA", ".F": "XFRA", ".PA": "XPAR", ".AS": "XAMS", ".MI": "XMIL"},
    **{".SW": "XSWX", ".ST": "XSTO", ".TO": "XTSE", ".T": "XTKS", ".HK": "XHKG", ".SS": "XSHG"},
    **{".AX": "XASX", ".KS": "XKRX", ".BO": "XBOM", ".SA": "BVMF", ".US": "XNYS"},
}
_OF_MARKET = {"us_equities": "XNYS", "futures": WEEK, "fx": WEEK, "crypto": ALWAYS}


def guessed_calendar(table: BarTable, market: str = "") -> str:
    """The name of the calendar, or `UNKNOWN`. The rows of the table are in order of time."""
    if not (table.intraday or table.has_daily_bars) or not len(table):
        return UNKNOWN
    days = days_of(table.moments)
    if len(days) < _FEWEST_DAYS:
        return ALWAYS if _is_always(table, days) else _OF_MARKET.get(market, UNKNOWN)
    weekday = days.astype(np.int64) % 7  # 1970-01-01, day 0, was a Thursday
    saturdays, sundays = int((weekday == 2).sum()), int((weekday == 3).sum())
    weeks = max(int((days[-1] - days[0]).astype(int)) // 7, 1)
    if saturdays * 2 > weeks:
        return ALWAYS
    if table.intraday and sundays * 2 > weeks:
        return WEEK
    return _best(table, days, market)


def days_of(moments: Moments) -> Days:
    """The dates that have bars. Looks at the first bar of each only: the moments rise."""
    dates = np.arange(moments[0] // DAY, moments[-1] // DAY + 1)
    first = np.searchsorted(moments, np.append(dates, dates[-1] + 1) * DAY)
    return dates[np.diff(first) > 0].astype("datetime64[D]")


def _is_always(table: BarTable, days: Days) -> bool:
    """Few days: whether their bars fill whole days."""
    return table.intraday and len(table) * table.step >= 0.9 * len(days) * DAY


def _best(table: BarTable, days: Days, market: str) -> str:
    scores: dict[str, float] = {}
    hints = _hints(table, market)
    for name in dict.fromkeys([*hints, *EXCHANGES, WEEK if table.intraday else WEEKDAYS]):
        known = sessions(name, days[0], days[-1])
        scores[name] = _score(table, days, known)
        hinted = name in hints and (scores[name] >= _NEARLY_ALL or _explains(days, known))
        if hinted or scores[name] >= _ALL:
            return name
    best = max(scores, key=lambda name: scores[name])
    good = scores[best] >= _MOST or _explains(days, sessions(best, days[0], days[-1]))
    return best if good else UNKNOWN


def _explains(days: Days, known: Sessions) -> bool:
    """Whether hardly a day with bars is not of the calendar, though many of its may be missing."""
    there = np.isin(days, known.days).mean()
    return bool(there >= _NEVER_CLOSED and len(days) >= _MANY * len(known.days))


def _hints(table: BarTable, market: str) -> list[str]:
    suffix = "." + table.symbol.upper().rpartition(".")[2]
    names = (_OF_SUFFIX.get(suffix, ""), _OF_MARKET.get(market, ""))
    return [name for name in names if name not in ("", ALWAYS)]


def _score(table: BarTable, days: Days, known: Sessions) -> float:
    """How well sessions explain the days that have bars, and intraday where in them bars lie."""
    if not len(known.days):
        return 0.0
    both = len(np.intersect1d(days, known.days, assume_unique=True))
    alike = both / len(np.union1d(days, known.days))
    return alike * _share_inside(table.moments, known) if table.intraday else alike


def _share_inside(moments: Moments, known: Sessions) -> float:
    """The share of a sample of the bars that lie in a session. Bars before and after the regular
    hours count half, so that the exchange whose hours they surround still wins."""
    sample = moments[:: max(len(moments) // 50_000, 1)]
    part = np.searchsorted(known.opens, sample, "right") - 1
    inside = (part >= 0) & (sample < known.closes[np.maximum(part, 0)])
    return float((inside.mean() + 1) / 2)
