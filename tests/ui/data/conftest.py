"""A library with sample data and broken series, and workers that serve it, for all of these tests.

A worker keeps to the library that was there when it started, so that all tests share one; a test
that changes a series has one of its own in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.market.samples import ensure_sample_data
from alphintra_desktop.ui.data.page import DataPage, build
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.workspace.answers import Answers
from tests.workspace.broken_library import broken_series

CHECKED, MENDED = "checked", "mended"


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("data_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALPHINTRA_HOME", str(home))
        ensure_sample_data()
        broken_series(dataset=CHECKED)
        broken_series(dataset=MENDED)
    return home


@pytest.fixture(scope="session")
def jobs() -> Iterator[JobBoard]:
    board = JobBoard(WarmWorkers)
    yield board
    board.close()


@pytest.fixture
def answers() -> Answers:
    """What the user answers, to be filled by a test."""
    return Answers()


@pytest.fixture
def workspace(filled_home, tmp_path, monkeypatch, answers, jobs) -> Iterator[Workspace]:
    monkeypatch.setenv("ALPHINTRA_HOME", str(filled_home))
    made = Workspace(Settings(tmp_path / "settings.json"), answers, jobs)
    yield made
    made.close()


@pytest.fixture
def page(qtbot, workspace) -> DataPage:
    """The activity, its library read and its first series shown."""
    look = Look(workspace.settings)
    made = build(workspace, look)
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    qtbot.waitUntil(
        lambda: made.library.was_read and made.details.chart is not None, timeout=20_000
    )
    return made
