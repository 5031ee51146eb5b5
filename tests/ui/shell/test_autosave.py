"""Saving by itself happens when it is wanted, and never over what somebody else wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from alphintra_desktop.graph.edits import RenameGraph
from alphintra_desktop.graph.files import read_graph, write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.runs.project import create_project
from alphintra_desktop.ui.autosave import Autosave
from alphintra_desktop.workspace.settings import AUTOSAVE
from tests.ui.shell.small_desktop import WrittenAnswers, small_desktop


@pytest.fixture
def workspace(qtbot, tmp_path: Path):
    project = create_project(tmp_path / "mine", "mine")
    write_graph(project.graphs / "first.alphintra", Graph(name="First"))
    window = small_desktop(tmp_path, WrittenAnswers())
    qtbot.addWidget(window)
    saving = Autosave(window.workspace, window)
    saving.findChild(QTimer).setInterval(20)
    window.workspace.open(project.folder)
    yield window.workspace
    window.workspace.close()
    window.workspace.jobs.close()


def test_that_an_edit_is_saved_a_moment_later(workspace, qtbot):
    workspace.settings.set(AUTOSAVE, True)
    sheet = workspace.current
    sheet.document.apply(RenameGraph("Changed"))
    qtbot.waitUntil(lambda: not sheet.document.modified)
    assert read_graph(sheet.path).name == "Changed"


def test_that_nothing_is_saved_unless_it_is_wanted(workspace, qtbot):
    sheet = workspace.current
    sheet.document.apply(RenameGraph("Changed"))
    qtbot.wait(100)
    assert read_graph(sheet.path).name == "First"


def test_that_what_somebody_else_wrote_is_not_written_over(workspace, qtbot):
    workspace.settings.set(AUTOSAVE, True)
    sheet = workspace.current
    write_graph(sheet.path, Graph(name="Theirs"))
    sheet.document.apply(RenameGraph("Ours"))
    qtbot.waitUntil(lambda: bool(workspace.notices.all))
    assert read_graph(sheet.path).name == "Theirs"
    assert sheet.document.modified
