"""Graph files: a graph as text that diffs well, and on disk so that it is never half-written.

A file is one JSON object: `format` and `version`, the `name`, the `nodes` by id and the `wires`
by where they end. Whatever else it says, at the top, in a node or in a wire, is kept unread and
written back, and so are node types and params that this program does not know. A wire whose node
is missing is kept, too: that is a mistake in the drawing, which the user is shown there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from alphintra_desktop.disk import shown, text_of_file, write_file
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.layout import (
    Line,
    Rows,
    Table,
    canonical_bytes,
    encodable,
    laid_out,
    with_lines,
    without_lines,
)
from alphintra_desktop.graph.migrations import MIGRATIONS, Migration, migrated
from alphintra_desktop.graph.model import IN_ORDER, NODE_ID, Graph, Node, Wire
from alphintra_desktop.graph.parsing import Misread, Way, line_of, parsed
from alphintra_desktop.graph.values import (
    WHAT_IDS_ARE,
    Unkeepable,
    checked,
    keepable_extra,
    keepable_node,
    keepable_wire,
)

T = TypeVar("T")

FORMAT = "alphintra graph"
FORMAT_VERSION = 1 + len(MIGRATIONS)

GRAPH_KEYS = ("format", "version", "name", "nodes", "wires")
NODE_KEYS = ("id", "type", "version", "title", "position", "params")
WIRE_KEYS = ("source", "output", "target", "input", "slot")

PUT_RIGHT = "Correct it in a text editor, or take the file from a backup or from version control."


def read_graph(path: Path) -> Graph:
    """The graph of a file. Raises `AlphintraError` if there is none in it."""
    return graph_from_text(text_of_file(path), shown(path))


def write_graph(path: Path, graph: Graph) -> None:
    """Save the graph in a file, which is always either the old one or the new one, whole.

    Raises `AlphintraError` if that is not possible; the old file is then as it was.
    """
    write_file(path, graph_to_text(graph))


def graph_from_text(text: str, where: str, migrations: tuple[Migration, ...] = MIGRATIONS) -> Graph:
    """The graph that a file's text stands for; `where` names the file in messages.

    Older formats are brought up to date by `migrations`. Raises `AlphintraError` with the line
    and, where one is concerned, the node, if the text is no graph or one of a newer format.
    """
    try:
        return _graph(_newest_form(parsed(text), migrations))
    except Misread as problem:
        line = problem.line or (line_of(text, problem.way) if problem.way is not None else None)
        at_line = f" (line {line})" if line else ""
        raise AlphintraError(
            f"{where} {problem.what}{at_line}.",
            hint=problem.hint,
            place=Place(node=problem.node, line=line) if line or problem.node else None,
        ) from problem


def graph_to_text(graph: Graph) -> str:
    """The text of the graph's file. How the graph came about makes no difference to it.

    Raises `AlphintraError` if the graph holds something that no file can keep (a graph that was
    read from a file and changed by edits never does).
    """
    whole = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "name": graph.name,
        "nodes": Rows(_node_table(graph.nodes[node]) for node in sorted(graph.nodes)),
        "wires": Rows(_wire_table(wire) for wire in sorted(graph.wires, key=IN_ORDER)),
    }
    return (
        encodable(laid_out(Table(_with_extra(whole, keepable_extra(graph.extra), GRAPH_KEYS))))
        + "\n"
    )


def content_hash(graph: Graph) -> str:
    """SHA-256 of what the strategy computes: types, params and wires.

    Where nodes lie, what they and the strategy are called, and what this program does not know
    about them make no difference.
    """
    nodes = {
        node.id: [node.type, node.version, keepable_node(node).params]
        for node in graph.nodes.values()
    }
    wires = [
        [w.target, w.input, w.slot, w.source, w.output] for w in sorted(graph.wires, key=IN_ORDER)
    ]
    return hashlib.sha256(canonical_bytes({"nodes": nodes, "wires": wires})).hexdigest()


# -------------------------------------------------------------------- writing


def _node_table(node: Node) -> Table:
    node = keepable_node(node)
    table = {
        "id": node.id,
        "type": node.type,
        "version": node.version,
        "title": node.title,
        "position": [int(x) if x.is_integer() and abs(x) < 2**53 else x for x in node.position],
        "params": Table({name: with_lines(node.params[name]) for name in sorted(node.params)}),
    }
    if not node.title:
        del table["title"]
    if not node.params:
        del table["params"]
    return Table(_with_extra(table, node.extra, NODE_KEYS))


def _wire_table(wire: Wire) -> Line:
    wire = keepable_wire(wire)
    table: dict[str, Any] = {
        "source": wire.source,
        "output": wire.output,
        "target": wire.target,
        "input": wire.input,
    }
    table |= {"slot": wire.slot} if wire.slot else {}
    return Line(_with_extra(table, wire.extra, WIRE_KEYS))


def _with_extra(
    table: dict[str, Any], extra: Mapping[str, Any], known: tuple[str, ...]
) -> dict[str, Any]:
    if not extra.keys().isdisjoint(known):
        raise ValueError(f"the extra keys {sorted(extra)} name what the program knows itself")
    return table | {key: extra[key] for key in sorted(extra)}


# -------------------------------------------------------------------- reading


@dataclass(frozen=True)
class _Part:
    """An object of the file, the way to it, and the node that it is about."""

    content: Mapping[str, Any]
    way: Way = ()
    node: str | None = None

    def wrong(self, what: str, *key: str, hint: str = PUT_RIGHT) -> Misread:
        """The error that something is wrong with this part, or what it has under `key`."""
        return Misread(what, way=(*self.way, *key), node=self.node, hint=hint)

    def has(self, key: str, kind: type[T], called: str, default: T | None = None) -> T:
        """What is there under `key`, of the right kind. Without a default it must be there."""
        value = self.content.get(key, default)
        if key not in self.content and default is None:
            raise self.wrong(f"has no {key!r} {self._about()}")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"has {_brief(value)} as {key!r} {self._about()}, not {called}", key)
        return value

    def text(self, key: str, default: str | None = None) -> str:
        return self.has(key, str, "text", default)

    def count(self, key: str, least: int) -> int:
        """The whole number under `key`, or the least one allowed if the file does not say."""
        number = self.has(key, int, "a whole number", least)
        if number < least:
            raise self.wrong(f"has {number} as {key!r} {self._about()}, below {least}", key)
        return number

    def id(self, key: str) -> str:
        found = self.text(key)
        if not NODE_ID.fullmatch(found):
            raise self.wrong(f"has a node id {_brief(found)}", key, hint=WHAT_IDS_ARE)
        return found

    def parts(self, key: str) -> Iterator[_Part]:
        """The objects of the list under `key`."""
        for index, item in enumerate(self.has(key, list, "a list", [])):
            way = (*self.way, key, index)
            if not isinstance(item, dict):
                raise Misread(f"has {_brief(item)} among its {key}", way=way, hint=PUT_RIGHT)
            yield _Part(item, way)

    def kept(self, key: str, value: Any) -> Any:
        """`value`, which stands under `key`, as a graph keeps it."""
        try:
            return checked(value)
        except Unkeepable as problem:
            raise self.wrong(f"has a value of {_brief(key)} that {problem}", key) from problem

    def rest(self, known: tuple[str, ...]) -> dict[str, Any]:
        """What else the part says."""
        unknown = self.content.keys() - set(known)
        return {key: self.kept(key, self.content[key]) for key in unknown}

    def _about(self) -> str:
        if self.node:
            return f"of the node {self.node}"
        return f"of one of its {self.way[0]}" if self.way else "of the graph"


def _newest_form(data: Any, migrations: tuple[Migration, ...]) -> _Part:
    """The file's object, in the newest format."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        hint = "Open a file that was saved by Alphintra Desktop; its name ends in .alphintra."
        raise Misread("is not a graph of Alphintra Desktop", hint=hint)
    top, newest = _Part(data), 1 + len(migrations)
    version = top.has("version", int, "a whole number")
    if version > newest:
        what = f"has the format version {_brief(version)}, and this program knows up to {newest}"
        raise top.wrong(what, "version", hint="Update Alphintra Desktop, and open it again.")
    if version < 1:
        raise top.wrong(f"has the format version {_brief(version)}, which never was", "version")
    try:
        return _Part(migrated(data, version, migrations))
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        what = f"is damaged: it cannot be brought up to date from format version {version}"
        raise Misread(what) from problem


