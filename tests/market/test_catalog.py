"""The list of what there is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.catalog import Catalog, SeriesVersion

VERSION = SeriesVersion(
    dataset="mine",
    symbol="ACME",
    timeframe="1d",
    sha256="a" * 64,
    rows=4,
    first="2004-08-19",
    last="2004-08-24",
    market="us_equities",
    source="ACME.csv",
    bar_stamp="open",
    has_events=False,
    imported_at="2024-01-01T00:00:00+00:00",
)


def nothing() -> None:
    """No files to publish."""


def test_that_what_was_added_is_listed(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    other = replace(VERSION, symbol="B", has_events=True)

    assert catalog.add([VERSION, other], nothing) == (VERSION, other)

    assert catalog.series() == (VERSION, other)
    assert catalog.series_of("MINE") == (VERSION, other)
    assert catalog.found("mine", "1d", ("B", "C")) == {"B": other}
    assert catalog.found("mine", "1h", ("B",)) == {}


def test_that_a_new_version_is_current_and_the_old_one_stays_listed(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    newer = replace(VERSION, sha256="b" * 64)
    catalog.add([VERSION], nothing)
    before = catalog.generation()

    catalog.add([newer], nothing)

    assert catalog.series() == (newer,)
    assert catalog.versions("mine", "ACME") == (newer, VERSION)
    assert catalog.generation() > before


def test_that_nothing_is_listed_if_its_files_cannot_be_published(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")

    def broken() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(AlphintraError, match="No space left on device"):
        catalog.add([VERSION], broken)

    assert catalog.series() == ()
    assert catalog.versions("mine", "ACME") == ()


def test_that_a_catalog_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    Catalog(path).add([VERSION], nothing)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 999")
    before = path.read_bytes()

    with pytest.raises(AlphintraError, match="newer version"):
        Catalog(path).series()

    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"x" * 900]
)
def test_that_a_damaged_catalog_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(content)

    with pytest.raises(AlphintraError, match="damaged"):
        Catalog(path).series()


def test_that_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(AlphintraError) as caught:
        Catalog(tmp_path / "file" / "catalog.sqlite").series()

    assert "writable" in caught.value.hint


def test_that_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    catalog.add([VERSION], nothing)
    seen: list[tuple[SeriesVersion, ...]] = []

    catalog.add([replace(VERSION, sha256="b" * 64)], lambda: seen.append(catalog.series()))

    assert seen == [(VERSION,)]
