"""Small tables of prices: random ones with gaps, ties and missing volumes, and altered futures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

NAMES = ("open", "high", "low", "close", "volume")
SYMBOLS = ("AA", "BB", "CC")
STEPS = {"1h": np.timedelta64(3600, "s"), "1d": np.timedelta64(86400, "s")}


@dataclass(frozen=True, eq=False)
class Table:
    timestamps: npt.NDArray[np.datetime64]
    symbols: tuple[str, ...]
    columns: Mapping[str, npt.NDArray[np.float64]]

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        return ~np.isnan(self.columns["close"])

    def own(self, symbol: int) -> dict[str, npt.NDArray]:
        here = self.present[:, symbol]
        columns = {name: values[here, symbol] for name, values in self.columns.items()}
        return {"timestamp": self.timestamps[here], **columns}


def random_table(
    seed: int,
    rows: int = 60,
    symbols: int = 3,
    *,
    step: str = "1h",
    gaps: bool = True,
    whole: bool = True,
) -> Table:
    """Prices from 1 to 9 (or around 100), irregular stamps, and a fifth of the bars missing."""
    random = np.random.default_rng(seed)
    jumps = random.choice([1, 1, 1, 2, 5, 40] if gaps else [1], size=rows)
    start = np.datetime64("2023-12-28T05:00:00" if step == "1h" else "2023-12-28", "ns")
    stamps = start + np.cumsum(jumps) * STEPS[step].astype("timedelta64[ns]")
    shape = (rows, symbols)
    if whole:
        columns = {name: random.integers(1, 10, shape).astype(float) for name in NAMES}
    else:
        columns = {name: 100 + random.normal(0, 10, shape) for name in NAMES}
    if gaps:
        columns["volume"][random.random(shape) < 0.2] = np.nan
        missing = random.random(shape) < 0.2
        columns = {name: np.where(missing, np.nan, values) for name, values in columns.items()}
    columns["flow|value|sum"] = np.round(columns["high"] * 2 - columns["open"])
    return Table(stamps, SYMBOLS[:symbols], columns)


def tables(most_rows: int = 24) -> st.SearchStrategy[Table]:
    """Tables of 0 and more rows, with and without gaps."""
    return st.builds(
        random_table,
        seed=st.integers(0, 10**6),
        rows=st.one_of(st.integers(0, 3), st.integers(4, most_rows)),
        symbols=st.integers(1, 3),
        step=st.sampled_from(sorted(STEPS)),
        gaps=st.booleans(),
    )


def cut_off(table: Table, rows: int) -> Table:
    columns = {name: values[:rows] for name, values in table.columns.items()}
    return replace(table, timestamps=table.timestamps[:rows], columns=columns)


def _altered(change: Callable[[np.ndarray, np.random.Generator], np.ndarray], table, rows):
    random = np.random.default_rng(rows)
    later = np.arange(len(table.timestamps)) >= rows
    columns = {
        name: np.where(later[:, None], change(values, random), values)
        for name, values in table.columns.items()
    }
    delays = np.cumsum(np.where(later, random.integers(0, 50, len(later)), 0))
    stamps = table.timestamps + delays * np.timedelta64(3600, "s").astype("timedelta64[ns]")
    return replace(table, timestamps=stamps, columns=columns)


def without_future(table: Table, rows: int) -> Table:
    return _altered(lambda values, random: np.full_like(values, np.nan), table, rows)


def with_noise(table: Table, rows: int) -> Table:
    return _altered(lambda values, random: random.normal(5, 3, values.shape), table, rows)


def with_huge_numbers(table: Table, rows: int) -> Table:
    return _altered(lambda values, random: np.full_like(values, 1e12), table, rows)


FUTURES = (cut_off, without_future, with_noise, with_huge_numbers)
