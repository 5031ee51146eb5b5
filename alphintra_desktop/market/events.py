"""What became known when: values of periods, with the moment from which each of them was known.

Economic series and their revisions, news and sentiment scores, options flow. `times` says what a
row is about, such as the quarter of a growth rate; `known_from` when anybody could know it. A bar
sees a row only if it was known when the bar was over, and of several it sees that of the latest
period, as last revised by then. So cutting off what came later never changes an earlier answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.timeframes import step_seconds

Names = npt.NDArray[np.str_]

# A day of publication without a clock is over everywhere in America 30 hours after it began in UTC.
PUBLISHED_DAY_IS_OVER = np.timedelta64(30, "h")
# When a day's bar is over, in UTC hours: before its market opens the next one, in any season.
_DAY_ENDS_H = {"crypto": 24}
_DAY_ENDS_OTHERWISE_H = 21


@dataclass(frozen=True, eq=False)
class Events:
    """Rows (R,), ordered by symbol, then `known_from`, then `times`; both are UTC nanoseconds.

    Every array of `fields` is (R,) float64, NaN where a row does not have it.
    """

    known_from: Stamps
    times: Stamps
    symbols: Names
    fields: Mapping[str, Floats]

    def of(self, symbol: str) -> Events:
        """The rows of one symbol."""
        return self._picked(self.symbols == symbol)

    def known_at(self, moment: np.datetime64) -> Events:
        """The rows that were known then."""
        return self._picked(self.known_from <= moment)

    def _picked(self, rows: npt.NDArray[np.bool_]) -> Events:
        fields = {name: values[rows] for name, values in self.fields.items()}
        return Events(self.known_from[rows], self.times[rows], self.symbols[rows], fields)


def ordered(
    known_from: Stamps, times: Stamps, symbols: Names, fields: Mapping[str, Floats]
) -> Events:
    """Rows in their order, whatever order they came in."""
    order = np.lexsort((times, known_from, symbols))
    return Events(
        known_from[order].astype("datetime64[ns]"),
        times[order].astype("datetime64[ns]"),
        symbols[order].astype(np.str_),
        {name: np.ascontiguousarray(fields[name][order]) for name in sorted(fields)},
    )


def content_sha256(events: Events) -> str:
    """The hash of the decoded columns, as for bars: little-endian, one NaN, no minus zero."""
    digest = hashlib.sha256(f"events 1\n{len(events.times)}\n".encode())
    digest.update(events.known_from.astype("<M8[ns]").tobytes())
    digest.update(events.times.astype("<M8[ns]").tobytes())
    digest.update("\n".join(events.symbols.tolist()).encode())
    for name, values in sorted(events.fields.items()):
        digest.update(f"\n{name}\n".encode())
        digest.update(np.where(np.isnan(values), np.nan, values + 0.0).astype("<f8").tobytes())
    return digest.hexdigest()


def as_of(moments: Stamps, events: Events, field: str) -> Floats:
    """(T,): the value of `field` that was known at each moment; NaN before any was.

    `events` are those of one symbol. The value is that of the latest period with one, in the last
    revision known; a revision of an earlier period changes nothing.
    """
    values = events.fields[field]
    rows = np.flatnonzero(~np.isnan(values))
    rows = rows[np.lexsort((events.times[rows], events.known_from[rows]))]
    if not len(rows):
        return np.full(len(moments), np.nan)
    periods = events.times[rows].astype(np.int64)
    rows = rows[periods >= np.maximum.accumulate(periods)]
    last = np.searchsorted(events.known_from[rows], moments, "right") - 1
    return np.where(last < 0, np.nan, values[rows][np.maximum(last, 0)])


def bar_ends(stamps: Stamps, timeframe: str, market: str) -> Stamps:
    """(T,): the UTC moments at which bars are over, before the next one can be traded."""
    if is_intraday(timeframe):
        return np.asarray(stamps + np.timedelta64(step_seconds(timeframe), "s"))
    hours = _DAY_ENDS_H.get(market, _DAY_ENDS_OTHERWISE_H)
    days = step_seconds(timeframe) // 86_400 - 1
    return np.asarray(stamps + np.timedelta64(days * 24 + hours, "h"))
