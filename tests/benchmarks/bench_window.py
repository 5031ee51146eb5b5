"""The window, without a screen: how soon it is there, whether it ever stands still, and how long a
click on Execute takes to become a drawn result."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.harness import Benchmark, compare
from tests.benchmarks.made_bars import own_library
from tests.shared_files import CHECKOUT

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


def _python(code: str, *arguments: str) -> str:
    made = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout
