"""A small drawing of a graph: boxes and wires where they lie on the canvas."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from alphintra_desktop.graph.model import Graph, Wire
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.ui.look import Colours

NODE = (170.0, 76.0)
"""About the size of a node on the canvas."""

LARGEST = 0.34
EDGE = 12.0


class GraphPicture:
    """Draws one graph into areas of any size."""

    def __init__(self, graph: Graph, types: Mapping[str, NodeType]) -> None:
        self._graph, self._types = graph, types

    def paint(self, painter: QPainter, area: QRectF, colours: Colours) -> None:
        """Draw the whole graph in the middle of `area`."""
        if not self._graph.nodes:
            self._paint_nothing(painter, area, colours)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bounds = self._bounds()
        inside = area.adjusted(EDGE, EDGE, -EDGE, -EDGE)
        scale = min(inside.width() / bounds.width(), inside.height() / bounds.height(), LARGEST)
        painter.translate(inside.center())
        painter.scale(scale, scale)
        painter.translate(-bounds.center())
        for wire in sorted(self._graph.wires):
            self._paint_wire(painter, wire, colours, 1.3 / scale)
        for node in self._graph.nodes.values():
            box = QRectF(QPointF(*node.position), QPointF(*_corner(node.position)))
            self._paint_node(painter, box, self._colour(node.id, "", colours), colours)
        painter.restore()

    def _bounds(self) -> QRectF:
        xs, ys = zip(*(node.position for node in self._graph.nodes.values()), strict=True)
        right, bottom = _corner((max(xs), max(ys)))
        return QRectF(QPointF(min(xs), min(ys)), QPointF(right, bottom))

    def _paint_node(self, painter: QPainter, box: QRectF, colour: QColor, colours: Colours) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box, 14, 14)
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(box.adjusted(14, 4, -4, -4), 10, 10)
        painter.setBrush(QColor(colours.line))
        top = box.center().y() - 8
        painter.drawRoundedRect(QRectF(box.left() + 34, top, box.width() * 0.55, 16), 8, 8)

    def _paint_wire(self, painter: QPainter, wire: Wire, colours: Colours, width: float) -> None:
        nodes = self._graph.nodes
        if wire.source not in nodes or wire.target not in nodes:
            return
        (x1, y1), (x2, y2) = nodes[wire.source].position, nodes[wire.target].position
        start = QPointF(x1 + NODE[0], y1 + NODE[1] / 2)
        end = QPointF(x2, y2 + NODE[1] / 2)
        bend = max(abs(end.x() - start.x()) / 2, 40.0)
        path = QPainterPath(start)
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._colour(wire.source, wire.output, colours), width))
        painter.drawPath(path)

    def _colour(self, node: str, output: str, colours: Colours) -> QColor:
        """The colour of what an output carries, or of the first one."""
        kind = self._types.get(node)
        outputs = dict(kind.outputs) if kind is not None else {}
        carried = outputs.get(output) or next(iter(outputs.values()), None)
        name = carried.__name__ if carried is not None else ""
        return QColor(colours.ports.get(name, colours.faint))

    def _paint_nothing(self, painter: QPainter, area: QRectF, colours: Colours) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.faint), 1.4, Qt.PenStyle.DashLine))
        box = QRectF(0, 0, NODE[0] * LARGEST, NODE[1] * LARGEST)
        box.moveCenter(area.center())
        painter.drawRoundedRect(box, 5, 5)
        painter.restore()


def _corner(position: tuple[float, float]) -> tuple[float, float]:
    return position[0] + NODE[0], position[1] + NODE[1]
