"""What is fetched into the library over time: updates, gaps, rewritten pasts, kills, limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.store import describe, load_bars
from alphintra_desktop.report import Cancelled, Report
from tests.market.bar_files import csv, written
from tests.market.library_checks import assert_library_is_whole
from tests.market.sources import truth
from tests.market.sources.fake_vendors import NAMES, Fake, fake
from tests.market.sources.fetching import access, fetched, nothing_is_stored, stored
from tests.market.sources.vendor_server import Given, serving

COIN_HOURS = {"timeframe": "1h", "start": "2024-02-26", "end": "2024-06-01"}


@pytest.fixture
def coin() -> Fake:
    return fake("binance")


def closes(symbol: str, timeframe: str = "1d") -> list[float]:
    return stored(symbol, timeframe)[1]["close"].tolist()


def halved(bars: list[truth.Bar], rows: slice) -> list[truth.Bar]:
    """The bars, with other prices in some rows."""
    changed = [
        replace(b, open=b.open / 2, high=b.high / 2, low=b.low / 2, close=b.close / 2)
        for b in bars[rows]
    ]
    return [*bars[: rows.start], *changed, *bars[rows.stop :]]


# ---------------------------------------------------------------- updates


@pytest.mark.parametrize("name", NAMES)
def test_that_an_update_asks_for_the_end_only_and_changes_no_stored_bit(name: str) -> None:
    vendor = fake(name)
    with serving(vendor.answer) as server:
        fetched(vendor, server, {"end": "2024-03-08"})
        before = stored(vendor.symbol)
        server.asked.clear()

        fetched(vendor, server)

    after = stored(vendor.symbol)
    count = len(before[0])
    assert after[0].tolist() == truth.stamps(vendor.daily).tolist()
    for column in ("open", "high", "low", "close", "volume"):
        assert after[1][column][:count].tolist() == before[1][column].tolist()
    assert after[1]["close"].tolist() == truth.column(vendor.daily, "close")
    assert len(describe("mine", vendor.symbol)) == 2
    assert_library_is_whole()


def test_that_an_update_is_the_same_as_fetching_all_at_once() -> None:
    vendor = fake("yahoo")
    with serving(vendor.answer) as server:
        fetched(vendor, server, {"end": "2024-03-08"})
        fetched(vendor, server)
        fetched(vendor, server, {"dataset": "at_once"})

    shas = [describe(dataset, "AAPL")[0].sha256 for dataset in ("mine", "at_once")]
    assert shas[0] == shas[1]


def test_that_an_update_without_news_changes_nothing(coin: Fake) -> None:
    with serving(coin.answer) as server:
        fetched(coin, server)

        again = fetched(coin, server)

    assert again.series == ()
    assert again.notes == ["BTCUSDT is up to date."]
    assert len(describe("mine", "BTCUSDT")) == 1


def test_that_earlier_bars_can_be_added(coin: Fake) -> None:
    with serving(coin.answer) as server:
        fetched(coin, server, {"start": "2024-03-05"})
        fetched(coin, server)

    assert closes("BTCUSDT") == truth.column(coin.daily, "close")


@pytest.mark.parametrize("name", ["binance", "yahoo", "stooq"])
def test_that_a_rewritten_past_is_a_new_version_and_a_finding(name: str) -> None:
    vendor = fake(name)
    with serving(vendor.answer) as server:
        fetched(vendor, server, {"end": "2024-03-08"})
        vendor.daily = halved(vendor.daily, slice(3, 6))

        result = fetched(vendor, server)

    assert len([f for f in result.findings if "rewritten the past" in f]) == 1
    assert closes(vendor.symbol) == truth.column(vendor.daily, "close")
    versions = describe("mine", vendor.symbol)
    assert len(versions) == 2
    assert versions[1].last == "2024-03-08"


def test_that_a_rewritten_past_that_is_no_longer_whole_is_not_mixed_in(coin: Fake) -> None:
    with serving(coin.answer) as server:
        fetched(coin, server, {"end": "2024-03-08"})
        before = closes("BTCUSDT")
        coin.daily = halved(coin.daily, slice(0, 19))[5:]

        with pytest.raises(AlphintraError, match="left as it is"):
            fetched(coin, server)

    assert closes("BTCUSDT") == before


def test_that_bars_of_another_source_are_never_mixed(coin: Fake, tmp_path) -> None:
    import_file(written(tmp_path, csv(), "BTCUSDT.csv"), "mine", report=Report())
    with serving(coin.answer) as server, pytest.raises(AlphintraError, match="would mix"):
        fetched(coin, server)

    assert closes("BTCUSDT") == [11.0, 12.0, 13.0, 14.0]


def test_that_gaps_are_filled_when_the_vendor_has_them_by_now(coin: Fake) -> None:
    whole = coin.daily
    with serving(coin.answer) as server:
        coin.daily = [*whole[:4], *whole[6:12], *whole[13:]]
        fetched(coin, server)
        coin.daily = whole

        fetched(coin, server)
        assert len(closes("BTCUSDT")) == len(whole) - 3
        fetched(coin, server, {"repair": True})

    assert closes("BTCUSDT") == truth.column(whole, "close")


def test_that_gaps_of_shares_are_those_of_the_exchange_calendar() -> None:
    vendor = fake("tiingo")
    whole = vendor.daily
    with serving(vendor.answer) as server:
        vendor.daily = [*whole[:2], *whole[3:]]
        fetched(vendor, server)
        vendor.daily = whole
        server.asked.clear()

        fetched(vendor, server, {"repair": True, "end": "2024-03-14"})

    assert closes("AAPL") == truth.column(whole, "close")
    assert len(server.asked) == 1


def test_that_holes_in_sessions_are_asked_for_and_minutes_without_a_trade_are_not() -> None:
    vendor = fake("tiingo")
    start = datetime(2024, 3, 4, 14, 30, tzinfo=UTC)
    minutes = [
        truth.bar(start + timedelta(days=day, minutes=n), n, 50.0)
        for day in range(5)
        for n in range(390)
    ]
    one_minute = {"timeframe": "1m", "start": "2024-03-04", "end": "2024-03-08"}
    vendor.hourly = [b for n, b in enumerate(minutes) if not 500 <= n < 530 and n % 97]
    with serving(vendor.answer) as server:
        fetched(vendor, server, one_minute)
        vendor.hourly = [b for n, b in enumerate(minutes) if n % 97]
        fetched(vendor, server, {**one_minute, "repair": True})
        assert len(closes("AAPL", "1m")) == len(vendor.hourly)

        calls = []
        for repair in (False, True):
            server.asked.clear()
            fetched(vendor, server, {**one_minute, "repair": repair})
            calls.append(len(server.asked))

    assert calls[0] == calls[1]


def test_that_the_market_is_told_by_the_symbol() -> None:
    vendor = fake("yahoo").source.vendor
    symbols = ("AAPL", "EURUSD=X", "ES=F", "BTC-USD", "BRK-B")
    markets = ["us_equities", "fx", "futures", "crypto", "us_equities"]
    assert [vendor.market_of(symbol) for symbol in symbols] == markets


def test_that_what_kraken_no_longer_has_is_told() -> None:
    vendor = fake("kraken")
    vendor.hourly = truth.coin_hours(900)
    with serving(vendor.answer) as server:
        result = fetched(vendor, server, COIN_HOURS)
        assert any("720" in note for note in result.notes)
        assert len(closes("XBTUSD", "1h")) == 720
        vendor.hourly = truth.coin_hours(2000)

        result = fetched(vendor, server, COIN_HOURS)

    assert any("hole" in finding for finding in result.findings)
    assert len(closes("XBTUSD", "1h")) == 1440


# ---------------------------------------------------------------- kills and cancelling

FETCH_AND_DIE = """
import os, signal, sys
from alphintra_desktop.market.sources.order import Order
from alphintra_desktop.market.sources.fetch import fetch
from alphintra_desktop.report import Report
from tests.market.sources.fake_vendors import fake
from tests.market.sources.fetching import access
vendor = fake("coinbase")
order = Order((vendor.symbol,), "mine", "1h", "2024-02-26", "2024-05-31")
fetch(vendor.source, order, access(vendor, sys.argv[1]), Report())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("pages", [1, 3, 7])
def test_that_after_a_kill_only_the_missing_pages_are_asked_for(pages: int) -> None:
    vendor = fake("coinbase")
    with serving(vendor.answer) as server:
        process = subprocess.Popen([sys.executable, "-c", FETCH_AND_DIE, server.url])

        def kill_then_answer(asked):  # at the call after those pages
            if len(server.asked) > pages:
                os.kill(process.pid, signal.SIGKILL)
            return vendor.answer(asked)

        server.answer = kill_then_answer
        assert process.wait(timeout=60) == -signal.SIGKILL
        assert nothing_is_stored()
        first = list(server.asked)
        server.answer = vendor.answer
        server.asked.clear()

        order = {**COIN_HOURS, "end": "2024-05-31"}
        fetched(vendor, server, order)

    assert len(first) == pages + 1
    spans = [asked.params["start"] for asked in server.asked]
    assert spans[0] == first[-1].params["start"]
    assert not {asked.params["start"] for asked in first[:-1]} & set(spans)
    assert stored(vendor.symbol, "1h")[0].tolist() == truth.stamps(vendor.hourly).tolist()


