"""Groups, frames and comments on the canvas, by their commands and by the mouse."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from alphintra_desktop.graph.edits import MoveNodes
from alphintra_desktop.graph.model import Note
from alphintra_desktop.ui.graph_editor.commands import GRAPH_COMMANDS
from alphintra_desktop.ui.graph_editor.faces import Kind
from tests.drawing import Drawing, sma_crossover

COMMANDS = {command.id: command for command in GRAPH_COMMANDS}


def run(hands, id):
    command = COMMANDS[id]
    assert command.enabled(hands.canvas)
    command.run(hands.canvas)


def named(hands, *titles):
    nodes = hands.graph.nodes
    return [next(id for id in nodes if nodes[id].title == title) for title in titles]


def grouped(open_canvas):
    """The crossover with its two averages in a group."""
    hands = open_canvas(sma_crossover())
    averages = named(hands, "Fast average", "Slow average")
    hands.sheet.selection.choose(averages)
    run(hands, "graph.group")
    return hands, hands.sheet.selection.only, averages


def test_that_a_group_is_one_box_with_the_wires_that_cross_its_border(open_canvas):
    hands, group, averages = grouped(open_canvas)
    assert hands.canvas.stage.boxes[group].face.kind is Kind.GROUP
    assert not set(averages) & set(hands.canvas.stage.boxes)
    assert len(hands.canvas.stage.wires) == len(hands.graph.wires)
    assert hands.canvas.disagreements() == []


def test_that_a_new_group_lies_on_nothing_else(open_canvas):
    draw = Drawing()
    apart = [draw.add("prices.close"), draw.add("prices.close")]
    between = draw.add("prices.open")
    spots = {apart[0].id: (0.0, 0.0), apart[1].id: (0.0, 200.0), between.id: (60.0, 100.0)}
    hands = open_canvas(MoveNodes(spots).apply(draw.graph))
    hands.sheet.selection.choose([node.id for node in apart])
    run(hands, "graph.group")
    group = hands.canvas.stage.boxes[hands.sheet.selection.only]
    other = hands.canvas.stage.boxes[between.id]
    assert not group.mapRectToScene(group.box).intersects(other.mapRectToScene(other.box))
    assert abs(group.x()) + abs(group.y() - 100.0) < 250.0
    assert hands.canvas.disagreements() == []
    hands.sheet.document.undo()
    assert hands.sheet.document.history == ("Group 2 nodes",)


def test_that_a_double_click_enters_a_group_and_its_command_leaves_it(open_canvas):
    hands, group, averages = grouped(open_canvas)
    hands.double_click(hands.title_of(group))
    assert hands.sheet.selection.group == group
    assert set(averages) < set(hands.canvas.stage.boxes)
    assert hands.canvas.disagreements() == []
    run(hands, "graph.leave")
    assert (hands.sheet.selection.group, hands.sheet.selection.only) == ("", group)
    assert hands.canvas.disagreements() == []


def test_that_inside_a_group_a_wire_can_be_drawn_from_what_lies_outside(open_canvas):
    hands, group, _ = grouped(open_canvas)
    hands.sheet.selection.enter(group)
    (slow,) = named(hands, "Slow average")
    (wire,) = hands.graph.inputs_of(slow)["values"]
    hands.drag(hands.input(slow, "values"), hands.at(-600.0, 900.0))
    assert "values" not in hands.graph.inputs_of(slow)
    hands.drag(hands.output(wire.source), hands.input(slow, "values"))
    assert hands.graph.inputs_of(slow)["values"] == (wire,)
    assert hands.canvas.disagreements() == []


def test_that_undoing_a_group_while_inside_it_leads_back_to_the_top(open_canvas):
    hands, group, _ = grouped(open_canvas)
    hands.sheet.selection.enter(group)
    hands.sheet.document.undo()
    assert (hands.sheet.selection.group, hands.canvas.disagreements()) == ("", [])


def test_that_the_breadcrumb_shows_the_way_and_leads_back(open_canvas):
    from PySide6.QtWidgets import QToolButton

    hands, group, _ = grouped(open_canvas)
    assert not hands.canvas.breadcrumb.isVisible()
    hands.sheet.selection.enter(group)
    buttons = [b for b in hands.canvas.breadcrumb.findChildren(QToolButton) if b.isVisible()]
    assert [button.text() for button in buttons] == ["SMA crossover", "Group"]
    (fast,) = named(hands, "Fast average")
    hands.sheet.selection.choose([fast])
    buttons[0].click()
    assert (hands.sheet.selection.group, hands.sheet.selection.only) == ("", group)


def test_that_ungrouping_gives_the_boxes_back_in_one_step(open_canvas):
    hands, _, averages = grouped(open_canvas)
    run(hands, "graph.ungroup")
    assert hands.sheet.selection.ids == set(averages)
    assert hands.canvas.disagreements() == []
    hands.sheet.document.undo()
    assert hands.canvas.disagreements() == []


def test_that_a_frame_lies_around_what_was_selected_and_moves_it(open_canvas):
    hands = open_canvas(sma_crossover())
    averages = named(hands, "Fast average", "Slow average")
    before = [hands.graph.nodes[id].position for id in averages]
    hands.sheet.selection.choose(averages)
    run(hands, "graph.frame")
    hands.canvas.naming.editor.setText("Averages")
    QTest.keyClick(hands.canvas.naming.editor, Qt.Key.Key_Return)
    (note,) = hands.graph.notes.values()
    assert note.text == "Averages"
    start = hands.at(note.position[0] + 100.0, note.position[1] + 12.0)
    hands.drag(start, start + hands.at(0.0, 60.0) - hands.at(0.0, 0.0))
    moved = [hands.graph.nodes[id].position[1] for id in averages]
    assert moved == [
        y + (hands.graph.notes[note.id].position[1] - note.position[1]) for _, y in before
    ]
    assert moved != [y for _, y in before]
    assert hands.canvas.disagreements() == []


def test_that_a_press_inside_a_frame_selects_what_is_in_it_and_moves_nothing(open_canvas):
    draw = Drawing()
    close = draw.add("prices.close")
    graph = draw.graph.with_items(
        [Note("000000aa", "frame", "F", (-100.0, -100.0), (600.0, 400.0))]
    )
    hands = open_canvas(graph)
    x, y = graph.nodes[close.id].position
    hands.drag(hands.at(-80.0, -20.0), hands.at(x + 120.0, y + 60.0))
    assert hands.sheet.selection.ids == {close.id}
    assert hands.sheet.document.history == ()


def test_that_the_corner_of_a_comment_pulls_it_larger(open_canvas):
    graph = sma_crossover().with_items([Note("000000aa", "comment", "Why", (0.0, 300.0))])
    hands = open_canvas(graph)
    corner = hands.at(240.0 - 5.0, 420.0 - 5.0)
    hands.drag(corner, corner + QPoint(60, 40))
    width, height = hands.graph.notes["000000aa"].size
    assert (width > 240.0, height > 120.0) == (True, True)
    assert hands.canvas.disagreements() == []


def test_that_a_comment_is_written_where_it_stands(open_canvas):
    hands = open_canvas(sma_crossover())
    hands.canvas.viewer.mouse_at = QPointF(100.0, 500.0)
    run(hands, "graph.comment")
    QTest.keyClicks(hands.canvas.naming.editor, "Look here")
    QTest.keyClick(
        hands.canvas.naming.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    (note,) = hands.graph.notes.values()
    assert note.text == "Look here"
    assert hands.canvas.disagreements() == []


def test_that_escape_keeps_the_words_of_a_comment_and_takes_an_empty_new_one_away(open_canvas):
    hands = open_canvas(sma_crossover())
    run(hands, "graph.comment")
    QTest.keyClicks(hands.canvas.naming.editor, "Thought better of")
    QTest.keyClick(hands.canvas.naming.editor, Qt.Key.Key_Escape)
    assert (hands.graph.notes, hands.sheet.document.position) == ({}, 0)
    run(hands, "graph.comment")
    QTest.keyClicks(hands.canvas.naming.editor, "Look here")
    hands.canvas.viewer.setFocus()
    (note,) = hands.graph.notes.values()
    assert note.text == "Look here"
    hands.canvas.naming.edit(note.id)
    QTest.keyClicks(hands.canvas.naming.editor, "Or there")
    QTest.keyClick(hands.canvas.naming.editor, Qt.Key.Key_Escape)
    assert hands.graph.notes == {note.id: note}
    assert hands.canvas.disagreements() == []


def test_that_escape_leaves_a_new_frame_with_its_first_words(open_canvas):
    hands = open_canvas(sma_crossover())
    run(hands, "graph.frame")
    hands.canvas.naming.editor.setText("Av")
    QTest.keyClick(hands.canvas.naming.editor, Qt.Key.Key_Escape)
    assert [note.text for note in hands.graph.notes.values()] == ["Frame"]


def test_that_a_title_is_changed_in_place_and_escape_leaves_it(open_canvas):
    hands = open_canvas(sma_crossover())
    (fast,) = named(hands, "Fast average")
    hands.double_click(hands.title_of(fast))
    editor = hands.canvas.naming.editor
    editor.setText("Quick")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert hands.graph.nodes[fast].title == "Fast average"
    hands.double_click(hands.title_of(fast))
    hands.canvas.naming.editor.setText("Quick")
    QTest.keyClick(hands.canvas.naming.editor, Qt.Key.Key_Return)
    assert hands.graph.nodes[fast].title == "Quick"


def test_that_muting_and_bypassing_are_shown_and_taken_back_by_the_same_command(open_canvas):
    hands = open_canvas(sma_crossover())
    (fast,) = named(hands, "Fast average")
    hands.sheet.selection.choose([fast])
    for id, mode in (("graph.mute", "muted"), ("graph.bypass", "bypassed")):
        run(hands, id)
        assert hands.graph.nodes[fast].mode == mode
        assert hands.canvas.stage.boxes[fast].face.mode == mode
        run(hands, id)
        assert hands.graph.nodes[fast].mode == ""


def test_that_a_group_can_be_emptied_while_one_is_inside_it(open_canvas):
    hands, group, _ = grouped(open_canvas)
    hands.sheet.selection.enter(group)
    run(hands, "edit.select_all")
    run(hands, "edit.delete_plain")
    assert hands.canvas.stage.boxes == {}
    assert hands.canvas.disagreements() == []
