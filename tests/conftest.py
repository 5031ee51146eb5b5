"""What every test gets: a library of its own, steady hypothesis settings, and golden files."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

GOLDEN = Path(__file__).parent / "golden"

# Deadlines, and what counts as too slow, would time the machine and not the code. The same examples
# everywhere: what fails for one fails for all. ALPHINTRA_RANDOM_TESTS=1 looks for new ones.
SLOW_MACHINES = [HealthCheck.too_slow]
settings.register_profile("random", deadline=None, suppress_health_check=SLOW_MACHINES)
settings.register_profile("same", settings.get_profile("random"), derandomize=True)
settings.load_profile("random" if os.environ.get("ALPHINTRA_RANDOM_TESTS") else "same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the tests found into tests/golden, to be read and committed",
    )


@pytest.fixture(scope="session", autouse=True)
def library_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps fixtures that live longer than a test away from the user's own library."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALPHINTRA_HOME", str(tmp_path_factory.mktemp("library_of_this_run")))
        yield


@pytest.fixture(autouse=True)
def library_of_this_test(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """`ALPHINTRA_HOME` of this one test: an empty folder."""
    folder = tmp_path_factory.mktemp("library")
    monkeypatch.setenv("ALPHINTRA_HOME", str(folder))
    return folder


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: fails with a diff unless `text` is what tests/golden/<name> says."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        accepted = path.read_text(encoding="utf-8") if path.exists() else ""
        if not path.exists() or text != accepted:
            pytest.fail(_difference(name, accepted, text, request.node.nodeid), pytrace=False)

    return compare


def _difference(name: str, accepted: str, found: str, test: str) -> str:
    lines = difflib.unified_diff(
        accepted.splitlines(), found.splitlines(), f"golden/{name}", "found", lineterm=""
    )
    accept = f'.venv/bin/python -m pytest "{test}" --update-golden'
    return "\n".join([*lines, "", f"If this is right, accept it with: {accept}"])
