"""Selecting and moving boxes, and how the canvas follows its models."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from alphintra_desktop.errors import Place
from alphintra_desktop.graph.edits import RenameNode, SetParam
from alphintra_desktop.ui.graph_editor.paints import Paints
from alphintra_desktop.ui.look import LIGHT
from tests.drawing import Drawing, sma_crossover

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_that_a_node_is_moved_by_a_drag_and_settles_on_the_grid(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    node = next(iter(graph.nodes))
    x, y = graph.nodes[node].position
    start = hands.title_of(node)
    hands.drag(start, start + hands.at(47.0, 33.0) - hands.at(0.0, 0.0))
    assert hands.graph.nodes[node].position == (
        round((x + 47) / 20) * 20,
        round((y + 33) / 20) * 20,
    )
    assert hands.canvas.disagreements() == []


def test_that_all_selected_nodes_move_together_in_one_step(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    first, second = list(graph.nodes)[:2]
    hands.sheet.selection.choose([first, second])
    start = hands.title_of(first)
    hands.drag(start, start + hands.at(0.0, 100.0) - hands.at(0.0, 0.0))
    moved = [hands.graph.nodes[id].position for id in (first, second)]
    assert moved == [
        (graph.nodes[id].position[0], graph.nodes[id].position[1] + 100) for id in (first, second)
    ]
    assert len(hands.sheet.document.history) == 1


def test_that_escape_puts_a_dragged_node_back(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    start = hands.title_of(next(iter(graph.nodes)))
    hands.press(start)
    hands.move(start + QPoint(80, 60))
    hands.key(Qt.Key.Key_Escape)
    hands.release(start + QPoint(80, 60))
    assert (hands.sheet.document.history, hands.canvas.disagreements()) == ((), [])


def test_that_a_click_selects_in_canvas_and_sheet_alike(open_canvas):
    hands = open_canvas(sma_crossover())
    first, second = list(hands.graph.nodes)[:2]
    hands.click(hands.title_of(first))
    assert hands.sheet.selection.ids == {first}
    hands.click(hands.title_of(second), CONTROL)
    assert hands.sheet.selection.ids == {first, second}
    hands.click(hands.title_of(first), CONTROL)
    assert hands.sheet.selection.ids == {second}
    hands.sheet.selection.choose([first])
    assert hands.canvas.disagreements() == []


def test_that_a_rectangle_selects_what_it_touches_and_a_click_beside_it_nothing(open_canvas):
    hands = open_canvas(sma_crossover())
    first, second = list(hands.graph.nodes)[:2]
    beside = hands.at(hands.graph.nodes[first].position[0] - 40.0, -60.0)
    until = hands.title_of(second)
    hands.drag(beside, until)
    assert hands.sheet.selection.ids == {first, second}
    hands.click(beside)
    assert hands.sheet.selection.ids == frozenset()


def test_that_what_is_removed_is_no_longer_selected(open_canvas):
    from alphintra_desktop.graph.edits import RemoveNode

    hands = open_canvas(sma_crossover())
    node = next(iter(hands.graph.nodes))
    hands.sheet.selection.choose([node])
    hands.sheet.document.apply(RemoveNode(node))
    assert hands.sheet.selection.ids == frozenset()
    assert hands.canvas.disagreements() == []


def test_that_a_revealed_node_is_brought_into_view(open_canvas):
    draw = Drawing()
    draw.add("prices.close")
    hands = open_canvas(draw.graph)
    from dataclasses import replace

    from alphintra_desktop.graph.edits import AddNode

    far = replace(draw.graph.nodes["00000001"], id="000000ff", position=(9000.0, 4000.0))
    hands.sheet.document.apply(AddNode(far))
    hands.sheet.selection.reveal(Place(node=far.id))
    assert hands.canvas.viewer.visible_area.contains(9050.0, 4020.0)
    assert hands.sheet.selection.ids == {far.id}


def test_that_a_node_shows_its_title_its_settings_and_its_type_where_it_was_renamed(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    fast = next(id for id, node in graph.nodes.items() if node.title == "Fast average")
    hands.sheet.document.apply(SetParam(fast, "period", 7))
    hands.sheet.document.apply(RenameNode(fast, "Quick"))
    face = hands.canvas.stage.boxes[fast].face
    assert (face.title, face.summary) == ("Quick", "period 7 · Simple moving average")
    told = {
        hands.canvas.stage.boxes[id].face.summary
        for id, node in graph.nodes.items()
        if node.type in ("market_data.dataset", "strategy.strategy", "conditions.crosses_above")
    }
    assert {"sample · AAPL · 1d", "Crosses above"} < told


def test_that_a_node_tells_its_main_params_also_as_they_are_by_default_but_not_all(open_canvas):
    draw = Drawing()
    slippage, level = draw.add("costs.slippage"), draw.add("conditions.above_level")
    week, strategy = draw.add("logic.on_weekdays"), draw.add("strategy.strategy", fill="next_close")
    hands = open_canvas(draw.graph)
    boxes = hands.canvas.stage.boxes
    assert boxes[slippage.id].face.summary == "fraction 0.0005"
    assert boxes[level.id].face.summary == "level 0"
    assert boxes[week.id].face.summary == ""
    assert boxes[strategy.id].face.summary == "cash 100,000 · fill next close"


def test_that_wires_to_ports_and_nodes_of_unknown_types_are_drawn_all_the_same(open_canvas):
    draw = Drawing()
    other = draw.add("somebody.elses_node")
    draw.add("prices.close", barz=other["series"])
    hands = open_canvas(draw.graph)
    assert len(hands.canvas.stage.wires) == 1
    assert not hands.canvas.stage.boxes[other.id].face.known
    assert hands.canvas.disagreements() == []


def test_that_a_position_farther_than_anything_can_be_drawn_does_no_harm(open_canvas):
    from dataclasses import replace

    draw = Drawing()
    bars = draw.add("market_data.dataset")
    draw.add("prices.close", bars=bars)
    far = replace(draw.graph.nodes[bars.id], position=(1e300, -1e300))
    hands = open_canvas(draw.graph.with_node(far))
    assert hands.canvas.disagreements() == []


def test_that_a_problem_puts_a_badge_on_its_node(open_canvas, qtbot):
    draw = Drawing()
    close = draw.add("prices.close")
    draw.add("conditions.above_level", values=close)
    hands = open_canvas(draw.graph)
    qtbot.waitUntil(lambda: "bars" in hands.canvas.stage.boxes[close.id].badge.text)


def test_that_another_look_recolours_every_item(open_canvas):
    hands = open_canvas(sma_crossover())
    hands.look.changed.emit(LIGHT)
    paints = hands.canvas.viewer.paints
    assert isinstance(paints, Paints)
    items = (*hands.canvas.stage.boxes.values(), *hands.canvas.stage.wires.values())
    assert all(item.paints is paints for item in items)


def test_that_the_wheel_zooms_within_limits_and_the_middle_button_pans(open_canvas):
    hands = open_canvas(sma_crossover())
    viewer = hands.canvas.viewer
    for factor in (50.0, 50.0):
        viewer.zoom_by(factor)
    assert viewer.zoom_scale == 3.0
    for _ in range(3):
        viewer.zoom_by(0.01)
    assert viewer.zoom_scale == 0.06
    before = viewer.visible_area.topLeft()
    hands.drag(QPoint(400, 400), QPoint(300, 380), button=Qt.MouseButton.MiddleButton)
    moved = (viewer.visible_area.topLeft() - before) * viewer.zoom_scale
    assert (round(moved.x()), round(moved.y())) == (100, 20)


def test_that_an_undo_in_the_middle_of_a_drag_ends_the_drag(open_canvas):
    hands = open_canvas(sma_crossover())
    node = next(iter(hands.graph.nodes))
    hands.sheet.document.apply(RenameNode(node, "Renamed"))
    start = hands.title_of(node)
    hands.press(start)
    hands.move(start + QPoint(80, 60))
    hands.sheet.document.undo()
    hands.move(start + QPoint(120, 90))
    hands.release(start + QPoint(120, 90))
    assert hands.canvas.disagreements() == []
    assert hands.sheet.document.undo_label is None


def test_that_holding_space_pans_and_the_map_shows_another_part(open_canvas):
    from PySide6.QtTest import QTest

    hands = open_canvas(sma_crossover())
    viewer = hands.canvas.viewer
    before = viewer.visible_area
    QTest.keyPress(viewer, Qt.Key.Key_Space)
    hands.drag(QPoint(300, 300), QPoint(400, 330))
    QTest.keyRelease(viewer, Qt.Key.Key_Space)
    assert viewer.visible_area.left() < before.left()
    assert hands.sheet.document.history == ()
    QTest.mouseClick(hands.canvas.minimap, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert viewer.visible_area.center().x() < before.center().x()
