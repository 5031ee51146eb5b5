"""Trainings done once for all of these tests, and the activity on a copy of their project."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.training.page import TrainingPage, build
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.research.made_library import import_made_bars
from tests.workspace.answers import Answers
from tests.workspace.trained import trained_project

LONG_MS = 120_000


@pytest.fixture(scope="session")
def models_trained_once(tmp_path_factory) -> tuple[Path, str]:
    """A project with two trainings, and the library they were done on."""
    home = str(tmp_path_factory.mktemp("library_of_models"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALPHINTRA_HOME", home)
        import_made_bars(tmp_path_factory.mktemp("bars_of_models"))
        project = trained_project(tmp_path_factory.mktemp("models") / "project")
    return project.folder, home


@pytest.fixture
def workspace(models_trained_once, tmp_path, monkeypatch) -> Iterator[Workspace]:
    folder, library = models_trained_once
    monkeypatch.setenv("ALPHINTRA_HOME", library)
    shutil.copytree(folder, tmp_path / "project")
    jobs = JobBoard(lambda: WarmWorkers(COLD_WORKER, spares=0))
    made = Workspace(Settings(tmp_path / "settings.json"), Answers(), jobs)
    made.open(tmp_path / "project")
    made.current.live_code.settled()
    yield made
    made.close()
    jobs.close()


@pytest.fixture
def page(qtbot, workspace) -> TrainingPage:
    """The activity, its list read."""
    made = build(workspace, Look(workspace.settings))
    qtbot.addWidget(made)
    made.resize(1380, 820)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: made.list.model.rowCount() == 2, timeout=LONG_MS)
    return made
