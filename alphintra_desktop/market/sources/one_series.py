"""One symbol: what is asked of the vendor beside what is stored, and how the two come together.

What is stored says what is missing: all, what came since, what was before, gaps. It is loaded with
some bars that are stored already. Where those disagree, the vendor has rewritten the past, and all
is loaded anew as a new version, with a finding; else the fresh bars join the stored ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.library import library
from alphintra_desktop.market.quality_table import BarTable
from alphintra_desktop.market.snapshots import read_columns
from alphintra_desktop.market.sources.download import Downloaded, Downloads
from alphintra_desktop.market.sources.faults import Refused, UnknownSymbol
from alphintra_desktop.market.sources.gaps import Span, gap_spans
from alphintra_desktop.market.sources.joining import (
    BAR,
    STORED,
    Piece,
    joined,
    piece_of,
    rewritten,
)
from alphintra_desktop.market.sources.order import Fetched, Order
from alphintra_desktop.market.sources.source import Vendor, Wanted
from alphintra_desktop.market.timeframes import canonical_timeframe, step_seconds

_OVERLAP = 10
_SKEW_S = 300
_REPAIRED = "Repaired from version"


@dataclass(frozen=True, eq=False)
class Whole:
    """A whole series to be stored. `before` is the version that it follows, and `lineage` what was
    done to get here."""

    symbol: str
    market: str
    piece: Piece
    before: SeriesVersion | None
    lineage: tuple[str, ...]


class OneSeries:
    """Makes whole series for an order. What there is to tell goes into `fetched`."""

    def __init__(
        self, vendor: Vendor, order: Order, downloads: Downloads, fetched: Fetched
    ) -> None:
        self._vendor, self._order = vendor, order
        self._downloads, self._fetched = downloads, fetched
        self._timeframe = canonical_timeframe(order.timeframe)
        self._first, self._end, self._now = order.period(vendor)
        self._step = np.timedelta64(step_seconds(self._timeframe), "s")

    def whole(self, symbol: str, version: SeriesVersion | None) -> Whole | None:
        """The whole series to store; None if there is nothing to change."""
        if version is None:
            market = self._order.market or self._vendor.market_of(symbol)
            piece = self._new(symbol, self._first, self._end)
            return self._made(symbol, market, piece, None)
        self._check_origin(version)
        market, stored = self._order.market or version.market, _stored(version)
        piece = (
            self._anew(version, stored, "")
            if self._order.full
            else self._updated(version, stored, market)
        )
        return None if piece is stored else self._made(symbol, market, piece, version)

    def _made(self, symbol: str, market: str, piece: Piece, before: SeriesVersion | None) -> Whole:
        done = f"Fetched from {self._vendor.title} on {str(self._now)[:10]}."
        told = before.lineage.splitlines() if before else []
        return Whole(symbol, market, piece, before, tuple(dict.fromkeys([*told, done])))

    def _updated(self, version: SeriesVersion, stored: Piece, market: str) -> Piece:
        """The stored bars with what was missing; themselves if nothing was."""
        whole = stored
        for first, end in self._spans(version, stored, market):
            fresh = self._load(version.symbol, first, end)
            if wrong := rewritten(stored, fresh, self._timeframe):
                return self._anew(version, stored, wrong)
            self._tell_of_a_seam(version.symbol, stored, fresh)
            more = joined(whole, fresh)
            whole = more if len(more.stamps) > len(whole.stamps) else whole
        return whole

    def _check_origin(self, version: SeriesVersion) -> None:
        if version.source != self._vendor.title:
            raise Refused(
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

    def _anew(self, version: SeriesVersion, stored: Piece, wrong: str) -> Piece:
        """The whole history again, if the vendor still has all of it."""
        symbol, title = version.symbol, self._vendor.title
        if wrong and _REPAIRED in version.lineage:
            raise Refused(
                f"{title} disagrees with {symbol}, which was repaired here ({wrong}). It was left"
                " as it is.",
                hint="Load it anew without the repairs (--full), or into another dataset.",
            )
        first = stored.stamps[0].astype("datetime64[s]")
        begin = min(first, self._first) if self._order.start else first
        piece = self._new(symbol, begin, max(self._end, self._after(stored)))
        wrong = wrong or rewritten(stored, piece, self._timeframe)
        late = piece.stamps[0] > stored.stamps[0] or piece.stamps[-1] < stored.stamps[-1]
        if late and wrong:
            raise Refused(
                f"{title} has rewritten the past of {symbol} ({wrong}) and no longer gives all that"
                " is stored. It was left as it is.",
                hint="Fetch it into another dataset to have the new bars beside the old ones.",
            )
        if wrong:
            self._fetched.findings.append(
                f"{title} has rewritten the past of {symbol}: {wrong}. All of it was loaded again"
                " as a new version; the old one is kept, and runs name theirs."
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

    def _spans(self, version: SeriesVersion, stored: Piece, market: str) -> Iterator[Span]:
        """What to ask for, beside what is stored."""
        times = stored.stamps.astype("datetime64[s]")
        overlap = min(_OVERLAP, len(times))
        if self._order.start and self._first < times[0]:
            yield self._first, times[overlap - 1] + self._step
        if self._order.repair:
            chosen = Catalog(library().catalog).calendars(version.dataset).get(version.symbol, "")
            columns = {name: stored.columns[name] for name in BAR}
            table = BarTable(version.symbol, self._timeframe, stored.stamps, columns)
            yield from gap_spans(table, market, chosen)
        if self._end >= self._after(stored) + self._step:  # else no whole bar has come since
            yield times[-overlap], self._end

    def _after(self, stored: Piece) -> np.datetime64:
        last: np.datetime64 = stored.stamps[-1].astype("datetime64[s]")
        return last + self._step

    # ------------------------------------------------------------------------ what to tell

    def _tell_of_clocks(self, loaded: Downloaded) -> None:
        if loaded.clock is None:
            return
        if abs((datetime.now(UTC) - loaded.clock).total_seconds()) > _SKEW_S:
            self._fetched.note(
                f"The clock of this machine and that of {self._vendor.title} are far apart. Bars"
                " count as finished when both clocks say so; set this machine's clock."
            )

    def _tell_of_a_seam(self, symbol: str, stored: Piece, fresh: Piece) -> None:
        """Fresh bars none of which is stored too: a hole, and nothing vouches for the prices."""
        if not len(fresh.stamps) or np.isin(fresh.stamps, stored.stamps).any():
            return
        self._fetched.findings.append(
            f"{symbol} has a hole from {str(stored.stamps[-1])[:16]} to"
            f" {str(fresh.stamps[0])[:16]}, for which {self._vendor.title} gives no bars; whether"
            " it has rewritten what came before could not be seen."
        )


def _stored(version: SeriesVersion) -> Piece:
    stamps, columns = read_columns(library().snapshot(version.sha256), version.symbol)
    return Piece(stamps, {name: columns[name] for name in STORED})
