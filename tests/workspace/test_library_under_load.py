"""Two windows and four workers on one library, all of them killed at any moment.

`make soak` lets them work for ten minutes (ALPHINTRA_SOAK_SECONDS).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from alphintra_desktop.market.catalog import Catalog
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.library import library
from alphintra_desktop.market.store import load_bars, load_pinned
from alphintra_desktop.report import Report
from alphintra_desktop.runs.data_in_use import note_data
from alphintra_desktop.runs.project import create_project
from tests.market.library_checks import assert_library_is_whole, assert_version_is_whole
from tests.workspace.library_session import SYMBOLS, file_with_one_close, tell, told

ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("ALPHINTRA_SOAK_SECONDS", "10"))
ROLES = ("window", "window", "importer", "importer", "reader", "deleter")
A_LIFE = (3.0, min(40.0, max(8.0, SECONDS / 4)))  # seconds, their start included
PATIENCE = 300


@dataclass
class Running:
    """A process, what it does, and when it is to be killed."""

    role: str
    process: subprocess.Popen[str]
    errors: Path
    until: float

    def ended_well(self) -> None:
        """Fails with what it said, unless it was killed by us or told to stop."""
        assert self.process.returncode == 0, f"{self.role}: {self.errors.read_text('utf-8')}"


class Crowd:
    """All the processes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seed, self.kills = folder, 0, 0
        self.random = random.Random(11)
        self.running = [self.start(role) for role in ROLES]

    def start(self, role: str) -> Running:
        """One more; it is killed after a while."""
        self.seed += 1
        errors = self.folder / f"{role}-{self.seed}.err"
        module = [sys.executable, "-m", "tests.workspace.library_session"]
        with errors.open("w", encoding="utf-8") as file:
            process = subprocess.Popen(
                [*module, role, str(self.folder), str(self.seed)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        return Running(role, process, errors, time.monotonic() + self.random.uniform(*A_LIFE))

    def tend(self) -> None:
        """Kill those whose time has come, and start others in their place."""
        for number, one in enumerate(self.running):
            if one.process.poll() is not None:
                one.ended_well()
            if time.monotonic() > one.until:
                one.process.kill()
                one.process.communicate()
                self.kills += 1
                self.running[number] = self.start(one.role)

    def stop(self) -> list[int]:
        """Let all finish, and say how often each did its work."""
        (self.folder / "stop").touch()
        counts = []
        for one in self.running:
            out, _ = one.process.communicate(timeout=PATIENCE)
            one.ended_well()
            counts.append(int(out))
        return counts

    def close(self) -> None:
        """Leave nobody behind, whatever went wrong."""
        for one in self.running:
            one.process.kill()
            one.process.communicate()


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_that_windows_and_workers_that_are_killed_lose_nothing_and_see_one_version_whole(
    tmp_path: Path,
) -> None:
    project = create_project(tmp_path / "project", "project").folder
    for dataset, symbols in (("shared", SYMBOLS), ("alone", ["ALONE"])):
        path = file_with_one_close(tmp_path, 7, symbols, 40)
        (first, *_) = import_file(path, dataset, report=Report()).series
        if dataset == "shared":
            note_data(project, [first.sha256])
            tell(tmp_path, "used", [f"{first.symbol} {first.sha256}"])

    crowd = Crowd(tmp_path)
    try:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            crowd.tend()
            time.sleep(0.1)
        counts = crowd.stop()
    finally:
        crowd.close()

    imported, deleted = (len(told(tmp_path, name)) for name in ("imported", "deleted"))
    done = f"{crowd.kills} kills, {imported} series imported, {deleted} deleted, {counts}"
    sys.stdout.write(f"{done} rounds of the last six\n")
    assert min(counts) > 0
    assert_nothing_is_lost(tmp_path)


def assert_nothing_is_lost(folder: Path) -> None:
    """Every listed version is whole, and everything that nobody meant to delete is listed."""
    assert_library_is_whole(views=False)
    listed = Catalog(library().catalog).listed()
    for one in listed:
        assert_version_is_whole(library(), one.version)
    hashes = {one.version.sha256 for one in listed}
    assert told(folder, "imported") - told(folder, "deleted") <= hashes
    for known in told(folder, "used"):
        symbol, _, sha256 = known.partition(" ")
        load_pinned("shared", "1d", {symbol: sha256})
    import_file(file_with_one_close(folder, 9, SYMBOLS, 40), "shared", report=Report())
    assert set(load_bars("shared", SYMBOLS, "1d").bars["close"].flat) == {9.0}
    assert_library_is_whole()
