"""The rows of a file as they stand there, in columns, before anything is judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market import store
from alphintra_desktop.market.bars import PRICES, Booleans, Floats
from alphintra_desktop.market.columns import NUMBERS, required
from alphintra_desktop.market.corrections import NOTHING_SAID, Corrections
from alphintra_desktop.market.file_limits import refuse_endless_lines
from alphintra_desktop.market.numerals import ungrouped
from alphintra_desktop.market.rejected_lines import RejectedLine, line_of
from alphintra_desktop.market.snapshots import PARQUET_FAULTS
from alphintra_desktop.market.text_columns import TextColumns
from alphintra_desktop.market.text_layout import TextLayout, guess_layout
from alphintra_desktop.market.times import clock_seconds, from_numbers

Stamps = npt.NDArray[np.datetime64]
_PARQUET = b"PAR1"
_EPOCH = np.datetime64(0, "us")
_WORD = re.compile(r"[^\W\d_]{3}|\W*[^\W\d_]+\W")


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be a bar. `where` counts lines in a text file and rows in Parquet."""

    where: int
    what: str


@dataclass(frozen=True, eq=False)
class RawRows:
    """(R,) arrays in the order of the file, NaN or NaT where a cell is empty or no number.

    `stamps` are microseconds. `symbols` is the name of each row, as indexes into `symbol_names`
    (-1 where empty), or None without such a column. `overlong` are rows with more cells than the
    header has, `misread` those with a number that is written otherwise than the file's others.
    `unreadable` are rows that are not in the arrays, and `where(row)` says the line or row number
    of one that is. `footer` are lines after the last row that are no rows. `zoned` is whether the
    times name their zone; `time_zone` is that of times which do not, "" if nobody said. `layout` is
    how a text was read.
    """

    name: str
    unit: str
    stamps: Stamps
    zoned: bool
    time_zone: str
    numbers: Mapping[str, Floats]
    symbols: npt.NDArray[np.int64] | None
    symbol_names: tuple[str, ...]
    overlong: Booleans
    misread: Booleans
    unreadable: tuple[BadRow, ...]
    footer: tuple[RejectedLine, ...]
    where: Callable[[int], int]
    layout: TextLayout | None = None


def raw_rows(
    path: Path, layout: TextLayout | None = None, said: Corrections = NOTHING_SAID
) -> RawRows:
    """Read a text file, by its layout or else a guess of it with what is said, or a Parquet file.

    Raises `AlphintraError` if it is neither or cannot be read.
    """
    try:
        if path.is_dir():
            raise AlphintraError(f"{path} is a folder.", hint="Import the files in it one by one.")
        with path.open("rb") as file:
            start = file.read(len(_PARQUET))
        if start == _PARQUET:
            return _parquet_rows(path, said)
        return _text_rows(path, layout or guess_layout(path, said))
    except FileNotFoundError as error:
        raise AlphintraError(f"There is no file {path}.", hint="Check its name.") from error
    except OSError as error:
        raise AlphintraError(
            f"{path} cannot be read: {error.strerror or error}.",
            hint="Check that the file is whole and that you may read it.",
        ) from error


# ---------------------------------------------------------------- text


def _text_rows(path: Path, layout: TextLayout) -> RawRows:
    refuse_endless_lines(path, compressed=layout.compressed)
    table, rejected = store.read_delimited(path, layout, _sql_types(layout))
    lines = {bad.line for bad in rejected}

    def where(row: int) -> int:
        return line_of(path, layout, row, lines)

    footer = _footer(table.rows, rejected, layout, where)
    numbers, misread = _text_numbers(table, layout)
    codes, names = _coded(table.column("symbol")) if "symbol" in layout.columns else (None, ())
    return RawRows(
        name=path.name,
        unit="Line",
        stamps=_text_stamps(table, layout),
        zoned=layout.time.zoned,
        time_zone=layout.time_zone,
        numbers=numbers,
        symbols=codes,
        symbol_names=names,
        overlong=table.overlong,
        misread=misread,
        unreadable=tuple(BadRow(bad.line, bad.what) for bad in rejected if bad not in footer),
        footer=footer,
        where=where,
        layout=layout,
    )


def _footer(
    count: int, rejected: list[RejectedLine], layout: TextLayout, where: Callable[[int], int]
) -> tuple[RejectedLine, ...]:
    """The lines after the last row that are words, with too few cells to be a bar."""
    wordy = [bad for bad in rejected if _is_wordy(bad.text, layout.delimiter)]
    if not wordy or not count:
        return ()
    last = where(count - 1)
    return tuple(bad for bad in wordy if bad.line > last)


def _is_wordy(text: str, delimiter: str) -> bool:
    cells = [cell for cell in text.split(delimiter) if cell.strip()]
    return 0 < len(cells) <= len(PRICES) and bool(_WORD.match(cells[0]))


def _sql_types(layout: TextLayout) -> dict[str, str]:
    types = {
        name: "VARCHAR" if name in layout.numerals.grouped else "DOUBLE"
        for name in NUMBERS
        if name in layout.columns
    }
    types["timestamp"] = layout.time.sql_type
    if "symbol" in layout.columns:
        types["symbol"] = "VARCHAR"
    if _has_clock(layout):
        types["clock"] = "BIGINT" if layout.clock_is_digits else "TIME"
    return types


