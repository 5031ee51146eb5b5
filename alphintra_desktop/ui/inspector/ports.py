"""What goes into a node and comes out of it, and where it comes from and goes to."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import Place
from alphintra_desktop.graph.model import Wire
from alphintra_desktop.graph.node_type import Arity, Port
from alphintra_desktop.ir.ops import Expr, StrategyOp
from alphintra_desktop.ui.inspector.flow_layout import FlowLayout
from alphintra_desktop.ui.inspector.param_editor import in_words
from alphintra_desktop.ui.inspector.section import Dot, heading, link
from alphintra_desktop.ui.inspector.subject import Subject, kind_of
from alphintra_desktop.ui.toned import Tone, ToneLabel

TYPES = {
    "MarketData": "bars",
    "Numbers": "numbers",
    "Flags": "yes or no",
    "OrderRule": "order rule",
    "Sizing": "size",
    "StopRule": "stop",
    "TradingCosts": "costs",
    "StrategyOp": "strategy",
}
_OPEN = {
    Arity.ONE: "not connected",
    Arity.OPTIONAL: "may stay open",
    Arity.MANY: "nothing yet",
}


class PortsView(QWidget):
    """The ports of one node with their types; the nodes at the other ends are links."""

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self._shown: object = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(7)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(3, 1)
        self.refresh()

    def refresh(self) -> None:
        """Show the wires as they are now."""
        node, graph = self._subject.first.id, self._subject.graph
        wires = sorted(graph.wires_of(node))
        ends = {end for wire in wires for end in (wire.source, wire.target)}
        picture = (wires, [graph.nodes[end].title for end in ends if end in graph.nodes])
        if picture == self._shown:
            return
        self._shown = picture
        self._clear()
        inputs, outputs = self._subject.kind.inputs, self._subject.kind.outputs
        if inputs:
            self._heading("Inputs")
        for name, port in inputs.items():
            self._input(port, [w for w in wires if (w.target, w.input) == (node, name)])
        if outputs:
            self._heading("Outputs")
        for name, kind in outputs.items():
            self._output(name, kind, [w for w in wires if (w.source, w.output) == (node, name)])

    def _input(self, port: Port, wires: list[Wire]) -> None:
        links = [self._link(wire.source, f"from {wire.output}", wire.output) for wire in wires]
        empty = "" if wires else _OPEN[port.arity]
        tone = Tone.WARNING if port.arity is Arity.ONE else Tone.FAINT
        self._row(port.name, port.type, links, (empty, tone))

    def _output(self, name: str, kind: type[Expr], wires: list[Wire]) -> None:
        links = [self._link(wire.target, f"to {wire.input}") for wire in wires]
        unused = "" if wires or issubclass(kind, StrategyOp) else "not used"
        self._row(name, kind, links, (unused, Tone.FAINT))

    def _row(
        self, name: str, kind: type[Expr], links: list[QWidget], empty: tuple[str, Tone]
    ) -> None:
        row = self._grid.rowCount()
        top = Qt.AlignmentFlag.AlignTop
        type_ = ToneLabel(self._subject.look, Tone.FAINT, TYPES.get(kind.__name__, kind.__name__))
        type_.setWordWrap(False)
        label = QLabel(in_words(name))
        for column, widget in enumerate((Dot(self._subject.look, kind.__name__), label, type_)):
            widget.setContentsMargins(0, 3 if column else 0, 0, 0)
            self._grid.addWidget(widget, row, column, top)
        text, tone = empty
        told = ToneLabel(self._subject.look, tone, text)
        told.setContentsMargins(3, 3, 0, 0)
        told.setWordWrap(False)
        ends: Iterable[QWidget] = links or [told]
        self._grid.addWidget(_beside(ends), row, 3)

    def _link(self, node: str, detail: str, output: str = "") -> QWidget:
        """Leads to a node. Of several outputs it names the one that a wire comes from."""
        selection, graph = self._subject.sheet.selection, self._subject.graph
        if node not in graph.nodes:
            return ToneLabel(self._subject.look, Tone.WARNING, "a node that is gone")
        kind = kind_of(graph.nodes[node])
        title = title_of(graph.nodes[node], kind)
        if output and kind is not None and len(kind.outputs) > 1:
            title = f"{title}.{output}"
        place = Place(node=node)
        return link(
            self._subject.look, title, f"Go to {title} ({detail})", lambda: selection.reveal(place)
        )

    def _heading(self, text: str) -> None:
        label = heading(self._subject.look, text)
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 4)

    def _clear(self) -> None:
        for widget in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            widget.hide()
            widget.deleteLater()
        while self._grid.count():
            self._grid.takeAt(0)


def _beside(widgets: Iterable[QWidget]) -> QWidget:
    holder = QWidget()
    flow = FlowLayout(holder, spacing=2)
    for widget in widgets:
        flow.addWidget(widget)
    return holder
