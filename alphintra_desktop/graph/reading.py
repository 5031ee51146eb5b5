"""From the object of a graph file to the graph: every key that the format knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.layout import without_lines
from alphintra_desktop.graph.model import (
    COMMENT,
    MODES,
    NOTE_COLOURS,
    NOTE_KINDS,
    Graph,
    Group,
    Item,
    Node,
    Note,
    Wire,
)
from alphintra_desktop.graph.parsing import Misread
from alphintra_desktop.graph.part import Part, brief
from alphintra_desktop.graph.values import check_group

GRAPH_KEYS = ("format", "version", "name", "notes", "groups", "nodes", "wires")
NODE_KEYS = ("id", "type", "version", "title", "mode", "group", "position", "params")
GROUP_KEYS = ("id", "title", "group", "position")
NOTE_KEYS = ("id", "kind", "text", "colour", "group", "position", "size")
WIRE_KEYS = ("source", "output", "target", "input", "slot")


def graph_of(top: Part) -> Graph:
    """The graph that a file's object stands for. Raises `Misread`."""
    taken: set[str] = set()
    nodes = {part.text("id"): _node(part) for part in _items(top, "nodes", "node", taken)}
    groups = {part.text("id"): _group(part) for part in _items(top, "groups", "group", taken)}
    notes = {part.text("id"): _note(part) for part in _items(top, "notes", "note", taken)}
    wires: set[Wire] = set()
    for part in top.parts("wires"):
        wire = _wire(part)
        if wire in wires:
            raise part.wrong("has the same wire twice", hint="Delete one, in a text editor.")
        wires.add(wire)
    name, extra = top.text("name", ""), top.rest(GRAPH_KEYS)
    graph = Graph(nodes, frozenset(wires), name, extra, groups, notes)
    _check_groups(graph, "groups", groups)
    _check_groups(graph, "nodes", nodes)
    _check_groups(graph, "notes", notes)
    return graph


def _items(top: Part, key: str, kind: str, taken: set[str]) -> Iterator[Part]:
    """The parts of a list of items. `taken` are the ids of those before them, of every kind."""
    for part in top.parts(key):
        item = part.id("id")
        if item in taken:
            hint = "Give one of them another id, in a text editor."
            raise part.wrong(f"has two items with the id {item}", "id", hint=hint)
        taken.add(item)
        yield replace(part, kind=kind, node=item)


def _check_groups(graph: Graph, key: str, items: Mapping[str, Item]) -> None:
    for index, item in enumerate(items.values()):
        try:
            check_group(graph, item)
        except AlphintraError as problem:
            what = f"is damaged: {problem.message[0].lower()}{problem.message[1:-1]}"
            hint = "Correct the line or delete it, in a text editor."
            way = (key, index, "group")
            raise Misread(what, way=way, node=item.id, hint=hint) from problem


def _node(part: Part) -> Node:
    return Node(
        id=part.text("id"),
        type=part.text("type"),
        version=part.count("version", least=1),
        title=part.text("title", ""),
        params=_params(part),
        position=part.pair("position", (0.0, 0.0)),
        extra=part.rest(NODE_KEYS),
        group=_group_of(part),
        mode=part.one_of("mode", MODES, ""),
    )


def _group(part: Part) -> Group:
    return Group(
        id=part.text("id"),
        title=part.text("title", ""),
        position=part.pair("position", (0.0, 0.0)),
        group=_group_of(part),
        extra=part.rest(GROUP_KEYS),
    )


def _note(part: Part) -> Note:
    return Note(
        id=part.text("id"),
        kind=part.one_of("kind", NOTE_KINDS, COMMENT),
        text=part.lines("text"),
        position=part.pair("position", (0.0, 0.0)),
        size=part.pair("size", Note.size),
        colour=part.one_of("colour", NOTE_COLOURS, Note.colour),
        group=_group_of(part),
        extra=part.rest(NOTE_KEYS),
    )


def _group_of(part: Part) -> str:
    """The group that a node, group or note says it is in."""
    return part.id("group") if part.text("group", "") else ""


def _params(node: Part) -> dict[str, Any]:
    content = node.has("params", dict, "a table", {})
    params = replace(node, content=content, way=(*node.way, "params"))
    return {name: params.kept(name, _joined(params, name)) for name in content}


def _joined(params: Part, name: str) -> Any:
    try:
        return without_lines(params.content[name])
    except ValueError as problem:
        raise params.wrong(f"has a text {brief(name)} that is no list of lines", name) from problem


def _wire(part: Part) -> Wire:
    return Wire(
        target=part.id("target"),
        input=part.text("input"),
        slot=part.count("slot", least=0),
        source=part.id("source"),
        output=part.text("output"),
        extra=part.rest(WIRE_KEYS),
    )
