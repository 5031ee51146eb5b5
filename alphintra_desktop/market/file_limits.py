"""What no file may do to an import: hold a line without end, unpack without end, or change."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.archives import check_size

LONGEST_LINE = 1 << 20  # bytes
_GLANCE = 1 << 12
_ENDS = (b"\n", b"\r")
_HINT = "Look what stands there: bars are one short line each. Export the file again."


def refuse_endless_lines(path: Path, *, compressed: bool) -> None:
    """Raise `AlphintraError` if a line of a text is longer than twice `LONGEST_LINE`, and never for
    one that is shorter than that once.

    Such a line fills a whole block of the file, which a glance at its start mostly rules out; the
    line itself is never held in memory.
    """
    if compressed:
        _refuse_in_packed(path)
        return
    with path.open("rb", buffering=0) as file:
        for start in range(0, path.stat().st_size - LONGEST_LINE + 1, LONGEST_LINE):
            file.seek(start)
            if not _ends_in(file.read(_GLANCE)) and not _ends_in(file.read(LONGEST_LINE - _GLANCE)):
                raise _endless(path.name, _line_at(file, start))


def _refuse_in_packed(path: Path) -> None:
    packed, size, line = path.stat().st_size, 0, 1
    try:
        with gzip.open(path) as file:
            while len(block := file.read(LONGEST_LINE)) == LONGEST_LINE:
                size += len(block)
                check_size(size, packed, path.name)
                if not _ends_in(block):
                    raise _endless(path.name, line)
                line += _ends(block)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return  # cut short or damaged: the reader says so


def _ends_in(block: bytes) -> bool:
    return any(end in block for end in _ENDS)


def _ends(block: bytes) -> int:
    return block.count(b"\n") or block.count(b"\r")


def _line_at(file: BinaryIO, end: int) -> int:
    file.seek(0)
    line = 1
    for start in range(0, end, LONGEST_LINE):
        line += _ends(file.read(min(LONGEST_LINE, end - start)))
    return line


def _endless(name: str, line: int) -> AlphintraError:
    longest = LONGEST_LINE >> 20
    return AlphintraError(f"Line {line} of {name} is longer than {longest} MB.", hint=_HINT)


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """Raise `AlphintraError` if the file is not the same at the end: what was read inside may then
    be a part of it, or of both."""
    before = _state(path)
    try:
        yield
    except AlphintraError as error:
        if _state(path) == before:
            raise
        raise _changed(path) from error
    if _state(path) != before:
        raise _changed(path)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:  # whoever reads it says so
        return None
    return status.st_size, status.st_mtime_ns


def _changed(path: Path) -> AlphintraError:
    return AlphintraError(
        f"{path.name} changed while it was read.",
        hint="Wait until what writes the file is done, and import it again.",
    )
