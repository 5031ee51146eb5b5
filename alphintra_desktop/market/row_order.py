"""Rows in order of symbol and time, each time once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import Booleans, Floats
from alphintra_desktop.market.raw_rows import RawRows
from alphintra_desktop.market.times import shown

Stamps = npt.NDArray[np.datetime64]
_LOCAL = " If the times are those of a clock that was set back, name its --time-zone."

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class OrderedRows:
    """(R,) arrays, sorted by `codes` (indexes into the symbols of the file), then by time.

    `rows` is where each stood among the rows of the file.
    """

    codes: Rows
    stamps: Stamps
    numbers: Mapping[str, Floats]
    rows: Rows

    def picked(self, chosen: Booleans | Rows | slice) -> OrderedRows:
        """Some of the rows."""
        numbers = {name: values[chosen] for name, values in self.numbers.items()}
        return OrderedRows(self.codes[chosen], self.stamps[chosen], numbers, self.rows[chosen])

    @property
    def new_series(self) -> Booleans:
        """(R,): whether a row is the first of its symbol."""
        first = np.ones(len(self.codes), dtype=np.bool_)
        np.not_equal(self.codes[1:], self.codes[:-1], out=first[1:])
        return first

    def repeats(self) -> Booleans:
        """(R,): whether a row has the symbol and time of the row before."""
        same = np.zeros(len(self.stamps), dtype=np.bool_)
        np.equal(self.stamps[1:], self.stamps[:-1], out=same[1:])
        return same & ~self.new_series if same.any() else same


def ordered(raw: RawRows, sound: Booleans) -> tuple[OrderedRows, bool]:
    """The sound rows in order, and whether they had to be sorted."""
    whole = bool(sound.all())
    rows = np.arange(len(sound)) if whole else np.flatnonzero(sound)
    taken = slice(None) if whole else rows
    codes = np.zeros(len(rows), np.int64) if raw.symbols is None else raw.symbols[taken]
    stamps = raw.stamps[taken].astype("datetime64[ns]")
    numbers = {name: values[taken] for name, values in raw.numbers.items()}
    if raw.symbols is None and (stamps[1:] >= stamps[:-1]).all():
        return OrderedRows(codes, stamps, numbers, rows), False
    table = OrderedRows(codes, stamps, numbers, rows)
    backwards = (np.diff(stamps) < np.timedelta64(0)) & (np.diff(codes) == 0)
    if not backwards.any() and not (np.diff(codes) < 0).any():
        return table, False
    within_series = np.lexsort((rows, codes))
    times = stamps[within_series]
    mixed = (np.diff(times) < np.timedelta64(0)) & (np.diff(codes[within_series]) == 0)
    return table.picked(np.lexsort((rows, stamps, codes))), bool(mixed.any())


def without_repeats(table: OrderedRows) -> tuple[OrderedRows, int]:
    """The rows without exact repetitions of another, and how many those were."""
    again = table.repeats()
    if not again.any():
        return table, 0
    # Within one time, equal rows are brought together, so that a, b, a counts as one repetition.
    keys = [*table.numbers.values(), table.stamps, table.codes]
    table = table.picked(np.lexsort(keys))
    again = table.repeats()
    for values in table.numbers.values():
        same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
        again[1:] &= same
    return table.picked(~again), int(again.sum())


def without_conflicts(
    table: OrderedRows, raw: RawRows, *, intraday: bool, drop: bool
) -> tuple[OrderedRows, int]:
    """The rows whose time no other row claims. Raises `AlphintraError` unless `drop`."""
    again = table.repeats()
    if not again.any():
        return table, 0
    if not drop:
        raise _conflict(table, raw, intraday)
    claimed = again | np.concatenate([again[1:], [False]])
    return table.picked(~claimed), int(claimed.sum())


def _conflict(table: OrderedRows, raw: RawRows, intraday: bool) -> AlphintraError:
    second = np.flatnonzero(table.repeats())
    pairs = np.stack([table.rows[second - 1], table.rows[second]])
    first = int(np.argmin(pairs.max(axis=0)))
    one, other = sorted(raw.where(int(row)) for row in pairs[:, first])
    stamp = shown(table.stamps[second[first]], intraday=intraday)
    more = f" {len(second) - 1:,} more such pairs follow." if len(second) > 1 else ""
    return AlphintraError(
        f"{raw.unit}s {one} and {other} of {raw.name} are different bars of the same time,"
        f" {stamp}.{more}",
        hint="Correct the file, or import it without these rows (--bad-rows drop)."
        + (_LOCAL if intraday and not raw.zoned else ""),
    )
