"""The node library finds node types by words, and they get from there into the graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from alphintra_desktop.graph.model import Graph
from alphintra_desktop.nodes.catalog import catalog
from alphintra_desktop.ui.node_library.pane import build
from alphintra_desktop.ui.node_library.tree import MIME_TYPE
from tests.drawing import sma_crossover
from tests.ui.open_workspace import opened, titled


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot):
    with opened(tmp_path, sma_crossover(), Graph()) as (workspace, look):
        pane = build(workspace, look)
        qtbot.addWidget(pane)
        pane.show()
        qtbot.waitUntil(lambda: pane.loaded)
        yield workspace, pane


def sections(pane) -> dict[str, list[str]]:
    return {
        item.text(0): [item.child(row).text(0) for row in range(item.childCount())]
        for item in pane.tree.sections()
    }


def test_that_every_node_type_is_there_under_its_category(shown):
    _, pane = shown
    found = sections(pane)
    assert sum(map(len, found.values())) == len(catalog())
    assert found["Market data"][0] == "Market data"
    assert "Average true range (ATR)" in found["Volatility"]


def test_that_words_find_node_types_and_enter_adds_the_best_one(shown, qtbot: QtBot):
    workspace, pane = shown
    before = len(workspace.current.document.graph.nodes)
    qtbot.keyClicks(pane.search, "average true")
    assert sections(pane)["Found"][0] == "Average true range (ATR)"
    qtbot.keyClick(pane.search, Qt.Key.Key_Return)
    graph, selection = workspace.current.document.graph, workspace.current.selection
    assert len(graph.nodes) == before + 1
    assert graph.nodes[selection.only].type == "talib.atr"


def test_that_nothing_found_is_said_and_escape_brings_everything_back(shown, qtbot: QtBot):
    _, pane = shown
    qtbot.keyClicks(pane.search, "qwertz")
    assert pane.told.isVisible()
    assert pane.told.text().endswith("qwertz")
    qtbot.keyClick(pane.search, Qt.Key.Key_Escape)
    assert "Prices" in sections(pane)
    assert pane.tree.isVisible()


def test_that_the_list_is_reached_and_a_type_placed_by_keyboard(shown, qtbot: QtBot):
    workspace, pane = shown
    qtbot.keyClicks(pane.search, "relative strength")
    qtbot.keyClick(pane.search, Qt.Key.Key_Down)
    qtbot.keyClick(pane.tree, Qt.Key.Key_Return)
    graph = workspace.current.document.graph
    assert graph.nodes[workspace.current.selection.only].type == "talib.rsi"


def test_that_a_dragged_type_carries_its_name(shown):
    _, pane = shown
    pane.search.setText("relative strength")
    item = pane.tree.currentItem()
    assert pane.tree.mimeTypes() == [MIME_TYPE]
    assert bytes(pane.tree.mimeData([item]).data(MIME_TYPE)) == b"talib.rsi"
    assert item.flags() & Qt.ItemFlag.ItemIsDragEnabled


def test_that_placed_nodes_do_not_lie_on_each_other(shown):
    workspace, pane = shown
    node = titled(workspace.current, "Fast average")
    workspace.current.selection.choose([node])
    for _ in range(3):
        workspace.current.selection.choose([node])
        pane.place("prices.close")
    positions = [node.position for node in workspace.current.document.graph.nodes.values()]
    assert len(set(positions)) == len(positions)


def test_that_the_first_node_of_an_empty_graph_lies_in_the_middle(shown):
    workspace, pane = shown
    workspace.switch_to(workspace.sheets[1])
    pane.place("market_data.dataset")
    (node,) = workspace.current.document.graph.nodes.values()
    assert node.position == (0.0, 0.0)


def test_that_favourites_and_recent_types_come_first_and_are_remembered(shown, qtbot: QtBot):
    workspace, pane = shown
    menu = pane.menu_of("talib.rsi")
    next(action for action in menu.actions() if action.text() == "Make a favourite").trigger()
    pane.place("prices.close")
    assert list(sections(pane))[:2] == ["Favourites", "Recent"]
    assert sections(pane)["Favourites"] == ["Relative strength index (RSI)"]
    assert sections(pane)["Recent"] == ["Close"]
    again = build(workspace, pane._look)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: again.loaded)
    assert list(sections(again))[:2] == ["Favourites", "Recent"]


def test_that_without_a_graph_the_user_is_told(shown):
    workspace, pane = shown
    workspace.close()
    pane.place("prices.close")
    assert workspace.notices.all[-1].text == "There is no graph to add a node to."


def test_that_a_tooltip_explains_the_type(shown):
    _, pane = shown
    pane.search.setText("z-score")
    tip = pane.tree.currentItem().toolTip(0)
    assert "<i>(value - mean) / standard deviation</i>" in tip
