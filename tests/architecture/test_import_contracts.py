"""The import contracts hold, and each one notices when it is broken on purpose."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.shared_files import CHECKOUT

LINT_IMPORTS = [
    sys.executable,
    "-c",
    "from importlinter.cli import lint_imports_command as run; run()",
    "--no-cache",
]

LAYERS = "Each layer imports only the layers under it"


@dataclass(frozen=True)
class Breakage:
    """Modules that, added to a copy of the package, break one contract."""

    contract: str
    modules: dict[str, str]


BREAKAGES = {
    "a lower layer imports a higher one": Breakage(
        LAYERS, {"graph/broken.py": "import alphintra_desktop.codegen\n"}
    ),
    "the foundation imports something": Breakage(
        LAYERS, {"errors.py": "import alphintra_desktop.ir.ops\n"}
    ),
    "two packages of one layer meet": Breakage(
        LAYERS, {"runs/broken.py": "import alphintra_desktop.market.bars\n"}
    ),
    "jobs know of backtests": Breakage(
        LAYERS, {"jobs/broken.py": "import alphintra_desktop.backtest.result\n"}
    ),
    "a module that no layer names": Breakage(LAYERS, {"stray.py": ""}),
    "Qt in the core": Breakage(
        "Only app and ui know Qt", {"graph/broken.py": "from PySide6.QtCore import QObject\n"}
    ),
    "a view knows another": Breakage(
        "No view knows another view",
        {"ui/history/broken.py": "import alphintra_desktop.ui.inspector\n"},
    ),
    "a second file speaks to NodeGraphQt": Breakage(
        "One file speaks to NodeGraphQt", {"ui/history/broken.py": "import NodeGraphQt\n"}
    ),
    "a second file speaks to vectorbt": Breakage(
        "One file speaks to vectorbt", {"backtest/broken.py": "import vectorbt\n"}
    ),
    "a second file speaks to DuckDB": Breakage(
        "One file speaks to DuckDB", {"market/broken.py": "import duckdb\n"}
    ),
    "a second file speaks to Numba": Breakage(
        "One file speaks to Numba", {"simulation/broken.py": "from numba import njit\n"}
    ),
    "a second file speaks to exchange_calendars": Breakage(
        "One file speaks to exchange_calendars", {"market/broken.py": "import exchange_calendars\n"}
    ),
    "a second file speaks to httpx": Breakage(
        "One file speaks to httpx", {"market/broken.py": "import httpx\n"}
    ),
    "a second file speaks to Optuna": Breakage(
        "One file speaks to Optuna", {"research/broken.py": "import optuna\n"}
    ),
    "a second file speaks to Ray": Breakage(
        "One file speaks to Ray", {"research/broken.py": "import ray\n"}
    ),
    "a circle": Breakage(
        "No circles inside a package",
        {
            "ir/one.py": "import alphintra_desktop.ir.two\n",
            "ir/two.py": "import alphintra_desktop.ir.one\n",
        },
    ),
}


def _contracts() -> list[str]:
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        LINT_IMPORTS,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_that_every_import_contract_is_kept():
    result = _lint_imports(CHECKOUT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_that_every_contract_is_broken_on_purpose_once():
    assert {breakage.contract for breakage in BREAKAGES.values()} == set(_contracts())


@pytest.mark.parametrize("breakage", BREAKAGES.values(), ids=BREAKAGES.keys())
def test_that_a_breach_is_found_and_named(breakage: Breakage, tmp_path: Path):
    package = tmp_path / "alphintra_desktop"
    shutil.copytree(
        CHECKOUT / "alphintra_desktop",
        package,
        ignore=lambda _, names: [name for name in names if not _is_source(name)],
    )
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    for name, source in breakage.modules.items():
        with (package / name).open("a", encoding="utf-8") as module:
            module.write(source)

    result = _lint_imports(tmp_path)

    assert result.returncode == 1, result.stderr
    assert f"{breakage.contract} BROKEN" in result.stdout


def _is_source(name: str) -> bool:
    return name.endswith(".py") or ("." not in name and name != "__pycache__")
