"""What market data there is to choose from."""

from __future__ import annotations

import threading
from pathlib import Path

from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.workspace.known_series import KnownSeries
from alphintra_desktop.workspace.notices import Notices


def read(known: KnownSeries) -> None:
    found = threading.Event()
    known.changed.subscribe(lambda _: found.set())
    known.read()
    assert found.wait(30)


def test_that_the_series_of_the_library_are_found_by_dataset():
    ensure_sample_data()
    known = KnownSeries(Notices())
    assert known.datasets == ()
    read(known)
    assert known.datasets == ("sample",)
    assert "MSFT" in known.symbols("sample")
    assert known.timeframes("sample") == ("1d", "1h")
    assert known.symbols("other") == ()


def test_that_a_library_that_is_not_there_yet_holds_nothing_and_is_not_made(
    library_of_this_test: Path,
):
    known = KnownSeries(Notices())
    read(known)
    assert known.latest == ()
    assert list(library_of_this_test.iterdir()) == []


def test_that_a_damaged_catalog_is_told(library_of_this_test: Path):
    (library_of_this_test / "market").mkdir()
    (library_of_this_test / "market" / "catalog.sqlite").write_text("no database" * 1000)
    notices, told = Notices(), threading.Event()
    notices.told.subscribe(lambda _: told.set())
    KnownSeries(notices).read()
    assert told.wait(30)
    assert "damaged" in notices.all[-1].text
