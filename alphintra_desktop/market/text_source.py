"""A text file as the CSV reader wants it: UTF-8, whatever the file is in."""

from __future__ import annotations

import codecs
import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alphintra_desktop.errors import AlphintraError

UTF_8 = "utf-8"
UTF_16 = "utf-16"
WESTERN = "cp1252"
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 1 << 20
# What no text has: control characters other than tab and line ends.
_CONTROLS = bytes(sorted({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0C, 0x0D, 0x1A}))


def encoding_of(start: bytes) -> str | None:
    """The encoding of a file by its first bytes; None if they are no text in any that we know."""
    if start.startswith(_UTF_16_MARKS):
        return UTF_16
    if _is(start, UTF_8):
        return UTF_8
    if start.translate(None, _CONTROLS) == start and _is(start, WESTERN):
        return WESTERN
    return None


def _is(start: bytes, encoding: str) -> bool:
    try:
        start.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


@contextmanager
def as_utf_8(path: Path, encoding: str, *, compressed: bool) -> Iterator[Path]:
    """The file itself if it is UTF-8, else a copy that is, gone afterwards, still as packed."""
    if encoding == UTF_8:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="alphintra-import-") as folder:
        copy = Path(folder) / path.name
        _recode(path, copy, encoding, compressed=compressed)
        yield copy


def _recode(path: Path, copy: Path, encoding: str, *, compressed: bool) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    opened = gzip.open if compressed else open
    try:
        with opened(path, "rb") as source, opened(copy, "wb") as target:
            while chunk := source.read(_CHUNK):
                target.write(decoder.decode(chunk).encode(UTF_8))
            target.write(decoder.decode(b"", final=True).encode(UTF_8))
    except UnicodeError as error:
        raise AlphintraError(
            f"{path.name} begins as {encoding.upper()} text and goes on as something else.",
            hint="Save the bars as CSV in UTF-8, or as Parquet, and import that file.",
        ) from error