def test_that_cancelling_keeps_the_pages_and_publishes_nothing(coin: Fake) -> None:
    with serving(coin.answer) as server:
        stop = Report(cancelled=lambda: len(server.asked) >= 2)
        with pytest.raises(Cancelled):
            fetched(coin, server, COIN_HOURS, stop)
        assert nothing_is_stored()
        server.asked.clear()

        fetched(coin, server, COIN_HOURS)

    assert len(server.asked) == 1
    assert len(closes("BTCUSDT", "1h")) == 2300


def test_that_a_damaged_page_is_asked_for_again(coin: Fake, library_of_this_test) -> None:
    with serving(coin.answer) as server:
        with pytest.raises(Cancelled):
            fetched(coin, server, COIN_HOURS, Report(cancelled=lambda: len(server.asked) >= 2))
        for page in library_of_this_test.rglob("*.npz"):
            page.write_bytes(page.read_bytes()[:200])

        fetched(coin, server, COIN_HOURS)

    assert len(closes("BTCUSDT", "1h")) == 2300


def test_that_nothing_is_left_of_a_download_that_came_through(
    coin: Fake, library_of_this_test
) -> None:
    with serving(coin.answer) as server:
        fetched(coin, server, COIN_HOURS)

    assert list(library_of_this_test.rglob("*.npz")) == []


