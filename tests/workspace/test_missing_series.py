"""What a node names and the library lacks is told with what is there instead."""

from __future__ import annotations

from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.workspace.known_series import KnownSeries
from alphintra_desktop.workspace.missing_series import Missing, missing_dataset, missing_symbols
from alphintra_desktop.workspace.notices import Notices
from tests.workspace.test_known_series import read


def known_samples() -> KnownSeries:
    ensure_sample_data()
    known = KnownSeries(Notices())
    read(known)
    return known


def test_that_a_symbol_that_is_missing_comes_with_the_nearest_that_is_there():
    known = known_samples()
    assert missing_symbols(known, "sample", "AAPL, MSFT") is None
    assert missing_symbols(known, "sample", "AAPL, msft, TSLA") == Missing(
        "'sample' has no msft, TSLA.", "MSFT", "AAPL, MSFT, TSLA"
    )


def test_that_a_dataset_that_is_missing_comes_with_one_that_is_there():
    known = known_samples()
    assert missing_dataset(known, "sample") is None
    assert missing_dataset(known, "wherever") == Missing(
        "The library has no dataset 'wherever'.", "sample", "sample"
    )


def test_that_nothing_is_called_missing_before_the_library_was_read():
    unread = KnownSeries(Notices())
    assert missing_dataset(unread, "wherever") is None
    assert missing_symbols(unread, "sample", "TSLA") is None
