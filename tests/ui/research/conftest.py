"""Research done once for all of these tests, and the activity on a copy of its project."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.research.page import ResearchPage, build
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.workspace.answers import Answers
from tests.workspace.researched import researched

LONG_MS = 120_000


@pytest.fixture(scope="session")
def done_once(tmp_path_factory) -> tuple[Path, str]:
    """A project with a sweep and a walk-forward, and the library they were done on."""
    folder = tmp_path_factory.mktemp("researched_once") / "project"
    return researched(folder).folder, os.environ["ALPHINTRA_HOME"]


@pytest.fixture(scope="session")
def jobs() -> Iterator[JobBoard]:
    """Workers for all tests: they take seconds to start. All work on the same library."""
    board = JobBoard(WarmWorkers)
    yield board
    board.close()


@pytest.fixture
def answers() -> Answers:
    """What the user answers, to be filled by a test."""
    return Answers()


@pytest.fixture
def workspace(done_once, tmp_path, monkeypatch, answers, jobs) -> Iterator[Workspace]:
    folder, library = done_once
    monkeypatch.setenv("ALPHINTRA_HOME", library)
    shutil.copytree(folder, tmp_path / "project")
    made = Workspace(Settings(tmp_path / "settings.json"), answers, jobs)
    made.open(tmp_path / "project")
    made.current.live_code.settled()
    yield made
    made.close()


@pytest.fixture
def page(qtbot, workspace) -> ResearchPage:
    """The activity, its list read."""
    made = build(workspace, Look(workspace.settings))
    qtbot.addWidget(made)
    made.resize(1300, 800)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: made.list.model.rowCount() == 2, timeout=LONG_MS)
    return made


def show(qtbot, page, kind, view):
    """Look at the run of a kind; what shows it."""
    row = next(r for r in range(9) if page.list.model.run_at(r).kind is kind)
    page.list.table.selectRow(row)
    qtbot.waitUntil(lambda: isinstance(page.view, view), timeout=LONG_MS)
    qtbot.waitUntil(lambda: page.shown.currentWidget() is page.view, timeout=LONG_MS)
    return page.view
