"""Running `alphintra` in tests: as a process of its own, or in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.cli.main import main
from alphintra_desktop.runs.ledger import ledger, runs, verify_ledger
from alphintra_desktop.runs.project import Project, create_project, open_project

COMMAND = (sys.executable, "-m", "alphintra_desktop")
LONGEST_SECONDS = 120


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code and all it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, which must be one JSON document."""
        return json.loads(self.out, parse_constant=_refuse_constant)

    @property
    def error(self) -> str:
        """The one sentence of its error."""
        lines = self.err.splitlines()
        assert lines[0].startswith("error: "), self.err
        return lines[0].removeprefix("error: ")


def _refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def process(*arguments: object, cwd: Path | None = None, **more: Any) -> Outcome:
    """Run a command as a process."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        stdin=subprocess.DEVNULL,
        check=False,
        **more,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def here(capsys: Any) -> Callable[..., Outcome]:
    """`alphintra(...)`: runs a command in this process."""

    def alphintra(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return alphintra


def project_with(folder: Path, text: str) -> Project:
    """A new project with one graph, `strategy.alphintra`."""
    project = create_project(folder, folder.name)
    (project.graphs / "strategy.alphintra").write_text(text, encoding="utf-8")
    return project


def rows_of(folder: Path) -> tuple[int, int]:
    """How many runs and how many ledger rows a project has; the ledger must be whole."""
    database = open_project(folder).database()
    try:
        counted = verify_ledger(database)
        assert counted == len(ledger(database))
        return len(runs(database)), counted
    finally:
        database.close()


def results_in(folder: Path) -> list[Path]:
    """Every file of a project that could be taken for a part of a result."""
    jobs = [path for path in (folder / "jobs").rglob("*") if path.is_file()]
    log = ("spec.json", "events.jsonl", "log.txt")
    return [path for path in jobs if path.name not in log]


def assert_told_and_nothing_kept(outcome: Outcome, words: Sequence[str], folder: Path) -> None:
    """Failed with one sentence that has these words, and a hint; nothing left in the project."""
    assert outcome.code == 1, outcome
    for word in words:
        assert word in outcome.err, outcome.err
    assert_clear(outcome)
    assert rows_of(folder) == (0, 0)
    assert results_in(folder) == []


def assert_clear(outcome: Outcome) -> None:
    """A sentence and a hint, no traceback."""
    lines = outcome.err.splitlines()
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("  hint: ")
    assert len(lines[1]) > len("  hint: ")
    assert lines[0].rstrip()[-1] in ".?!)'\"", lines[0]
    assert "Traceback" not in outcome.err


def environment(**changes: str) -> dict[str, str]:
    """This process's environment, changed."""
    return {**os.environ, **changes}
