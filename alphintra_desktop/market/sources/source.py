"""What a vendor is: facts, how to ask for a page, and how to read the answer.

A source does no input or output of its own. `ask` says what to get and `read` what the answer
means, so that whatever fetches can retry, resume, cache and cancel alike for every vendor, and a
test can hand it any answer there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, Protocol
from urllib.parse import quote

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.sources.answers import Answer

NO_STAMPS: Stamps = np.array([], dtype="datetime64[ns]")


@dataclass(frozen=True)
class Rate:
    """How many calls a vendor takes within so many seconds."""

    calls: int
    seconds: float


@dataclass(frozen=True)
class KeyUse:
    """How a vendor wants its key: as a header or in the query, under which name, after which word.

    `where` is the page that gives one.
    """

    place: Literal["header", "query"]
    name: str
    where: str
    prefix: str = ""


@dataclass(frozen=True)
class Vendor:
    """What is known of a vendor beforehand.

    `prices` says what its prices are: as traded ("raw"), divided by later splits ("splits"), or by
    later splits and dividends ("all"). `events` says in words how splits and dividends come, and
    `stamp` what its times name. `a_day` is the budget of calls in 24 hours;
    before `since` there is nothing. `marks` are patterns of symbols, with the market they tell.
    """

    name: str
    title: str
    base_url: str
    serves: str
    markets: tuple[str, ...]
    timeframes: tuple[str, ...]
    prices: Literal["raw", "splits", "all"]
    events: str
    stamp: str
    terms: str
    rate: Rate
    key: KeyUse | None = None
    a_day: int | None = None
    gives: Literal["bars", "releases"] = "bars"
    example: str = ""
    since: str = "1970-01-01"
    marks: tuple[tuple[str, str], ...] = ()

    def market_of(self, symbol: str) -> str:
        """The market that a symbol's spelling gives away, or else the vendor's main one."""
        marked = (market for mark, market in self.marks if fnmatchcase(symbol.upper(), mark))
        return next(marked, self.markets[0])


@dataclass(frozen=True)
class Wanted:
    """Bars of one symbol from `first` to before `end`. Times are UTC, or dates when daily.

    `now` is when the download began, by this machine's clock.
    """

    symbol: str
    timeframe: str
    first: np.datetime64
    end: np.datetime64
    now: np.datetime64

    @property
    def in_path(self) -> str:
        """The symbol as one part of a path, whatever characters are in it."""
        return quote(self.symbol, safe=":=")


@dataclass(frozen=True)
class Ask:
    """What to get from a vendor. The key is added on the way out, and only there."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """From the bar that has `at` in it or follows it on, one old share is `split` new ones and has
    paid `dividend`. `at` is stamped as the bars are."""

    at: np.datetime64
    split: float = 1.0
    dividend: float = 0.0


@dataclass(frozen=True, eq=False)
class Page:
    """What one answer gave: `stamps` (R,) with `columns` (R,) each, in any order.

    `next` names the page after it, and is empty when this is the last. `symbol` is what the vendor
    calls what it gave, where it says so. Series with publication dates have `known_from` (R,).
    """

    stamps: Stamps = field(default_factory=NO_STAMPS.copy)
    columns: Mapping[str, Floats] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    next: str = ""
    symbol: str = ""
    known_from: Stamps | None = None
    notes: tuple[str, ...] = ()


class BarSource(Protocol):
    """One vendor of bars, or of series with publication dates.

    The page that `cursor` names is asked for and read; the first has no name.
    """

    vendor: Vendor

    def ask(self, wanted: Wanted, cursor: str) -> Ask:
        """What to get."""

    def read(self, answer: Answer, wanted: Wanted, cursor: str) -> Page:
        """What the answer says. Raises what `faults` lists where it says something else."""