def _graph(top: _Part) -> Graph:
    nodes: dict[str, Node] = {}
    for part in top.parts("nodes"):
        node = _node(part)
        if node.id in nodes:
            hint = "Give one of them another id, in a text editor."
            raise part.wrong(f"has two nodes with the id {node.id}", "id", hint=hint)
        nodes[node.id] = node
    wires: set[Wire] = set()
    for part in top.parts("wires"):
        wire = _wire(part)
        if wire in wires:
            raise part.wrong("has the same wire twice", hint="Delete one, in a text editor.")
        wires.add(wire)
    return Graph(nodes, frozenset(wires), top.text("name", ""), top.rest(GRAPH_KEYS))


def _node(part: _Part) -> Node:
    part = replace(part, node=part.id("id"))
    return Node(
        id=part.text("id"),
        type=part.text("type"),
        version=part.count("version", least=1),
        title=part.text("title", ""),
        params=_params(part),
        position=_position(part),
        extra=part.rest(NODE_KEYS),
    )


def _params(node: _Part) -> dict[str, Any]:
    content = node.has("params", dict, "a table", {})
    params = replace(node, content=content, way=(*node.way, "params"))
    return {name: params.kept(name, _joined(params, name)) for name in content}


def _joined(params: _Part, name: str) -> Any:
    try:
        return without_lines(params.content[name])
    except ValueError as problem:
        raise params.wrong(f"has a text {_brief(name)} that is no list of lines", name) from problem


def _position(node: _Part) -> tuple[float, float]:
    numbers = node.kept("position", node.has("position", list, "a list", [0, 0]))
    if len(numbers) != 2 or not all(type(number) in (int, float) for number in numbers):
        what = f"has a position of the node {node.node} that is not two numbers"
        raise node.wrong(what, "position")
    return float(numbers[0]), float(numbers[1])


def _wire(part: _Part) -> Wire:
    return Wire(
        target=part.id("target"),
        input=part.text("input"),
        slot=part.count("slot", least=0),
        source=part.id("source"),
        output=part.text("output"),
        extra=part.rest(WIRE_KEYS),
    )


def _brief(value: Any, longest: int = 40) -> str:
    """A value of the file for a message: one line, and a short one."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."
