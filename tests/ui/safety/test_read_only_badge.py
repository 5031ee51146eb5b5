"""The badge shows in a second window, and takes the project over."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from alphintra_desktop.ui import read_only_badge
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.read_only_badge import ReadOnlyBadge
from tests.workspace.left_behind import GRAPH, project_with, window


def test_that_pressing_it_takes_the_project_over(qtbot, tmp_path: Path):
    project = project_with(tmp_path, trend=GRAPH)
    with window(project) as first, window(project) as second:
        badges = []
        for workspace in (first, second):
            badge = ReadOnlyBadge(workspace, Look(workspace.settings))
            qtbot.addWidget(badge)
            badges.append(badge)
        theirs, mine = badges
        assert theirs.isHidden()
        assert not mine.isHidden()
        assert "open in another window" in mine.toolTip()
        qtbot.keyClick(mine, Qt.Key.Key_Space)
        assert mine.text() == "Taking over…"
        qtbot.waitUntil(lambda: mine.isHidden() and not theirs.isHidden())
        assert second.keeping.may_write


def test_that_a_window_that_does_not_answer_is_told(qtbot, tmp_path: Path, monkeypatch):
    from alphintra_desktop.workspace.os_lock import OsLock

    monkeypatch.setattr(read_only_badge, "PATIENCE", 2)
    monkeypatch.setattr(read_only_badge, "EVERY_MS", 5)
    project = project_with(tmp_path, trend=GRAPH)
    held = OsLock.take(project / ".lock")
    with window(project) as workspace:
        badge = ReadOnlyBadge(workspace, Look(workspace.settings))
        qtbot.addWidget(badge)
        badge.click()
        qtbot.waitUntil(lambda: bool(workspace.notices.all))
        assert "does not answer" in workspace.notices.all[0].text
        assert badge.text() == "Read-only: take over"
        assert not (project / ".lock-wanted").exists()
        held.release()
        badge.click()
        assert badge.isHidden()


def test_that_it_shows_when_a_project_is_opened_that_another_window_has(qtbot, tmp_path: Path):
    project = project_with(tmp_path, trend=GRAPH)
    with window(project) as first, window(project) as second:
        first.close()
        badge = ReadOnlyBadge(first, Look(first.settings))
        qtbot.addWidget(badge)
        assert badge.isHidden()
        assert second.try_to_take_over()
        first.open(project)
        assert not badge.isHidden()
        first.close()
        assert badge.isHidden()
