"""Real processes that import, read and are killed, on one library."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.samples import SAMPLES
from alphintra_desktop.market.store import describe, list_series, load_bars
from alphintra_desktop.report import Report
from tests.market.bar_files import csv, written
from tests.market.library_checks import assert_library_is_whole, assert_version_is_whole

SYMBOLS = [f"S{number}" for number in range(8)]
WRITER = """
import sys
from pathlib import Path
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
for round in range(int(sys.argv[1])):
    for path in sys.argv[2:]:
        import_file(Path(path), "shared", report=Report())
"""
READER = """
import sys, time
from alphintra_desktop.market.store import load_bars, query
reads = 0
until = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    loaded = load_bars("shared", sys.argv[2:], "1d")
    for number in range(len(loaded.bars.symbols)):
        closes = set(loaded.bars["close"][:, number])
        assert len(closes) == 1 and closes <= {1.0, 2.0}, closes
    whole = query("SELECT DISTINCT symbol, close FROM shared_1d").num_rows
    assert whole == len(loaded.bars.symbols), whole
    reads += 1
print(reads)
"""
KILLED_AT_STEP = """
import os, signal, sys
from pathlib import Path
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
steps = iter(range(1000))
def die(_):
    if next(steps) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
import_file(Path(sys.argv[2]), "shared", report=Report(die))
print("done")
"""


def file_with_closes(folder: Path, close: float) -> Path:
    """Many symbols, 60 days, all at one price: a reader can tell a whole version from a mixture."""
    rows = [
        f"2020-{1 + day // 28:02}-{1 + day % 28:02},{close},{close},{close},{close},1,{symbol}"
        for day in range(56)
        for symbol in SYMBOLS
    ]
    header = "date,open,high,low,close,volume,symbol"
    return written(folder, csv(rows, header), f"close_{close}.csv")


def started(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return out.strip()


def test_that_two_processes_import_at_once_while_a_third_reads(tmp_path: Path) -> None:
    one, two = file_with_closes(tmp_path, 1.0), file_with_closes(tmp_path, 2.0)
    import_file(one, "shared", report=Report())

    reader = started(READER, 3.0, *SYMBOLS)
    writers = [started(WRITER, 8, one, two), started(WRITER, 8, two, one)]
    for writer in writers:
        finished(writer)

    assert int(finished(reader)) > 1
    assert_library_is_whole()
    for symbol in SYMBOLS:
        for version in describe("shared", symbol):
            assert_version_is_whole(library(), version)


def test_that_a_library_may_be_made_by_several_processes_at_once() -> None:
    code = (
        "from alphintra_desktop.market.samples import ensure_sample_data\n"
        "ensure_sample_data(); ensure_sample_data()"
    )

    for process in [started(code) for _ in range(4)]:
        finished(process)

    assert {version.symbol for version in list_series()} == set(SAMPLES)
    assert all(len(describe("sample", symbol)) == 1 for symbol in SAMPLES)
    assert_library_is_whole()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("step", [0, 1, 2, 5, 9, 10])
def test_that_a_kill_at_any_step_leaves_one_version_whole(step: int, tmp_path: Path) -> None:
    one, two = file_with_closes(tmp_path, 1.0), file_with_closes(tmp_path, 2.0)
    import_file(one, "shared", report=Report())

    process = started(KILLED_AT_STEP, step, two)
    out, _ = process.communicate(timeout=60)

    assert (process.returncode, out) == (-9, "")
    assert_library_is_whole(views=False)
    closes = set(load_bars("shared", SYMBOLS, "1d").bars["close"].flat)
    assert closes == {1.0}
    import_file(two, "shared", report=Report())
    assert set(load_bars("shared", SYMBOLS, "1d").bars["close"].flat) == {2.0}
    assert_library_is_whole()


FULL_DISK = """
import resource, sys
from pathlib import Path
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.report import Report
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), -1))
try:
    import_file(Path(sys.argv[2]), "shared", report=Report())
except AlphintraError as error:
    print(error.message, error.hint)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("room", [0, 100, 2_000, 30_000])
def test_that_no_room_for_a_file_is_told_and_harms_nothing(room: int, tmp_path: Path) -> None:
    one, two = file_with_closes(tmp_path, 1.0), file_with_closes(tmp_path, 2.0)
    import_file(one, "shared", report=Report())

    told = finished(started(FULL_DISK, room, two))

    assert "disk" in told
    assert "\n" not in told
    assert len(set(load_bars("shared", SYMBOLS, "1d").bars["close"].flat)) == 1
    assert_library_is_whole(views=False)
    import_file(two, "shared", report=Report())
    assert_library_is_whole()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_that_kills_at_any_moment_leave_the_library_whole(tmp_path: Path) -> None:
    one, two = file_with_closes(tmp_path, 1.0), file_with_closes(tmp_path, 2.0)
    import_file(one, "shared", report=Report())

    for number in range(8):
        process = started(WRITER, 1000, one, two)
        time.sleep(0.5 + 0.037 * number)
        process.kill()
        process.communicate()

        assert process.returncode == -9
        closes = load_bars("shared", SYMBOLS, "1d").bars["close"]
        assert len(set(closes.flat)) == 1
        assert_library_is_whole(views=False)

    import_file(one, "shared", report=Report())
    assert_library_is_whole()
