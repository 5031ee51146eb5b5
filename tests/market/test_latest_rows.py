"""The latest rows of a long series are those that reading all of it gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import COLUMNS
from alphintra_desktop.market.latest_rows import read_latest_columns
from alphintra_desktop.market.snapshots import read_columns


@pytest.fixture
def long_file(tmp_path: Path) -> Path:
    """A thousand rows in groups of a hundred."""
    stamps = np.datetime64("2024-01-01", "ns") + np.arange(1000) * np.timedelta64(60, "s")
    numbers = {name: np.arange(1000.0) + 1 for name in COLUMNS}
    path = tmp_path / "long.parquet"
    table = pa.table({"timestamp": pa.array(stamps), "symbol": ["A"] * 1000, **numbers})
    pq.write_table(table, path, row_group_size=100, write_page_checksum=True)
    return path


def test_that_whole_groups_are_read_until_there_are_enough_rows(long_file: Path) -> None:
    stamps, columns = read_columns(long_file, "A")
    before, latest, found = read_latest_columns(long_file, "A", 150)
    assert before == 800
    assert (latest == stamps[800:]).all()
    assert all((found[name] == columns[name][800:]).all() for name in COLUMNS)


def test_that_of_a_short_series_all_is_read(long_file: Path) -> None:
    before, latest, _ = read_latest_columns(long_file, "A", 5000)
    assert (before, len(latest)) == (0, 1000)


def test_that_a_missing_or_damaged_file_is_told(long_file: Path, tmp_path: Path) -> None:
    with pytest.raises(AlphintraError, match="missing or damaged"):
        read_latest_columns(tmp_path / "gone.parquet", "A", 10)
    long_file.write_bytes(long_file.read_bytes()[:500])
    with pytest.raises(AlphintraError, match="missing or damaged"):
        read_latest_columns(long_file, "A", 10)
