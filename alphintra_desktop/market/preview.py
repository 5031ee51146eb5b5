"""What an import of a file would do, before anything is stored.

A preview is made by the code of the import itself. Of a large text it reads the first megabytes
only, and says so.
"""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.archives import files_of, sheet_names
from alphintra_desktop.market.bars import PRICES
from alphintra_desktop.market.corrections import NOTHING_SAID, Corrections
from alphintra_desktop.market.file_reading import fitting_format, read_file
from alphintra_desktop.market.file_series import Choices, FileSeries
from alphintra_desktop.market.formats import NamedFormat
from alphintra_desktop.market.guesses import Guess, guesses_of
from alphintra_desktop.market.snapshots import PARQUET_FAULTS, Series
from alphintra_desktop.market.text_layout import (
    TextLayout,
    column_names,
    first_cells,
    guess_layout,
)
from alphintra_desktop.market.times import shown

ROWS = 50
STORED = ("symbol", "time", *PRICES, "volume", "adj_factor", "split", "dividend")
_LARGE, _ENOUGH, _ENOUGH_ROWS = 24 << 20, 4 << 20, 100_000
_BINARY = (b"PAR1", b"PK\x03\x04")


@dataclass(frozen=True)
class Preview:
    """What was found out about a file, and its first rows as they are and as they would be stored.

    `said` is what it was read with: given, or by the saved `format`. `names` are those of the
    columns of `raw`. `rows` and `bars` count what was read (all of it unless `partial`), and
    `problem` is why it cannot be imported like this, in which case nothing is `stored`. `shape` is
    what its rows were recognised as.
    """

    path: Path
    file: str
    said: Corrections
    format: NamedFormat | None
    guesses: tuple[Guess, ...]
    sheets: tuple[str, ...]
    names: tuple[str, ...]
    raw: tuple[tuple[str, ...], ...]
    stored: tuple[tuple[str, ...], ...]
    symbols: tuple[str, ...]
    rows: int
    bars: int
    partial: bool
    remarks: tuple[str, ...]
    problem: AlphintraError | None
    shape: str = ""


def preview(path: Path, said: Corrections | None = None, bad_rows: str = "flag") -> Preview:
    """Read a file as `import_file` would with these corrections, and store nothing.

    Of an archive the first file is shown. Raises no `AlphintraError`: it is the `problem`.
    """
    blank = _blank(path, said)
    try:
        with files_of(path, (said or NOTHING_SAID).sheet) as files, _head_of(files[0]) as head:
            found = replace(blank, sheets=sheet_names(path), partial=head != files[0])
            found = replace(found, remarks=_remarks(found, files))
            return _looked_at(found, head, Choices(said=said, bad_rows=bad_rows))
    except AlphintraError as error:
        return replace(blank, problem=error)
    except OSError as error:
        return replace(blank, problem=_unreadable(path, error))


def _blank(path: Path, said: Corrections | None) -> Preview:
    known = said or NOTHING_SAID
    return Preview(
        path, path.name, known, None, (), (), (), (), (), (), 0, 0, False, (), None
    )  # fmt: skip


def _unreadable(path: Path, error: OSError) -> AlphintraError:
    return AlphintraError(
        f"{path} cannot be read: {error.strerror or error}.",
        hint="Check that you may read it, and that there is room for what it unpacks to.",
    )


def _remarks(found: Preview, files: tuple[Path, ...]) -> tuple[str, ...]:
    said = []
    if len(files) > 1:
        said.append(f"There are {len(files):,} files in it; this is the first, {files[0].name}.")
    if found.partial:
        part = f"{_ENOUGH_ROWS:,} rows" if _is_parquet(files[0]) else f"{_ENOUGH >> 20} MB"
        said.append(f"The preview reads only the first {part}. The import reads all of it.")
    return tuple(said)


def _looked_at(found: Preview, path: Path, choices: Choices) -> Preview:
    if choices.said is None:
        known, _ = fitting_format(path)
        found = replace(found, format=known, said=known.said if known else NOTHING_SAID)
    layout: TextLayout | None = None
    try:
        layout = _layout(path, found.said)
        found = _with_raw(found, path, layout)
        return _with_stored(found, read_file(path, choices))
    except AlphintraError as error:
        if not found.raw:
            found = _with_raw(found, path, None)
        return replace(found, problem=error, guesses=guesses_of(found.said, layout, None))


