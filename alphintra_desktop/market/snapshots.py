"""Immutable Parquet files named by what they hold.

A file's name is the SHA-256 of its decoded columns, not of its bytes, so it does not depend on
compression, encoding or the version of a library. Steps of a write: stage the files in a hidden
folder beside the others and force them to disk; later, under the catalog's lock, move each to
its name. A kill between the two leaves a folder that a later write sweeps away.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.ops import EVENT_MARK
from alphintra_desktop.market.bars import COLUMNS, PRICES, Booleans, Floats

Stamps = npt.NDArray[np.datetime64]

FILE_COLUMNS = ("timestamp", "symbol", *COLUMNS)
# What pyarrow raises at bytes that are not what a Parquet file should have there.
PARQUET_FAULTS = (OSError, pa.ArrowException, KeyError, ValueError)
# A file with rows that are no bars says so, so that others are not searched for them.
_FLAGGED = b"alphintra.flagged"
_STAGING = ".staging-"
_ABANDONED_SECONDS = 24 * 3600
_WORTH_THREADS = 50_000
_HASHED_AT_ONCE = 1 << 17


class SnapshotMissing(AlphintraError):
    """The file is not there; it may have been deleted since the catalog was read."""


@dataclass(frozen=True, eq=False)
class Series:
    """The bars of one symbol: `timestamps` (R,) rising, every array of `columns` (R,) float64."""

    symbol: str
    timestamps: Stamps
    columns: Mapping[str, Floats]
    intraday: bool

    @property
    def has_events(self) -> bool:
        """Whether a split or a dividend falls into it."""
        return bool((self.columns["split"] != 1).any() or (self.columns["dividend"] != 0).any())


def are_bars(numbers: Mapping[str, Floats]) -> Booleans:
    """(R,): which rows can be bars. A library keeps others too, as their vendor gave them."""
    opens, highs, lows, closes = (numbers[name] for name in PRICES)
    sound = (lows > 0) & (opens >= lows) & (opens <= highs) & (closes >= lows) & (closes <= highs)
    if "volume" in numbers:
        sound &= ~(numbers["volume"] < 0)
    return np.asarray(sound, dtype=np.bool_)


def content_sha256(series: Series) -> str:
    """The hash of the decoded columns: little-endian, one NaN, no minus zero."""
    kind = "utc" if series.intraday else "date"
    digest = hashlib.sha256(f"bars 1\n{kind}\n{len(series.timestamps)}\n".encode())
    digest.update(f"{series.symbol}\n".encode())
    stamps = series.timestamps.astype("<M8[ns]", copy=False)
    digest.update(np.ascontiguousarray(stamps).view(np.uint8).data)
    for name in COLUMNS:
        digest.update(f"{name}\n".encode())
        values = series.columns[name]
        for start in range(0, len(values), _HASHED_AT_ONCE):
            digest.update(_in_one_form(values[start : start + _HASHED_AT_ONCE]).data)
    return digest.hexdigest()


def _in_one_form(values: Floats) -> Floats:
    plain = (values + 0.0).astype("<f8", copy=False)
    plain[np.isnan(plain)] = np.nan
    return plain


def write_series(path: Path, all_series: Iterable[Series]) -> None:
    """Write series one after the other, in the order given, and force the file to disk."""
    table = pa.concat_tables([_table(series) for series in all_series])
    with path.open("wb") as file:
        pq.write_table(
            table,
            file,
            compression="lz4",  # twice as fast to load as zstd, and a quarter larger
            use_dictionary=["symbol", *COLUMNS],
            column_encoding={"timestamp": "DELTA_BINARY_PACKED"},
            write_page_checksum=True,
        )
        file.flush()
        os.fsync(file.fileno())


def _table(series: Series) -> pa.Table:
    joined = [name for name in series.columns if EVENT_MARK in name]  # what an export has besides
    stamp = pa.timestamp("ns", tz="UTC" if series.intraday else None)
    stamps = series.timestamps.astype("datetime64[ns]", copy=False)
    arrays = {
        "timestamp": pa.array(stamps).view(stamp),
        "symbol": pa.repeat(series.symbol, len(stamps)),
        **{name: pa.array(series.columns[name]) for name in (*COLUMNS, *joined)},
    }
    schema = pa.schema([(name, arrays[name].type) for name in (*FILE_COLUMNS, *joined)])
    if not are_bars(series.columns).all():
        schema = schema.with_metadata({_FLAGGED: b"1"})
    return pa.table(arrays, schema=schema)


@dataclass(frozen=True)
class Staging:
    """Files written but not yet visible: `add` each, then `publish` them under their names."""

    folder: Path

    def add(self, series: Series) -> str:
        """Write one series and return its hash, which is worked out while it is written."""
        draft = self.folder / "draft"
        with ThreadPoolExecutor(1) as beside:
            hashing = beside.submit(content_sha256, series)
            write_series(draft, [series])
            sha256 = hashing.result()
        draft.replace(self.folder / f"{sha256}.parquet")
        return sha256

    def publish(self) -> None:
        """Move all files to their names. A file that is there already is replaced by its equal."""
        for file in self.folder.iterdir():
            file.replace(self.folder.parent / file.name)
        _force_to_disk(self.folder.parent)


@contextmanager
def staging(bars: Path) -> Iterator[Staging]:
    """A hidden folder in the library that is gone afterwards, whatever happened."""
    try:
        bars.mkdir(parents=True, exist_ok=True)
        _sweep(bars)
        folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=bars))
    except OSError as error:
        raise _not_written(bars, error) from error
    try:
        yield Staging(folder)
    except OSError as error:
        raise _not_written(bars, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _not_written(bars: Path, error: OSError) -> AlphintraError:
    return AlphintraError(
        f"The bars cannot be written to the market library: {error.strerror or error}.",
        hint=f"Check that {bars} is writable and its disk is not full.",
    )


def _sweep(bars: Path) -> None:
    """Remove what killed imports left a day ago or earlier."""
    for folder in bars.glob(f"{_STAGING}*"):
        try:
            old = time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS
        except FileNotFoundError:  # another process swept it
            continue
        if old:
            shutil.rmtree(folder, ignore_errors=True)


def _force_to_disk(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_columns(path: Path, symbol: str) -> tuple[Stamps, dict[str, Floats]]:
    """The times and columns of all rows of a snapshot that holds one symbol.

    Raises `AlphintraError` if the file is gone or does not hold what was written.
    """
    return _read(path, symbol)[:2]


def read_bars(path: Path, symbol: str) -> tuple[Stamps, dict[str, Floats]]:
    """`read_columns` without the rows that are no bars."""
    stamps, columns, flagged = _read(path, symbol)
    if not flagged:
        return stamps, columns
    sound = are_bars(columns)
    return stamps[sound], {name: values[sound] for name, values in columns.items()}


def _read(path: Path, symbol: str) -> tuple[Stamps, dict[str, Floats], bool]:
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            threads = file.metadata.num_rows > _WORTH_THREADS
            flagged = _FLAGGED in (file.schema_arrow.metadata or {})
            table = file.read(columns=["timestamp", *COLUMNS], use_threads=threads)
        return (*_arrays(table), flagged)
    except FileNotFoundError as error:
        raise _unreadable(SnapshotMissing, symbol, path, "is missing from the library") from error
    except PARQUET_FAULTS as error:
        what = "cannot be read: it was cut short or changed"
        raise _unreadable(AlphintraError, symbol, path, what) from error


def _arrays(table: pa.Table) -> tuple[Stamps, dict[str, Floats]]:
    if not pa.types.is_timestamp(table["timestamp"].type) or any(
        table[name].type != pa.float64() or table[name].null_count for name in COLUMNS
    ):
        raise ValueError("not the columns that were written")
    stamps = np.asarray(_values(table["timestamp"], "<M8[ns]"), dtype="datetime64[ns]")
    return stamps, {name: np.asarray(_values(table[name], "<f8")) for name in COLUMNS}


def _unreadable(kind: type[AlphintraError], symbol: str, path: Path, what: str) -> AlphintraError:
    return kind(
        f"The file with the bars of {symbol} {what} ({path.name}).",
        hint="Import the bars of that symbol again, which replaces the file.",
    )


def _values(column: pa.ChunkedArray, dtype: str) -> npt.NDArray[Any]:
    """A writable array over the column's own memory where it is one chunk, else a copy."""
    if column.num_chunks == 1:
        chunk = column.chunk(0)
        memory = chunk.buffers()[1]
        if memory.is_mutable and chunk.offset == 0:
            return np.frombuffer(memory, dtype=dtype, count=len(chunk))
    return np.array(column.to_numpy(), dtype=dtype)
