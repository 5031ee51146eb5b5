"""The whole window without a screen, in a process of its own: what `bench_window` measures there.

    python -m tests.benchmarks.window_sessions heartbeat|click|command

prints one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

LONGEST_SECONDS = 120.0
BEAT_MS = 2
BARS = 1_000_000


def main() -> None:
    """Measure what was asked for."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(
        prefix="alphintra-bench-", ignore_cleanup_errors=True
    ) as folder:
        os.environ["ALPHINTRA_HOME"] = folder
        sessions = {"heartbeat": heartbeat, "click": click, "command": command}
        found = sessions[sys.argv[1]](Path(folder))
        print(json.dumps(found), flush=True)
    os._exit(0)


# ---------------------------------------------------------------------- the event loop


def heartbeat(folder: Path) -> dict[str, float]:
    """The longest time, in ms, that the event loop stood still while three jobs ran.

    A backtest, an import of a million bars and a sweep of 10,000 points, started one right after
    the other in a window that shows a graph and then the result. `idle` is the same while nothing
    ran, which is what this machine does to any program.
    """
    csv = _bars_to_import(folder)
    desktop, app = _desktop(folder)
    until(app, lambda: _warm(desktop), "warm workers")
    idle = _longest_gap(app, lambda: False, 3.0)
    workspace = desktop.workspace
    starting = time.perf_counter()
    workspace.runs.execute(workspace.current)
    _start(workspace, "run_import", {"path": str(csv), "dataset": "bench"})
    _start(workspace, "run_sweep", _sweep(workspace))
    busy = _longest_gap(app, lambda: any(e.running for e in workspace.jobs.entries), 1.0)
    ends = [entry.row.state.value for entry in workspace.jobs.entries]
    assert ends == ["done"] * 3, ends
    return {"idle": idle, "busy": busy, "seconds": time.perf_counter() - starting}


def _start(workspace: Any, task: str, arguments: dict[str, Any]) -> None:
    from alphintra_desktop.jobs.job import Spec

    workspace.jobs.start(workspace.project.new_job_folder(), Spec(task, arguments), task)


def _sweep(workspace: Any) -> dict[str, Any]:
    from alphintra_desktop.graph.files import graph_to_text
    from alphintra_desktop.research.task import SweepSpec

    graph = workspace.current.document.graph
    node = {node.title: node.id for node in graph.nodes.values()}
    axes = (
        (node["Fast average"], "period", "2:101:1"),
        (node["Slow average"], "period", "102:201:1"),
    )
    return SweepSpec(graph_to_text(graph), axes).arguments()


def _longest_gap(app: Any, going_on: Callable[[], bool], at_least: float) -> float:
    """The longest time in ms between two beats of a timer that wants one every `BEAT_MS`."""
    from PySide6.QtCore import Qt, QTimer

    beats = [time.perf_counter()]
    timer = QTimer(app)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(BEAT_MS)
    stop = QTimer(app)
    end = time.monotonic() + at_least

    def look() -> None:
        if time.monotonic() > end and not going_on():
            app.exit()

    stop.timeout.connect(look)
    stop.start(100)
    app.exec()
    timer.stop()
    stop.stop()
    gaps = [1000 * (later - beat) for beat, later in pairwise(beats)]
    return max(gaps) - BEAT_MS


# ---------------------------------------------------------------------------- a click


def click(folder: Path) -> dict[str, float]:
    """Seconds from Execute to the drawn result: the first, at once after the start, and later.

    It is not the first start ever: the sample data is in the library already, and checked.
    """
    _use_before(folder)
    desktop, app = _desktop(folder)
    first = _executed(desktop, app)
    later = [_executed(desktop, app) for _ in range(12)]
    return {"first": first, "later": min(later[2:]), "later_median": sorted(later[2:])[5]}


def _use_before(folder: Path) -> None:
    """What was done with the program yesterday."""
    for words in (("new", str(folder / "before")), ("backtest", str(folder / "before"))):
        command = [sys.executable, "-m", "alphintra_desktop", *words]
        subprocess.run(command, capture_output=True, check=True)


def _executed(desktop: Any, app: Any) -> float:
    """From the command until the page of results has the new run and has painted it."""
    from alphintra_desktop.ui.results.results_page import ResultsPage

    workspace = desktop.workspace
    before = workspace.runs.shown
    desktop.window.show_activity("build")
    app.processEvents()
    started = time.perf_counter()
    desktop.window.actions_of_commands.trigger("run.execute")

    def drawn() -> bool:
        shown = workspace.runs.shown
        if shown is None or shown == before:
            return False
        page = desktop.window.page.findChild(ResultsPage)
        return page is not None and page.run is not None and page.run.id == shown.id

    until(app, drawn, "the drawn result")
    app.processEvents()  # paints what has just been put there
    return time.perf_counter() - started


def command(folder: Path) -> dict[str, float]:
    """Seconds of the same run by the command line, in a process that has loaded everything."""
    from alphintra_desktop.backtest.task import BacktestSpec
    from alphintra_desktop.cli.graph_commands import backtest_in
    from alphintra_desktop.report import Report
    from alphintra_desktop.runs.project import create_project
    from alphintra_desktop.workspace.templates import template_text

    project = create_project(folder / "project", "project")
    spec = BacktestSpec(template_text("sma_crossover"), "sma_crossover", with_report=False)
    seconds = []
    for _ in range(14):
        started = time.perf_counter()
        backtest_in(project, spec, Report())
        seconds.append(time.perf_counter() - started)
    return {"warm": min(seconds[2:]), "warm_median": sorted(seconds[2:])[6]}


# ------------------------------------------------------------------------- the window


def _desktop(folder: Path) -> tuple[Any, Any]:
    """The window on a project with the sample strategy, as `alphintra desktop FOLDER` opens it."""
    from PySide6.QtWidgets import QApplication

    from alphintra_desktop.app import build, start
    from alphintra_desktop.runs.project import create_project
    from alphintra_desktop.workspace.templates import template_text

    project = create_project(folder / "project", "project")
    path = project.graphs / "sma_crossover.alphintra"
    path.write_text(template_text("sma_crossover"), encoding="utf-8")
    app = QApplication([])
    app.setStyle("Fusion")
    desktop = build(app)
    start(desktop, project.folder)
    app.processEvents()
    return desktop, app


def _warm(desktop: Any) -> bool:
    """Whether a job of no work goes through at once: its worker has loaded everything."""
    workspace = desktop.workspace
    if not workspace.jobs.entries:
        workspace.runs.execute(workspace.current)
    ended = all(not entry.running for entry in workspace.jobs.entries)
    if ended:
        for entry in workspace.jobs.entries:
            workspace.jobs.forget(entry.id)
    return ended


def _bars_to_import(folder: Path) -> Path:
    from tests.benchmarks.made_bars import walk

    path = folder / "minutes.csv"
    walk(BARS, "2015-01-05", "m", 3).to_csv(path, index=False)
    return path


def until(app: Any, seen: Callable[[], bool], what: str) -> None:
    """Let the window work, by its own event loop, until something is so."""
    from PySide6.QtCore import Qt, QTimer

    end = time.monotonic() + LONGEST_SECONDS
    found: list[bool] = []

    def look() -> None:
        if not found and seen():
            found.append(True)
        if found or time.monotonic() > end:
            app.exit()

    timer = QTimer(app)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(look)
    timer.start(1)
    app.exec()
    timer.stop()
    timer.deleteLater()
    assert found, f"waited in vain for {what}"


if __name__ == "__main__":
    main()
