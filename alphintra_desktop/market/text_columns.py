"""The columns of a text file as they come, batch after batch, each value copied once.

Numbers and times go straight into arrays that are as long as the file seems to have rows, since
taking hold of new memory takes longer than filling it. Everything else is kept as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from alphintra_desktop.market.bars import Booleans, Floats

BEYOND = "beyond"
_LOOKED_AT = 1 << 16
_SPARE = 1.05  # lines at the head of a file may be longer than most
_FEW = 1024


class Growing:
    """An array that is added to at its end."""

    def __init__(self, dtype: str, rows: int) -> None:
        self._room = np.empty(max(rows, _FEW), dtype)
        self.count = 0

    def add(self, values: npt.NDArray[Any]) -> None:
        """Append values."""
        end = self.count + len(values)
        if end > len(self._room):
            room = np.empty(max(end, 2 * len(self._room)), self._room.dtype)
            room[: self.count] = self.all
            self._room = room
        self._room[self.count : end] = values
        self.count = end

    @property
    def all(self) -> npt.NDArray[Any]:
        """What is in it."""
        return self._room[: self.count]


class TextColumns:
    """Takes batches of a reader. Columns of DOUBLE and TIMESTAMP are arrays, others Arrow's."""

    def __init__(self, types: Mapping[str, str], rows: int) -> None:
        self._rows = rows
        self._arrays = {
            name: Growing("f8" if kind == "DOUBLE" else "M8[us]", rows)
            for name, kind in types.items()
            if kind == "DOUBLE" or kind.startswith("TIMESTAMP")
        }
        self._others: dict[str, list[pa.Array]] = {}
        self._overlong: list[npt.NDArray[np.int64]] = []
        self.rows = 0

    def take(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch."""
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if name == BEYOND:
                self._look_beyond(column)
            elif name in self._arrays:
                self._arrays[name].add(column.to_numpy(zero_copy_only=False))
            else:
                self._others.setdefault(name, []).append(column)
        self.rows += batch.num_rows

    def _look_beyond(self, column: pa.Array) -> None:
        if column.null_count < len(column):
            there = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
            self._overlong.append(there + self.rows)

    def numbers(self, name: str) -> Floats:
        """(R,) a column of DOUBLE, NaN where a cell is empty."""
        return self._arrays[name].all

    def times(self, name: str) -> npt.NDArray[np.datetime64]:
        """(R,) a column of TIMESTAMP in microseconds, NaT where a cell is empty."""
        return self._arrays[name].all

    def is_numbers(self, name: str) -> bool:
        """Whether a column is one of DOUBLE."""
        return name in self._arrays and self._arrays[name].all.dtype.kind == "f"

    def column(self, name: str) -> pa.ChunkedArray:
        """Any other column."""
        return pa.chunked_array(self._others[name])

    @property
    def overlong(self) -> Booleans:
        """(R,): which rows have more cells than the header."""
        found = np.zeros(self.rows, dtype=np.bool_)
        for rows in self._overlong:
            found[rows] = True
        return found


def guessed_rows(path: Path, *, compressed: bool) -> int:
    """About how many rows a text file has, by its first lines; 0 if that is hard to say."""
    if compressed:
        return 0
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    lines = head.count(b"\n") or head.count(b"\r")
    return int(path.stat().st_size * lines / len(head) * _SPARE) if head else 0
