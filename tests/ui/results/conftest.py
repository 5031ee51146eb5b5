"""Runs recorded once for all tests of the results, and a workspace on a copy of their project."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.backtest.charted_run import charted
from alphintra_desktop.backtest.stored_run import stored_run
from alphintra_desktop.cli.project_commands import template_text
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.backtest.recorded_runs import Recorded, changed_template, recorded
from tests.workspace.answers import Answers

BREAKOUT, FASTER, ROTATION = range(3)


@pytest.fixture(scope="session")
def recorded_once(tmp_path_factory) -> Recorded:
    """A breakout, the same with another ATR period, and a rotation over several symbols."""
    return recorded(
        tmp_path_factory.mktemp("results") / "project",
        template_text("donchian_breakout"),
        changed_template("donchian_breakout", "ATR", period=10),
        template_text("momentum_rotation"),
    )


@pytest.fixture
def runs(recorded_once, tmp_path, monkeypatch) -> Recorded:
    """The recorded runs in a project of this test's own, with the library that they ran on."""
    monkeypatch.setenv("ALPHINTRA_HOME", recorded_once.library)
    folder = tmp_path / "project"
    shutil.copytree(recorded_once.project.folder, folder)
    (folder / "graphs" / "breakout.alphintra").write_text(template_text("donchian_breakout"))
    folders = tuple(folder / "jobs" / path.name for path in recorded_once.folders)
    return Recorded(recorded_once.project, folders, recorded_once.library)


@pytest.fixture
def answers() -> Answers:
    """What the user answers, to be filled by a test."""
    return Answers()


@pytest.fixture(scope="session")
def jobs() -> Iterator[JobBoard]:
    """Workers for all tests: they take seconds to start. All work on the recorded library."""
    board = JobBoard(WarmWorkers)
    yield board
    board.close()


@pytest.fixture
def workspace(qtbot, runs, answers, tmp_path, jobs) -> Iterator[Workspace]:
    """The project open, its runs read."""
    opened = Workspace(Settings(tmp_path / "settings.json"), answers, jobs)
    opened.open(runs.folders[0].parents[1])
    qtbot.waitUntil(lambda: len(opened.runs.recorded) == len(runs.folders), timeout=10_000)
    yield opened
    opened.close()


@pytest.fixture
def look(workspace) -> Look:
    """How everything looks."""
    return Look(workspace.settings)


def run_of(workspace: Workspace, number: int):
    """One of the recorded runs; the list has the latest first."""
    return workspace.runs.recorded[::-1][number]


def charted_run(folder: Path, symbol: str = ""):
    """A run with its charts."""
    run = stored_run(folder)
    return charted(run, symbol or run.symbols[0])
