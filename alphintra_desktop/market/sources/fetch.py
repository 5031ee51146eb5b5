"""From a vendor into the library, all or nothing: the work of `alphintra data fetch`.

Every symbol is made whole (`one_series`), and at last all of them are published in one step. A
symbol that the vendor does not know is told and keeps no other back; a vendor that wants no more
calls ends the work, and what was whole by then is published.
"""

from __future__ import annotations

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.file_series import FileSeries
from alphintra_desktop.market.importing import publish
from alphintra_desktop.market.library import library
from alphintra_desktop.market.sources.access import Access
from alphintra_desktop.market.sources.answer_cache import AnswerCache
from alphintra_desktop.market.sources.doubts import looks_wrong
from alphintra_desktop.market.sources.download import Downloads
from alphintra_desktop.market.sources.faults import BadKey, Refused
from alphintra_desktop.market.sources.http_client import HttpClient
from alphintra_desktop.market.sources.joining import series_of
from alphintra_desktop.market.sources.limits import CallBook
from alphintra_desktop.market.sources.one_series import OneSeries, Whole
from alphintra_desktop.market.sources.order import Course, Failure, Fetched, Order
from alphintra_desktop.market.sources.releases import fetch_releases
from alphintra_desktop.market.sources.source import BarSource, Vendor
from alphintra_desktop.market.timeframes import canonical_timeframe
from alphintra_desktop.report import Report


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
            fetched = _fetch_bars(source.vendor, order, downloads, course)
    downloads.forget()
    cache.sweep()
    return fetched


def _fetch_bars(vendor: Vendor, order: Order, downloads: Downloads, course: Course) -> Fetched:
    fetched = Fetched()
    one = OneSeries(vendor, order, downloads, fetched)
    stored = _current(order)
    made: list[Whole] = []
    up_to_date = 0
    for number, symbol in enumerate(dict.fromkeys(order.symbols)):
        course.begin(number, f"Loading {symbol}")
        try:
            whole = one.whole(symbol, stored.get(symbol))
        except AlphintraError as error:
            fetched.failed.append(Failure(symbol, error.message, error.hint))
            if not isinstance(error, Refused) or isinstance(error, BadKey):
                break  # it would not be otherwise with the next one
            continue
        if whole is None:
            up_to_date += 1
            fetched.note(f"{symbol} is up to date.")
        else:
            made.append(whole)
    course.begin(len(order.symbols), "Writing")
    _publish(vendor, order, made, fetched)
    if fetched.failed and not fetched.series and not up_to_date:
        raise AlphintraError(fetched.failed[0].message, hint=fetched.failed[0].hint)
    return fetched


def _current(order: Order) -> dict[str, SeriesVersion]:
    timeframe = canonical_timeframe(order.timeframe)
    return Catalog(library().catalog).found(order.dataset, timeframe, order.symbols)


def _publish(vendor: Vendor, order: Order, made: list[Whole], fetched: Fetched) -> None:
    now = _current(order)
    files = []
    for whole in made:
        if now.get(whole.symbol) != whole.before:
            fetched.failed.append(_overtaken(whole.symbol))
            continue
        series = series_of(whole.symbol, canonical_timeframe(order.timeframe), whole.piece)
        fetched.findings += looks_wrong(series)
        timeframe, title = canonical_timeframe(order.timeframe), vendor.title
        files.append((whole.market, FileSeries(title, title, timeframe, (series,), whole.lineage)))
    if files:
        fetched.series = publish(order.dataset, files, Report())


def _overtaken(symbol: str) -> Failure:
    return Failure(
        symbol,
        f"{symbol} was changed by somebody else while it was loaded.",
        "Run it again: it goes on from what is stored now.",
    )
