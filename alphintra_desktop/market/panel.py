"""Series side by side: from one array a symbol to (T, N) arrays on their union calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from alphintra_desktop.market.bars import COLUMNS, Bars, Floats

Stamps = npt.NDArray[np.datetime64]


def panel(symbols: tuple[str, ...], parts: Sequence[tuple[Stamps, Mapping[str, Floats]]]) -> Bars:
    """`parts` holds times (R,) and columns (R,) of each symbol; NaN where a symbol has no bar."""
    if len(parts) == 1:
        stamps, columns = parts[0]
        return Bars(stamps, symbols, {name: columns[name].reshape(-1, 1) for name in COLUMNS})
    calendar = _union([stamps for stamps, _ in parts])
    shape = len(calendar), len(parts)
    rows = [_rows(calendar, stamps) for stamps, _ in parts]
    wide = {}
    for name in COLUMNS:
        values = np.full(shape[::-1], np.nan)
        for number, (_, columns) in enumerate(parts):
            values[number, rows[number]] = columns[name]
        wide[name] = np.ascontiguousarray(values.T)
    return Bars(calendar, symbols, wide)


def _union(calendars: list[Stamps]) -> Stamps:
    first = calendars[0]
    others = [stamps for stamps in calendars if not np.array_equal(stamps, first)]
    return np.unique(np.concatenate([first, *others])) if others else first


def _rows(calendar: Stamps, stamps: Stamps) -> slice | npt.NDArray[np.int64]:
    if len(stamps) == len(calendar):
        return slice(None)
    return np.asarray(np.searchsorted(calendar, stamps), dtype=np.int64)
