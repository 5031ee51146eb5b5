"""Files named by what they hold."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphintra_desktop.market.bars import COLUMNS
from alphintra_desktop.market.snapshots import (
    Series,
    content_sha256,
    read_columns,
    staging,
    write_series,
)


def series(rows: int = 50, seed: int = 1) -> Series:
    generator = np.random.default_rng(seed)
    stamps = np.datetime64("2020-01-01", "ns") + np.arange(rows) * np.timedelta64(1, "D")
    columns = {name: generator.uniform(1, 100, rows) for name in COLUMNS}
    return Series("ACME", stamps, columns, intraday=False)


@given(rows=st.integers(1, 300), seed=st.integers(0, 99), intraday=st.booleans())
def test_that_a_series_is_read_as_it_was_written(rows: int, seed: int, intraday: bool) -> None:
    written = replace(series(rows, seed), intraday=intraday)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bars.parquet"
        write_series(path, [written])
        stamps, columns = read_columns(path, "ACME")
        zone = pq.read_schema(path).field("timestamp").type.tz

    assert np.array_equal(stamps, written.timestamps)
    assert all(np.array_equal(columns[name], written.columns[name]) for name in COLUMNS)
    assert zone == ("UTC" if intraday else None)


def test_that_the_hash_depends_on_the_content_only(tmp_path: Path) -> None:
    one = series()
    path = tmp_path / "bars.parquet"
    write_series(path, [one])
    table = pq.read_table(path)
    for compression in ("none", "snappy", "gzip"):
        other = tmp_path / f"{compression}.parquet"
        pq.write_table(
            table.select(table.column_names[::-1]), other, compression=compression, row_group_size=7
        )
        stamps, columns = read_columns(other, "ACME")
        backwards = dict(reversed(columns.items()))
        assert content_sha256(replace(one, timestamps=stamps, columns=backwards)) == content_sha256(
            one
        )


def test_that_the_hash_is_this_one_for_ever() -> None:
    # A library of today must be found again by a later version.
    stamps = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[ns]")
    columns = {name: np.array([1.0, 2.5]) for name in COLUMNS}

    found = content_sha256(Series("ACME", stamps, columns, intraday=False))

    assert found == "ac3888010df0ef22d552f01abc8252a7ec674f27500e7ac23ef127e4e1e983ff"


@pytest.mark.parametrize("change", ["symbol", "kind", "time", *COLUMNS])
def test_that_any_change_changes_the_hash(change: str) -> None:
    one = series()
    if change == "symbol":
        other = replace(one, symbol="ACMF")
    elif change == "kind":
        other = replace(one, intraday=True)
    elif change == "time":
        other = replace(one, timestamps=one.timestamps + np.timedelta64(1, "ns"))
    else:
        values = one.columns[change].copy()
        values[7] = np.nextafter(values[7], np.inf)
        other = replace(one, columns={**one.columns, change: values})

    assert content_sha256(other) != content_sha256(one)


def test_that_zeros_and_nans_have_one_hash_each() -> None:
    one = series()
    quiet, loud = np.nan, np.frombuffer(np.uint64(0xFFF8000000000001).tobytes())[0]
    hashes = {
        content_sha256(replace(one, columns={**one.columns, "volume": np.full(50, value)}))
        for value in (quiet, loud)
    } | {
        content_sha256(replace(one, columns={**one.columns, "dividend": np.full(50, value)}))
        for value in (0.0, -0.0)
    }

    assert len(hashes) == 2


def test_that_staged_files_are_not_seen_until_published_and_gone_if_never(tmp_path: Path) -> None:
    with staging(tmp_path) as staged:
        sha256 = staged.add(series())
        assert not (tmp_path / f"{sha256}.parquet").exists()
        staged.publish()
        assert (tmp_path / f"{sha256}.parquet").exists()
    assert [path.name for path in tmp_path.iterdir()] == [f"{sha256}.parquet"]

    def fail() -> None:
        with staging(tmp_path) as staged:
            staged.add(series(seed=2))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == [f"{sha256}.parquet"]


def test_that_what_a_killed_import_left_is_swept_a_day_later(tmp_path: Path) -> None:
    old, new = tmp_path / ".staging-old", tmp_path / ".staging-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "x.parquet").write_bytes(b"half")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))

    with staging(tmp_path):
        pass

    assert [path.name for path in tmp_path.iterdir()] == [".staging-new"]