def _text_numbers(table: TextColumns, layout: TextLayout) -> tuple[dict[str, Floats], Booleans]:
    numbers, misread = {}, np.zeros(table.rows, dtype=np.bool_)
    for name in NUMBERS:
        if name in layout.numerals.grouped:
            numbers[name], bad = ungrouped(table.column(name), layout.numerals.decimal)
            misread |= bad
        elif name in layout.columns:
            numbers[name] = table.numbers(name)
    if layout.prices_in != 1:
        numbers |= {name: numbers[name] / layout.prices_in for name in PRICES}
    return numbers, misread


def _has_clock(layout: TextLayout) -> bool:
    """Whether the time of day stands in a column of its own; epochs have it in them."""
    return "clock" in layout.columns and not (layout.time.is_number and layout.time.zoned)


def _text_stamps(table: TextColumns, layout: TextLayout) -> Stamps:
    if layout.time.is_number:
        epochs = table.is_numbers("timestamp")
        numbers = table.numbers("timestamp") if epochs else _numbers(table.column("timestamp"))
        stamps = from_numbers(numbers, layout.time.unit) + _since(layout.time.day)
    else:
        stamps = table.times("timestamp")
    if not _has_clock(layout):
        return stamps
    clocks = table.column("clock")
    if layout.clock_is_digits:
        return np.asarray(stamps + clock_seconds(_numbers(clocks).astype(np.int64)))
    since = clocks.cast(pa.int64()).cast(pa.duration("us"))
    return np.asarray(stamps + since.to_numpy(), dtype="datetime64[us]")


def _since(day: str) -> np.timedelta64:
    """What is to be added to times that count from the midnight of a day, YYYYMMDD."""
    return from_numbers(np.array([int(day)]))[0] - _EPOCH if day else np.timedelta64(0, "us")


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.float64] | npt.NDArray[np.int64]:
    """Integers as they are, with -1 for what is empty; floats with NaN for it."""
    if pa.types.is_integer(column.type):
        filled = pc.fill_null(column.cast(pa.int64(), safe=False), -1)
        return np.asarray(filled.to_numpy(), dtype=np.int64)
    return _floats(column)


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.array(column.to_numpy(), dtype=np.float64)


def _microseconds(column: pa.ChunkedArray) -> Stamps:
    return np.asarray(column.to_numpy(), dtype="datetime64[us]")


def _coded(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()).combine_chunks())
    encoded = trimmed.dictionary_encode()
    names = tuple(encoded.dictionary.to_pylist())
    return np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(), dtype=np.int64), names


# ---------------------------------------------------------------- Parquet


def _parquet_rows(path: Path, said: Corrections) -> RawRows:
    try:
        with pq.ParquetFile(path) as file:
            columns = required(file.schema_arrow.names, path.name, said.columns)
            wanted = {meaning: file.schema_arrow.names[at] for meaning, at in columns.items()}
            table = file.read(columns=list(dict.fromkeys(wanted.values())))
        return _rows_of_table(path.name, table, wanted)
    except PARQUET_FAULTS as error:
        raise AlphintraError(
            f"{path.name} is cut short or damaged: it cannot be read as Parquet.",
            hint="Copy or download the file again.",
        ) from error


def _rows_of_table(name: str, table: pa.Table, wanted: dict[str, str]) -> RawRows:
    if not table.num_rows:
        raise AlphintraError(f"{name} has no rows.", hint="Export the bars again.")
    numbers = {
        meaning: _number_column(table[wanted[meaning]], name, wanted[meaning])
        for meaning in NUMBERS
        if meaning in wanted
    }
    codes, names = _coded(table[wanted["symbol"]]) if "symbol" in wanted else (None, ())
    stamps, zoned = _stamp_column(table[wanted["timestamp"]], name)
    return RawRows(
        name=name,
        unit="Row",
        stamps=stamps,
        zoned=zoned,
        time_zone="",
        numbers=numbers,
        symbols=codes,
        symbol_names=names,
        overlong=np.zeros(table.num_rows, dtype=np.bool_),
        misread=np.zeros(table.num_rows, dtype=np.bool_),
        unreadable=(),
        footer=(),
        where=lambda row: row + 1,
    )


def _number_column(column: pa.ChunkedArray, file: str, name: str) -> Floats:
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise AlphintraError(
            f"The column {name!r} of {file} holds {kind}, not numbers.",
            hint="Write it as float64 and import again.",
        )
    return _floats(column.cast(pa.float64(), safe=False))


def _stamp_column(column: pa.ChunkedArray, file: str) -> tuple[Stamps, bool]:
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return from_numbers(_numbers(column)), True
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        column = column.cast(pa.timestamp("us"))
    elif not (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        raise AlphintraError(
            f"The times of {file} are {kind}, which is neither a date nor a time.",
            hint="Write them as timestamps and import again.",
        )
    zoned = pa.types.is_timestamp(kind) and kind.tz is not None
    plain = pa.timestamp("us", tz="UTC") if zoned else pa.timestamp("us")
    return _microseconds(column.cast(plain, safe=False).cast(pa.timestamp("us"))), zoned
