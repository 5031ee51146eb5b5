"""Traffic lights and values on the canvas, of a drawing that a real worker has computed."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from alphintra_desktop.graph.edits import SetParam
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.ui.graph_editor.canvas import Canvas
from alphintra_desktop.ui.graph_editor.commands import GRAPH_COMMANDS
from alphintra_desktop.ui.graph_editor.context_menu import ContextMenus
from alphintra_desktop.ui.graph_editor.readings import OLD, duration, in_digits
from alphintra_desktop.ui.graph_editor.surface import MenuWanted
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.sheet import Sheet
from tests.drawing import Drawing, sma_crossover

COMMANDS = {command.id: command for command in GRAPH_COMMANDS}


@pytest.fixture
def canvas(qtbot, tmp_path, node_types, library_of_this_test):
    draw = Drawing()
    close = draw.add("prices.close", bars=draw.add("market_data.dataset"))
    draw.add("talib.sma", values=close, period=10)
    board = JobBoard(lambda: WarmWorkers(COLD_WORKER, spares=0))
    sheet = Sheet(tmp_path / "average.alphintra", draw.graph, jobs=board)
    settings = Settings(tmp_path / "settings.json")
    made = Canvas(sheet, Look(settings), settings, node_types)
    qtbot.addWidget(made)
    yield made
    sheet.close()
    board.close()


def test_that_running_up_to_a_node_lights_it_and_puts_values_on_its_wires(canvas, qtbot):
    values = canvas.sheet.values
    data, close, average = canvas.desk.graph.nodes
    canvas.sheet.live_code.settled()
    canvas.sheet.selection.choose([close])
    COMMANDS["graph.run_upto"].run(canvas)
    lamps = canvas.stage.boxes
    qtbot.waitUntil(lambda: lamps[close].lamp.state == "ready", timeout=60_000)
    qtbot.waitUntil(lambda: not values.running, timeout=60_000)
    assert "ready now" in canvas.readings.tip(lamps[close])
    assert lamps[average].lamp.state == "stale"

    (wire,) = canvas.desk.graph.inputs_of(average)["values"]
    item = canvas.stage.wires[wire]
    assert "Last values" in canvas.readings.tip(item)
    values.scrub(3)
    assert (item.label, item.old) == (in_digits(values.at(close, "value", 3)), False)
    values.scrub(None)
    assert item.label == ""
    canvas.sheet.document.apply(SetParam(data, "symbols", "MSFT"))
    qtbot.waitUntil(lambda: lamps[close].lamp.state == "stale", timeout=60_000)
    values.scrub(3)
    assert (item.label, item.old) == (in_digits(values.at(close, "value", 3)), True)
    assert OLD in canvas.readings.tip(item)


def test_that_a_group_shows_the_worst_light_of_what_is_in_it(canvas, qtbot):
    values = canvas.sheet.values
    _, close, average = canvas.desk.graph.nodes
    canvas.sheet.live_code.settled()
    values.run([close])
    qtbot.waitUntil(lambda: values.bars > 0 and not values.running, timeout=60_000)
    canvas.sheet.selection.choose([close, average])
    COMMANDS["graph.group"].run(canvas)
    group = canvas.sheet.selection.only
    assert canvas.stage.boxes[group].lamp.state == "stale"


def test_that_values_and_times_take_few_characters():
    assert [in_digits(v) for v in (True, False, float("nan"), 1234.56789)] == [
        "yes",
        "no",
        "none",
        "1234.57",
    ]
    assert [duration(s) for s in (0.0001, 0.25, 2.5, 120.0)] == [
        "<1 ms",
        "250 ms",
        "2.5 s",
        "2 min",
    ]


def test_that_a_node_and_its_ports_say_what_they_are(open_canvas):
    hands = open_canvas(sma_crossover())
    strategy = next(i for i, n in hands.graph.nodes.items() if n.type == "strategy.strategy")
    box = hands.canvas.stage.boxes[strategy]
    tip = hands.canvas.readings.tip
    assert "Strategy" in tip(box)
    assert "any number of wires" in tip(box.inputs[0])
    assert "a rule about orders" in tip(box.inputs[0])


def test_that_the_menu_of_the_right_button_has_what_fits_what_is_under_it(open_canvas):
    hands = open_canvas(sma_crossover())
    menus = ContextMenus(hands.canvas)
    wire = next(iter(hands.canvas.stage.wires.values()))
    node = next(iter(hands.canvas.stage.boxes.values()))
    for item, wanted in ((None, "Add node…"), (node, "Mute"), (wire, "Delete and join")):
        hands.canvas.viewer.menu_wanted.emit(
            MenuWanted(hands.viewport.mapToGlobal(hands.at(0, 0)), item)
        )
        titles = [action.text() for action in menus.menu.actions() if not action.isSeparator()]
        assert wanted in titles
        menus.menu.close()
        QApplication.processEvents()
    assert hands.canvas.desk.wire == wire.wire


def test_that_the_mouse_is_told_what_it_rests_on(open_canvas, qtbot):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QHelpEvent
    from PySide6.QtWidgets import QToolTip

    hands = open_canvas(sma_crossover())
    wire = next(wire for wire in hands.graph.wires if wire.input == "costs")
    at = hands.middle_of(wire)
    hands.move(at)
    assert hands.canvas.stage.wires[wire].hovered
    event = QHelpEvent(QEvent.Type.ToolTip, at, hands.viewport.mapToGlobal(at))
    QApplication.sendEvent(hands.viewport, event)
    qtbot.waitUntil(lambda: "trading costs" in QToolTip.text())
    QToolTip.hideText()


def test_that_ports_that_fit_stand_out_while_a_wire_is_drawn(open_canvas):
    hands = open_canvas(sma_crossover())
    fast = next(id for id, node in hands.graph.nodes.items() if node.title == "Fast average")
    hands.press(hands.output(fast))
    hands.move(hands.at(0.0, 500.0))
    boxes = hands.canvas.stage.boxes
    offered = {end.port for box in boxes.values() for end in box.offered if end.node != fast}
    assert offered == {"values", "left", "right"}
    hands.canvas.viewer.cancel_gesture()
    assert {box.offered for box in boxes.values()} == {None}
