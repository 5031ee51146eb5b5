"""What to fetch, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.sources.source import Vendor
from alphintra_desktop.report import Report


@dataclass(frozen=True)
class Order:
    """What to fetch into a dataset.

    Empty `start` and `end` are all there is, or the last 30 days when intraday; an empty `market`
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

    def check(self, vendor: Vendor) -> None:
        """Raise `AlphintraError` if the vendor cannot serve it, whatever the symbols are."""
        if not self.symbols:
            raise AlphintraError("No symbol is named.", hint=f"Name one, such as {vendor.example}.")
        odd = [s for s in self.symbols if not s.isprintable() or len(s) > 64 or not s.strip(". ")]
        if odd:
            raise AlphintraError(
                f"{odd[0][:80]!r} cannot be a symbol.", hint=f"Name one such as {vendor.example}."
            )
        if self.timeframe not in vendor.timeframes:
            raise AlphintraError(
                f"{vendor.title} gives no {self.timeframe} bars.",
                hint=f"It gives {', '.join(vendor.timeframes)}.",
            )


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
