"""What a run says, on the canvas: traffic lights, and the values on wires."""

from __future__ import annotations

import math
from html import escape

from PySide6.QtWidgets import QGraphicsItem

from alphintra_desktop.graph.groups import inside
from alphintra_desktop.graph.model import Wire
from alphintra_desktop.ui.graph_editor.appearance import NO_LAMP, Lamp
from alphintra_desktop.ui.graph_editor.desk import Desk
from alphintra_desktop.ui.graph_editor.tips import tip_of
from alphintra_desktop.ui.graph_editor.wire_item import WireItem
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.node_lights import Light, NodeState

WORST_FIRST = (Light.FAILED, Light.RUNNING, Light.STALE, Light.READY)
LAST = 5
OLD = "They are of the graph as it was: compute the values again."
WORTH_TELLING = 0.001
"""How many seconds a node must take for its box to say so; its tooltip always does."""


class Readings:
    """Shows `sheet.values` on the items of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labelled = False
        values = desk.sheet.values
        watch(desk.viewer, values.changed, lambda _: self.show())
        watch(desk.viewer, values.scrubbed, lambda _: self._label_wires())
        desk.viewer.tip = self.tip

    def show(self) -> None:
        """Show everything as it is now."""
        stage = self._desk.stage
        stage.show_lamps({id: self._lamp(id) for id in stage.boxes})
        self._label_wires()

    def tip(self, item: QGraphicsItem) -> str:
        """The tooltip of an item, with the values of a wire and why a node failed."""
        text = tip_of(item)
        if isinstance(item, WireItem):
            return text + self._wire_tip(item.wire)
        state = self._desk.sheet.values.state(getattr(item, "id", ""))
        if state.light is Light.FAILED:
            return text + f"<br>{escape(state.message)} {escape(state.hint)}"
        if state.light is not Light.NONE and state.seconds is not None:
            return text + f"<br>It last took {duration(state.seconds)}; {state.light.value} now."
        return text

    def _lamp(self, id: str) -> Lamp:
        graph, values = self._desk.graph, self._desk.sheet.values
        if id in graph.groups:
            states = [values.state(node) for node in inside(graph, id)]
            return _lamp(_worst(states))
        return _lamp(values.state(id)) if id in graph.nodes else NO_LAMP

    def _label_wires(self) -> None:
        looked_at = self._desk.sheet.values.bar is not None
        if not looked_at and not self._labelled:
            return
        self._labelled = looked_at
        for wire, item in self._desk.stage.wires.items():
            text = self._value(wire) if looked_at else ""
            item.show_label(text, old=bool(text) and not self._fresh(wire))

    def _value(self, wire: Wire) -> str:
        value = self._desk.sheet.values.at(wire.source, wire.output)
        return "" if value is None else in_digits(value)

    def _fresh(self, wire: Wire) -> bool:
        return self._desk.sheet.values.fresh(wire.source, wire.output)

    def _wire_tip(self, wire: Wire) -> str:
        last = self._desk.sheet.values.last(wire.source, wire.output, LAST)
        if not last:
            return "<br>No values yet: run the graph up to here."
        told = f"<br>Last values: {', '.join(in_digits(value) for value in last)}"
        return told if self._fresh(wire) else f"{told}<br>{OLD}"


def _lamp(state: NodeState) -> Lamp:
    if state.light is Light.NONE:
        return NO_LAMP
    seconds = state.seconds or 0.0
    worth_it = seconds >= WORTH_TELLING and state.light is not Light.RUNNING
    return Lamp(state.light.value, duration(seconds) if worth_it else "")


def _worst(states: list[NodeState]) -> NodeState:
    for light in WORST_FIRST:
        if any(state.light is light for state in states):
            seconds = [state.seconds for state in states if state.seconds is not None]
            return NodeState(light, sum(seconds) if seconds else None)
    return NodeState()


def duration(seconds: float) -> str:
    """How long something took, in few characters."""
    if seconds < 0.001:
        return "<1 ms"
    if seconds < 1.0:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


def in_digits(value: float | bool) -> str:
    """A value of a wire, in few characters."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if math.isnan(value):
        return "none"
    return f"{value:.6g}"
