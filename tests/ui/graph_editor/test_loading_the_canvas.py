"""The canvas can be loaded while another thread loads what compiles graphs."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.shared_files import CHECKOUT

# Two threads that each load much at the same moment, as they do when a project is opened.
LOADING = """
import sys, threading

def compiler():
    import alphintra_desktop.codegen.module

thread = threading.Thread(target=compiler)
thread.start()
import alphintra_desktop.ui.graph_editor.canvas
thread.join()
assert "setuptools" not in sys.modules
"""
LONGEST_SECONDS = 60
TIMES = 6


def test_that_canvas_and_compiler_can_be_loaded_at_the_same_moment():
    for _ in range(TIMES):
        done = subprocess.run(
            [sys.executable, "-c", LOADING],
            cwd=CHECKOUT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
