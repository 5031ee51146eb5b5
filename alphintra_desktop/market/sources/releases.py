"""Series with publication dates, from a vendor into a table of events.

The whole history of what was published is loaded each time: it is small, and only the whole says
what was news when. A publication that is stored and that the vendor no longer tells is a finding.
"""

from __future__ import annotations

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.event_store import event_versions, load_events, store_events
from alphintra_desktop.market.events import Events, ordered
from alphintra_desktop.market.sources.download import Downloaded, Downloads
from alphintra_desktop.market.sources.faults import BadKey, Refused, unknown_symbol
from alphintra_desktop.market.sources.fred import joined
from alphintra_desktop.market.sources.order import Course, Failure, Fetched, Order
from alphintra_desktop.market.sources.source import NO_STAMPS, Vendor, Wanted

_FIELD = "value"


def fetch_releases(vendor: Vendor, order: Order, downloads: Downloads, course: Course) -> Fetched:
    """All series of an order into the table that is named like its dataset."""
    fetched = Fetched()
    loaded: list[Events] = []
    for number, symbol in enumerate(dict.fromkeys(order.symbols)):
        course.begin(number, f"Loading {symbol}")
        try:
            loaded.append(_one(vendor, order, downloads, symbol))
        except AlphintraError as error:
            fetched.failed.append(Failure(symbol, error.message, error.hint))
            if not isinstance(error, Refused) or isinstance(error, BadKey):
                break
    if not loaded:
        raise AlphintraError(fetched.failed[0].message, hint=fetched.failed[0].hint)
    course.begin(len(order.symbols), "Writing")
    stored = _stored(order.dataset)
    if stored is not None:
        fetched.findings += [text for new in loaded if (text := _taken_back(vendor, stored, new))]
    fetched.tables = (store_events(order.dataset, _together(stored, loaded), vendor.title),)
    return fetched


def _one(vendor: Vendor, order: Order, downloads: Downloads, symbol: str) -> Events:
    first, end, now = order.period(vendor)
    wanted = Wanted(symbol, order.timeframe, first, end, now)
    name = f"{vendor.name} {first} {order.end} {symbol}"
    events = _events(downloads.load(wanted, name))
    if not len(events.times):
        raise unknown_symbol(vendor.title, symbol, vendor.example)
    return events


def _events(loaded: Downloaded) -> Events:
    pages = [page for page in loaded.pages if page.known_from is not None]
    known = np.concatenate([NO_STAMPS, *(p.known_from for p in pages if p.known_from is not None)])
    values = np.concatenate([np.empty(0), *(page.columns[_FIELD] for page in pages)])
    times, values, known = joined(loaded.stamps, values, known)
    symbols = np.full(len(times), loaded.wanted.symbol)
    return ordered(known, times, symbols, {_FIELD: values})


def _stored(name: str) -> Events | None:
    return load_events(name) if event_versions(name) else None


def _together(stored: Events | None, loaded: list[Events]) -> Events:
    """The loaded series, and those of the table that were not loaded now."""
    parts = list(loaded)
    if stored is not None:
        new = {str(symbol) for events in loaded for symbol in np.unique(events.symbols)}
        kept = (stored.of(str(s)) for s in np.unique(stored.symbols) if str(s) not in new)
        parts += [events for events in kept if _FIELD in events.fields]
    return ordered(
        np.concatenate([part.known_from for part in parts]),
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.symbols for part in parts]),
        {_FIELD: np.concatenate([part.fields[_FIELD] for part in parts])},
    )


def _taken_back(vendor: Vendor, stored: Events, new: Events) -> str:
    """What is stored of a series and is no longer told, within the period that was asked for."""
    symbol = str(new.symbols[0])
    old = stored.of(symbol)
    told = set(zip(new.times.tolist(), new.known_from.tolist(), strict=True))
    asked = (old.times >= new.times.min()) & (old.times <= new.times.max())
    rows = zip(old.times[asked].tolist(), old.known_from[asked].tolist(), strict=True)
    gone = [row for row in rows if row not in told]
    if not gone:
        return ""
    return (
        f"{vendor.title} no longer tells {len(gone):,} publications of {symbol} that are stored."
        " The new version is without them; the old one is kept."
    )
