"""The sample data that ships."""

from __future__ import annotations

from importlib.resources import files

from alphintra_desktop.market.library import library
from alphintra_desktop.market.samples import SAMPLES, ensure_sample_data
from alphintra_desktop.market.store import describe, list_series
from tests.market.library_checks import assert_library_is_whole


def test_that_the_sample_data_is_imported_once() -> None:
    ensure_sample_data()
    listed = list_series()
    written = {path: path.stat().st_mtime_ns for path in library().bars.iterdir()}

    ensure_sample_data()

    assert list_series() == listed
    assert {path: path.stat().st_mtime_ns for path in library().bars.iterdir()} == written
    assert {version.symbol: version.market for version in listed} == SAMPLES
    assert {version.timeframe for version in listed} == {"1d", "1h"}
    assert {version.symbol for version in listed if version.has_events} == {"AAPL", "MSFT", "IBM"}
    assert len(describe("sample", "AAPL")) == 1
    assert_library_is_whole()


def test_that_every_bundled_file_is_named_in_the_notices() -> None:
    folder = files("alphintra_desktop.resources").joinpath("sample_data")
    notices = folder.joinpath("NOTICES.md").read_text(encoding="utf-8")

    bundled = {file.name.removesuffix(".parquet") for file in folder.iterdir()} - {"NOTICES.md"}

    assert bundled == {*SAMPLES, "made_up_options_flow"}
    assert all(f"`{symbol}`" in notices for symbol in bundled)
