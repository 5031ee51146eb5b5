"""Checking ten million one-minute bars, against one full scan of the same file by DuckDB.

The bars are those of the shared data's generator. The peer adds up every column of the Parquet
file, so that it has to look at every value (least and greatest ones it would read off the file's
statistics). Ours reads the library's file, makes every check, the forest included, and keeps
nothing.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import duckdb
import numpy as np

from alphintra_desktop.market.bars import COLUMNS
from alphintra_desktop.market.file_series import FileSeries
from alphintra_desktop.market.importing import publish
from alphintra_desktop.market.library import library
from alphintra_desktop.market.quality import Checked, checked
from alphintra_desktop.market.quality_reading import stored_table
from alphintra_desktop.market.snapshots import Series
from alphintra_desktop.report import Report
from tests.benchmarks.harness import Benchmark, compare
from tests.benchmarks.made_bars import own_library
from tests.shared_files import shared

BARS = 10_000_000
GOAL = 2.0


def quality_of_10_000_000_bars() -> Iterator[Benchmark]:
    """Every check of one symbol's bars."""
    with own_library():
        (version,) = publish("minutes", [("crypto", generated(BARS))], Report())
        place = library()

        def ours() -> Checked:
            return checked(stored_table(place, version), market=version.market)

        with duckdb.connect() as db:
            scan = full_scan(place.snapshot(version.sha256))
            found = compare(
                "quality check, 10,000,000 bars",
                ours,
                lambda: db.sql(scan).fetchall(),
                goal=GOAL,
                rounds=9,
            )
        assert ours().calendar == "24/7"
    yield found


def generated(bars: int) -> FileSeries:
    """Bars of the shared generator, as an import would give them."""
    made = _generator().symbol(bars, 20_261_121, 0, "2005-01-03T00:00", "247", 0.01, 100.0)
    minutes, opens, highs, lows, closes, volume, _ = made
    ones = np.ones(bars)
    columns = (opens, highs, lows, closes, volume, ones, ones, np.zeros(bars))
    stamps = minutes.astype("datetime64[m]").astype("datetime64[ns]")
    series = Series("SYN000", stamps, dict(zip(COLUMNS, columns, strict=True)), intraday=True)
    return FileSeries("SYN000", "make_large.py", "1m", (series,), ())


def _generator() -> ModuleType:
    path = shared("data/large/make_large.py")
    spec = importlib.util.spec_from_file_location("make_large", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def full_scan(path: Path) -> str:
    """A query that cannot be answered without every value of every column."""
    sums = ", ".join(f"sum({name})" for name in COLUMNS)
    return f"SELECT count(*), max(timestamp), max(symbol), {sums} FROM read_parquet('{path}')"
