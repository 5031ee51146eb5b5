"""Setting up on a machine that lacks something says what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared_files import CHECKOUT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="make run and make test need a POSIX shell")


def _set_up(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(CHECKOUT / "packaging" / "set_up.sh"), ".venv/installed-for"],
        cwd=folder,
        env={**os.environ, "PYTHON": python},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("said", ["", "exit 1"], ids=["there is none", "it is too old"])
def test_that_without_a_fitting_python_set_up_says_how_to_get_one(tmp_path: Path, said: str):
    python = _script(tmp_path / "python", said) if said else str(tmp_path / "absent")

    result = _set_up(tmp_path, python)

    assert result.returncode == 1
    assert f"No Python 3.11, 3.12 or 3.13 was found (looked for: {python})" in result.stderr
    assert "sudo apt install python3 python3-venv" in result.stderr
    assert not (tmp_path / ".venv").exists()


def test_that_without_the_venv_module_set_up_names_the_package_to_install(tmp_path: Path):
    real = shutil.which(sys.executable)
    python = _script(
        tmp_path / "python of debian",
        f'case "$2" in *ensurepip*) exit 1 ;; *) exec "{real}" "$@" ;; esac',
    )

    result = _set_up(tmp_path, python)

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert result.returncode == 1
    assert f"sudo apt install python{version}-venv" in result.stderr
    assert not (tmp_path / ".venv").exists()
