"""The core works without Qt, and using a part of it does not load the heavy libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared_files import CHECKOUT

PACKAGE = CHECKOUT / "alphintra_desktop"

QT = ("PySide6", "PyQt6", "shiboken6", "qtpy", "Qt")
HEAVY = (
    *("vectorbt", "numba", "torch", "sklearn", "ray", "google", "matplotlib", "plotly", "duckdb"),
    *("optuna", "cmaes"),
)

# What the window, the command line and a generated file's reader use before anything runs.
LIGHT = ("graph", "ir", "nodes", "codegen", "runs", "jobs", "market.bars", "simulation.rules")

IMPORT_WITHOUT_QT = """
import importlib, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ImportError("Qt is blocked: " + name)

sys.meta_path.insert(0, NoQt())
for name in {modules!r}:
    importlib.import_module(name)
"""

IMPORT_AND_TELL = """
import importlib, json, sys

for name in {modules!r}:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


# Nothing of this is needed to see the window and to draw in it.
NOT_FOR_THE_FIRST_WINDOW = (
    *("vectorbt", "numba", "torch", "sklearn", "ray", "google", "openai", "anthropic"),
    *("pydantic_ai", "duckdb", "pandas", "pyarrow", "scipy", "pyqtgraph", "pyside6_scintilla"),
    *("optuna", "cmaes"),
)
FIRST_WINDOW = """
import json, os, sys
from PySide6.QtWidgets import QApplication
from alphintra_desktop.app import build

app = QApplication([])
desktop = build(app)
desktop.window.show()
app.processEvents()
print(json.dumps([desktop.window.isVisible(), sorted(sys.modules)]), flush=True)
desktop.close()
os._exit(0)  # as the program ends, whatever is still loading in a thread
"""


def _modules(part: str = "") -> list[str]:
    """The dotted names of every module of a part of the package: a module, a package, or all."""
    root = PACKAGE.joinpath(*part.split(".")) if part else PACKAGE
    files = sorted(root.rglob("*.py")) if root.is_dir() else [root.with_suffix(".py")]
    return [_dotted(file) for file in files if file.name != "__main__.py"]


def _core() -> list[str]:
    """Every module but the window's, and what starts it."""
    window = ("alphintra_desktop.app", "alphintra_desktop.ui")
    return [
        name for name in _modules() if not f"{name}.".startswith(tuple(f"{w}." for w in window))
    ]


def _dotted(file: Path) -> str:
    parts = file.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _python(code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_that_the_core_imports_where_qt_cannot_be_imported():
    _python(IMPORT_WITHOUT_QT.format(blocked=QT, modules=_core()))


def test_that_the_block_on_qt_blocks():
    with pytest.raises(AssertionError, match="Qt is blocked: PySide6"):
        _python(IMPORT_WITHOUT_QT.format(blocked=QT, modules=["PySide6.QtCore"]))


@pytest.mark.parametrize("part", LIGHT)
def test_that_a_light_part_loads_no_heavy_library(part: str):
    loaded = json.loads(_python(IMPORT_AND_TELL.format(modules=_modules(part))))
    assert [name for name in loaded if name in HEAVY] == []


def test_that_the_first_window_waits_for_no_heavy_library():
    visible, loaded = json.loads(_python(FIRST_WINDOW))
    assert visible
    assert [name for name in loaded if name in NOT_FOR_THE_FIRST_WINDOW] == []
