"""The window, without a screen: how soon it is there, whether it ever stands still, and how long a
click on Execute takes to become a drawn result."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.benchmarks.harness import Benchmark, compare
from tests.benchmarks.made_bars import own_library
from tests.shared_files import CHECKOUT

LONGEST_STANDSTILL_MS = 50.0

# Both end the moment the event loop has nothing left to do after the window was drawn.
OURS = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from alphintra_desktop.app import build

app = QApplication([])
app.setStyle("Fusion")
desktop = build(app)
desktop.window.show()
QTimer.singleShot(0, app.quit)
app.exec()
os._exit(0)
"""
BARE = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from NodeGraphQt import NodeGraph

app = QApplication([])
app.setStyle("Fusion")
graph = NodeGraph()
window = QMainWindow()
window.setCentralWidget(graph.widget)
window.resize(1440, 900)
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
os._exit(0)
"""


def first_window() -> Iterator[Benchmark]:
    """A fresh process until its window takes clicks."""
    with own_library():
        yield compare(
            "first interactive window",
            lambda: _python(OURS),
            lambda: _python(BARE),
            goal=1.5,
            rounds=9,
        )


def window_while_jobs_run() -> Iterator[Benchmark]:
    """The longest time that the event loop stood still, against what nobody notices."""
    found = _session("heartbeat")
    yield Benchmark(
        name="longest standstill of the window during a backtest, an import and a sweep",
        unit="ms",
        ours=found["busy"],
        peer=LONGEST_STANDSTILL_MS,
        goal=1.0,
    )


def click_to_drawn_result() -> Iterator[Benchmark]:
    """From Execute to the painted page, just after the start and later on."""
    rounds = [(_session("click"), _session("command"), _seconds_to_import()) for _ in range(3)]
    first = min(window["first"] for window, _, _ in rounds)
    later = min(window["later"] for window, _, _ in rounds)
    warm = min(command["warm"] for _, command, _ in rounds)
    imported = min(seconds for _, _, seconds in rounds)
    yield Benchmark(
        name="click to drawn result, the first after the start / importing vectorbt + 1.5 runs",
        unit="s",
        ours=first,
        peer=imported + 1.5 * warm,
        goal=1.0,
    )
    yield Benchmark(
        name="click to drawn result, later on / a warm run by the command line",
        unit="s",
        ours=later,
        peer=warm,
        goal=1.5,
        ours_median=statistics.median(window["later_median"] for window, _, _ in rounds),
        peer_median=statistics.median(command["warm_median"] for _, command, _ in rounds),
    )


def _session(name: str) -> dict[str, float]:
    """What a session of `window_sessions` found."""
    told = _run("-m", "tests.benchmarks.window_sessions", name)
    return dict(json.loads(told.splitlines()[-1]))


def _seconds_to_import() -> float:
    started = time.perf_counter()
    _run("-c", "import vectorbt")
    return time.perf_counter() - started


def _python(code: str) -> str:
    return _run("-c", code)


def _run(*arguments: str) -> str:
    made = subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout
