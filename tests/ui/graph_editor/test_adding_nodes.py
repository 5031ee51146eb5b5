"""Searching for node types, dropping wires in the void, putting nodes into wires, the clipboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from alphintra_desktop.graph.model import Wire
from alphintra_desktop.nodes.catalog import catalog
from alphintra_desktop.ui.graph_editor.commands import GRAPH_COMMANDS
from alphintra_desktop.ui.graph_editor.finding import found
from tests.drawing import Drawing, sma_crossover

COMMANDS = {command.id: command for command in GRAPH_COMMANDS}


def run(hands, id):
    command = COMMANDS[id]
    assert command.enabled(hands.canvas)
    command.run(hands.canvas)


def titles(text, recent=()):
    return [kind.title for kind in found(text, catalog().values(), recent)]


def test_that_a_search_finds_by_title_tag_beginning_and_loose_letters():
    assert titles("cross")[:2] == ["Crosses above", "Crosses below"]
    assert titles("sma")[0] == "Simple moving average"
    assert "Crosses above" in titles("crsabv")
    assert titles("quxquux") == []


def test_that_without_words_the_types_used_last_come_first():
    assert found("", catalog().values(), ["stops.stop_loss"])[0].name == "stops.stop_loss"
    assert len(found("", catalog().values(), [])) == len(catalog())


def test_that_a_double_click_on_the_void_searches_and_enter_places_the_node_there(open_canvas):
    hands = open_canvas(sma_crossover())
    at = hands.at(400.0, 560.0)
    hands.double_click(at)
    popup = hands.canvas.placing.popup
    QTest.keyClicks(popup.line, "stop loss")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    node = hands.graph.nodes[hands.sheet.selection.only]
    assert node.type == "stops.stop_loss"
    assert (abs(node.position[0] - 400.0), abs(node.position[1] - 560.0)) <= (20.0, 20.0)
    assert hands.canvas.disagreements() == []


def test_that_arrow_keys_choose_among_what_is_found_and_escape_adds_nothing(open_canvas):
    hands = open_canvas(sma_crossover())
    run(hands, "graph.add")
    popup = hands.canvas.placing.popup
    QTest.keyClicks(popup.line, "cross")
    first, second = popup.shown[:2]
    QTest.keyClick(popup.line, Qt.Key.Key_Down)
    assert popup.highlighted is second
    QTest.keyClick(popup.line, Qt.Key.Key_Escape)
    assert first is not second
    assert (hands.canvas.placing.popup, hands.sheet.document.history) == (None, ())


def test_that_a_wire_dropped_in_the_void_offers_what_fits_and_connects_it(open_canvas):
    draw = Drawing()
    close = draw.add("prices.close")
    hands = open_canvas(draw.graph)
    hands.drag(hands.output(close.id), hands.at(700.0, 60.0))
    popup = hands.canvas.placing.popup
    takers = [kind for kind in popup.shown if not kind.inputs]
    assert (takers, "Crosses above" in [kind.title for kind in popup.shown]) == ([], True)
    QTest.keyClicks(popup.line, "above level")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    made = hands.sheet.selection.only
    assert hands.graph.wires == {Wire(made, "values", 0, close.id, "value")}
    assert hands.canvas.disagreements() == []
    hands.sheet.document.undo()
    assert hands.graph == draw.graph


def test_that_a_wire_dropped_from_an_input_offers_what_gives_it(open_canvas):
    draw = Drawing()
    test = draw.add("conditions.above_level")
    hands = open_canvas(draw.graph)
    hands.drag(hands.input(test.id, "values"), hands.at(-500.0, 60.0))
    popup = hands.canvas.placing.popup
    QTest.keyClicks(popup.line, "close")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    (wire,) = hands.graph.wires
    assert hands.graph.nodes[wire.source].type == "prices.close"
    assert (wire.target, wire.input) == (test.id, "values")


def test_that_a_node_dropped_on_a_wire_is_put_into_it_in_one_step(open_canvas):
    draw = Drawing()
    close = draw.add("prices.close")
    draw.add("prices.open")
    draw.add("prices.open")
    test = draw.add("conditions.above_level", values=close)
    lag = draw.add("transforms.lag")
    from dataclasses import replace

    graph = draw.graph.with_nodes(
        replace(draw.graph.nodes[drawn.id], position=(x, y))
        for drawn, x, y in ((close, 0.0, 0.0), (test, 700.0, 0.0), (lag, 300.0, 400.0))
    )
    hands = open_canvas(graph)
    (wire,) = graph.wires
    hands.drag(hands.title_of(lag.id), hands.middle_of(wire))
    ends = {(wire.source, wire.target) for wire in hands.graph.wires}
    assert ends == {(close.id, lag.id), (lag.id, test.id)}
    assert len(hands.sheet.document.history) == 1
    assert hands.canvas.disagreements() == []


def test_that_copied_nodes_are_pasted_with_the_wires_between_them(open_canvas):
    hands = open_canvas(sma_crossover())
    run(hands, "edit.select_all")
    run(hands, "edit.copy")
    assert "alphintra graph" in QApplication.clipboard().text()
    run(hands, "edit.paste")
    graph = hands.graph
    assert (len(graph.nodes), len(graph.wires)) == (20, 24)
    assert len(hands.sheet.selection.ids) == 10
    assert hands.canvas.disagreements() == []


def test_that_a_paste_brings_incoming_wires_only_where_they_are_wanted(open_canvas):
    hands = open_canvas(sma_crossover())
    fast = next(id for id, node in hands.graph.nodes.items() if node.title == "Fast average")
    hands.sheet.selection.choose([fast])
    run(hands, "edit.copy")
    run(hands, "edit.paste")
    assert hands.graph.inputs_of(hands.sheet.selection.only) == {}
    run(hands, "edit.paste_wired")
    (wire,) = hands.graph.inputs_of(hands.sheet.selection.only)["values"]
    assert wire.source == hands.graph.inputs_of(fast)["values"][0].source


def test_that_what_is_cut_in_one_sheet_can_be_pasted_in_another(open_canvas):
    one, other = open_canvas(sma_crossover()), open_canvas(Drawing("Other").graph)
    run(one, "edit.select_all")
    run(one, "edit.cut")
    assert one.graph.nodes == {}
    run(other, "edit.paste")
    assert len(other.graph.wires) == 12
    assert one.canvas.disagreements() == other.canvas.disagreements() == []


def test_that_a_clipboard_without_nodes_is_refused_with_the_reason(open_canvas):
    hands = open_canvas(sma_crossover())
    QApplication.clipboard().setText("something else")
    heard = []
    hands.canvas.refused.subscribe(heard.append)
    run(hands, "edit.paste")
    assert heard
    assert hands.sheet.document.history == ()


def test_that_delete_joins_the_chain_and_shift_delete_does_not(open_canvas):
    draw = Drawing()
    close = draw.add("prices.close")
    lag = draw.add("transforms.lag", values=close)
    test = draw.add("conditions.above_level", values=lag)
    for id, left in (("edit.delete", {(close.id, test.id)}), ("edit.delete_plain", set())):
        hands = open_canvas(draw.graph)
        hands.sheet.selection.choose([lag.id])
        run(hands, id)
        assert {(wire.source, wire.target) for wire in hands.graph.wires} == left
        assert hands.canvas.disagreements() == []


def test_that_a_clicked_wire_is_inspected_and_can_be_deleted(open_canvas):
    hands = open_canvas(sma_crossover())
    wire = next(wire for wire in hands.graph.wires if wire.input == "costs")
    looked_at = []
    hands.sheet.values.inspected.subscribe(looked_at.append)
    hands.click(hands.middle_of(wire))
    assert looked_at == [(wire.source, wire.output)]
    run(hands, "edit.delete")
    assert wire not in hands.graph.wires
    assert hands.canvas.disagreements() == []


def test_that_a_duplicate_lies_beside_its_original_and_is_fed_alike(open_canvas):
    hands = open_canvas(sma_crossover())
    fast = next(id for id, node in hands.graph.nodes.items() if node.title == "Fast average")
    hands.sheet.selection.choose([fast])
    run(hands, "edit.duplicate")
    made = hands.sheet.selection.only
    assert made != fast
    assert "values" in hands.graph.inputs_of(made)
    assert hands.canvas.disagreements() == []


def test_that_a_node_type_dragged_from_elsewhere_is_placed_and_on_a_wire_put_into_it(open_canvas):
    draw = Drawing()
    close = draw.add("prices.close")
    test = draw.add("conditions.above_level", values=close)
    hands = open_canvas(draw.graph)
    drop(hands, "transforms.lag", hands.at(300.0, 400.0))
    drop(hands, "transforms.lag", hands.middle_of(next(iter(hands.graph.wires))))
    lags = {id for id, node in hands.graph.nodes.items() if node.type == "transforms.lag"}
    assert len(lags) == 2
    assert {wire.source for wire in hands.graph.wires} == {close.id, *(lags & sources(hands, test))}
    assert hands.canvas.disagreements() == []


def sources(hands, drawn):
    return {wire.source for wire in hands.graph.wires if wire.target == drawn.id}


def drop(hands, name, at):
    from PySide6.QtCore import QMimeData, QPointF
    from PySide6.QtGui import QDropEvent

    data = QMimeData()
    data.setData("application/x-alphintra-node", name.encode())
    copy = Qt.DropAction.CopyAction
    event = QDropEvent(QPointF(at), copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0))
    hands.canvas.viewer.dropEvent(event)
