"""Tables of events out of files: news or sentiment scores, options flow, series of one's own.

Steps: 1. read a CSV or Parquet file; 2. find the columns that say when a row was known, what time
it is about, and whose it is; 3. take every other column of numbers as a field; 4. store the table,
all or nothing. A file that does not say when its rows were known is refused, unless the user says
how long after their time that was: anything else would let a strategy look ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import Floats
from alphintra_desktop.market.event_store import EventTable, store_events
from alphintra_desktop.market.events import PUBLISHED_DAY_IS_OVER, Events, ordered
from alphintra_desktop.market.snapshots import PARQUET_FAULTS, Stamps
from alphintra_desktop.report import Report

KNOWN = ("known_from", "published", "published_at", "release_date", "released", "available_at")
TIMES = ("time", "date", "period", "timestamp", "datetime", "event_time", "observation_date")
SYMBOLS = ("symbol", "ticker", "series", "series_id")
_FIRST, _LAST = np.datetime64("1700-01-01"), np.datetime64("2250-01-01")


@dataclass(frozen=True)
class ImportedEvents:
    """The table as it is listed now, and what to know about how it got there."""

    table: EventTable
    notes: tuple[str, ...]


def import_events(
    path: Path, name: str, report: Report, *, known_after_s: float | None = None
) -> ImportedEvents:
    """Make a file the current version of a table of events.

    Without a column that says from when its rows were known, `known_after_s` says how many seconds
    after their time that was. A day without a clock is known once it is over everywhere in America.
    Raises `AlphintraError` and changes nothing if that cannot be made out.
    """
    report.progress(0, of=2, doing=f"Reading {path.name}")
    events, notes = read_events(read_table(path), path.name, known_after_s)
    report.progress(1, of=2, doing="Writing")
    return ImportedEvents(store_events(name, events, path.name), tuple(notes))


def read_events(
    table: pa.Table, name: str, known_after_s: float | None
) -> tuple[Events, list[str]]:
    """What the table of the file `name` says, and notes. Raises `AlphintraError` as the import."""
    return _events(_Read(table, name), known_after_s)


def read_table(path: Path) -> pa.Table:
    """The file as a table. Raises `AlphintraError` if it is none."""
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pq.read_table(path)
        delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
        return pa_csv.read_csv(
            path, parse_options=pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
        )
    except PARQUET_FAULTS as error:
        raise AlphintraError(
            f"{path.name} cannot be read: {str(error).splitlines()[0].rstrip('.')[:160]}.",
            hint="It has to be CSV or TSV with a header, in UTF-8, or Parquet.",
        ) from error


@dataclass(frozen=True, eq=False)
class _Read:
    """A file's table, by the lower-case names of its columns."""

    table: pa.Table
    name: str

    def called(self, names: Sequence[str]) -> str:
        """The first column with one of those names; empty if there is none."""
        there = {column.lower().strip(): column for column in self.table.column_names}
        return next((there[name] for name in names if name in there), "")

    def stamps(self, column: str) -> tuple[Stamps, bool]:
        """(R,) UTC times of a column, and whether they are days without a clock."""
        values = self.table[column]
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            values = self._parsed(values, column)
        if not (pa.types.is_timestamp(values.type) or pa.types.is_date(values.type)):
            raise self._no_time(column, 0)
        if values.null_count:
            raise self._no_time(column, int(np.argmax(values.is_null().to_numpy())))
        days = pa.types.is_date(values.type)
        stamps = np.asarray(values.cast(pa.timestamp("us")).to_numpy(), dtype="datetime64[us]")
        if ((stamps < _FIRST) | (stamps >= _LAST)).any():
            raise self._no_time(column, int(np.argmax((stamps < _FIRST) | (stamps >= _LAST))))
        naive = days or values.type.tz is None
        midnights = bool((stamps == stamps.astype("datetime64[D]")).all())
        return stamps.astype("datetime64[ns]"), naive and midnights

    def _parsed(self, values: pa.ChunkedArray, column: str) -> pa.ChunkedArray:
        try:
            return pc.cast(values, pa.timestamp("us", tz="UTC"))
        except pa.ArrowException:
            pass
        try:
            return pc.cast(values, pa.timestamp("us"))
        except pa.ArrowException as error:
            raise self._no_time(column, 0) from error

    def _no_time(self, column: str, row: int) -> AlphintraError:
        return AlphintraError(
            f"Column {column!r} of {self.name} is not a time in row {row + 1}.",
            hint="Write times as 2020-07-30 or 2020-07-30T12:30:00Z, in every row.",
        )

    def symbols(self, column: str, count: int) -> npt.NDArray[np.str_]:
        """(R,): whose each row is; nobody's where there is no such column."""
        if not column:
            return np.full(count, "all")
        names = self.table[column].cast(pa.string()).to_pylist()
        if not all(isinstance(name, str) and name.strip() for name in names):
            raise AlphintraError(
                f"Column {column!r} of {self.name} lacks a symbol in some rows.",
                hint="Give every row a symbol, or leave the column out.",
            )
        return np.array([name.strip() for name in names])

    def fields(self, own: Sequence[str]) -> tuple[dict[str, Floats], list[str]]:
        """The columns of numbers, and the names of the others."""
        found: dict[str, Floats] = {}
        others = []
        for column in self.table.column_names:
            values = self.table[column]
            kind = values.type
            number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
            if column in own:
                continue
            if number or pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
                numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
                found[column.strip()] = np.array(numbers, dtype=np.float64)
            else:
                others.append(column)
        return found, others


def _events(read: _Read, known_after_s: float | None) -> tuple[Events, list[str]]:
    known, time, symbol = (read.called(names) for names in (KNOWN, TIMES, SYMBOLS))
    if not known and (not time or known_after_s is None):
        raise AlphintraError(
            f"{read.name} does not say from when its rows were known.",
            hint=f"Name that column {KNOWN[0]}, or say how long after their time they were known"
            " (--known-after SECONDS).",
        )
    notes = []
    times, time_is_day = read.stamps(time or known)
    known_from, is_day = read.stamps(known) if known else (times, time_is_day)
    if is_day:
        known_from = known_from + PUBLISHED_DAY_IS_OVER
        notes.append("Its days have no clock: rows count as known once the day was over.")
    if not known:
        known_from = known_from + np.timedelta64(round((known_after_s or 0) * 1e9), "ns")
    fields, others = read.fields((known, time, symbol))
    if not fields:
        raise AlphintraError(
            f"{read.name} has no column of numbers.", hint="A table of events needs at least one."
        )
    if others:
        notes.append(f"Left out, as they are no numbers: {', '.join(others)[:200]}.")
    events = ordered(known_from, times, read.symbols(symbol, len(times)), fields)
    return _each_once(events, notes), notes


def _each_once(events: Events, notes: list[str]) -> Events:
    """Of rows about the same time that became known at the same moment, the last one stands."""
    same = (
        (events.symbols[1:] == events.symbols[:-1])
        & (events.known_from[1:] == events.known_from[:-1])
        & (events.times[1:] == events.times[:-1])
    )
    if not same.any():
        return events
    notes.append(f"{int(same.sum()):,} rows left out: a later row says the same moment anew.")
    kept = np.append(~same, True)
    fields = {name: values[kept] for name, values in events.fields.items()}
    return Events(events.known_from[kept], events.times[kept], events.symbols[kept], fields)
