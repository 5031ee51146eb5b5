"""Drawing, moving and taking away wires with the mouse."""

from __future__ import annotations

from alphintra_desktop.graph.model import Wire
from tests.drawing import Drawing, sma_crossover


def unwired():
    draw = Drawing()
    bars = draw.add("market_data.dataset")
    close = draw.add("prices.close")
    return draw.graph, bars.id, close.id


def test_that_a_drag_from_an_output_to_an_input_draws_a_wire(open_canvas):
    graph, bars, close = unwired()
    hands = open_canvas(graph)
    hands.drag(hands.output(bars), hands.input(close, "bars"))
    assert hands.graph.wires == {Wire(close, "bars", 0, bars, "value")}
    assert hands.canvas.disagreements() == []


def test_that_a_wire_can_be_drawn_from_the_input_as_well(open_canvas):
    graph, bars, close = unwired()
    hands = open_canvas(graph)
    hands.drag(hands.input(close, "bars"), hands.output(bars))
    assert hands.graph.wires == {Wire(close, "bars", 0, bars, "value")}


def test_that_undo_and_redo_take_the_wire_away_and_bring_it_back(open_canvas):
    graph, bars, close = unwired()
    hands = open_canvas(graph)
    hands.drag(hands.output(bars), hands.input(close, "bars"))
    hands.sheet.document.undo()
    assert (hands.canvas.stage.wires, hands.canvas.disagreements()) == ({}, [])
    hands.sheet.document.redo()
    assert (len(hands.canvas.stage.wires), hands.canvas.disagreements()) == (1, [])


def test_that_a_second_wire_takes_the_place_of_the_first_where_only_one_fits(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    slow, up = ids(graph, "Slow average")[0], ids(graph, "Crosses up")[0]
    hands.drag(hands.output(slow), hands.input(up, "left"))
    (wire,) = hands.graph.inputs_of(up)["left"]
    assert (wire.source, hands.canvas.disagreements()) == (slow, [])


def test_that_an_input_of_many_takes_another_wire_after_its_last(open_canvas):
    draw = Drawing()
    rising = [draw.add("conditions.rising"), draw.add("conditions.falling")]
    every = draw.add("logic.all_of", conditions=rising[:1])
    hands = open_canvas(draw.graph)
    hands.drag(hands.output(rising[1].id), hands.input(every.id, "conditions"))
    wires = hands.graph.inputs_of(every.id)["conditions"]
    assert [(wire.slot, wire.source) for wire in wires] == [(0, rising[0].id), (1, rising[1].id)]


def test_that_what_does_not_fit_is_refused_with_the_reason(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    (dataset,) = (id for id, node in graph.nodes.items() if node.type == "market_data.dataset")
    refused = told(hands.canvas.refused)
    hands.drag(hands.output(dataset), hands.input(ids(graph, "Crosses up")[0], "left"))
    assert refused[0]
    assert (hands.graph, hands.canvas.disagreements()) == (graph, [])


def test_that_a_loop_is_refused_with_the_reason(open_canvas):
    draw = Drawing()
    one, other = draw.add("logic.not_"), draw.add("logic.not_")
    hands = open_canvas(draw.graph)
    hands.drag(hands.output(one.id), hands.input(other.id, "condition"))
    refused = told(hands.canvas.refused)
    hands.drag(hands.output(other.id), hands.input(one.id, "condition"))
    assert "loop" in refused[0]
    assert len(hands.graph.wires) == 1


def test_that_a_wire_pulled_off_and_dropped_in_the_void_is_gone(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    up = ids(graph, "Crosses up")[0]
    start = hands.input(up, "left")
    hands.drag(start, hands.at(900.0, 700.0))
    assert "left" not in hands.graph.inputs_of(up)
    assert hands.canvas.disagreements() == []


def test_that_a_wire_pulled_off_goes_to_another_input_in_one_step(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    up, down = ids(graph, "Crosses up", "Crosses down")
    hands.drag(hands.input(up, "left"), hands.input(down, "right"))
    assert "left" not in hands.graph.inputs_of(up)
    assert hands.canvas.disagreements() == []
    hands.sheet.document.undo()
    assert (hands.graph, hands.canvas.disagreements()) == (graph, [])


def test_that_a_wire_put_back_where_it_was_changes_nothing(open_canvas):
    graph = sma_crossover()
    hands = open_canvas(graph)
    at = hands.input(ids(graph, "Crosses up")[0], "left")
    hands.press(at)
    hands.move(hands.at(600.0, 600.0))
    hands.move(at)
    hands.release(at)
    assert hands.sheet.document.history == ()
    assert hands.canvas.disagreements() == []


def test_that_escape_lets_go_of_a_wire_without_an_edit(open_canvas):
    from PySide6.QtCore import Qt

    graph = sma_crossover()
    hands = open_canvas(graph)
    hands.press(hands.input(ids(graph, "Crosses up")[0], "left"))
    hands.move(hands.at(600.0, 600.0))
    hands.key(Qt.Key.Key_Escape)
    hands.release(hands.at(600.0, 600.0))
    assert hands.sheet.document.history == ()
    assert hands.canvas.disagreements() == []


def told(signal):
    """What a signal announces from now on."""
    heard = []
    signal.subscribe(heard.append)
    return heard


def ids(graph, *titles):
    """The ids of the nodes with these titles."""
    return [next(i for i, node in graph.nodes.items() if node.title == title) for title in titles]
