"""Whatever is done through the canvas, in whatever order, canvas and document agree afterwards.

`ALPHINTRA_SOAK_STEPS` says how many steps are done; some 1,500 without it.
"""

from __future__ import annotations

import itertools
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from alphintra_desktop.graph.edits import SetParam
from alphintra_desktop.graph.files import read_graph
from alphintra_desktop.nodes.catalog import catalog
from alphintra_desktop.ui.graph_editor.commands import GRAPH_COMMANDS
from tests.drawing import sma_crossover
from tests.ui.graph_editor.on_canvas import opened

STEPS = int(os.environ.get("ALPHINTRA_SOAK_STEPS", "1500"))
AT_ONCE = 50
MOST = 36
"""Of nodes: more are slower, and find nothing new."""

KINDS = (
    "market_data.dataset",
    "prices.close",
    "talib.sma",
    "talib.macd",
    "conditions.crosses_above",
    "logic.all_of",
    "signals.enter_long",
    "strategy.strategy",
    "custom.python",
)
COMMANDS = {command.id: command for command in GRAPH_COMMANDS}
WRITING = ("graph.comment", "graph.frame", "edit.rename")
CHANGING = tuple(id for id in COMMANDS if id not in (*WRITING, "graph.run_upto", "graph.add"))
NUMBERS = st.integers(0, 10_000)
PLACES = st.integers(-600, 900)


class Drawing(RuleBasedStateMachine):
    """Somebody who draws without a plan."""

    make = None

    def __init__(self) -> None:
        super().__init__()
        self.hands = type(self).make()
        self.canvas, self.sheet = self.hands.canvas, self.hands.sheet
        QApplication.clipboard().clear()
        # Ids that are the same in every run, or nothing that is found could be found again.
        numbers = itertools.count(0xA0)
        self.sheet.document.new_node_id = lambda: f"{next(numbers):08x}"
        self.canvas.show()
        self.canvas.fit()

    def teardown(self) -> None:
        self.sheet.close()
        self.canvas.close()
        self.canvas.deleteLater()
        QApplication.sendPostedEvents(None, 52)  # what is to be deleted later is deleted now

    @invariant()
    def canvas_and_document_agree(self) -> None:
        assert self.canvas.disagreements() == []

    # ------------------------------------------------------------------ by commands

    @precondition(lambda self: len(self.hands.graph.nodes) < MOST)
    @rule(kind=st.sampled_from(KINDS), x=PLACES, y=PLACES)
    def place(self, kind, x, y):
        self.canvas.placing.place(catalog()[kind], (float(x), float(y)))

    @rule(id=st.sampled_from(CHANGING))
    def command(self, id):
        self._run(id)

    @rule(id=st.sampled_from(WRITING), text=st.text("ab", max_size=3))
    def write(self, id, text):
        self._run(id)
        if self.canvas.naming.editor is not None:
            editor = self.canvas.naming.editor
            editor.selectAll()
            editor.insert(text) if hasattr(editor, "insert") else editor.insertPlainText(text)
            editor.take()

    @rule(which=st.lists(NUMBERS, max_size=6))
    def select(self, which):
        shown = sorted(item.id for item in self.canvas.stage.items())
        real = [id for id in shown if id in self.hands.graph.items]
        self.sheet.selection.choose({real[n % len(real)] for n in which} if real else ())

    @rule(back=st.integers(1, 6))
    def undo(self, back):
        for _ in range(back):
            self.sheet.document.undo()

    @rule(on=st.integers(1, 6))
    def redo(self, on):
        for _ in range(on):
            self.sheet.document.redo()

    @rule(node=NUMBERS, value=st.integers(2, 50))
    def set_a_param(self, node, value):
        nodes = sorted(self.hands.graph.nodes)
        if nodes:
            self.sheet.document.apply(SetParam(nodes[node % len(nodes)], "period", value))

    @rule()
    def save(self):
        self.sheet.save()
        assert read_graph(self.sheet.path) == self.sheet.document.graph

    # ------------------------------------------------------------------ by the mouse

    @rule(first=NUMBERS, second=NUMBERS)
    def wire(self, first, second):
        ends = [s for box in self.canvas.stage.boxes.values() for s in box.sockets.values()]
        if ends:
            start, stop = ends[first % len(ends)].centre, ends[second % len(ends)].centre
            self._drag(start, stop)

    @rule(item=NUMBERS, right=st.integers(-300, 300), down=st.integers(-300, 300))
    def drag(self, item, right, down):
        items = list(self.canvas.stage.items())
        if items:
            grabbed = items[item % len(items)]
            start = grabbed.mapToScene(QPointF(60.0, 12.0))
            self._drag(start, start + QPointF(right, down))

    @rule(wire=NUMBERS, right=st.integers(-300, 300))
    def pull_a_wire(self, wire, right):
        wires = list(self.canvas.stage.wires.values())
        if wires:
            start = wires[wire % len(wires)].path().pointAtPercent(0.7)
            self._drag(start, start + QPointF(right, 200.0))

    @rule(x=PLACES, y=PLACES, keys=st.sampled_from(("", "Ctrl")))
    def click(self, x, y, keys):
        held = Qt.KeyboardModifier.ControlModifier if keys else Qt.KeyboardModifier.NoModifier
        self.hands.click(self._seen(QPointF(x, y)), held)

    @rule(x=PLACES, y=PLACES)
    def double_click(self, x, y):
        self.hands.double_click(self._seen(QPointF(x, y)))
        self._let_go()

    @rule()
    def escape(self):
        self.hands.key(Qt.Key.Key_Escape)

    def _run(self, id):
        command = COMMANDS[id]
        too_many = len(self.hands.graph.nodes) > MOST and id.startswith(("edit.paste", "edit.dupl"))
        if command.enabled(self.canvas) and not too_many:
            command.run(self.canvas)

    def _drag(self, start, stop):
        self.hands.drag(self._seen(start), self._seen(stop))
        self._let_go()

    def _let_go(self):
        """Answer what a gesture may have opened: take the first type that is offered."""
        if self.canvas.placing.popup is not None:
            self.canvas.placing.popup.choose()
        if self.canvas.naming.editor is not None:
            self.canvas.naming.editor.take()

    def _seen(self, point) -> QPoint:
        """A place of the canvas on the screen, which everything is fitted into before."""
        self.canvas.fit()
        return self.canvas.viewer.mapFromScene(point)


@pytest.mark.soak
def test_that_canvas_and_document_agree_after_every_step(qapp, tmp_path, node_types):
    folders = (tmp_path / str(number) for number in itertools.count())
    Drawing.make = lambda: opened(sma_crossover(), next(folders), node_types)
    chosen = settings(
        max_examples=max(1, STEPS // AT_ONCE),
        stateful_step_count=AT_ONCE,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Drawing, settings=chosen)
