"""The problems pane lists what is wrong as it is drawn, and takes the user there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import RemoveNode, SetParam
from alphintra_desktop.ui.problems.badge import ProblemsBadge
from alphintra_desktop.ui.problems.pane import build
from tests.drawing import sma_crossover
from tests.ui.open_workspace import opened, titled


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot):
    with opened(tmp_path, sma_crossover()) as (workspace, look):
        pane = build(workspace, look)
        badge = ProblemsBadge(workspace, look)
        qtbot.addWidget(pane)
        qtbot.addWidget(badge)
        yield workspace, pane, badge


def messages(pane) -> list[str]:
    table = pane.inner.table
    return [table.topLevelItem(row).text(0) for row in range(table.topLevelItemCount())]


def break_period(workspace) -> str:
    node = titled(workspace.current, "Fast average")
    workspace.current.document.apply(SetParam(node, "period", 0))
    return node


def test_that_a_problem_appears_while_drawing_and_goes_when_it_is_solved(shown, qtbot: QtBot):
    workspace, pane, _ = shown
    break_period(workspace)
    qtbot.waitUntil(lambda: messages(pane) == ["Fast average: 'period' is 0, and 2 is the least."])
    workspace.current.document.undo()
    qtbot.waitUntil(lambda: messages(pane) == [])


def test_that_enter_on_a_problem_selects_its_node_and_names_the_param(shown, qtbot: QtBot):
    workspace, pane, _ = shown
    node = break_period(workspace)
    qtbot.waitUntil(lambda: len(messages(pane)) == 1)
    revealed = []
    workspace.current.selection.revealed.subscribe(revealed.append)
    pane.inner.table.setCurrentItem(pane.inner.table.topLevelItem(0))
    qtbot.keyClick(pane.inner.table, Qt.Key.Key_Return)
    assert workspace.current.selection.only == node
    assert revealed[-1] == Place(node=node, param="period")


def test_that_what_blocks_comes_first_and_is_counted(shown, qtbot: QtBot):
    workspace, pane, _ = shown
    sheet = workspace.current
    sheet.document.apply(RemoveNode(titled(sheet, "Slow average")))
    qtbot.waitUntil(lambda: len(messages(pane)) == 2)
    assert pane.inner.counts.text() == "2 problems to solve before it can run"


def test_that_the_badge_counts_and_asks_for_the_pane(shown, qtbot: QtBot):
    workspace, _, badge = shown
    button = badge.findChild(QToolButton)
    assert button.text() == ""
    break_period(workspace)
    qtbot.waitUntil(lambda: button.text() == "1")
    asked = []
    workspace.asked_for.subscribe(asked.append)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == ["problems"]
