"""The status bar says which bars the project holds out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alphintra_desktop.market.holdout import Holdout, Opening, keep_holdout
from alphintra_desktop.market.library import library
from alphintra_desktop.runs.project import create_project
from alphintra_desktop.ui.holdout_badge import HoldoutBadge
from tests.ui.open_workspace import opened


@pytest.fixture
def badge(qtbot, tmp_path):
    with opened(tmp_path) as (workspace, look):
        project = create_project(tmp_path / "project", "Test")
        workspace.open(project.folder)
        made = HoldoutBadge(workspace, look)
        qtbot.addWidget(made)
        yield made, workspace
        workspace.close()


def held_by(workspace) -> Holdout:
    project = workspace.project
    owner = (str(project.folder), project.created)
    return Holdout("1", "made", ("AA",), "2024-01-01", *owner, "2026-01-01T00:00:00+00:00")


def test_that_it_is_hidden_until_something_is_held_out_and_then_says_from_when(badge):
    made, workspace = badge
    assert made.isHidden()
    held = held_by(workspace)
    keep_holdout(held)
    workspace.opened.emit(workspace.project)
    assert not made.isHidden()
    assert made.text() == made.accessibleName() == "Held out from 2024-01-01"
    assert made.toolTip() == "AA of made from 2024-01-01 on: never opened"
    keep_holdout(replace(held, openings=(Opening("g", "Mine", "2026", "s"),)))
    workspace.opened.emit(workspace.project)
    assert made.toolTip().endswith("opened once")
    keep_holdout(replace(held, released="2026-02-01"))
    workspace.opened.emit(workspace.project)
    assert made.isHidden()


def test_that_it_shows_when_the_holdouts_cannot_be_read(badge):
    made, workspace = badge
    keep_holdout(held_by(workspace))
    (library().folder / "holdouts" / "1.json").write_text("{", encoding="utf-8")
    workspace.opened.emit(workspace.project)
    assert made.text() == "Holdout damaged"
    assert "Restore the file" in made.toolTip()
