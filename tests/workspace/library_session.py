"""A process that works with the market library until it is told to stop, or is killed.

    python -m tests.workspace.library_session ROLE FOLDER SEED

Every import gives all symbols one close that nobody else gives, so that a reader who sees two saw a
mixture of versions. Before something is done that may make bars go away, it is written down.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobBoard, JobEntry
from alphintra_desktop.jobs.events import Finished
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.market.importing import import_file
from alphintra_desktop.market.quality_kept import choose_version
from alphintra_desktop.market.snapshot_list import delete_snapshots, snapshots
from alphintra_desktop.market.store import describe, load_bars, load_pinned, query
from alphintra_desktop.report import Report
from alphintra_desktop.runs.data_in_use import data_in_use, note_data
from alphintra_desktop.runs.project import open_project
from alphintra_desktop.workspace.data_library import DataLibrary
from alphintra_desktop.workspace.notices import Weight
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.stored_snapshots import stored_snapshots
from alphintra_desktop.workspace.workspace import Workspace
from tests.market.bar_files import csv, written
from tests.workspace.answers import Answers

SYMBOLS = [f"S{number}" for number in range(6)]
REST = timedelta(seconds=5)
HEADER = "date,open,high,low,close,volume,symbol"


def file_with_one_close(folder: Path, close: int, symbols: list[str], days: int) -> Path:
    """A file in which every bar of every symbol closes at the same price."""
    rows = [
        f"2020-{1 + day // 28:02}-{1 + day % 28:02},{close},{close},{close},{close},1,{symbol}"
        for day in range(days)
        for symbol in symbols
    ]
    return written(folder, csv(rows, HEADER), f"{os.getpid()}_{close}.csv")


def tell(folder: Path, name: str, content: list[str]) -> None:
    """Write a line that is whole, or not there, after a kill."""
    line = (json.dumps(content) + "\n").encode()
    descriptor = os.open(folder / f"{name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, line)
    os.close(descriptor)


def told(folder: Path, name: str) -> set[str]:
    """All that was written down under a name."""
    path = folder / f"{name}.log"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {one for line in lines for one in json.loads(line)}


class Session:
    """What each role does, once."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.project = open_project(folder / "project").folder

    def importer(self) -> None:
        """New bars, a day more of them, or an earlier version again."""
        close, days = self.random.randrange(1, 10**9), self.random.randrange(30, 56)
        path = file_with_one_close(self.folder, close, SYMBOLS, days)
        done = import_file(path, "shared", report=Report())
        tell(self.folder, "imported", [version.sha256 for version in done.series])
        path.unlink()
        path = file_with_one_close(self.folder, close, ["ALONE"], days)
        import_file(path, "alone", report=Report())
        path.unlink()
        chosen = self.random.choice(describe("alone", "ALONE"))
        try:
            choose_version(chosen)
        except AlphintraError as error:
            if "not in the library" not in error.message:  # deleted since it was listed
                raise

    def reader(self) -> None:
        """One version whole, and what a project once used for ever."""
        before = time.monotonic()
        loaded = load_bars("shared", SYMBOLS, "1d")
        one_close(set(loaded.bars["close"].flat))
        sql = "SELECT count(DISTINCT close) AS closes, count(DISTINCT symbol) AS symbols"
        (row,) = query(f"{sql} FROM shared_1d").to_pylist()
        assert row == {"closes": 1, "symbols": len(SYMBOLS)}, row
        one_close(set(load_bars("alone", ["ALONE"], "1d").bars["close"].flat))
        symbol = self.random.choice(SYMBOLS)
        sha256 = loaded.sha256[symbol]
        note_data(self.project, [sha256])
        if time.monotonic() - before < REST.total_seconds():
            load_pinned("shared", "1d", {symbol: sha256})
            tell(self.folder, "used", [f"{symbol} {sha256}"])
        for known in self.random.sample(sorted(told(self.folder, "used")), 1):
            name, _, content = known.partition(" ")
            load_pinned("shared", "1d", {name: content})

    def deleter(self) -> None:
        """Whatever nothing needs goes away."""
        found = snapshots(data_in_use().projects, rest=REST)
        unwanted = [one.sha256 for one in found if not one.kept_by]
        tell(self.folder, "deleted", unwanted)
        delete_snapshots(unwanted, lambda: data_in_use().projects, rest=REST)
        time.sleep(self.random.uniform(0, 0.5))

    def window(self) -> None:
        """The lists of a window, and an import as one of its jobs."""
        board = JobBoard(lambda: WarmWorkers(COLD_WORKER, spares=0))
        workspace = Workspace(Settings(self.folder / f"{os.getpid()}.json"), Answers(), board)
        try:
            for _ in range(3):
                self.look(workspace)
            self.job(board)
            self.look(workspace)
        finally:
            board.close()
        wrong = [notice for notice in workspace.notices.all if notice.weight is Weight.ERROR]
        assert not wrong, wrong

    def look(self, workspace: Workspace) -> None:
        """The list of the data activity."""
        rows, was_read = DataLibrary(workspace.notices), threading.Event()
        rows.changed.subscribe(lambda _: was_read.set())
        workspace.notices.told.subscribe(lambda _: was_read.set())
        rows.read()
        assert was_read.wait(60)
        assert rows.rows
        assert stored_snapshots().all

    def job(self, board: JobBoard) -> None:
        """An import in a worker of this window."""
        ended = threading.Event()
        board.changed.subscribe(lambda entry: None if entry.running else ended.set())
        close = self.random.randrange(1, 10**9)
        path = file_with_one_close(self.folder, close, SYMBOLS, 40)
        arguments = {"path": str(path), "dataset": "shared"}
        folder = open_project(self.project).new_job_folder()
        started = board.start(folder, Spec("run_import", arguments), "Import", lambda _: None)
        assert ended.wait(120)
        entry: JobEntry = next(one for one in board.entries if one.id == started.id)
        assert isinstance(entry.row.ending, Finished), entry.row.ending
        path.unlink()


def one_close(closes: set[float]) -> None:
    """All bars are of one version."""
    assert len(closes) == 1, closes


def main(role: str, folder: Path, seed: int) -> None:
    """Do it again and again, once at least; then say how often."""
    work: Callable[[], None] = getattr(Session(folder, seed), role)
    count = 0
    while not count or not (folder / "stop").exists():
        work()
        count += 1
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
