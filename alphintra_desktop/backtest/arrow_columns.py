"""Arrow's columns as NumPy arrays; pyarrow's own `to_numpy` loads pandas for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def numbers_of(column: pa.ChunkedArray, kind: Any = np.float64) -> npt.NDArray[Any]:
    """The numbers of a column as an array of `kind`; what is null is NaN, or 0 of whole numbers."""
    plain = column.cast(pa.from_numpy_dtype(np.dtype(kind)))
    parts = [_chunk(chunk, np.dtype(kind)) for chunk in plain.chunks]
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _chunk(chunk: pa.Array, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    nothing = np.nan if kind.kind == "f" else 0
    memory = (chunk.fill_null(nothing) if chunk.null_count else chunk).buffers()[1]
    if memory is None:
        return np.empty(0, dtype=kind)
    offset = 0 if chunk.null_count else chunk.offset
    return np.frombuffer(memory, dtype=kind)[offset : offset + len(chunk)]


def times_of(column: pa.ChunkedArray) -> npt.NDArray[np.datetime64]:
    """The times of a column, to the nanosecond."""
    numbers = numbers_of(column.cast(pa.timestamp("ns")).cast(pa.int64()), np.int64)
    return numbers.astype("datetime64[ns]")


def flags_of(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """The truth values of a column."""
    return numbers_of(column.cast(pa.uint8()), np.uint8).astype(np.bool_)
