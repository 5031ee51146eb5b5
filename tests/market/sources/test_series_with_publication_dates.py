"""FRED, as ALFRED documents it: every value with the days between which it was the one to know."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.event_store import event_tables, event_versions, load_events
from alphintra_desktop.market.events import as_of, bar_ends
from alphintra_desktop.market.sources import fred
from alphintra_desktop.market.sources.access import Access, access_to
from alphintra_desktop.market.sources.answers import Answer
from alphintra_desktop.market.sources.faults import Passing, Refused
from alphintra_desktop.market.sources.fetch import fetch
from alphintra_desktop.market.sources.order import Fetched, Order
from alphintra_desktop.market.sources.source import Rate, Wanted
from alphintra_desktop.market.sources.vendors import source_called
from alphintra_desktop.report import Cancelled, Report
from tests.market.sources.fake_vendors import HTML, KEY, as_json
from tests.market.sources.fetching import QUICK
from tests.market.sources.mutating import ODD, changed, places
from tests.market.sources.vendor_server import Asked, Given, VendorServer, serving

SOURCE = source_called("fred")
OPEN = "9999-12-31"
# Period, value, published, the last day before it was revised.
GROWTH = [
    ("1994-10-01", "1.0", "1995-01-27", OPEN),
    ("2019-10-01", "2.0", "2020-01-30", OPEN),
    ("2020-01-01", "-4.8", "2020-04-29", "2020-05-27"),
    ("2020-01-01", "-5.0", "2020-05-28", "2021-07-28"),
    ("2020-01-01", "-5.1", "2021-07-29", OPEN),
    ("2020-04-01", ".", "2020-07-30", "2020-08-26"),
    ("2020-04-01", "-31.7", "2020-08-27", OPEN),
]
UNKNOWN = as_json(
    {"error_code": 400, "error_message": "Bad Request.  The series does not exist."}, 400
)
BAD_KEY = as_json(
    {
        "error_code": 400,
        "error_message": f"Bad Request.  The value {KEY} for variable api_key is not registered.",
    },
    400,
)
NOT_YET = as_json(
    {
        "error_code": 400,
        "error_message": "Bad Request.  The series does not exist in ALFRED but may exist in FRED.",
    },
    400,
)


class FakeFred:
    def __init__(self) -> None:
        self.rows = list(GROWTH)
        self.page = 100_000

    def answer(self, asked: Asked) -> Given:
        assert asked.path == "/fred/series/observations"
        if asked.params.get("api_key") != KEY:
            return BAD_KEY
        if asked.params["series_id"] != "GROWTH":
            return UNKNOWN
        first, last = asked.params["realtime_start"], asked.params["realtime_end"]
        if last < self.rows[0][2]:
            return NOT_YET
        rows = [
            {
                "realtime_start": max(published, first),
                "realtime_end": min(until, last),
                "date": period,
                "value": value,
            }
            for period, value, published, until in self.rows
            if published <= last
            and until >= first
            and asked.params["observation_start"] <= period <= asked.params["observation_end"]
        ]
        offset = int(asked.params["offset"])
        page = rows[offset : offset + min(self.page, int(asked.params["limit"]))]
        return as_json({"count": len(rows), "offset": offset, "observations": page})


@pytest.fixture
def vendor() -> FakeFred:
    return FakeFred()


@pytest.fixture
def server(vendor: FakeFred) -> Iterator[VendorServer]:
    with serving(vendor.answer) as running:
        yield running


def access(server: VendorServer) -> Access:
    declared = access_to(SOURCE.vendor, KEY)
    quick = {"rate": Rate(10_000, 1.0), "fresh_s": 0.0, "patience": QUICK}
    return replace(declared, base_url=server.url, **quick)


def fetched(server: VendorServer, *symbols: str, report: Report | None = None) -> Fetched:
    order = Order(symbols or ("GROWTH",), "economy", "releases")
    return fetch(SOURCE, order, access(server), report or Report())


def known(symbol: str = "GROWTH") -> list[tuple[str, float | None, str]]:
    events = load_events("economy", symbol=symbol)
    periods = np.datetime_as_string(events.times, "D").tolist()
    days = np.datetime_as_string(events.known_from, "m").tolist()
    values = [None if np.isnan(value) else value for value in events.fields["value"].tolist()]
    return list(zip(periods, values, days, strict=True))


def test_that_every_publication_is_kept_from_the_day_after_it(server: VendorServer) -> None:
    result = fetched(server)

    (table,) = result.tables
    assert (table.name, table.rows, table.source) == ("economy", 7, "FRED")
    rows = known()
    assert ("2020-01-01", -4.8, "2020-04-30T06:00") in rows
    assert ("2020-01-01", -5.0, "2020-05-29T06:00") in rows
    assert ("2020-01-01", -5.1, "2021-07-30T06:00") in rows
    assert ("2020-04-01", -31.7, "2020-08-28T06:00") in rows
    assert [row[0] for row in rows].count("1994-10-01") == 1, "carried over by later spans"


def test_that_a_bar_knows_what_was_published_before_its_day(server: VendorServer) -> None:
    fetched(server)
    days = np.array(["2020-04-29", "2020-04-30", "2020-08-27", "2020-08-28"], "datetime64[ns]")

    seen = as_of(bar_ends(days, "1d", "us_equities"), load_events("economy"), "value")

    assert seen.tolist() == [2.0, -4.8, -5.0, -31.7]


def test_that_pages_are_joined(vendor: FakeFred, server: VendorServer) -> None:
    fetched(server)
    whole = known()
    vendor.page = 2

    result = fetched(server)

    assert known() == whole
    assert len(event_versions("economy")) == 1
    assert result.findings == []


def test_that_a_new_publication_is_a_new_version(vendor: FakeFred, server: VendorServer) -> None:
    vendor.rows = GROWTH[:3]
    fetched(server)
    vendor.rows = GROWTH

    result = fetched(server)

    assert len(event_versions("economy")) == 2
    assert result.findings == []


def test_that_a_publication_that_is_told_no_longer_is_a_finding(
    vendor: FakeFred, server: VendorServer
) -> None:
    fetched(server)
    vendor.rows = [row for row in GROWTH if row[1] != "-5.0"]

    result = fetched(server)

    assert "1 publications" in result.findings[0]
    assert len(event_versions("economy")) == 2


def test_that_other_series_of_the_table_stay(vendor: FakeFred, server: VendorServer) -> None:
    fetched(server)
    before = known()

    def renamed(asked: Asked) -> Given:
        name = {"OTHER": "GROWTH"}.get(asked.params["series_id"], "none")
        return vendor.answer(replace(asked, params={**asked.params, "series_id": name}))

    server.answer = renamed
    result = fetched(server, "OTHER", "NOPE")

    assert [failure.symbol for failure in result.failed] == ["NOPE"]
    assert known() == before
    assert event_tables()[0].symbols == ("GROWTH", "OTHER")


def test_that_an_unknown_series_is_told(server: VendorServer) -> None:
    with pytest.raises(AlphintraError, match="knows no symbol 'NOPE'"):
        fetched(server, "NOPE")
    assert event_tables() == ()


def test_that_a_key_that_is_not_taken_is_told_without_it(
    server: VendorServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.always = BAD_KEY
    with pytest.raises(AlphintraError, match="does not take the key") as raised:
        fetched(server)
    assert KEY not in raised.value.message + raised.value.hint + caplog.text


@pytest.mark.parametrize(
    "trouble",
    [
        Given("", 429),
        Given("", 500),
        Given("x" * 500, cut=10),
        as_json({"error_code": 429, "error_message": "Too Many Requests."}, 429),
    ],
)
def test_that_what_passes_is_tried_again(server: VendorServer, trouble: Given) -> None:
    server.next_answers = [trouble, trouble]
    fetched(server)
    assert len(known()) == 7


@pytest.mark.parametrize(
    "trouble",
    [HTML, Given("{"), as_json({"observations": [1]}), as_json({"count": 1}), as_json([])],
)
def test_that_an_unreadable_answer_is_told(server: VendorServer, trouble: Given) -> None:
    server.always = trouble
    with pytest.raises(AlphintraError, match="FRED"):
        fetched(server)
    assert event_tables() == ()


def test_that_cancelling_keeps_the_pages(server: VendorServer) -> None:
    with pytest.raises(Cancelled):
        fetched(server, report=Report(cancelled=lambda: len(server.asked) >= 3))
    assert event_tables() == ()
    server.asked.clear()

    fetched(server)

    assert "1776-07-04" not in [asked.params["realtime_start"] for asked in server.asked]
    assert len(known()) == 7


def test_that_rows_that_a_span_carries_over_are_no_news() -> None:
    days = np.array(["2020-01-01"] * 3, "datetime64[ns]")
    came = np.array(["2020-02-01", "2025-01-01", "2030-01-01"], "datetime64[ns]")
    _, values, known_from = fred.joined(days, np.array([1.0, 1.0, 2.0]), came)
    assert values.tolist() == [1.0, 2.0]
    assert np.datetime_as_string(known_from, "Y").tolist() == ["2020", "2030"]


@settings(max_examples=150)
@given(data=st.data())
def test_that_a_changed_answer_is_read_or_refused(data: st.DataObject) -> None:
    first, end, now = (np.datetime64(t, "s") for t in ("1776-07-04", "2024-04-01", "2024-04-02"))
    wanted = Wanted("GROWTH", "releases", first, end, now)
    ask = SOURCE.ask(wanted, "2020 0")
    given_text = FakeFred().answer(Asked(ask.path, {**ask.params, "api_key": KEY}, {})).body
    document = json.loads(given_text)
    path = data.draw(st.sampled_from(places(document)))
    body = json.dumps(changed(document, path, data.draw(ODD)))
    try:
        page = SOURCE.read(Answer(200, body.encode()), wanted, "2020 0")
    except (Passing, Refused):
        return
    assert page.known_from is None or len(page.known_from) == len(page.stamps)
