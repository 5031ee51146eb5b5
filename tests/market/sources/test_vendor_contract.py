"""What every vendor's source must do, whatever the vendor does: one suite over all of them."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterator

import numpy as np
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.report import Cancelled, Report
from tests.market.library_checks import assert_library_is_whole
from tests.market.sources import truth
from tests.market.sources.fake_vendors import (
    HTML,
    KEY,
    NAMES,
    TELLING_NAMES,
    THROTTLED_FOR_A_DAY,
    THROTTLED_FOR_A_MOMENT,
    WITH_HOURS,
    WITH_KEY,
    Fake,
    as_json,
    fake,
)
from tests.market.sources.fetching import fetched, nothing_is_stored, stored
from tests.market.sources.vendor_server import Given, VendorServer, serving

HOURS = {"timeframe": "1h", "start": "2024-02-26", "end": "2024-04-20"}


@pytest.fixture(params=NAMES)
def vendor(request: pytest.FixtureRequest) -> Fake:
    return fake(request.param)


@pytest.fixture
def server(vendor: Fake) -> Iterator[VendorServer]:
    with serving(vendor.answer) as running:
        yield running


def assert_stored(vendor: Fake, bars: list[truth.Bar], timeframe: str = "1d") -> None:
    stamps, columns = stored(vendor.symbol, timeframe)
    assert stamps.tolist() == truth.stamps(bars).tolist()
    for name in (*PRICES, "volume"):
        assert columns[name].tolist() == truth.column(bars, name), name
    assert_library_is_whole()


def assert_told(raised: pytest.ExceptionInfo[AlphintraError], vendor: Fake) -> None:
    """A sentence of the vendor and something to do, without the key anywhere."""
    error = raised.value
    assert vendor.source.vendor.title in error.message or "budget" in error.message
    assert error.message[-1] in ".?!…"
    assert error.hint
    everything = error.message + error.hint + "".join(traceback.format_exception(error))
    assert KEY not in everything
    assert "http://127" not in everything
    assert nothing_is_stored()


# ---------------------------------------------------------------- good answers


def test_that_days_come_as_they_were_traded(vendor: Fake, server: VendorServer) -> None:
    result = fetched(vendor, server)

    assert [series.source for series in result.series] == [vendor.source.vendor.title]
    assert_stored(vendor, vendor.daily)


def test_that_splits_and_dividends_are_kept_as_events(vendor: Fake, server: VendorServer) -> None:
    fetched(vendor, server)

    stamps, columns = stored(vendor.symbol)
    days = np.datetime_as_string(stamps, "D").tolist()
    splits = {d: s for d, s in zip(days, columns["split"].tolist(), strict=True) if s != 1}
    paid = {d: p for d, p in zip(days, columns["dividend"].tolist(), strict=True) if p}
    assert splits == ({truth.SPLIT_DAY: 2.0} if vendor.has_events else {})
    assert paid == ({truth.DIVIDEND_DAY: 0.5} if vendor.has_events else {})
    if vendor.has_events:
        row = days.index(truth.DIVIDEND_DAY)
        kept = 1 - 0.5 / columns["close"][row - 1]
        assert columns["adj_factor"][0] == pytest.approx(kept / 2)
        assert columns["adj_factor"][-1] == 1


@pytest.mark.parametrize("vendor", WITH_HOURS, indirect=True)
def test_that_hours_are_utc_starts_over_the_change_to_summer_time(
    vendor: Fake, server: VendorServer
) -> None:
    hours = {"end": "2024-03-17"} if vendor.name == "kraken" else {}

    fetched(vendor, server, HOURS | hours)

    end = "2024-03-18" if hours else "2024-04-21"
    wanted = [b for b in vendor.hourly if b.day < end]
    assert_stored(vendor, wanted, "1h")


def test_that_an_unfinished_day_is_left_out(vendor: Fake, server: VendorServer) -> None:
    # The vendor's clock stands at noon of the second last day; ours must not count for more.
    noon = vendor.daily[-2].epoch + 12 * 3600
    server.ahead_s = noon - time.time()

    result = fetched(vendor, server)

    assert_stored(vendor, vendor.daily[:-2])
    assert any("clock" in note for note in result.notes)


@pytest.mark.parametrize("vendor", TELLING_NAMES, indirect=True)
def test_that_a_renamed_symbol_is_told(vendor: Fake, server: VendorServer) -> None:
    vendor.called = "META"

    result = fetched(vendor, server)

    assert any("META" in note and "renamed" in note for note in result.notes)
    assert [series.symbol for series in result.series] == [vendor.symbol]


# ---------------------------------------------------------------- nothing to give


def test_that_an_empty_period_is_told(vendor: Fake, server: VendorServer) -> None:
    with pytest.raises(AlphintraError) as raised:
        fetched(vendor, server, {"start": "2023-01-02", "end": "2023-01-10"})

    assert_told(raised, vendor)


def test_that_an_unknown_symbol_is_told(vendor: Fake, server: VendorServer) -> None:
    with pytest.raises(AlphintraError, match="NOPE") as raised:
        fetched(vendor, server, {"symbols": ("NOPE",)})

    assert_told(raised, vendor)


def test_that_an_unknown_symbol_keeps_no_other_back(vendor: Fake, server: VendorServer) -> None:
    result = fetched(vendor, server, {"symbols": ("NOPE", vendor.symbol)})

    assert [failure.symbol for failure in result.failed] == ["NOPE"]
    assert_stored(vendor, vendor.daily)


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize("vendor", WITH_KEY, indirect=True)
def test_that_a_key_that_is_not_taken_is_told_without_it(
    vendor: Fake, server: VendorServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.always = vendor.refused

    with pytest.raises(AlphintraError, match="key") as raised:
        fetched(vendor, server)

    assert_told(raised, vendor)
    assert "alphintra data key" in raised.value.hint
    assert len(server.asked) == 1
    assert KEY not in caplog.text


@pytest.mark.parametrize("vendor", WITH_KEY, indirect=True)
@pytest.mark.parametrize("status", [401, 403])
def test_that_refusals_by_status_are_told(vendor: Fake, server: VendorServer, status: int) -> None:
    server.always = Given(f"Forbidden: {KEY}", status)

    with pytest.raises(AlphintraError, match="key") as raised:
        fetched(vendor, server)

    assert_told(raised, vendor)


@pytest.mark.parametrize("vendor", WITH_KEY, indirect=True)
def test_that_no_log_and_no_file_has_the_key(
    vendor: Fake, server: VendorServer, caplog: pytest.LogCaptureFixture, library_of_this_test
) -> None:
    caplog.set_level(logging.DEBUG)
    server.next_answers = [vendor.throttled, Given(KEY, 500)]

    fetched(vendor, server, fresh_s=60.0)

    assert KEY not in caplog.text
    files = [file for file in library_of_this_test.rglob("*") if file.is_file()]
    assert len(files) > 2
    assert [file for file in files if KEY.encode() in file.read_bytes()] == []


def test_that_a_redirect_is_not_followed(vendor: Fake, server: VendorServer) -> None:
    with serving(lambda _: as_json({})) as elsewhere:
        server.always = Given("", 302, {"Location": f"{elsewhere.url}/?apikey={KEY}"})

        with pytest.raises(AlphintraError, match="another address") as raised:
            fetched(vendor, server, {"symbols": (vendor.symbol, "ANOTHER")})

    assert elsewhere.asked == []
    assert len(server.asked) == 1
    assert_told(raised, vendor)


# ---------------------------------------------------------------- trouble that passes


@pytest.mark.parametrize(
    "trouble",
    [
        Given("", 429),
        Given("", 429, {"Retry-After": "0"}),
        Given("", 500),
        Given("", 503),
        Given("x" * 1000, cut=100),
        Given("x" * 1000, cut=0),
        Given("x" * 1000, silent_s=3.0),
    ],
    ids=["429", "429 with Retry-After", "500", "503", "cut", "cut at once", "silent"],
)
def test_that_what_passes_is_tried_again(
    vendor: Fake, server: VendorServer, trouble: Given
) -> None:
    server.next_answers = [trouble]

    fetched(vendor, server, silent_s=0.3)

    assert_stored(vendor, vendor.daily)


@pytest.mark.parametrize("vendor", THROTTLED_FOR_A_MOMENT, indirect=True)
def test_that_the_vendors_own_way_to_ask_for_patience_is_understood(
    vendor: Fake, server: VendorServer
) -> None:
    server.next_answers = [vendor.throttled] * 2

    fetched(vendor, server)

    assert_stored(vendor, vendor.daily)


@pytest.mark.parametrize("vendor", THROTTLED_FOR_A_DAY, indirect=True)
def test_that_the_vendors_limit_of_a_day_is_told_at_once(
    vendor: Fake, server: VendorServer
) -> None:
    server.always = vendor.throttled_today

    with pytest.raises(AlphintraError, match="today") as raised:
        fetched(vendor, server)

    assert_told(raised, vendor)
    assert "tomorrow" in raised.value.hint
    assert len(server.asked) == 1


def test_that_a_vendor_is_waited_for_as_long_as_it_asks(vendor: Fake, server: VendorServer) -> None:
    server.next_answers = [Given("", 429, {"Retry-After": "1"})]
    told: list[str] = []
    began = time.monotonic()

    fetched(vendor, server, report=Report(lambda progress: told.append(progress.doing)))

    assert time.monotonic() - began >= 1
    assert any("fewer calls" in text for text in told)


def test_that_a_vendor_that_asks_for_hours_is_not_waited_for(
    vendor: Fake, server: VendorServer
) -> None:
    server.always = Given("", 429, {"Retry-After": "7200"})

    with pytest.raises(AlphintraError, match="fewer calls") as raised:
        fetched(vendor, server)

    assert_told(raised, vendor)
    assert "7,200 seconds" in raised.value.hint
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("trouble", "calls"),
    [
        (Given("", 500), 5),
        (Given("", 429), 8),
        (Given("x" * 1000, cut=100), 5),
        (HTML, 2),
        (Given('{"half": '), 2),
        (as_json({"something": "else"}), 2),
        (as_json([1, 2, 3]), 2),
        (as_json([[None, {}]]), 2),
        (as_json("text"), 2),
        (Given(b"\xff\xfe\x00"), 2),
        (Given("12"), 2),
    ],
    ids=lambda value: str(getattr(value, "body", value))[:20],
)
def test_that_lasting_trouble_is_told_after_a_few_calls(
    vendor: Fake, server: VendorServer, trouble: Given, calls: int
) -> None:
    server.always = trouble

    with pytest.raises(AlphintraError) as raised:
        fetched(vendor, server)

    assert_told(raised, vendor)
    assert len(server.asked) in (1, calls)


def test_that_a_slow_answer_is_left_within_a_second(vendor: Fake, server: VendorServer) -> None:
    server.always = Given("x" * 1000, silent_s=30)
    asked_at: list[float] = []

    def stop() -> bool:
        if server.asked and not asked_at:
            asked_at.append(time.monotonic())
        return bool(asked_at)

    with pytest.raises(Cancelled):
        fetched(vendor, server, report=Report(cancelled=stop))

    assert time.monotonic() - asked_at[0] < 1
    assert nothing_is_stored()


def test_that_without_a_network_the_error_says_what_can_still_be_used(vendor: Fake) -> None:
    with serving(vendor.answer) as gone:
        pass

    with pytest.raises(AlphintraError, match="cannot be reached") as raised:
        fetched(vendor, gone)

    assert_told(raised, vendor)
    assert "in the library can be used" in raised.value.hint
