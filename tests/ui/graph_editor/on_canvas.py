"""A canvas in a test, and the mouse and keys on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from alphintra_desktop.graph.model import Graph, Wire
from alphintra_desktop.ui.graph_editor.canvas import Canvas
from alphintra_desktop.ui.graph_editor.faces import End, Side
from alphintra_desktop.ui.graph_editor.node_types import NodeTypes
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.sheet import Sheet

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def opened(graph: Graph, folder: Path, types: NodeTypes) -> Hands:
    """A canvas of a graph, not shown yet."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(folder / "settings.json")
    sheet = Sheet(folder / "strategy.alphintra", graph)
    look = Look(settings)
    canvas = Canvas(sheet, look, settings, types)
    canvas.resize(1200, 800)
    return Hands(canvas, look)


@dataclass
class Hands:
    """What a user can do with mouse and keys, and where things are on the screen."""

    canvas: Canvas
    look: Look

    @property
    def sheet(self) -> Sheet:
        return self.canvas.sheet

    @property
    def graph(self) -> Graph:
        return self.sheet.document.graph

    @property
    def viewport(self):
        return self.canvas.viewer.viewport()

    def at(self, x: float, y: float) -> QPoint:
        """A place of the canvas on the screen."""
        return self.canvas.viewer.mapFromScene(QPointF(x, y))

    def title_of(self, node: str) -> QPoint:
        """Where a box can be grabbed."""
        item = self.canvas.stage.boxes[node]
        return self.canvas.viewer.mapFromScene(item.mapToScene(QPointF(90.0, 14.0)))

    def input(self, node: str, name: str) -> QPoint:
        return self._port(End(node, name, Side.INPUT))

    def output(self, node: str, name: str = "value") -> QPoint:
        return self._port(End(node, name, Side.OUTPUT))

    def middle_of(self, wire: Wire) -> QPoint:
        item = self.canvas.stage.wires[wire]
        return self.canvas.viewer.mapFromScene(item.path().pointAtPercent(0.5))

    def _port(self, end: End) -> QPoint:
        for item in self.canvas.stage.boxes.values():
            if end in item.sockets:
                return self.canvas.viewer.mapFromScene(item.sockets[end].centre)
        raise AssertionError(f"no port {end} is drawn")

    def move(self, at: QPoint) -> None:
        QTest.mouseMove(self.viewport, at)
        QApplication.processEvents()

    def press(self, at: QPoint, keys=NO_KEYS, button=LEFT) -> None:
        self.move(at)
        QTest.mousePress(self.viewport, button, keys, at)

    def release(self, at: QPoint, keys=NO_KEYS, button=LEFT) -> None:
        QTest.mouseRelease(self.viewport, button, keys, at)
        QApplication.processEvents()

    def click(self, at: QPoint, keys=NO_KEYS) -> None:
        self.press(at, keys)
        self.release(at, keys)

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        QTest.mouseDClick(self.viewport, LEFT, NO_KEYS, at)
        QApplication.processEvents()

    def drag(self, start: QPoint, stop: QPoint, keys=NO_KEYS, button=LEFT) -> None:
        self.press(start, keys, button)
        for part in (0.1, 0.5, 0.9, 1.0):
            self.move(QPoint(start + (stop - start) * part))
        self.release(stop, keys, button)

    def key(self, key: Qt.Key, keys=NO_KEYS) -> None:
        QTest.keyClick(self.canvas.viewer, key, keys)
        QApplication.processEvents()
