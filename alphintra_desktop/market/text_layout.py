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
from alphintra_desktop.market.columns import NUMBERS, is_header, required
from alphintra_desktop.market.headerless import headerless_layout
from alphintra_desktop.market.numerals import Numerals, numerals
from alphintra_desktop.market.text_source import UTF_8, encoding_of
from alphintra_desktop.market.times import TimeFormat, time_format

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


def guess_layout(path: Path) -> TextLayout:
    """Look at the head of a file. Raises `AlphintraError` if it is no table of bars."""
    start, compressed = _head(path)
    text, encoding = _decoded(start, path.name)
    lines = _LINE_END.split(text)
    table = _table(lines, path.name)
    columns = required(table.names, path.name)
    body = [line for line in lines[table.skipped_lines :] if line.strip()]
    rows = [_cells(line, table.delimiter) for line in body]
    if not rows:
        raise AlphintraError(
            f"{path.name} has a header but no rows.",
            hint="Check that the export was not empty, and import again.",
        )
    times = _column(rows, columns["timestamp"])
    time = time_format(times)
    if time is None:
        raise _no_time(path.name, table.skipped_lines + 1, times[0])
    samples = {
        meaning: _column(rows[:_SAMPLES], columns[meaning])
        for meaning in NUMBERS
        if meaning in columns
    }
    clocks = _column(rows[:_SAMPLES], columns.get("clock", len(table.names)))
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
        numerals=numerals(samples, commas_split_cells=table.delimiter == ","),
        time=time,
        clock_is_digits=not any(":" in clock for clock in clocks),
    )


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


def _decoded(start: bytes, name: str) -> tuple[str, str]:
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
    encoding = encoding_of(start)
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


def _table(lines: list[str], name: str) -> _Table:
    """The columns and where the rows begin: by a header, or by the shape of a known vendor."""
    for number, line in enumerate(lines[:_PREAMBLE_LINES]):
        for delimiter in _DELIMITERS:
            names = _cells(line, delimiter)
            if is_header(names):
                return _Table("columns by name", tuple(names), delimiter, number + 1)
    known = headerless_layout(lines)
    if known is None:
        raise AlphintraError(
            f"{name} has no line that names its columns.",
            hint="Put a first line into it such as timestamp,open,high,low,close,volume.",
        )
    layout, delimiter = known
    return _Table(layout.title, layout.names, delimiter, 0)


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' in line:
        with suppress(csv.Error):
            return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def _column(rows: list[list[str]], index: int) -> list[str]:
    return [row[index] if index < len(row) else "" for row in rows]
