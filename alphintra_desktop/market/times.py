"""Times of files as nanosecond UTC stamps: numbers (dates as digits, epochs) and texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

Stamps = npt.NDArray[np.datetime64]
Integers = npt.NDArray[np.int64]

FIRST = np.datetime64("1700-01-01", "us")
LAST = np.datetime64("2250-01-01", "us")

_DATE = r"\d{4}(?P<mark>[-./])\d{1,2}(?P=mark)\d{1,2}"
_CLOCK = r"[T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?"
_ZONE = r"\s*(Z|UTC|[+-]\d{2}(:?\d{2})?)"
_TEXT = re.compile(f"(?P<date>{_DATE})(?P<clock>{_CLOCK})?(?P<zone>{_ZONE})?")
_DAY_AND_MONTH = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<mark>[-./])(?P<two>\d{{1,2}})(?P=mark)\d{{4}}(?P<clock>{_CLOCK})?"
)
_COMPACT = re.compile(r"\d{8} \d{6}")
_COMPACT_MINUTES = re.compile(r"\d{8} \d{2}:\d{2}")
_OF_DUKASCOPY = re.compile(r"(?P<rest>.*\d)\s(?P<zone>GMT[+-]\d{4})")
_FRACTION = re.compile(r":\d{2}\.\d")
_MIDNIGHT = re.compile(r"[T ]\s*0?0:00(:00(\.0+)?)?")
_MONTHS = 12
_NUMBER = re.compile(r"\d{8,19}(\.\d+)?")
# A number of seconds, milliseconds, ... since 1970 tells its unit by its size, from 1973 on.
_EPOCHS = ((10**17, "ns"), (10**14, "us"), (10**11, "ms"), (10**8, "s"))
EPOCH_UNITS = {"epoch s": "s", "epoch ms": "ms", "epoch us": "us", "epoch ns": "ns"}
_ZONE_MARKS = ("%z", "%Z")


@dataclass(frozen=True)
class TimeFormat:
    """How a column writes times: the DuckDB type to read it as, and DuckDB's format if not ISO.

    `zoned` says whether the texts carry a zone of their own. Midnights of a zone are taken as
    dates, because that is what they mean. `unit` is that of numbers, "" to be told by their size;
    with a `day`, they count from its midnight.
    """

    sql_type: str
    format: str = ""
    zoned: bool = False
    unit: str = ""
    day: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the column is read as numbers, for `from_numbers`."""
        return self.sql_type in ("BIGINT", "DOUBLE")


def named_time_format(text: str) -> TimeFormat:
    """The format that a user wrote: a pattern, or the unit of an epoch."""
    if text in EPOCH_UNITS:
        return TimeFormat("DOUBLE" if EPOCH_UNITS[text] == "s" else "BIGINT", "", True,
                          EPOCH_UNITS[text])  # fmt: skip
    zoned = any(mark in text for mark in _ZONE_MARKS)
    return TimeFormat("TIMESTAMP", text, zoned)  # DuckDB reads such a zone into UTC


def described(format: TimeFormat, sample: str) -> str:
    """A format as `named_time_format` reads it, or what else it is; `sample` is a time in it."""
    if format.day:
        return f"milliseconds since midnight of {format.day}"
    if not format.is_number:
        return format.format or "ISO 8601"
    number = int(float(sample)) if _NUMBER.fullmatch(sample) else 0
    if not format.unit and _is_digits(number):
        return "digits of a date"
    return f"epoch {format.unit or _unit_of(number)}"


def time_format(samples: Iterable[str]) -> TimeFormat | None:
    """How the first readable sample writes its time; None if none is readable.

    Whether 3/4/2005 is in March or April is told by the other samples, and where none tells, such
    a date is not readable.
    """
    texts = [text for text in (sample.strip() for sample in samples) if text]
    for text in texts:
        if known := _known_format(text):
            return known
        if _DAY_AND_MONTH.fullmatch(text):
            return _day_and_month([_DAY_AND_MONTH.fullmatch(other) for other in texts])
        if _NUMBER.fullmatch(text):
            return TimeFormat("DOUBLE" if "." in text else "BIGINT", zoned=len(text) not in (8, 14))
        if match := _TEXT.fullmatch(text):
            return _text_format(match, [_TEXT.fullmatch(other) for other in texts])
    return None


def _known_format(text: str) -> TimeFormat | None:
    """Of the times that are written one way only."""
    if _COMPACT.fullmatch(text):
        return TimeFormat("TIMESTAMP", "%Y%m%d %H%M%S")
    if _COMPACT_MINUTES.fullmatch(text):
        return TimeFormat("TIMESTAMP", "%Y%m%d %H:%M")
    if (match := _OF_DUKASCOPY.fullmatch(text)) and _DAY_AND_MONTH.fullmatch(match["rest"]):
        return TimeFormat("TIMESTAMP", f"%d.%m.%Y {_clock_format(match['rest'])} GMT%z", True)
    return None


def _clock_format(text: str) -> str:
    """The pattern of the clock in a time."""
    return ("", "%H:%M", "%H:%M:%S")[text.count(":")] + (".%f" if _FRACTION.search(text) else "")


