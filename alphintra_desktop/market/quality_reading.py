"""A stored series as the table that is checked: only the columns that checks look at, and every
core at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.market.catalog import SeriesVersion
from alphintra_desktop.market.library import Library
from alphintra_desktop.market.quality_table import BarTable
from alphintra_desktop.market.snapshots import PARQUET_FAULTS

_COLUMNS = ("timestamp", *PRICES, "volume")


def stored_table(place: Library, version: SeriesVersion) -> BarTable:
    """All rows of a version, those that are no bars too.

    Raises `AlphintraError` if its file is gone or damaged.
    """
    path = place.snapshot(version.sha256)
    try:
        columns = _read(path, (*_COLUMNS, "split") if version.has_events else _COLUMNS)
    except PARQUET_FAULTS as error:
        raise _damaged(version, path) from error
    split = columns.pop("split", None)
    return BarTable(
        version.symbol,
        version.timeframe,
        columns.pop("timestamp").view("datetime64[ns]"),
        columns,
        None if split is None else split != 1.0,
    )


def stored_stamps(place: Library, version: SeriesVersion) -> npt.NDArray[np.datetime64]:
    """(R,) the times of all rows of a version. Raises `AlphintraError` as `stored_table`."""
    path = place.snapshot(version.sha256)
    try:
        return _read(path, ("timestamp",))["timestamp"].view("datetime64[ns]")
    except PARQUET_FAULTS as error:
        raise _damaged(version, path) from error


def _damaged(version: SeriesVersion, path: Path) -> AlphintraError:
    return AlphintraError(
        f"The file with the bars of {version.symbol} is missing or damaged ({path.name}).",
        hint="Import the bars of that symbol again, which replaces the file.",
    )


def _read(path: Path, names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    with pq.ParquetFile(path) as file:
        metadata = file.metadata
    counts = [metadata.row_group(k).num_rows for k in range(metadata.num_row_groups)]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    columns = {name: np.empty(starts[-1], _kind(name)) for name in names}

    def read(group: int) -> None:
        with pq.ParquetFile(path, metadata=metadata, page_checksum_verification=True) as file:
            table = file.read_row_group(group, columns=list(names), use_threads=False)
        for name in names:
            _copy(table[name], columns[name][starts[group] : starts[group + 1]])

    with ThreadPoolExecutor(min(len(counts), os.cpu_count() or 1) or 1) as readers:
        list(readers.map(read, range(len(counts))))
    return columns


def _kind(name: str) -> str:
    return "<i8" if name == "timestamp" else "<f8"


def _copy(column: pa.ChunkedArray, target: npt.NDArray[Any]) -> None:
    """Every value into place, without a copy in between."""
    if column.null_count or column.type.bit_width != 64:
        raise ValueError("not the columns that were written")
    done = 0
    for chunk in column.chunks:
        memory, count = chunk.buffers()[1], len(chunk)
        target[done : done + count] = np.frombuffer(
            memory, dtype=target.dtype, count=count, offset=chunk.offset * target.itemsize
        )
        done += count
