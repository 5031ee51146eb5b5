"""From a vendor into the library, all or nothing: the work of `alphintra data fetch`.

For every symbol: 1. what is stored says what is missing: all, what came since, what was before, or
gaps; 2. the pages of that are loaded (`download`), with some bars that are stored already; 3. where
the two disagree, the vendor has rewritten the past: everything is loaded anew, as a new version and
with a finding; else the fresh bars are joined to the stored ones. At last all symbols are published
in one step. A symbol that the vendor does not know is told and keeps no other back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.file_series import FileSeries
from alphintra_desktop.market.importing import publish
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import read_columns
from alphintra_desktop.market.sources.access import Access
from alphintra_desktop.market.sources.answer_cache import AnswerCache
from alphintra_desktop.market.sources.doubts import looks_wrong
from alphintra_desktop.market.sources.download import Downloaded, Downloads
from alphintra_desktop.market.sources.faults import BadKey, Refused, UnknownSymbol
from alphintra_desktop.market.sources.gaps import missing, spans
from alphintra_desktop.market.sources.http_client import HttpClient
from alphintra_desktop.market.sources.joining import (
    STORED,
    Piece,
    joined,
    piece_of,
    rewritten,
    series_of,
)
from alphintra_desktop.market.sources.limits import CallBook
from alphintra_desktop.market.sources.order import Course, Failure, Fetched, Order
from alphintra_desktop.market.sources.releases import fetch_releases
from alphintra_desktop.market.sources.source import BarSource, Vendor, Wanted
from alphintra_desktop.market.timeframes import canonical_timeframe, step_seconds
from alphintra_desktop.report import Report

_OVERLAP = 10
_SKEW_S = 300


def fetch(source: BarSource, order: Order, access: Access, report: Report) -> Fetched:
    """Fetch or update the series of an order. Raises `AlphintraError` if nothing could be had.

    Cancelled or killed, it changes nothing in the library, and the next one goes on from there.
    """
    order.check(source.vendor)
    place = library()
    cache = AnswerCache(place.folder / "vendor_answers", access.fresh_s)
    calls = CallBook(place.folder / "vendor_calls.sqlite")
    course = Course(report, len(order.symbols))
    with HttpClient(source.vendor, access, calls, cache, course.tick) as client:
        downloads = Downloads(source, client, place.folder / "downloads", access.patience)
        if source.vendor.gives == "releases":
            fetched = fetch_releases(source.vendor, order, downloads, course)
        else:
            fetched = _Fetching(source.vendor, order, downloads, course).all_symbols()
    downloads.forget()
    cache.sweep()
    return fetched


@dataclass(frozen=True, eq=False)
class _Whole:
    """A whole series to be stored."""

    symbol: str
    market: str
    piece: Piece


class _Fetching:
    """One order on its way."""

    def __init__(self, vendor: Vendor, order: Order, downloads: Downloads, course: Course) -> None:
        self._vendor, self._downloads, self._course = vendor, downloads, course
        self._order, self._timeframe = order, canonical_timeframe(order.timeframe)
        self._now = order.period(vendor)[2]
        self._fetched = Fetched()
        self._up_to_date = 0

    def all_symbols(self) -> Fetched:
        """What can be had is published; what cannot be had is told."""
        symbols = tuple(dict.fromkeys(self._order.symbols))
        dataset = self._order.dataset
        stored = Catalog(library().catalog).found(dataset, self._timeframe, symbols)
        made: list[_Whole] = []
        for number, symbol in enumerate(symbols):
            self._course.begin(number, f"Loading {symbol}")
            try:
                whole = self._one(symbol, stored.get(symbol))
            except AlphintraError as error:
                self._fail(symbol, error)
                if not isinstance(error, Refused) or isinstance(error, BadKey):
                    break  # it would not be otherwise with the next one
                continue
            made += [whole] if whole else []
        self._publish(made)
        return self._fetched

    def _fail(self, symbol: str, error: AlphintraError) -> None:
        self._fetched.failed.append(Failure(symbol, error.message, error.hint))

    def _publish(self, made: list[_Whole]) -> None:
        fetched = self._fetched
        if fetched.failed and not made and not self._up_to_date:
            raise AlphintraError(fetched.failed[0].message, hint=fetched.failed[0].hint)
        if made:
            self._course.begin(len(self._order.symbols), "Writing")
            files = [(whole.market, self._file(whole)) for whole in made]
            fetched.series = publish(self._order.dataset, files, Report())

    def _file(self, whole: _Whole) -> FileSeries:
        title = self._vendor.title
        series = series_of(whole.symbol, self._timeframe, whole.piece)
        self._fetched.findings += looks_wrong(series)
        return FileSeries(title, title, self._timeframe, (series,), ())

    # ------------------------------------------------------------------------ one symbol

    def _one(self, symbol: str, version: SeriesVersion | None) -> _Whole | None:
        """The whole series to store; None if there is nothing to change."""
        if version is None:
            market = self._order.market or self._vendor.markets[0]
            return _Whole(symbol, market, self._new(symbol, *self._period()))
        self._check_origin(version)
        market = self._order.market or version.market
        stored = _stored(version)
        if self._order.full:
            return _Whole(symbol, market, self._anew(symbol, stored, ""))
        piece = self._updated(symbol, stored, market)
        if len(piece.stamps) == len(stored.stamps) and piece is stored:
            self._up_to_date += 1
            self._fetched.note(f"{symbol} is up to date.")
            return None
        return _Whole(symbol, market, piece)

    def _updated(self, symbol: str, stored: Piece, market: str) -> Piece:
        """The stored bars with what was missing; themselves if nothing was."""
        whole = stored
        for span in self._spans(stored, market):
            fresh = self._load(symbol, *span)
            if wrong := rewritten(stored, fresh, self._timeframe):
                return self._anew(symbol, stored, wrong)
            self._tell_of_a_hole(symbol, stored, fresh)
            more = joined(whole, fresh)
            whole = more if len(more.stamps) > len(whole.stamps) else whole
        return whole

    def _check_origin(self, version: SeriesVersion) -> None:
        if version.source != self._vendor.title:
            raise AlphintraError(
                f"{version.symbol} in the dataset '{version.dataset}' came from {version.source}:"
                f" bars of {self._vendor.title} would mix with it.",
                hint="Fetch into another dataset (--dataset).",
            )

    def _new(self, symbol: str, first: np.datetime64, end: np.datetime64) -> Piece:
        piece = self._load(symbol, first, end)
        if not len(piece.stamps):
            raise UnknownSymbol(
                f"{self._vendor.title} has no {self._timeframe} bars of {symbol} from"
                f" {str(first)[:10]} to {str(end)[:10]}.",
                hint="Choose another period or timeframe, or check the symbol.",
            )
        return piece

    def _anew(self, symbol: str, stored: Piece, wrong: str) -> Piece:
        """The whole history again, if the vendor still has all of it."""
        first = stored.stamps[0].astype("datetime64[s]")
        begin, end = self._period()
        begin = min(first, begin) if self._order.start else first
        piece = self._new(symbol, begin, max(end, self._after(stored)))
        wrong = wrong or rewritten(stored, piece, self._timeframe)
        late = piece.stamps[0] > stored.stamps[0] or piece.stamps[-1] < stored.stamps[-1]
        if late and wrong:
            raise UnknownSymbol(
                f"{self._vendor.title} has rewritten the past of {symbol} ({wrong}) and no longer"
                " gives all that is stored. It was left as it is.",
                hint="Fetch it into another dataset to have the new bars beside the old ones.",
            )
        if wrong:
            self._fetched.findings.append(
                f"{self._vendor.title} has rewritten the past of {symbol}: {wrong}. All of it was"
                " loaded again as a new version; the old one is kept, and runs name theirs."
            )
        return joined(stored, piece) if late else piece

    def _load(self, symbol: str, first: np.datetime64, end: np.datetime64) -> Piece:
        wanted = Wanted(symbol, self._timeframe, first, end, self._now)
        open_end = "" if end >= self._now else str(end)
        name = f"{self._vendor.name} {self._timeframe} {first} {open_end} {symbol}"
        loaded = self._downloads.load(wanted, name)
        self._tell_of_clocks(loaded)
        piece = piece_of(loaded, self._vendor)
        for note in piece.notes:
            self._fetched.note(note)
        return piece

    # ------------------------------------------------------------------------ when

    def _period(self) -> tuple[np.datetime64, np.datetime64]:
        return self._order.period(self._vendor)[:2]

    def _spans(self, stored: Piece, market: str) -> list[tuple[np.datetime64, np.datetime64]]:
        """What to ask for, beside what is stored."""
        first, end = self._period()
        found = []
        oldest, newest = stored.stamps[0].astype("datetime64[s]"), self._after(stored)
        if self._order.start and first < oldest:
            edge = stored.stamps[min(_OVERLAP, len(stored.stamps)) - 1].astype("datetime64[s]")
            found.append((first, edge + self._step()))
        if self._order.repair:
            lacking = missing(stored.stamps, self._timeframe, market)
            found += spans(lacking, self._timeframe)
        if end >= newest + self._step():  # else no whole bar can have come since
            edge = stored.stamps[-min(_OVERLAP, len(stored.stamps))].astype("datetime64[s]")
            found.append((edge, end))
        return found

    def _after(self, stored: Piece) -> np.datetime64:
        return stored.stamps[-1].astype("datetime64[s]") + self._step()  # type: ignore[no-any-return]

    def _step(self) -> np.timedelta64:
        return np.timedelta64(step_seconds(self._timeframe), "s")

    # ------------------------------------------------------------------------ what to tell

    def _tell_of_clocks(self, loaded: Downloaded) -> None:
        if loaded.clock is None:
            return
        if abs((datetime.now(UTC) - loaded.clock).total_seconds()) > _SKEW_S:
            self._fetched.note(
                f"The clock of this machine and that of {self._vendor.title} are far apart. Bars"
                " count as finished when both clocks say so; set this machine's clock."
            )

    def _tell_of_a_hole(self, symbol: str, stored: Piece, fresh: Piece) -> None:
        """A vendor that no longer has what comes right after the stored bars leaves a hole."""
        last = stored.stamps[-1]
        if len(fresh.stamps) and fresh.stamps[0] > last + 7 * self._step():
            self._fetched.findings.append(
                f"{symbol} has a hole from {str(last)[:16]} to {str(fresh.stamps[0])[:16]}, for"
                f" which {self._vendor.title} gives no bars."
            )


def _stored(version: SeriesVersion) -> Piece:
    stamps, columns = read_columns(library().snapshot(version.sha256), version.symbol)
    return Piece(stamps, {name: columns[name] for name in STORED})
