"""What the catalog keeps of checks and choices, and catalogs from before it did."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market import catalog_file as catalog_module
from alphintra_desktop.market.catalog import Catalog, KeptCheck
from tests.market.test_catalog import VERSION, nothing

CHECK = KeptCheck("a" * 64, "1d", "1 us_equities", True, "XNYS", "[]")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "catalog.sqlite")


def test_that_an_older_catalog_keeps_its_versions_and_learns_what_is_new(tmp_path, monkeypatch):
    path = tmp_path / "catalog.sqlite"
    with monkeypatch.context() as before:
        before.setattr(catalog_module, "_MIGRATIONS", catalog_module._MIGRATIONS[:1])
        assert Catalog(path).generation() == 0
    old = {name: value for name, value in asdict(VERSION).items() if name != "lineage"}
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("INSERT INTO datasets VALUES ('mine')")
        marks = ", ".join("?" * len(old))
        names = ", ".join(old)
        db.execute(f"INSERT INTO versions ({names}) VALUES ({marks})", tuple(old.values()))
        db.execute("INSERT INTO current VALUES ('mine', 'ACME', '1d', 1)")

    catalog = Catalog(path)

    assert catalog.series() == (VERSION,)
    catalog.keep_checks([CHECK])
    assert catalog.kept_checks([CHECK.sha256]) == (CHECK,)


def test_that_a_check_is_kept_once_and_a_thorough_one_beside_a_quick_one(catalog):
    quick = replace(CHECK, thorough=False)
    catalog.keep_checks([CHECK, quick])
    catalog.keep_checks([replace(quick, calendar="XLON")])

    assert catalog.kept_checks([CHECK.sha256, "b" * 64]) == (replace(quick, calendar="XLON"), CHECK)
    assert catalog.kept_checks(["b" * 64]) == ()


def test_that_a_calendar_is_chosen_by_series_and_taken_back(catalog):
    catalog.choose_calendar("mine", "ACME", "XNYS")
    catalog.choose_calendar("mine", "ACME", "XLON")

    assert catalog.calendars("MINE") == {"ACME": "XLON"}
    catalog.choose_calendar("Mine", "ACME", "")
    assert catalog.calendars("mine") == {}


def test_that_an_earlier_version_becomes_current_again_and_readers_notice(catalog):
    newer = replace(VERSION, sha256="b" * 64, lineage="Repaired.")
    catalog.add([VERSION], nothing)
    catalog.add([newer], nothing)
    before = catalog.generation()

    catalog.choose(VERSION)

    assert catalog.series() == (VERSION,)
    assert catalog.versions("mine", "ACME") == (newer, VERSION)
    assert catalog.generation() > before


def test_that_a_version_that_is_not_listed_cannot_be_chosen(catalog):
    catalog.add([VERSION], nothing)

    with pytest.raises(AlphintraError, match="not in the library"):
        catalog.choose(replace(VERSION, sha256="c" * 64))

    assert catalog.series() == (VERSION,)
