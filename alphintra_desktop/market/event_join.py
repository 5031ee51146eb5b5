"""Events as columns of bars: what was known at the close of each bar, and what was news on it.

A value is news on the first bar that is over when, or after, it becomes known. What became known
before the first bar began is no news on any bar, but it is known. A revision is news like any
other value.
"""

from __future__ import annotations

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.market.events import Events, as_of
from alphintra_desktop.market.snapshots import Stamps


def joined(stamps: Stamps, ends: Stamps, events: Events, field: str) -> dict[str, Floats]:
    """(T,) columns of bars by `ir.ops.EVENT_KINDS`: `last`, `sum` and `count`.

    `stamps` and `ends` say when one symbol's bars begin and are over, `events` are those of one
    series. Sums and counts have no number before the first value was known.
    """
    values = events.fields[field]
    rows = ~np.isnan(values)
    known, values = events.known_from[rows], values[rows]
    if not len(known) or not len(stamps):
        return {kind: np.full(len(stamps), np.nan) for kind in ("last", "sum", "count")}
    bar = np.searchsorted(ends, known, "left")
    news = (bar < len(ends)) & (known > stamps[0])
    begun = ends >= known[0]
    sums, counts = (
        np.bincount(bar[news], weights=weights, minlength=len(ends))
        for weights in (values[news], np.ones(int(news.sum())))
    )
    return {
        "last": as_of(ends, events, field),
        "sum": np.where(begun, sums, np.nan),
        "count": np.where(begun, counts, np.nan),
    }
