"""`alphintra data vendors | fetch | update | key`, against vendors on this machine."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
from tests.cli.command_line import Outcome, assert_clear, here
from tests.market.bar_files import csv, written
from tests.market.sources.fake_vendors import KEY, as_json, fake
from tests.market.sources.fetching import stored
from tests.market.sources.vendor_server import VendorServer, serving

PERIOD = ("--from", "2024-02-26", "--to", "2024-03-15")


@pytest.fixture
def alphintra(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    return here(capsys)


@pytest.fixture
def binance(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorServer]:
    with serving(fake("binance").answer) as server:
        monkeypatch.setenv("ALPHINTRA_URL_BINANCE", server.url)
        yield server


@pytest.fixture
def tiingo(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorServer]:
    with serving(fake("tiingo").answer) as server:
        monkeypatch.setenv("ALPHINTRA_URL_TIINGO", server.url)
        yield server


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What comes from a pipe."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_that_the_vendors_are_listed_with_their_terms(alphintra: Callable[..., Outcome]) -> None:
    listed = alphintra("data", "vendors", "--json").json
    assert len(listed) == 9
    for vendor in listed:
        assert vendor["terms"].startswith("https://")
        assert vendor["base_url"].startswith("https://")
        assert vendor["timeframes"]
        assert vendor["stamp"]
        assert vendor["events"]
    assert "tiingo" in alphintra("data", "vendors").out


def test_that_bars_are_fetched_and_updated(
    alphintra: Callable[..., Outcome], binance: VendorServer
) -> None:
    first = ("--from", "2024-02-26", "--to", "2024-03-08", "--dataset", "coins")
    fetched = alphintra("data", "fetch", "binance", "BTCUSDT", *first)
    assert fetched.code == 0
    assert "BTCUSDT 1d: 12 bars" in fetched.out
    assert len(stored("BTCUSDT", dataset="coins")[0]) == 12

    updated = alphintra("data", "update", "coins", "--json")

    assert updated.json[0]["series"][0]["rows"] == 19
    assert len(binance.asked) == 2
    shown = alphintra("data", "show", "coins", "BTCUSDT").out
    assert "from Binance" in shown


def test_that_what_failed_is_told_beside_what_was_had(
    alphintra: Callable[..., Outcome], binance: VendorServer
) -> None:
    outcome = alphintra("data", "fetch", "binance", "BTCUSDT", "NOPE", *PERIOD)
    assert outcome.code == 1
    assert "BTCUSDT 1d: 19 bars, " in outcome.out
    assert "knows no symbol 'NOPE'" in outcome.error


def test_that_a_mistaken_order_is_told(
    alphintra: Callable[..., Outcome], binance: VendorServer
) -> None:
    for words, arguments in {
        "no vendor 'binanse'": ("fetch", "binanse", "BTCUSDT"),
        "gives no 2d bars": ("fetch", "binance", "BTCUSDT", "--timeframe", "2d"),
        "not a date": ("fetch", "binance", "BTCUSDT", "--from", "soon"),
        "cannot be the name of a dataset": ("fetch", "binance", "BTCUSDT", "--dataset", "../x"),
        "no dataset 'nope'": ("update", "nope"),
        "wants no key": ("key", "binance"),
    }.items():
        outcome = alphintra("data", *arguments)
        assert words in outcome.error
        assert_clear(outcome)
        assert outcome.code == 1


def test_that_a_dataset_without_a_vendor_cannot_be_updated(
    alphintra: Callable[..., Outcome], tmp_path: Path
) -> None:
    import_file(written(tmp_path, csv()), "mine", report=Report())
    assert "came from a vendor" in alphintra("data", "update", "mine").error


def test_that_a_missing_key_is_told_with_how_to_set_one(
    alphintra: Callable[..., Outcome], tiingo: VendorServer
) -> None:
    outcome = alphintra("data", "fetch", "tiingo", "AAPL", *PERIOD)
    assert "wants a key" in outcome.error
    assert "alphintra data key tiingo" in outcome.err
    assert tiingo.asked == []


def test_that_a_key_out_of_the_environment_is_used_and_never_shown(
    alphintra: Callable[..., Outcome], tiingo: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALPHINTRA_KEY_TIINGO", KEY)
    outcome = alphintra("data", "fetch", "tiingo", "AAPL", *PERIOD, "--json")
    assert outcome.code == 0
    assert KEY not in outcome.out + outcome.err

    tiingo.always = as_json({"detail": f"Invalid token {KEY}"}, 401)
    outcome = alphintra("data", "fetch", "tiingo", "AAPL", "--dataset", "other")
    assert outcome.code == 1
    assert KEY not in outcome.out + outcome.err


def test_that_a_key_in_the_vault_is_used_with_its_passphrase(
    alphintra: Callable[..., Outcome],
    tiingo: VendorServer,
    monkeypatch: pytest.MonkeyPatch,
    library_of_this_test: Path,
) -> None:
    monkeypatch.setattr("alphintra_desktop.workspace.secrets.encrypting_keyring", lambda: None)
    typed(monkeypatch, KEY + "\n")
    refused = alphintra("data", "key", "tiingo")
    assert refused.code == 1
    assert "not kept" in refused.error
    assert "--vault" in refused.err

    monkeypatch.setenv("ALPHINTRA_VAULT_PASSPHRASE", "correct horse battery")
    typed(monkeypatch, KEY + "\n")
    kept = alphintra("data", "key", "tiingo", "--vault", "--json")
    assert "in the encrypted vault" in json.loads(kept.out)["told"]

    assert alphintra("data", "fetch", "tiingo", "AAPL", *PERIOD).code == 0
    files = [file for file in library_of_this_test.rglob("*") if file.is_file()]
    assert [file for file in files if KEY.encode() in file.read_bytes()] == []

    assert "is forgotten" in alphintra("data", "key", "tiingo", "--forget").out
    assert "wants a key" in alphintra("data", "update", "tiingo").error
