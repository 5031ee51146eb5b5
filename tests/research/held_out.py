"""A library of which the last bars are held out, and are unlike all others: nobody can miss one.

Every price from `START` on is `SENTINEL`. So whatever read such a bar shows it: as that number, or
as a date from that day on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
from tests.benchmarks.made_bars import walk

START, SENTINEL, BARS = "2015-12-01", 98_765.0, 400
PRICES = ("open", "high", "low", "close")
_DATES = re.compile(r"20\d\d-\d\d-\d\d")
_NUMBERS = re.compile(r"\d[\d,]*\.?\d*")


def import_bars_with_a_secret(folder: Path, names: tuple[str, ...] = ("AA", "BB")) -> None:
    """The dataset `made`, crypto, of daily bars from 2015-01-05 on."""
    tables = [walk(BARS, "2015-01-05", "D", n).assign(symbol=name) for n, name in enumerate(names)]
    table = pd.concat(tables)
    secret = table["timestamp"] >= pd.Timestamp(START, tz=table["timestamp"].dt.tz)
    assert 0 < secret.sum() < len(table)
    for name in PRICES:
        table[name] = table[name].where(~secret, SENTINEL)
    path = folder / "made.parquet"
    table.to_parquet(path, index=False)
    import_file(path, "made", timeframe="1d", market="crypto", report=Report())
    path.unlink()


def secrets_in_text(text: str) -> list[str]:
    """Every date from `START` on, and every number like `SENTINEL`. The mark itself is none."""
    told = "\n".join(line for line in _one_line(text) if "HELD OUT" not in line)
    dates = [date for date in _DATES.findall(told) if START < date < "2017"]
    numbers = [found for found in _NUMBERS.findall(told) if _number(found) == SENTINEL]
    return [*dates, *numbers]


def secrets_in_files(folder: Path) -> list[str]:
    """The files below a folder that hold a secret."""
    return [str(path) for path in sorted(folder.rglob("*")) if path.is_file() and _has_one(path)]


def secrets_in(values: Any) -> bool:
    """Whether an array has one."""
    array = np.asarray(values)
    if array.dtype.kind == "M":
        return bool((array >= np.datetime64(START)).any())
    return array.dtype.kind == "f" and bool((array == SENTINEL).any())


def _has_one(path: Path) -> bool:
    match path.suffix:
        case ".parquet":
            return _in_table(pq.read_table(path))
        case ".npy":
            return secrets_in(np.load(path))
        case ".arrow":
            return _in_table(pa.ipc.open_file(path).read_all())
        case ".csv" | ".json" | ".jsonl" | ".html":
            return bool(secrets_in_text(path.read_text("utf-8")))
        case _:
            return False


def _in_table(table: pa.Table) -> bool:
    kinds = (pa.types.is_floating, pa.types.is_timestamp)
    columns = [c for c in table.columns if any(is_kind(c.type) for is_kind in kinds)]
    return any(secrets_in(column.to_numpy()) for column in columns)


def _one_line(text: str) -> Iterator[str]:
    """Sentences that were wrapped, each on one line again."""
    yield from re.sub(r"\n +", " ", text).splitlines()


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return 0.0
