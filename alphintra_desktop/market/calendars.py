"""When markets are open: sessions of exchanges, of the week of currencies, and of every day.

The exchanges' holidays, half days and lunch breaks come from exchange_calendars, and this is the
only file that speaks to it. A calendar goes by a name: that library's (`XNYS`, an ISO 10383 code),
`24/7` for coins, `24/5` for currencies and futures that trade from Sunday 17:00 to Friday 17:00 in
New York, `weekdays` for daily prices of no particular exchange.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.errors import AlphintraError

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

Moments = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]

ALWAYS, WEEK, WEEKDAYS = "24/7", "24/5", "weekdays"
OWN = (ALWAYS, WEEK, WEEKDAYS)
# Tried in this order when a series must be of some exchange and nothing says which.
EXCHANGES = (
    *("XNYS", "XLON", "XFRA", "XPAR", "XAMS", "XMIL", "XSWX", "XSTO", "XTSE", "XTKS", "XHKG"),
    *("XSHG", "XASX", "XKRX", "XBOM", "BVMF"),
)
DAY = 86_400_000_000_000
_NEW_YORK = "America/New_York"
_ROLL_HOUR = 17


@dataclass(frozen=True, eq=False)
class Sessions:
    """The sessions of a calendar in a period, in order.

    `days` (S,) are their dates. `opens` and `closes` (P,) are the UTC nanoseconds of the parts of
    sessions without a break in between, `session` (P,) which session each part belongs to.
    `offsets` (S,) is how far the exchange's clock is ahead of UTC, in nanoseconds, and `early`
    (S,) whether a session ends before its usual time.
    """

    name: str
    days: Days
    opens: Moments
    closes: Moments
    session: Moments
    offsets: Moments
    early: npt.NDArray[np.bool_]

    @property
    def first_opens(self) -> Moments:
        """(S,): when each session starts."""
        return self.opens[np.searchsorted(self.session, np.arange(len(self.days)))]

    @property
    def last_closes(self) -> Moments:
        """(S,): when each session ends."""
        return self.closes[np.searchsorted(self.session, np.arange(len(self.days)), "right") - 1]


def is_calendar(name: str) -> bool:
    """Whether there is a calendar of that name."""
    from exchange_calendars import get_calendar_names  # noqa: PLC0415 - brings pandas

    return name in OWN or name in get_calendar_names()


def checked_calendar(name: str) -> str:
    """The name. Raises `AlphintraError` if there is no such calendar."""
    if not is_calendar(name):
        raise AlphintraError(
            f"There is no calendar {name[:40]!r}.",
            hint=f"Name an exchange ({', '.join(EXCHANGES[:5])}, ...) or one of {', '.join(OWN)}.",
        )
    return name


@lru_cache(maxsize=8)
def sessions(name: str, first: np.datetime64, last: np.datetime64) -> Sessions:
    """The sessions of a calendar from one day to another, both included.

    Before and after the years that a calendar knows there are none. Raises `AlphintraError` if
    there is no such calendar.
    """
    start, end = first.astype("datetime64[D]"), last.astype("datetime64[D]")
    if name == ALWAYS:
        return _always(np.arange(start, end + 1))
    if name in (WEEK, WEEKDAYS):
        return _weeks(name, start, end)
    return _exchange(checked_calendar(name), start, end)


def _always(days: Days) -> Sessions:
    opens = days.astype("datetime64[ns]").astype(np.int64)
    none = np.zeros(len(days), dtype=np.int64)
    return Sessions(
        ALWAYS, days, opens, opens + DAY, np.arange(len(days)), none, none.astype(np.bool_)
    )


def _weeks(name: str, start: np.datetime64, end: np.datetime64) -> Sessions:
    """Weekdays without Christmas and New Year, each from 17:00 of the day before in New York."""
    days = np.arange(start, end + 1)
    days = days[np.is_busday(days)]
    in_year = days - days.astype("datetime64[Y]").astype("datetime64[D]")
    christmas = (days + 7).astype("datetime64[M]").astype(np.int64) % 12 == 0
    christmas &= (days.astype("datetime64[D]") - days.astype("datetime64[M]")).astype(int) == 24
    days = days[~christmas & (in_year.astype(int) > 0)]
    return _by_new_york(name, days)


def _by_new_york(name: str, days: Days) -> Sessions:
    import pandas as pd  # noqa: PLC0415 - its conversion of zones is vectorised

    hour = np.timedelta64(1, "h")
    clocks = days.astype("datetime64[h]") + _ROLL_HOUR * hour
    closes = pd.DatetimeIndex(clocks).tz_localize(_NEW_YORK)
    opens = pd.DatetimeIndex(clocks - 24 * hour).tz_localize(_NEW_YORK)
    return Sessions(
        name,
        days,
        _nanoseconds(opens),
        _nanoseconds(closes),
        np.arange(len(days)),
        _offsets(_nanoseconds(closes), _NEW_YORK),
        np.zeros(len(days), dtype=np.bool_),
    )


def _exchange(name: str, start: np.datetime64, end: np.datetime64) -> Sessions:
    calendar = _calendar(
        name, max(start.astype("datetime64[Y]").astype(int) // 10 * 10 + 1970, 1960)
    )
    schedule = calendar.schedule
    inside = (schedule.index >= str(start)) & (schedule.index <= str(end))
    schedule = schedule[inside]
    opens, closes = _nanoseconds(schedule["open"]), _nanoseconds(schedule["close"])
    days = schedule.index.to_numpy().astype("datetime64[D]")
    early = np.isin(days, calendar.early_closes.to_numpy().astype("datetime64[D]"))
    breaks = schedule["break_start"].notna().to_numpy()
    numbers = np.arange(len(days))
    pauses = _nanoseconds(schedule["break_start"][breaks])
    resumed = _nanoseconds(schedule["break_end"][breaks])
    all_opens = np.concatenate([opens, resumed])
    order = np.argsort(all_opens, kind="stable")
    ends = closes.copy()
    ends[breaks] = pauses
    return Sessions(
        name,
        days,
        all_opens[order],
        np.concatenate([ends, closes[breaks]])[order],
        np.concatenate([numbers, numbers[breaks]])[order],
        _offsets(opens, str(calendar.tz)),
        early,
    )


@lru_cache(maxsize=2 * len(EXCHANGES))
def _calendar(name: str, year: int) -> ExchangeCalendar:
    """A calendar from a year on, or from the first that it knows, until a year from now."""
    import pandas as pd  # noqa: PLC0415
    from exchange_calendars import get_calendar  # noqa: PLC0415

    start = pd.Timestamp(year, 1, 1)
    earliest = get_calendar(name).bound_min()
    return get_calendar(name, start=start if earliest is None else max(start, earliest))


def _nanoseconds(stamps: Any) -> Moments:
    """Stamps of pandas, an index or a column, as UTC nanoseconds."""
    plain = stamps.to_numpy(dtype="datetime64[ns]")
    return np.asarray(plain.astype(np.int64))


def _offsets(moments: Moments, zone: str) -> Moments:
    """How far a zone's clock is ahead of UTC at each moment."""
    import pandas as pd  # noqa: PLC0415

    local = pd.DatetimeIndex(moments.view("datetime64[ns]"), tz="UTC").tz_convert(zone)
    return _nanoseconds(local.tz_localize(None)) - moments
