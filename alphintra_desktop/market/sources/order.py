"""What to fetch, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.event_store import EventTable
from alphintra_desktop.market.periods import period
from alphintra_desktop.market.sources.source import Vendor
from alphintra_desktop.market.timeframes import canonical_timeframe
from alphintra_desktop.report import Report

RELEASES = "releases"
# Some vendors give minutes of the last 30 days only, to the second.
_INTRADAY_DAYS = 29


@dataclass(frozen=True)
class Order:
    """What to fetch into a dataset.

    Empty `start` and `end` are all there is, or the last 29 days when intraday; an empty `market`
    is the vendor's own. `repair` also asks for the bars that are missing in between; `full` loads
    everything anew.
    """

    symbols: tuple[str, ...]
    dataset: str
    timeframe: str = "1d"
    start: str = ""
    end: str = ""
    market: str = ""
    repair: bool = False
    full: bool = False
    placed: datetime = field(default_factory=lambda: datetime.now(UTC))

    def period(self, vendor: Vendor) -> tuple[np.datetime64, np.datetime64, np.datetime64]:
        """From when, to before when, and when the order was placed."""
        wanted = period(self.start, self.end)
        now = np.datetime64(self.placed.replace(tzinfo=None), "s")
        second = np.timedelta64(1, "s")
        end = now if wanted.last is None else wanted.last.astype("datetime64[s]") + second
        since = np.datetime64(vendor.since, "s")
        if wanted.first is not None:
            return max(wanted.first.astype("datetime64[s]"), since), min(end, now), now
        if _is_intraday(self.timeframe):
            return end - np.timedelta64(_INTRADAY_DAYS, "D"), min(end, now), now
        return since, min(end, now), now

    def check(self, vendor: Vendor) -> None:
        """Raise `AlphintraError` if the vendor cannot serve it, whatever the symbols are."""
        if not self.symbols:
            raise AlphintraError("No symbol is named.", hint=f"Name one, such as {vendor.example}.")
        odd = [s for s in self.symbols if not s.isprintable() or len(s) > 64 or not s.strip(". ")]
        if odd:
            raise AlphintraError(
                f"{odd[0][:80]!r} cannot be a symbol.", hint=f"Name one such as {vendor.example}."
            )
        spelled = self.timeframe
        if vendor.gives == "bars":
            spelled = canonical_timeframe(spelled)
        if spelled not in vendor.timeframes:
            raise AlphintraError(
                f"{vendor.title} gives no {self.timeframe} bars.",
                hint=f"It gives {', '.join(vendor.timeframes)}.",
            )


def _is_intraday(timeframe: str) -> bool:
    return timeframe != RELEASES and is_intraday(timeframe)


@dataclass(frozen=True)
class Failure:
    """A symbol that could not be had, and why."""

    symbol: str
    message: str
    hint: str


@dataclass
class Fetched:
    """What is in the library now, what to know of it, what looks wrong, and what failed."""

    series: tuple[SeriesVersion, ...] = ()
    tables: tuple[EventTable, ...] = ()
    notes: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Tell something once, however many symbols it is about."""
        if text not in self.notes:
            self.notes.append(text)


class Course:
    """How far the work is, told often: it is where cancelling happens."""

    def __init__(self, report: Report, of: int) -> None:
        self._report, self._of = report, of
        self._done, self._doing = 0, ""

    def begin(self, number: int, doing: str) -> None:
        """The next symbol."""
        self._done, self._doing = number, doing
        self.tick("")

    def tick(self, why: str) -> None:
        """Still at it; `why` says what is waited for. Raises `Cancelled`."""
        self._report.progress(self._done, of=self._of, doing=why or self._doing)
