"""Our canvas against bare NodeGraphQt: opening the same nodes and wires, and panning over them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alphintra_desktop.graph.model import Graph
from alphintra_desktop.nodes.catalog import node_type_of
from tests.benchmarks.bench_compiling import NODES, large_graph
from tests.benchmarks.harness import Benchmark, compare

OPENING, PANNING = 0.5, 1.0
WIDE, HIGH = 1600, 900
STEPS = 20
COLUMNS = 25


def canvas_of_500_nodes() -> Iterator[Benchmark]:
    """Opening until everything is painted; and a full repaint after each step of panning, with
    all of the graph in view and at its natural size."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    graph = _spread(large_graph())
    ours, bare = _Ours(graph), _Bare(graph)
    name = f"open a graph of {NODES} nodes"
    yield compare(name, ours.open, bare.open, goal=OPENING, rounds=5)
    for scale, seen in ((0.25, "all of it in view"), (1.0, "at its natural size")):
        ours.zoom(scale)
        bare.zoom(scale)
        name = f"pan {STEPS} steps over {NODES} nodes, {seen}"
        yield compare(name, ours.pan, bare.pan, goal=PANNING, rounds=9)
    ours.close()
    bare.close()
    app.processEvents()


def _spread(graph: Graph) -> Graph:
    """The nodes in rows and columns, as a drawn graph has them."""
    from dataclasses import replace

    placed = (
        replace(node, position=(240.0 * (i % COLUMNS), 140.0 * (i // COLUMNS)))
        for i, node in enumerate(graph.nodes.values())
    )
    return graph.with_nodes(placed)


class _Ours:
    """The canvas of the desktop."""

    def __init__(self, graph: Graph) -> None:
        from alphintra_desktop.ui.graph_editor.node_types import NodeTypes
        from alphintra_desktop.ui.look import Look
        from alphintra_desktop.workspace.settings import Settings
        from alphintra_desktop.workspace.sheet import Sheet

        self._folder = tempfile.TemporaryDirectory()
        self._settings = Settings(Path(self._folder.name) / "settings.json")
        self._look, self._types = Look(self._settings), NodeTypes()
        self._types.wait()
        self._sheet = Sheet(Path(self._folder.name) / "large.alphintra", graph)
        self._sheet.live_code.settled(60.0)
        self._canvas: Any = None

    def open(self) -> None:
        from alphintra_desktop.ui.graph_editor.canvas import Canvas

        self.close()
        self._canvas = Canvas(self._sheet, self._look, self._settings, self._types)
        self._canvas.resize(WIDE, HIGH)
        self._canvas.show()
        self._canvas.fit()
        _paint_now()

    def zoom(self, scale: float) -> None:
        self._canvas.viewer.zoom_to(scale)

    def pan(self) -> None:
        from PySide6.QtCore import QPointF

        viewer = self._canvas.viewer
        for step in range(STEPS):
            viewer.pan_by(QPointF(24 if step % 2 else -24, 10 if step % 4 < 2 else -10))
            viewer.viewport().repaint()

    def close(self) -> None:
        if self._canvas is not None:
            self._canvas.close()
            self._canvas.deleteLater()
            self._canvas = None
            _delete_now()


class _Bare:
    """NodeGraphQt as it comes, with a node class for every set of ports."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._classes = {node.type: _node_class(node) for node in graph.nodes.values()}
        self._canvas: Any = None

    def open(self) -> None:
        from NodeGraphQt import NodeGraph

        self.close()
        canvas = self._canvas = NodeGraph()
        for made in self._classes.values():
            canvas.register_node(made)
        nodes = {id: self._created(canvas, node) for id, node in self._graph.nodes.items()}
        for wire in self._graph.wires:
            start = nodes[wire.source].get_output(wire.output)
            start.connect_to(nodes[wire.target].get_input(wire.input), push_undo=False)
        viewer = canvas.viewer()
        viewer.resize(WIDE, HIGH)
        viewer.show()
        viewer.zoom_to_nodes([node.view for node in nodes.values()])
        _paint_now()

    def zoom(self, scale: float) -> None:
        self._canvas.viewer().reset_zoom(self._canvas.viewer().mapToScene(WIDE // 2, HIGH // 2))
        if scale != 1.0:
            self._canvas.viewer().scale(scale, scale)

    def pan(self) -> None:
        viewer = self._canvas.viewer()
        scale = viewer.transform().m11()
        for step in range(STEPS):
            x, y = (24 if step % 2 else -24), (10 if step % 4 < 2 else -10)
            viewer._set_viewer_pan(-x / scale, -y / scale)
            viewer.viewport().repaint()

    def close(self) -> None:
        if self._canvas is not None:
            self._canvas.viewer().close()
            self._canvas.viewer().deleteLater()
            self._canvas.deleteLater()
            self._canvas = None
            _delete_now()

    def _created(self, canvas: Any, node: Any) -> Any:
        made = self._classes[node.type]
        title = node_type_of(node).title
        return canvas.create_node(
            made.type_, name=title, pos=list(node.position), selected=False, push_undo=False
        )


def _node_class(node: Any) -> Any:
    """A NodeGraphQt node with the ports that our node type has."""
    from NodeGraphQt import BaseNode

    from alphintra_desktop.graph.node_type import Arity

    kind = node_type_of(node)

    def plugged(self: Any) -> None:
        super(made, self).__init__()
        for name, port in kind.inputs.items():
            self.add_input(name, multi_input=port.arity is Arity.MANY)
        for name in kind.outputs:
            self.add_output(name)

    name = kind.name.replace(".", "_")
    members = {"__identifier__": "bare", "NODE_NAME": kind.title, "__init__": plugged}
    made: Any = type(name, (BaseNode,), members)
    return made


def _paint_now() -> None:
    """What was opened is on the screen."""
    from PySide6.QtCore import QCoreApplication

    QCoreApplication.processEvents()


def _delete_now() -> None:
    """What was closed is gone, and is not deleted while the next is measured."""
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()
