"""Is the library whole? Asked by tests after whatever they did to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import duckdb
import numpy as np

from alphintra_desktop.ir.markets import is_intraday
from alphintra_desktop.market.catalog import Catalog, SeriesVersion
from alphintra_desktop.market.library import Library, library
from alphintra_desktop.market.snapshots import Series, content_sha256, read_bars, read_columns


def assert_library_is_whole(*, views: bool = True) -> None:
    """Every listed version has its file, every file holds what its name says, the views show it.

    `views=False` after a kill: the views are replaced after the catalog and may be one step late.
    """
    place = library()
    if not place.catalog.exists():
        return
    with closing(sqlite3.connect(place.catalog)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    current = Catalog(place.catalog).series()
    for version in current:
        assert_version_is_whole(place, version)
    if views and current:
        assert_views_show(place, current)


def assert_version_is_whole(place: Library, version: SeriesVersion) -> None:
    stamps, columns = read_columns(place.snapshot(version.sha256), version.symbol)
    series = Series(version.symbol, stamps, columns, is_intraday(version.timeframe))
    assert content_sha256(series) == version.sha256
    assert len(stamps) == version.rows
    assert (np.diff(stamps) > np.timedelta64(0)).all()
    assert_bars_are_whole(*read_bars(place.snapshot(version.sha256), version.symbol))
    assert np.isfinite(columns["adj_factor"]).all()
    assert (columns["adj_factor"] > 0).all()
    assert (columns["split"] > 0).all()
    assert (columns["dividend"] >= 0).all()


def assert_bars_are_whole(stamps: np.ndarray, columns: dict[str, np.ndarray]) -> None:
    assert len(stamps)
    assert (columns["low"] > 0).all()
    for edge in ("open", "close", "low"):
        assert (columns["high"] >= columns[edge]).all()
        assert (columns["low"] <= columns[edge]).all()


def assert_views_show(place: Library, current: tuple[SeriesVersion, ...]) -> None:
    rows: dict[str, int] = {}
    for version in current:
        view = f"{version.dataset}_{version.timeframe}"
        rows[view] = rows.get(view, 0) + version.rows
    with duckdb.connect(place.views, read_only=True) as db:
        for view, count in rows.items():
            assert db.sql(f'SELECT count(*) FROM "{view}"').fetchall() == [(count,)]
