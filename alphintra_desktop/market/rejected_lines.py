"""Lines of a text file that are no rows: which, why, and where a row stands."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.text_layout import TextLayout
from alphintra_desktop.market.text_source import as_utf_8

_BAD_TEXT = re.compile(r'Could not convert string "(?P<text>.*?)(" to \'|$)', re.DOTALL)
_LINE = re.compile(r"on Line: (?P<line>\d+)")


@dataclass(frozen=True)
class RejectedLine:
    """A line that cannot be read as a row, why, and how its text begins."""

    line: int
    what: str
    text: str


def what_is_wrong(layout: TextLayout, column: str | None, kind: str, message: str) -> str:
    """What DuckDB says of a cell, in words."""
    match = _BAD_TEXT.search(message)
    if kind != "CAST" or column is None or match is None:
        return f"it cannot be read ({kind.lower()})"
    name = layout.names[int(column[1:])]
    return f"{name!r} is {match['text'][:40]!r}"


def unreadable(layout: TextLayout, message: str) -> AlphintraError:
    """What DuckDB says of a file that it cannot read, in words."""
    line = _LINE.search(message)
    if "GZIP" in message.upper():
        return AlphintraError(
            f"{layout.name} is cut short or damaged: it cannot be unpacked.",
            hint="Copy or download the file again.",
        )
    where = f"Line {line['line']} of {layout.name}" if line else layout.name
    return AlphintraError(
        f"{where} cannot be read as a table.",
        hint="Look for a quote that is not closed, a very long line, or text that is not UTF-8.",
    )


def line_of(path: Path, layout: TextLayout, row: int, rejected: Collection[int]) -> int:
    """The line number of a row that was read. Only asked to word an error, so it may take time."""
    with (
        as_utf_8(path, layout.encoding, compressed=layout.compressed) as readable,
        gzip.open(readable) if layout.compressed else readable.open("rb") as file,
    ):
        rows = (
            number
            for number, line in enumerate(file, start=1)
            if number > layout.skipped_lines and line.strip() and number not in rejected
        )
        return next(islice(rows, row, None), layout.skipped_lines + row + 1)