def _text_format(first: re.Match[str], samples: list[re.Match[str] | None]) -> TimeFormat:
    mark = first["mark"]
    clocks = [match["clock"] for match in samples if match]
    zoned = first["zone"] is not None
    if mark != "-" and not zoned:
        clock = (first["clock"] or "").count(":")
        date = mark.join(("%Y", "%m", "%d"))
        return TimeFormat("TIMESTAMP", date + ("", " %H:%M", " %H:%M:%S")[clock])
    if all(clock is None or _MIDNIGHT.fullmatch(clock) for clock in clocks):
        return TimeFormat("TIMESTAMP")
    return TimeFormat("TIMESTAMPTZ", zoned=zoned)


def _day_and_month(samples: list[re.Match[str] | None]) -> TimeFormat | None:
    matches = [match for match in samples if match]
    most = {part: max(int(match[part]) for match in matches) for part in ("one", "two")}
    mark = matches[0]["mark"]
    if mark == "." or most["one"] > _MONTHS >= most["two"]:
        parts = ("%d", "%m", "%Y")
    elif most["two"] > _MONTHS >= most["one"]:
        parts = ("%m", "%d", "%Y")
    else:
        return None
    clock = _clock_format(matches[0]["clock"] or "")
    return TimeFormat("TIMESTAMP", f"{mark.join(parts)} {clock}".rstrip())


def from_numbers(values: npt.NDArray[np.float64] | Integers, unit: str = "") -> Stamps:
    """Microsecond stamps of YYYYMMDD, YYYYMMDDHHMMSS or epoch numbers; NaT where it is none.

    Unless `unit` is given, the first value says which of them all are. Microseconds hold every
    year there is; the caller narrows to nanoseconds once it has refused what lies outside.
    """
    if unit:
        return np.where(values >= 0, _from_epoch(values, unit), np.datetime64("NaT", "us"))
    known = values[np.isfinite(values) & (values > 0)]
    if not len(known):
        return np.full(len(values), np.datetime64("NaT", "us"))
    first = int(known[0])
    if _is_digits(first):
        return _from_digits(_whole(values), first >= 10**13)
    return _from_epoch(values, _unit_of(first))


def _is_digits(number: int) -> bool:
    return number < 10**8 or 10**13 <= number < 10**14


def _unit_of(number: int) -> str:
    return next((unit for least, unit in _EPOCHS if number >= least), "s")


def _whole(values: npt.NDArray[np.float64] | Integers) -> Integers:
    usable = np.isfinite(values) & (values > 0) & (values < 2**63)
    return np.where(usable, values, 0).astype(np.int64)


def _from_epoch(values: npt.NDArray[np.float64] | Integers, unit: str) -> Stamps:
    microseconds = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}[unit]
    scaled = np.asarray(values, dtype=np.float64) * microseconds
    inside = (scaled >= FIRST.astype(np.int64)) & (scaled < LAST.astype(np.int64))
    if values.dtype == np.float64:
        exact = np.where(inside, np.round(scaled), 0).astype(np.int64)
    else:
        usable = np.where(inside, values, 0).astype(np.int64)
        exact = usable // 1000 if unit == "ns" else usable * int(microseconds)
    return np.where(inside, exact.astype("datetime64[us]"), np.datetime64("NaT", "us"))


def _from_digits(values: Integers, with_clock: bool) -> Stamps:
    days, clocks = np.divmod(values, 10**6) if with_clock else (values, np.zeros_like(values))
    dates = _dates(days)
    seconds = clocks // 10000 * 3600 + clocks // 100 % 100 * 60 + clocks % 100
    sound = (clocks // 10000 < 24) & (clocks // 100 % 100 < 60) & (clocks % 100 < 60)
    stamps = dates.astype("datetime64[us]") + seconds.astype("timedelta64[s]")
    return np.where(sound, stamps, np.datetime64("NaT", "us"))


def _dates(days: Integers) -> Stamps:
    years, months, numbers = days // 10000, days // 100 % 100, days % 100
    months_since = (years - 1970) * 12 + months - 1
    starts = months_since.astype("datetime64[M]")
    dates = starts.astype("datetime64[D]") + (numbers - 1).astype("timedelta64[D]")
    sound = (
        (years >= 1700) & (years < 2250) & (months >= 1) & (months <= 12) & (numbers >= 1)
        & (dates.astype("datetime64[M]") == starts)
    )  # fmt: skip
    return np.where(sound, dates, np.datetime64("NaT", "D"))


def clock_seconds(clocks: Integers) -> npt.NDArray[np.timedelta64]:
    """Times of day written as HHMMSS digits; NaT where they are none."""
    sound = (
        (clocks >= 0) & (clocks // 10000 < 24) & (clocks // 100 % 100 < 60) & (clocks % 100 < 60)
    )
    seconds = clocks // 10000 * 3600 + clocks // 100 % 100 * 60 + clocks % 100
    return np.where(sound, seconds.astype("timedelta64[s]"), np.timedelta64("NaT", "s"))


def parsed(text: str) -> np.datetime64 | None:
    """An ISO date or time, UTC where it names no zone; None if it is neither."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = moment.utcoffset()
    naive = moment.replace(tzinfo=None)
    stamp = np.datetime64(naive - offset if offset else naive, "us")
    return stamp if FIRST <= stamp < LAST else None


def shown(stamp: np.datetime64, *, intraday: bool) -> str:
    """`2017-03-01`, or `2017-03-01T22:00:00Z` when intraday."""
    return f"{stamp.astype('datetime64[s]')}Z" if intraday else str(stamp.astype("datetime64[D]"))
