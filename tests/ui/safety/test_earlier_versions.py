"""A graph goes back to an earlier version by the keyboard, and forth again by undo."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from alphintra_desktop.graph.edits import RenameGraph
from alphintra_desktop.ui.chooser import Chooser
from alphintra_desktop.ui.earlier_versions import ago, earlier_versions
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.main_window import MainWindow
from tests.workspace.left_behind import GRAPH, project_with, window


def test_that_an_earlier_version_can_be_taken_and_left_again(qtbot, tmp_path: Path):
    with window(project_with(tmp_path, trend=GRAPH)) as workspace:
        frame = MainWindow(workspace, Look(workspace.settings), ())
        qtbot.addWidget(frame)
        frame.show()
        sheet = workspace.current
        earlier_versions.run(frame)
        assert "no earlier version" in workspace.notices.all[0].text
        sheet.document.apply(RenameGraph("Later"))
        workspace.save(sheet)
        earlier_versions.run(frame)
        chooser = frame.findChild(Chooser)
        first = chooser.list.model().index(0, 0)
        assert "before: " in first.data()
        assert "Later" in first.data()
        qtbot.keyClick(chooser.line, Qt.Key.Key_Return)
        assert sheet.document.graph == GRAPH
        assert sheet.document.modified
        sheet.document.undo()
        assert sheet.document.graph.name == "Later"


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(seconds=61), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=2, hours=3), "2 days ago"),
    ],
)
def test_that_times_are_told_roughly(time: timedelta, said: str):
    assert ago(time) == said
