"""From when to when: dates as a user writes them, held against the bars there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.timeframes import step_seconds
from alphintra_desktop.market.times import parsed

_WEEK = 7 * 86_400
_DATE_LENGTH = len("2004-08-19")


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included; None is open. The texts are what the user wrote."""

    start: str
    end: str
    first: np.datetime64 | None
    last: np.datetime64 | None

    def check(self, versions: tuple[SeriesVersion, ...]) -> None:
        """Refuse a period that reaches beyond the bars.

        A week is forgiven (holidays, a weekend), or two bars where they are longer: a backtest
        over fewer years than asked for would look like an answer to the question.
        """
        for version in versions:
            self._overlap(version)
        earliest = min(versions, key=lambda version: version.first)
        latest = max(versions, key=lambda version: version.last)
        grace = np.timedelta64(max(_WEEK, 2 * step_seconds(earliest.timeframe)), "s")
        if self.first is not None and self.first + grace < _moment(earliest.first):
            raise _starts_too_early(earliest, self.start)
        if self.last is not None and self.last - grace > _last_moment(latest.last):
            raise _ends_too_late(latest, self.end)

    def _overlap(self, version: SeriesVersion) -> None:
        if self.last is not None and self.last < _moment(version.first):
            raise _outside(version, f"before {version.first}", f"ends on {self.end}")
        if self.first is not None and self.first > _last_moment(version.last):
            raise _outside(version, f"after {version.last}", f"starts on {self.start}")

    def rows(self, stamps: npt.NDArray[np.datetime64], version: SeriesVersion) -> slice:
        """The rows of `stamps` (R,) inside. Raises `AlphintraError` if there are none."""
        start = 0 if self.first is None else int(np.searchsorted(stamps, self.first, "left"))
        stop = len(stamps)
        if self.last is not None:
            stop = int(np.searchsorted(stamps, self.last, "right"))
        if start >= stop:
            raise AlphintraError(
                f"{version.symbol} has no bars from {self.start or version.first} to"
                f" {self.end or version.last}.",
                hint=f"Choose a longer period: its bars run from {version.first}"
                f" to {version.last}, with gaps.",
            )
        return slice(start, stop)


def period(start: str, end: str) -> Period:
    """Read two ISO dates or times. An end that is a date includes its whole day."""
    first, last = _read(start, "start"), _read(end, "end")
    if last is not None and len(end.strip()) == _DATE_LENGTH:
        last = last + np.timedelta64(1, "D") - np.timedelta64(1, "us")
    if first is not None and last is not None and first > last:
        raise AlphintraError(
            f"The period starts on {start}, after it ends on {end}.",
            hint="Exchange the two dates.",
        )
    return Period(start, end, first, last)


def _read(text: str, which: str) -> np.datetime64 | None:
    if not text.strip():
        return None
    moment = parsed(text.strip())
    if moment is None:
        raise AlphintraError(
            f"The {which} of the period, {text!r}, is not a date.",
            hint="Write it as year-month-day, such as 2004-08-19, or leave it empty.",
        )
    return moment


def _moment(text: str) -> np.datetime64:
    return np.datetime64(text.removesuffix("Z"), "us")


def _last_moment(text: str) -> np.datetime64:
    """The end of a day that is named, or the moment."""
    day = np.timedelta64(86_400_000_000 - 1 if len(text) == _DATE_LENGTH else 0, "us")
    return _moment(text) + day


def _outside(version: SeriesVersion, lacks: str, wish: str) -> AlphintraError:
    return AlphintraError(
        f"{version.symbol} has no bars {lacks}, and the period {wish}.",
        hint=f"Its {version.timeframe} bars run from {version.first} to {version.last}.",
    )


def _starts_too_early(version: SeriesVersion, start: str) -> AlphintraError:
    return AlphintraError(
        f"{version.symbol} has no bars before {version.first}, and the period starts on {start}.",
        hint=f"Import earlier data with `alphintra data import`, or start on {version.first}.",
    )


def _ends_too_late(version: SeriesVersion, end: str) -> AlphintraError:
    return AlphintraError(
        f"{version.symbol} has no bars after {version.last}, and the period ends on {end}.",
        hint=f"Import later data with `alphintra data import`, or end on {version.last}.",
    )
