"""A workspace with an empty library, and workers that serve it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.ui.importing.dialog import ImportDialog
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.workspace.answers import Answers


@pytest.fixture
def answers() -> Answers:
    """What the user answers, to be filled by a test."""
    return Answers()


@pytest.fixture
def workspace(tmp_path, monkeypatch, answers) -> Iterator[Workspace]:
    monkeypatch.setenv("ALPHINTRA_HOME", str(tmp_path / "home"))
    board = JobBoard(WarmWorkers)
    made = Workspace(Settings(tmp_path / "settings.json"), answers, board)
    yield made
    made.close()
    board.close()


@pytest.fixture
def dialog(qtbot, workspace) -> ImportDialog:
    made = ImportDialog(workspace, Look(workspace.settings))
    qtbot.addWidget(made)
    made.show()
    return made
