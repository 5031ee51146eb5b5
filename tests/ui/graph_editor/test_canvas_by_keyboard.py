"""The canvas without a mouse: through the window's shortcuts, and the arrow keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QMainWindow, QWidget

from alphintra_desktop.ui.actions import Actions
from alphintra_desktop.ui.graph_editor.commands import GRAPH_COMMANDS
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.settings import Settings
from tests.drawing import Drawing, sma_crossover

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def in_window(open_canvas, qtbot, tmp_path):
    """A canvas in a window that has its commands."""

    def open_(graph):
        hands = open_canvas(graph)
        window = QMainWindow()
        qtbot.addWidget(window)
        window.setCentralWidget(hands.canvas)
        settings = Settings(tmp_path / "window.json")
        hands.actions = Actions(window, settings, Notices())
        hands.actions.add(GRAPH_COMMANDS, lambda: hands.canvas, within=hands.canvas)
        window.resize(1200, 800)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        hands.canvas.setFocus()
        return hands

    return open_


def test_that_every_command_has_an_id_and_a_key_of_its_own():
    ids = [command.id for command in GRAPH_COMMANDS]
    keys = [command.shortcut for command in GRAPH_COMMANDS if command.shortcut]
    assert (len(ids), len(keys)) == (len(set(ids)), len(set(keys)))


def test_that_a_node_is_found_placed_and_removed_by_keys_alone(in_window):
    hands = in_window(Drawing("Empty").graph)
    hands.key(Qt.Key.Key_Tab)
    popup = hands.canvas.placing.popup
    QTest.keyClicks(popup.line, "donchian")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    QApplication.processEvents()
    (node,) = hands.graph.nodes.values()
    assert node.type == "channels.donchian_channel"
    hands.key(Qt.Key.Key_Delete)
    assert hands.graph.nodes == {}


def test_that_letters_mute_bypass_and_group_what_is_selected(in_window):
    hands = in_window(sma_crossover())
    fast = next(id for id, node in hands.graph.nodes.items() if node.title == "Fast average")
    hands.sheet.selection.choose([fast])
    hands.key(Qt.Key.Key_M)
    assert hands.graph.nodes[fast].mode == "muted"
    hands.key(Qt.Key.Key_B)
    assert hands.graph.nodes[fast].mode == "bypassed"
    hands.key(Qt.Key.Key_G, CONTROL)
    group = hands.sheet.selection.only
    assert group in hands.graph.groups
    hands.key(Qt.Key.Key_Return)
    assert hands.sheet.selection.group == group
    hands.key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert hands.sheet.selection.group == ""
    hands.key(Qt.Key.Key_G, CONTROL | SHIFT)
    assert hands.graph.groups == {}
    assert hands.canvas.disagreements() == []


def test_that_arrows_go_from_node_to_node_and_with_control_move_them(open_canvas):
    hands = open_canvas(sma_crossover())
    nodes = list(hands.graph.nodes)
    hands.sheet.selection.choose([nodes[0]])
    hands.key(Qt.Key.Key_Right)
    assert hands.sheet.selection.ids == {nodes[1]}
    hands.key(Qt.Key.Key_Right, SHIFT)
    assert hands.sheet.selection.ids == {nodes[1], nodes[2]}
    x, y = hands.graph.nodes[nodes[1]].position
    hands.key(Qt.Key.Key_Down, CONTROL)
    assert hands.graph.nodes[nodes[1]].position == (x, y + 20.0)


def test_that_what_is_arranged_lies_in_line(in_window):
    hands = in_window(sma_crossover())
    hands.key(Qt.Key.Key_A, CONTROL)
    hands.actions.trigger("graph.align_left")
    assert len({node.position[0] for node in hands.graph.nodes.values()}) == 1
    hands.key(Qt.Key.Key_T, CONTROL)
    assert len({node.position[0] for node in hands.graph.nodes.values()}) > 1
    assert hands.canvas.disagreements() == []


def test_that_backtab_and_ctrl_tab_leave_the_canvas_whose_edge_shows_where_the_keys_go(
    qtbot, open_canvas
):
    hands = open_canvas(Drawing("Empty").graph)
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    before, after = QLineEdit(), QLineEdit()
    for widget in (before, hands.canvas, after):
        row.addWidget(widget)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()

    def edge():
        return hands.canvas.grab().toImage().pixelColor(0, 200).name()

    hands.canvas.setFocus()
    assert edge() == hands.canvas.viewer.paints.accent.name()
    hands.key(Qt.Key.Key_Backtab, SHIFT)
    assert QApplication.focusWidget() is before
    assert edge() == hands.canvas.viewer.paints.canvas.name()
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Tab, CONTROL)
    assert QApplication.focusWidget() is after
    hands.canvas.setParent(None)