# ---------------------------------------------------------------- limits and the cache


def test_that_a_fresh_answer_is_not_asked_for_twice(coin: Fake) -> None:
    with serving(coin.answer) as server:
        fetched(coin, server, fresh_s=60.0)
        calls = len(server.asked)

        fetched(coin, server, {"dataset": "other"}, fresh_s=60.0)

    assert len(server.asked) == calls
    assert stored("BTCUSDT", dataset="other")[1]["close"].tolist() == closes("BTCUSDT")


def test_that_an_old_or_damaged_answer_is_asked_for_again(coin: Fake, library_of_this_test) -> None:
    with serving(coin.answer) as server:
        fetched(coin, server, fresh_s=60.0)
        kept = list(library_of_this_test.rglob("*.answer"))
        assert kept
        for file in kept:
            file.write_bytes(file.read_bytes()[:-3])

        fetched(coin, server, {"dataset": "other"}, fresh_s=60.0)
        fetched(coin, server, {"dataset": "third"}, fresh_s=0.0)

    assert len(server.asked) == 3 * len(kept)


def test_that_the_budget_of_a_day_holds_and_what_was_had_is_kept() -> None:
    vendor = fake("alphavantage")  # three calls a symbol
    with serving(vendor.answer) as server:
        result = fetched(vendor, server, {"symbols": ("IBM", "NOPE")}, a_day=3)
        assert [failure.symbol for failure in result.failed] == ["NOPE"]
        assert "budget" in result.failed[0].message
        assert "tomorrow" in result.failed[0].hint
        assert closes("IBM") == truth.column(vendor.daily, "close")

        with pytest.raises(AlphintraError, match="budget of 3 calls"):
            fetched(vendor, server, {"dataset": "other"}, a_day=3)

    assert len(server.asked) == 3


