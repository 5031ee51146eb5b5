"""The history pane shows the document's steps, and goes to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from alphintra_desktop.graph.edits import RenameNode, SetParam
from alphintra_desktop.ui.history.pane import HistoryList, build
from tests.drawing import sma_crossover
from tests.ui.open_workspace import opened, titled


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot):
    with opened(tmp_path, sma_crossover(), sma_crossover()) as (workspace, look):
        pane = build(workspace, look)
        qtbot.addWidget(pane)
        yield workspace, pane


def steps(pane) -> list[str]:
    return [pane.inner.item(row).text() for row in range(pane.inner.count())]


def test_that_every_edit_is_a_line_and_the_last_one_is_current(shown):
    workspace, pane = shown
    document = workspace.current.document
    node = titled(workspace.current, "Fast average")
    document.apply(SetParam(node, "period", 5))
    document.apply(RenameNode(node, "Quick"))
    assert steps(pane) == [
        "Opened",
        "Set period of Fast average to 5",
        "Rename Fast average to Quick",
    ]
    assert pane.inner.currentRow() == 2


def test_that_a_click_on_a_step_goes_back_to_it_and_undone_steps_stay_to_go_forth_again(shown):
    workspace, pane = shown
    document = workspace.current.document
    node = titled(workspace.current, "Fast average")
    for period in (5, 6, 7):
        document.apply(SetParam(node, "period", period))
    pane.inner.itemClicked.emit(pane.inner.item(1))
    assert document.graph.nodes[node].params["period"] == 5
    assert len(steps(pane)) == 4
    assert pane.inner.item(3).font().italic()
    pane.inner.itemActivated.emit(pane.inner.item(3))
    assert document.graph.nodes[node].params["period"] == 7


def test_that_the_saved_step_says_so(shown):
    workspace, pane = shown
    node = titled(workspace.current, "Fast average")
    workspace.current.document.apply(SetParam(node, "period", 5))
    workspace.current.save()
    assert pane.inner.item(1).toolTip() == "The graph was saved here."
    assert pane.inner.item(0).toolTip() == ""


def test_that_the_pane_follows_the_sheet_that_is_worked_on(shown):
    workspace, pane = shown
    first, second = workspace.sheets
    second.document.apply(RenameNode(titled(second, "Fast average"), "Quick"))
    workspace.switch_to(second)
    assert steps(pane) == ["Opened", "Rename Fast average to Quick"]
    workspace.switch_to(first)
    assert steps(pane) == ["Opened"]


def test_that_without_a_graph_the_pane_says_so(shown):
    workspace, pane = shown
    workspace.close()
    assert pane.inner.text() == "No graph is open."
    assert not isinstance(pane.inner, HistoryList)