def _layout(path: Path, said: Corrections) -> TextLayout | None:
    with path.open("rb") as file:
        is_text = not file.read(4).startswith(_BINARY)
    return guess_layout(path, said) if is_text else None


def _with_raw(found: Preview, path: Path, layout: TextLayout | None) -> Preview:
    with path.open("rb") as file:
        if file.read(4) == _BINARY[0]:
            return _with_raw_parquet(found, path)
    try:
        cells = first_cells(path, layout, found.said)[:ROWS]
    except AlphintraError:  # no text at all: what the caller tells says why
        return found
    width = max((len(row) for row in cells), default=0)
    names = layout.names if layout is not None else _names(path, found.said)
    names = (*names, *(f"column {number + 1}" for number in range(len(names), width)))
    return replace(found, names=names, raw=tuple(tuple(row) for row in cells))


def _names(path: Path, said: Corrections) -> tuple[str, ...]:
    """Those of a header that lacks a column, so that somebody can say which it is."""
    if said.header_line == 0:
        return ()
    try:
        return column_names(path, said)
    except AlphintraError:
        return ()


def _with_raw_parquet(found: Preview, path: Path) -> Preview:
    try:
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(ROWS), None)
            names = tuple(file.schema_arrow.names)
    except PARQUET_FAULTS:  # damaged: what the caller tells says so
        return found
    rows = zip(*(column.to_pylist() for column in batch or ()), strict=True)
    return replace(found, names=names, raw=tuple(tuple(map(str, row)) for row in rows))


def _with_stored(found: Preview, file: FileSeries) -> Preview:
    assert file.read_as is not None
    stored = (row for series in file.series for row in _stored_rows(series))
    layout = file.read_as.layout
    return replace(
        found,
        shape=layout.shape if layout is not None else "",
        guesses=guesses_of(found.said, layout, file),
        stored=tuple(row for _, row in zip(range(ROWS), stored, strict=False)),
        symbols=tuple(series.symbol for series in file.series),
        rows=file.read_as.rows,
        bars=sum(len(series.timestamps) for series in file.series),
        remarks=(*found.remarks, *file.notes),
    )


def _stored_rows(series: Series) -> Iterator[tuple[str, ...]]:
    """The first rows of a series as texts; numbers as they are, to the last digit."""
    for row in range(min(ROWS, len(series.timestamps))):
        numbers = (repr(float(series.columns[name][row])).removesuffix(".0") for name in STORED[2:])
        yield (series.symbol, shown(series.timestamps[row], intraday=series.intraday), *numbers)


@contextmanager
def _head_of(path: Path) -> Iterator[Path]:
    """The file itself or, of a large text or Parquet file, a copy of its beginning."""
    with path.open("rb") as file:
        start = file.read(4)
    parquet = start == _BINARY[0]
    if path.stat().st_size <= _LARGE or (start.startswith(_BINARY) and not parquet):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="alphintra-preview-") as folder:
        head = Path(folder) / path.name
        if parquet:
            yield head if _copied_rows(path, head) else path
            return
        head.write_bytes(_whole_lines(_start_of(path, compressed=start.startswith(b"\x1f\x8b"))))
        yield head


def _copied_rows(path: Path, head: Path) -> bool:
    """Whether the first rows of a Parquet file could be copied; what is damaged is not."""
    try:
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(_ENOUGH_ROWS), None)
            if batch is not None:
                pq.write_table(pa.Table.from_batches([batch]), head)
    except PARQUET_FAULTS:
        return False
    return head.exists()


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _BINARY[0]


def _start_of(path: Path, *, compressed: bool) -> bytes:
    try:
        with gzip.open(path) if compressed else path.open("rb") as file:
            return file.read(_ENOUGH)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise AlphintraError(
            f"{path.name} is cut short or damaged: it cannot be unpacked.",
            hint="Copy or download the file again.",
        ) from error


def _whole_lines(start: bytes) -> bytes:
    """Without the line that was cut. UTF-16 writes a line end as two bytes."""
    ends = {b"\xff\xfe": b"\n\x00", b"\xfe\xff": b"\x00\n"}
    end = ends.get(start[:2], b"\n")
    last = start.rfind(end)
    return start[: last + len(end)] if last > 0 else start