def test_that_calls_keep_to_the_rate_of_the_vendor(coin: Fake) -> None:
    from alphintra_desktop.market.sources.source import Rate

    told: list[str] = []
    report = Report(lambda progress: told.append(progress.doing))
    with serving(coin.answer) as server:
        fetched(coin, server, COIN_HOURS, report, rate=Rate(1, 0.5))

    assert len(server.asked) == 3
    assert any("limits calls" in text for text in told)


# ---------------------------------------------------------------- odd answers


def test_that_conflicting_repetitions_keep_the_last_said(coin: Fake) -> None:
    doubled = [*coin.daily, replace(coin.daily[3], close=coin.daily[3].open)]
    coin.daily = sorted(doubled, key=lambda b: b.at)
    with serving(coin.answer) as server:
        fetched(coin, server)

    assert len(closes("BTCUSDT")) == 19


def test_that_impossible_bars_are_kept_and_given_to_no_strategy(coin: Fake) -> None:
    coin.daily[3] = replace(coin.daily[3], high=1.0)
    with serving(coin.answer) as server:
        result = fetched(coin, server)

    assert len(closes("BTCUSDT")) == 19
    assert load_bars("mine", ("BTCUSDT",), "1d").bars.count == 18
    assert any("no bar" in finding for finding in result.findings)
    assert_library_is_whole()


def test_that_a_symbol_with_sql_or_a_path_in_it_is_only_a_name(coin: Fake) -> None:
    for symbol in ("'; DROP TABLE versions; --", "../../etc/passwd", "a/b?c=d&e#f", "%2e%2e/x"):
        with serving(coin.answer) as server, pytest.raises(AlphintraError):
            fetched(coin, server, {"symbols": (symbol,)})
        yahoo = fake("yahoo")
        with serving(yahoo.answer) as server:
            with pytest.raises(AlphintraError):
                fetched(yahoo, server, {"symbols": (symbol,)})
            assert all(a.path.startswith("/v8/finance/chart/") for a in server.asked)

    assert nothing_is_stored()


def test_that_an_answer_without_end_is_cut_off(coin: Fake, monkeypatch) -> None:
    monkeypatch.setattr("alphintra_desktop.market.sources.http_client._LARGEST", 1000)
    with serving(coin.answer) as server:
        server.always = Given("[" + "1," * 5000 + "1]")
        with pytest.raises(AlphintraError, match="without end"):
            fetched(coin, server)

    assert len(server.asked) == 1


def test_that_a_vendor_that_gives_the_same_page_for_ever_is_left() -> None:
    vendor = fake("polygon")

    def for_ever(asked):
        given = vendor.answer(asked)
        body = given.body if isinstance(given.body, str) else ""
        return replace(given, body=body.replace("cursor=10", "cursor=5"))

    with serving(for_ever) as server, pytest.raises(AlphintraError, match="again and again"):
        fetched(vendor, server)

    assert len(server.asked) <= 4


def test_that_polygons_further_pages_are_asked_of_the_address_that_is_set() -> None:
    vendor = fake("polygon")
    with serving(vendor.answer) as server:
        fetched(vendor, server)

    assert [a.params.get("cursor") for a in server.asked[:3]] == [None, "5", "10"]
    assert not any("apiKey" in asked.params for asked in server.asked)


def test_that_a_premium_answer_of_alpha_vantage_is_told() -> None:
    vendor = fake("alphavantage")
    told = '{"Information": "This is a premium endpoint. You may subscribe to unlock it."}'
    paying = pytest.raises(AlphintraError, match="paying users")
    with serving(lambda _: Given(told)) as server, paying:
        fetched(vendor, server)


