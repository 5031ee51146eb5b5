"""Making a project from a graph, and opening it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.workspace.new_project import projects_folder, start_project, why_not_here
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace
from tests.drawing import sma_crossover


class NobodyToAsk:
    """Answers no question: what is tested here asks none."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the user was asked: {name}")


@pytest.fixture
def workspace(tmp_path: Path):
    made = Workspace(Settings(tmp_path / "settings.json"), NobodyToAsk())
    yield made
    made.close()
    made.jobs.close()


def test_that_the_project_is_made_opened_and_its_folder_remembered(workspace, tmp_path: Path):
    graph = sma_crossover()
    start_project(workspace, graph_to_text(graph), tmp_path / "projects", " My first ")
    assert workspace.project.folder == tmp_path / "projects" / "my_first"
    assert workspace.project.name == "My first"
    assert workspace.current.document.graph == graph
    assert projects_folder(workspace.settings) == tmp_path / "projects"


def test_that_what_is_there_is_not_written_over(workspace, tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.txt").write_text("mine")
    assert "is already there" in why_not_here(tmp_path, "Mine")
    with pytest.raises(AlphintraError, match="is already there"):
        start_project(workspace, graph_to_text(sma_crossover()), tmp_path, "Mine")
    assert workspace.project is None


def test_that_a_name_and_a_whole_path_are_wanted(tmp_path: Path):
    assert why_not_here(tmp_path, "  ") == "Give the project a name."
    assert "is not a whole path" in why_not_here(Path("projects"), "Mine")
    assert why_not_here(tmp_path, "Mine") == ""
