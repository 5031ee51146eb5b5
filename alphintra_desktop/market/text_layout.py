"""The first lines of a text file: is it a table, where does it begin, and how is it written."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.columns import NUMBERS, is_header, required, zone_of
from alphintra_desktop.market.corrections import NOTHING_SAID, Corrections
from alphintra_desktop.market.headerless import (
    LEAN,
    LEAN_OF_A_DAY,
    HeaderlessLayout,
    headerless_layout,
)
from alphintra_desktop.market.numerals import Numerals, numerals
from alphintra_desktop.market.text_source import UTF_8, encoding_of
from alphintra_desktop.market.times import TimeFormat, named_time_format, time_format

_HEAD_BYTES = 256 * 1024
_PREAMBLE_LINES = 30
_SAMPLES = 50
_DELIMITERS = (",", ";", "\t", "|")
_LINE_END = re.compile(r"\r\n|\n|\r")
_GZIP = b"\x1f\x8b"
_FOREIGN = {
    b"PK\x03\x04": "a zip",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x7fELF": "a program",
    b"SQLite f": "an SQLite database",
}
_TEXT_HINT = "Save the bars as CSV in UTF-8, or as Parquet, and import that file."


@dataclass(frozen=True)
class TextLayout:
    """How to read a text file: all that was guessed, to be shown and corrected.

    `shape` names what was recognised. `skipped_lines` stand before the first row. `columns` maps
    meanings to indexes into `names`. `time_zone` is that of times which name none, "" for UTC.
    Prices are `prices_in` parts of one. `symbol` is the one that the file's name says, and
    `sample` a time as it stands there.
    """

    name: str
    shape: str
    compressed: bool
    encoding: str
    skipped_lines: int
    delimiter: str
    quote: str
    names: tuple[str, ...]
    columns: Mapping[str, int]
    numerals: Numerals
    time: TimeFormat
    clock_is_digits: bool
    time_zone: str = ""
    prices_in: float = 1.0
    symbol: str = ""
    sample: str = ""


def guess_layout(path: Path, said: Corrections = NOTHING_SAID) -> TextLayout:
    """Look at the head of a file. Raises `AlphintraError` if it is no table of bars, also with what
    is said of it."""
    start, compressed = _head(path)
    text, encoding = _decoded(start, path.name, said.encoding)
    table = _table(_LINE_END.split(text), path.name, said)
    columns = required(table.names, path.name, said.columns)
    if not table.rows:
        raise AlphintraError(
            f"{path.name} has a header but no rows.",
            hint="Check that the export was not empty, and import again.",
        )
    times = _column(table.rows, columns["timestamp"])
    time = _time_format(times, table, said, path.name)
    clocks = _column(table.rows[:_SAMPLES], columns.get("clock", len(table.names)))
    return TextLayout(
        name=path.name,
        shape=table.shape,
        compressed=compressed,
        encoding=encoding,
        skipped_lines=table.skipped_lines,
        delimiter=table.delimiter,
        quote='"' if '"' in text else "",
        names=table.names,
        columns=columns,
        numerals=_numerals(table, columns, said.decimal),
        time=time,
        clock_is_digits=not any(":" in clock for clock in clocks),
        time_zone=table.time_zone or zone_of(table.names[columns["timestamp"]]),
        prices_in=table.prices_in,
        symbol=table.symbol,
        sample=next((time for time in times if time), ""),
    )


def column_names(path: Path, said: Corrections = NOTHING_SAID) -> tuple[str, ...]:
    """The names in the header, or () without one. Raises `AlphintraError` if it is no table."""
    text, _ = _decoded(_head(path)[0], path.name, said.encoding)
    table = _table(_LINE_END.split(text), path.name, said)
    return table.names if table.skipped_lines else ()


def first_cells(path: Path, layout: TextLayout | None, said: Corrections) -> list[list[str]]:
    """The first rows as cells, or the first lines where nobody knows what they are. Raises
    `AlphintraError` if the file is no text."""
    text, _ = _decoded(_head(path)[0], path.name, said.encoding)
    skipped = layout.skipped_lines if layout is not None else 0
    lines = [line for line in _LINE_END.split(text)[skipped:] if line.strip()][:_SAMPLES]
    guess = max(_DELIMITERS, key=lambda mark: sum(mark in line for line in lines))
    delimiter = layout.delimiter if layout is not None else said.delimiter or guess
    return [_cells(line, delimiter) for line in lines]


def _time_format(times: list[str], table: _Table, said: Corrections, name: str) -> TimeFormat:
    if table.day and not said.time_format:
        return TimeFormat("BIGINT", unit="ms", day=table.day)
    time = named_time_format(said.time_format) if said.time_format else time_format(times)
    if time is None:
        raise _no_time(name, table.skipped_lines + 1, times[0])
    return time


def _numerals(table: _Table, columns: Mapping[str, int], decimal: str) -> Numerals:
    samples = {
        meaning: _column(table.rows[:_SAMPLES], columns[meaning])
        for meaning in NUMBERS
        if meaning in columns
    }
    return numerals(samples, commas_split_cells=table.delimiter == ",", decimal=decimal)


def _no_time(name: str, line: int, text: str) -> AlphintraError:
    return AlphintraError(
        f"{name} has no time that can be read: its first one, in line {line}, is {text[:40]!r}.",
        hint="Write times as 2004-08-19, 2004-08-19 15:30:00Z, 20040819 or seconds since 1970;"
        " 3/4/2004 may be a day of March or of April.",
    )


def _head(path: Path) -> tuple[bytes, bool]:
    with path.open("rb") as file:
        start = file.read(_HEAD_BYTES)
    if not start:
        raise AlphintraError(f"{path.name} is empty.", hint="Export the bars again.")
    if not start.startswith(_GZIP):
        return start, False
    try:
        with gzip.open(path) as file:
            return file.read(_HEAD_BYTES), True
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise AlphintraError(
            f"{path.name} is cut short or damaged: it cannot be unpacked.",
            hint="Copy or download the file again.",
        ) from error


def _decoded(start: bytes, name: str, said: str) -> tuple[str, str]:
    """The whole lines of the head as text, and their encoding."""
    foreign = next((what for magic, what in _FOREIGN.items() if start.startswith(magic)), None)
    if foreign:
        raise AlphintraError(f"{name} is {foreign}, not a text file.", hint=_TEXT_HINT)
    if len(start) == _HEAD_BYTES:
        if b"\n" not in start and b"\r" not in start:
            raise AlphintraError(
                f"{name} is not a table: its first line is longer than 256 KB.", hint=_TEXT_HINT
            )
        start = start[: max(start.rfind(b"\n"), start.rfind(b"\r")) + 1]
    encoding = said or encoding_of(start)
    if encoding is None:
        raise AlphintraError(f"{name} is a binary file, not text.", hint=_TEXT_HINT)
    if encoding == UTF_8:
        return start.decode("utf-8-sig"), encoding
    return start.decode(encoding, errors="ignore"), encoding


@dataclass(frozen=True)
class _Table:
    shape: str
    names: tuple[str, ...]
    delimiter: str
    skipped_lines: int
    rows: list[list[str]]
    time_zone: str = ""
    prices_in: float = 1.0
    day: str = ""
    symbol: str = ""


def _table(lines: list[str], name: str, said: Corrections) -> _Table:
    """The columns and where the rows begin: by a header, or by the shape of a known vendor."""
    if said.header_line is not None:
        return _as_said(lines, said)
    for number, line in enumerate(lines[:_PREAMBLE_LINES]):
        for delimiter in said.delimiter or _DELIMITERS:
            names = _cells(line, delimiter)
            if is_header(names) or _has_all(names, said.columns):
                return _by_name(lines, number + 1, names, delimiter)
    known = headerless_layout(lines, name)
    if known is None:
        raise _no_header(name, said)
    return _of_vendor(lines, name, *known)


def _no_header(name: str, said: Corrections) -> AlphintraError:
    wanted = [column for _, column in said.columns if column]
    if wanted:
        return AlphintraError(
            f"{name} has no line that names its columns as they were given:"
            f" {', '.join(map(repr, wanted))}.",
            hint="Write them as the file does, or say in which line its header is, 0 for none.",
        )
    return AlphintraError(
        f"{name} has no line that names its columns.",
        hint="Put a first line into it such as timestamp,open,high,low,close,volume.",
    )


def _has_all(names: list[str], said: tuple[tuple[str, str], ...]) -> bool:
    """Whether a line has the columns that somebody named, a time among them."""
    wanted = {name for _, name in said if name}
    return any(meaning == "timestamp" for meaning, _ in said) and wanted.issubset(names)


def _by_name(lines: list[str], skipped: int, names: list[str], delimiter: str) -> _Table:
    return _Table(
        "columns by name", tuple(names), delimiter, skipped, _rows(lines[skipped:], delimiter)
    )


def _as_said(lines: list[str], said: Corrections) -> _Table:
    """The table whose header is in a line that somebody named, or in none."""
    at = said.header_line or 0
    line = lines[min(max(at - 1, 0), len(lines) - 1)]
    delimiter = said.delimiter or max(_DELIMITERS, key=line.count)
    names = _cells(line, delimiter)
    if not at:
        names = [f"column {number + 1}" for number in range(len(names))]
    return _by_name(lines, at, names, delimiter)


def _of_vendor(lines: list[str], name: str, known: HeaderlessLayout, delimiter: str) -> _Table:
    match = re.fullmatch(known.file, name) if known.file else None
    return _Table(
        known.title,
        known.names,
        delimiter,
        0,
        _rows(lines, delimiter),
        known.time_zone,
        known.prices_in,
        match["day"] if match else "",
        _symbol_of_lean(name, match) if known.title in (LEAN, LEAN_OF_A_DAY) else "",
    )


def _symbol_of_lean(name: str, match: re.Match[str] | None) -> str:
    """LEAN names its files after symbols in small letters."""
    return (match["symbol"] if match else name.split(".", 1)[0]).upper()


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    return [_cells(line, delimiter) for line in lines if line.strip()]


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' in line:
        with suppress(csv.Error):
            return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def _column(rows: list[list[str]], index: int) -> list[str]:
    return [row[index] if index < len(row) else "" for row in rows]