def test_that_access_shows_no_key(coin: Fake) -> None:
    vendor = fake("tiingo")
    with serving(vendor.answer) as server:
        assert vendor.key not in repr(access(vendor, server))


def test_that_plain_http_is_for_this_machine_only() -> None:
    vendor = fake("tiingo")
    elsewhere = "http://api.tiingo.example"
    with pytest.raises(AlphintraError, match="without encryption"):
        fetched(vendor, elsewhere)  # type: ignore[arg-type]
    assert nothing_is_stored()


def test_that_stamps_are_whole_over_a_change_of_clocks_in_another_country() -> None:
    """Sydney opens on the evening before, by UTC: its dates are those of Sydney."""
    from alphintra_desktop.market.sources.local_times import dates_in, zone_called

    moments = np.array(["2024-04-04T23:00", "2024-04-08T00:00"], dtype="datetime64[ns]")
    dates = dates_in(zone_called("Australia/Sydney"), moments)
    assert np.datetime_as_string(dates, "D").tolist() == ["2024-04-05", "2024-04-08"]


def test_that_a_symbol_that_the_vendor_has_renamed_keeps_what_is_stored(coin: Fake) -> None:
    with serving(coin.answer) as server:
        fetched(coin, server, {"end": "2024-03-08"})
        before = closes("BTCUSDT")
        server.always = coin.unknown

        with pytest.raises(AlphintraError, match="knows no symbol") as raised:
            fetched(coin, server)

    assert "renamed" in raised.value.hint
    assert closes("BTCUSDT") == before


def test_that_a_repaired_series_is_not_overwritten_unasked(coin: Fake) -> None:
    from alphintra_desktop.market.catalog import Catalog
    from alphintra_desktop.market.library import library

    with serving(coin.answer) as server:
        fetched(coin, server, {"end": "2024-03-08"})
        catalog = Catalog(library().catalog)
        (version,) = catalog.series_of("mine")
        line = f"{version.lineage}\nRepaired from version abc: as a test."
        catalog.add([replace(version, market="fx", lineage=line)], lambda: None)
        coin.daily = halved(coin.daily, slice(3, 6))

        with pytest.raises(AlphintraError, match="repaired here"):
            fetched(coin, server)
        fetched(coin, server, {"full": True})

    assert closes("BTCUSDT") == truth.column(coin.daily, "close")


def test_that_a_version_made_meanwhile_is_not_overwritten(coin: Fake) -> None:
    from alphintra_desktop.market.catalog import Catalog
    from alphintra_desktop.market.library import library

    catalog = Catalog(library().catalog)
    with serving(coin.answer) as server:
        fetched(coin, server, {"end": "2024-03-08"})
        (version,) = catalog.series_of("mine")

        def changes_it_meanwhile(asked):
            catalog.add([replace(version, market="fx")], lambda: None)
            return coin.answer(asked)

        server.answer = changes_it_meanwhile
        with pytest.raises(AlphintraError, match="somebody else"):
            fetched(coin, server)

    assert catalog.series_of("mine")[0].market == "fx"


def test_that_a_key_with_odd_characters_is_refused_before_it_is_sent() -> None:
    from alphintra_desktop.market.sources.access import access_to

    for key in ("clé-secrète", "two\nlines"):
        with pytest.raises(AlphintraError, match="characters that no key has") as raised:
            access_to(fake("tiingo").source.vendor, key)
        assert key not in raised.value.message + raised.value.hint


def test_that_pages_of_what_failed_are_kept_for_the_next_time() -> None:
    vendor = fake("alphavantage")  # three calls a symbol
    with serving(vendor.answer) as server:
        with pytest.raises(AlphintraError, match="budget"):
            fetched(vendor, server, a_day=2)

        fetched(vendor, server)

    assert len(server.asked) == 3
    assert closes("IBM") == truth.column(vendor.daily, "close")


def test_that_another_spelling_of_a_timeframe_is_the_same(coin: Fake) -> None:
    with serving(coin.answer) as server:
        fetched(coin, server, {**COIN_HOURS, "timeframe": "60m"})
    assert len(closes("BTCUSDT", "1h")) == 2300
