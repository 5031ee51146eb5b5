"""The first lines of a text file: is it a table, which line is its header, what splits cells."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.columns import is_header, required
from alphintra_desktop.market.times import TimeFormat, time_format

_HEAD_BYTES = 256 * 1024
_PREAMBLE_LINES = 30
_SAMPLES = 50
_DELIMITERS = (",", ";", "\t", "|")
_LINE_END = re.compile(r"\r\n|\n|\r")
_GZIP = b"\x1f\x8b"
_FOREIGN = {
    b"PK\x03\x04": "an Excel workbook or a zip",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x7fELF": "a program",
    b"SQLite f": "an SQLite database",
}
_TEXT_HINT = "Save the bars as CSV in UTF-8, or as Parquet, and import that file."


@dataclass(frozen=True)
class TextLayout:
    """How to read a text file. `columns` maps meanings to indexes into `names`."""

    name: str
    compressed: bool
    header_line: int
    delimiter: str
    quote: str
    names: tuple[str, ...]
    columns: dict[str, int]
    time: TimeFormat
    clock_is_digits: bool


def text_layout(path: Path) -> TextLayout:
    """Look at the head of a file. Raises `AlphintraError` if it is no table of bars."""
    start, compressed = _head(path)
    text = _decoded(start, path.name)
    lines = _LINE_END.split(text)
    header, delimiter = _header(lines, path.name)
    names = _cells(lines[header], delimiter)
    columns = required(names, path.name)
    rows = [_cells(line, delimiter) for line in lines[header + 1 :] if line.strip()][:_SAMPLES]
    if not rows:
        raise AlphintraError(
            f"{path.name} has a header but no rows.",
            hint="Check that the export was not empty, and import again.",
        )
    time = time_format(_column(rows, columns["timestamp"]))
    if time is None:
        raise _no_time(path.name, header + 2, _column(rows, columns["timestamp"])[0])
    clocks = _column(rows, columns.get("clock", len(names)))
    return TextLayout(
        name=path.name,
        compressed=compressed,
        header_line=header + 1,
        delimiter=delimiter,
        quote='"' if '"' in text else "",
        names=tuple(names),
        columns=columns,
        time=time,
        clock_is_digits=not any(":" in clock for clock in clocks),
    )


def _no_time(name: str, line: int, text: str) -> AlphintraError:
    return AlphintraError(
        f"{name} has no time that can be read: its first one, in line {line}, is {text[:40]!r}.",
        hint="Write times as 2004-08-19, 2004-08-19 15:30:00Z, 20040819 or seconds since 1970.",
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


def _decoded(start: bytes, name: str) -> str:
    foreign = next((what for magic, what in _FOREIGN.items() if start.startswith(magic)), None)
    if foreign:
        raise AlphintraError(f"{name} is {foreign}, not a text file.", hint=_TEXT_HINT)
    if len(start) == _HEAD_BYTES:
        if b"\n" not in start and b"\r" not in start:
            raise AlphintraError(
                f"{name} is not a table: its first line is longer than 256 KB.", hint=_TEXT_HINT
            )
        start = start[: max(start.rfind(b"\n"), start.rfind(b"\r")) + 1]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise AlphintraError(f"{name} is UTF-16 text, not UTF-8.", hint=_TEXT_HINT)
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = start[: error.start].count(b"\n") + 1
        what = "a binary file" if b"\0" in start else "not UTF-8 text"
        raise AlphintraError(
            f"{name} is {what}: line {line} cannot be read.", hint=_TEXT_HINT
        ) from error


def _header(lines: list[str], name: str) -> tuple[int, str]:
    """The index of the header line and the delimiter that makes it one."""
    for number, line in enumerate(lines[:_PREAMBLE_LINES]):
        for delimiter in _DELIMITERS:
            if is_header(_cells(line, delimiter)):
                return number, delimiter
    raise AlphintraError(
        f"{name} has no line that names its columns.",
        hint="Put a first line into it such as timestamp,open,high,low,close,volume.",
    )


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def _column(rows: list[list[str]], index: int) -> list[str]:
    return [row[index] if index < len(row) else "" for row in rows]
