"""What the mouse is told about what it is over, and the badges of problems."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtWidgets import QGraphicsItem

from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.node_type import Arity
from alphintra_desktop.ui.graph_editor.appearance import Badge
from alphintra_desktop.ui.graph_editor.faces import Side
from alphintra_desktop.ui.graph_editor.node_item import NodeItem
from alphintra_desktop.ui.graph_editor.socket import Socket
from alphintra_desktop.ui.graph_editor.wire_item import WireItem
from alphintra_desktop.ui.graph_editor.words import in_words

_ARITIES = {Arity.ONE: "", Arity.OPTIONAL: ", may stay open", Arity.MANY: ", any number of wires"}


def tip_of(item: QGraphicsItem) -> str:
    """The tooltip of an item."""
    match item:
        case Socket():
            return _socket_tip(item)
        case NodeItem():
            return _node_tip(item)
        case WireItem():
            return f"<b>{escape(item.start.box.face.title)}</b>: {in_words(item.type_)}"
    return ""


def _socket_tip(socket: Socket) -> str:
    jack = socket.jack
    arity = _ARITIES[jack.arity] if jack.end.side is Side.INPUT else ""
    name = escape(jack.label or jack.end.port)
    return f"<b>{name}</b>: {in_words(jack.type)}{arity}"


def _node_tip(item: NodeItem) -> str:
    face = item.face
    parts = [f"<b>{escape(face.title)}</b>"]
    if face.category:
        parts.append(escape(face.category))
    if face.summary:
        parts.append(escape(face.summary))
    if face.mode:
        parts.append(f"This node is {face.mode}.")
    if item.badge.text:
        parts.append(escape(item.badge.text).replace("\n", "<br>"))
    return "<br>".join(parts)


def badges_of(problems: Iterable[Problem], graph: Graph) -> dict[str, Badge]:
    """The badge of every node with a problem, and of the groups that such a node is in."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        for id in _with_groups(problem.place.node, graph):
            found.setdefault(id, []).append(problem)
    return {id: _badge(of_node) for id, of_node in found.items()}


def _with_groups(node: str | None, graph: Graph) -> Iterable[str]:
    if node is not None and node in graph.nodes:
        yield node
        group = graph.nodes[node].group
        while group in graph.groups:
            yield group
            group = graph.groups[group].group


def _badge(problems: list[Problem]) -> Badge:
    lines = [f"{problem.message} {problem.hint}" for problem in problems]
    return Badge("\n".join(lines), any(problem.blocking for problem in problems))
