"""An open canvas, and the node types loaded once for all tests."""

from __future__ import annotations

import pytest

from alphintra_desktop.ui.graph_editor.node_types import NodeTypes
from tests.ui.graph_editor.on_canvas import Hands, opened


@pytest.fixture(scope="session")
def node_types():
    """Every node type, TA-Lib's too."""
    types = NodeTypes()
    types.wait()
    return types


@pytest.fixture
def open_canvas(qtbot, tmp_path, node_types):
    """Opens a graph on a canvas of its own; gives the hands that work on it."""
    sheets = []

    def open_(graph) -> Hands:
        hands = opened(graph, tmp_path, node_types)
        sheets.append(hands.sheet)
        qtbot.addWidget(hands.canvas)
        with qtbot.waitExposed(hands.canvas):
            hands.canvas.show()
        hands.canvas.fit()
        return hands

    yield open_
    for sheet in sheets:
        sheet.close()
