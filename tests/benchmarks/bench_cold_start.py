"""How long somebody waits for the first result of a command that was just started, against nothing
but importing vectorbt."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.harness import Benchmark, compare
from tests.benchmarks.made_bars import own_library
from tests.shared_files import CHECKOUT


def cold_backtest() -> Iterator[Benchmark]:
    """`alphintra backtest` of a new project; the sample data is in the library already."""
    with own_library() as folder:
        project = folder / "project"
        _alphintra("new", str(project))
        yield compare(
            "first result of a cold `alphintra backtest`",
            lambda: _alphintra("backtest", str(project)),
            lambda: _python("-c", "import vectorbt"),
            goal=1.5,
            rounds=6,
        )


def _alphintra(*arguments: str) -> str:
    return _python("-m", "alphintra_desktop", *arguments)


def _python(*arguments: str) -> str:
    made = subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout
