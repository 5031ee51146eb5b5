"""Ten million bars into the library and out of it, and five thousand symbols, against bare engines.

1. A CSV of 10,000,000 one-minute bars, by the shared data's generator, against DuckDB's own COPY of
   that file to Parquet, on as many threads. Ours also finds out how the file is written, checks
   every bar, hashes what it holds and lists it. Its peak memory is measured in a process of its
   own, and held against 2 GB.
2. One symbol's 10,000,000 bars into the arrays of an engine, against pyarrow reading the same
   columns of the same file into NumPy arrays.
3. 5,000 symbols of 2,500 daily bars: every series listed with its span, and one of them opened,
   against DuckDB doing the same on one Parquet file that holds them all.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq

from alphintra_desktop.market.bars import COLUMNS
from alphintra_desktop.market.file_series import FileSeries
from alphintra_desktop.market.importing import import_file, publish
from alphintra_desktop.market.library import library
from alphintra_desktop.market.snapshots import Series
from alphintra_desktop.market.store import list_series, load_bars
from alphintra_desktop.report import Report
from tests.benchmarks.bench_quality import generated
from tests.benchmarks.harness import Benchmark, compare
from tests.benchmarks.made_bars import own_library
from tests.shared_files import shared

BARS = 10_000_000
SYMBOLS, DAYS = 5_000, 2_500
ROUNDS = 5
# Of the process itself: what `getrusage` tells includes the one that started it.
PEAK = """
import re, sys
from pathlib import Path
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
import_file(Path(sys.argv[1]), "measured", report=Report())
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def import_of_10_000_000_bars() -> Iterator[Benchmark]:
    """From CSV to Parquet, and the memory that takes."""
    with own_library() as folder, csv_of_bars() as path:

        def ours() -> None:
            shutil.rmtree(library().folder, ignore_errors=True)
            import_file(path, "minutes", report=Report())

        def peer() -> None:
            target = folder / "peer.parquet"
            with duckdb.connect() as db:
                db.execute(
                    f"COPY (SELECT * FROM read_csv('{path}')) TO '{target}' (FORMAT parquet)"
                )

        yield compare("import of 10,000,000 bars", ours, peer, goal=1.25, rounds=ROUNDS)
        assert list_series()[0].rows == BARS
        if sys.platform == "linux":
            yield Benchmark("peak memory of that import", "GB", peak_memory(path), 2.0, goal=1.0)


def loading_of_10_000_000_bars() -> Iterator[Benchmark]:
    """One symbol's bars into the arrays of an engine."""
    with own_library():
        (version,) = publish("minutes", [("crypto", generated(BARS))], Report())
        path = library().snapshot(version.sha256)
        wanted = ["timestamp", *COLUMNS]

        def peer() -> list[np.ndarray]:
            table = pq.read_table(path, columns=wanted)
            return [table[name].to_numpy() for name in wanted]

        yield compare(
            "10,000,000 bars into arrays",
            lambda: load_bars("minutes", ["SYN000"], "1m"),
            peer,
            goal=1.1,
            rounds=ROUNDS,
        )


def library_of_5_000_symbols() -> Iterator[Benchmark]:
    """Listing all, and opening one."""
    with own_library() as folder, duckdb.connect() as db:
        publish("daily", [("us_equities", many_symbols())], Report())
        together = folder / "together.parquet"
        db.execute(
            f"COPY (SELECT * FROM read_parquet('{library().bars}/*.parquet') ORDER BY symbol,"
            f" timestamp) TO '{together}' (FORMAT parquet)"
        )
        source = f"read_parquet('{together}')"
        spans = f"SELECT symbol, count(*), min(timestamp), max(timestamp) FROM {source} GROUP BY 1"
        one = f"SELECT * FROM {source} WHERE symbol = 'S2500' ORDER BY timestamp"
        assert len(db.sql(spans).fetchall()) == SYMBOLS
        yield compare(
            "5,000 symbols listed", list_series, lambda: db.sql(spans).fetchall(), goal=2.0
        )
        yield compare(
            "one of 5,000 symbols opened",
            lambda: load_bars("daily", ["S2500"], "1d"),
            lambda: db.sql(one).fetchnumpy(),
            goal=2.0,
        )


@contextmanager
def csv_of_bars() -> Iterator[Path]:
    """The file that the generator of the shared data makes."""
    script = shared("data/large/make_large.py")
    with tempfile.TemporaryDirectory(prefix="alphintra-bench-") as folder:
        command = [sys.executable, script, "--bars", str(BARS), "--csv", "--out", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        yield Path(folder) / f"SYN000_1m_{BARS}.csv"


def peak_memory(path: Path) -> float:
    """Of a process that imports a file, in GB."""
    command = [sys.executable, "-c", PEAK, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) * 1024 / 1e9


def many_symbols() -> FileSeries:
    """5,000 random walks of ten years, as an import would give them."""
    draw = np.random.default_rng(5)
    days = np.arange(DAYS).astype("datetime64[D]") + np.timedelta64(12_000, "D")
    stamps = days.astype("datetime64[ns]")
    ones, none = np.ones(DAYS), np.zeros(DAYS)
    every = []
    for number in range(SYMBOLS):
        close = np.round(100 * np.exp(np.cumsum(draw.normal(0, 0.01, DAYS))), 2)
        prices = (close, close * 1.01, close * 0.99, close)
        columns = (*prices, np.round(draw.lognormal(8, 1, DAYS)), ones, ones, none)
        named = dict(zip(COLUMNS, columns, strict=True))
        every.append(Series(f"S{number:04d}", stamps, named, intraday=False))
    return FileSeries("many.csv", "many.csv", "1d", tuple(every), ())
