"""Graph files: a graph as text that diffs well, and on disk so that it is never half-written.

A file is one JSON object: `format` and `version`, the `name`, the `notes`, `groups` and `nodes` by
id and the `wires` by where they end. Whatever else it says, at the top, in an item or in a wire, is
kept unread and written back, and so are node types and params that this program does not know. A
wire whose node is missing is kept, too: that is a mistake in the drawing, which the user is shown
there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
)
from alphintra_desktop.graph.migrations import MIGRATIONS, Migration, migrated
from alphintra_desktop.graph.model import IN_ORDER, Graph, Group, Node, Note, Wire
from alphintra_desktop.graph.parsing import Misread, line_of, parsed
from alphintra_desktop.graph.part import Part, brief
from alphintra_desktop.graph.reading import (
    GRAPH_KEYS,
    GROUP_KEYS,
    NODE_KEYS,
    NOTE_KEYS,
    WIRE_KEYS,
    graph_of,
)
from alphintra_desktop.graph.values import (
    check_group,
    keepable_extra,
    keepable_group,
    keepable_node,
    keepable_note,
    keepable_wire,
)

FORMAT = "alphintra graph"
FORMAT_VERSION = 1 + len(MIGRATIONS)


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
        return graph_of(_newest_form(parsed(text), migrations))
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
    for item in graph.items.values():
        check_group(graph, item)
    whole = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "name": graph.name,
        "notes": Rows(_note_table(graph.notes[note]) for note in sorted(graph.notes)),
        "groups": Rows(_group_table(graph.groups[group]) for group in sorted(graph.groups)),
        "nodes": Rows(_node_table(graph.nodes[node]) for node in sorted(graph.nodes)),
        "wires": Rows(_wire_table(wire) for wire in sorted(graph.wires, key=IN_ORDER)),
    }
    for key in ("notes", "groups"):
        if not whole[key]:
            del whole[key]
    return (
        encodable(laid_out(Table(_with_extra(whole, keepable_extra(graph.extra), GRAPH_KEYS))))
        + "\n"
    )


def content_hash(graph: Graph) -> str:
    """SHA-256 of what the strategy computes: types, params, modes and wires.

    Where nodes lie, in which groups, what they and the strategy are called, what is noted beside
    them and what this program does not know about them make no difference.
    """
    nodes = {
        node.id: [node.type, node.version, keepable_node(node).params, *filter(None, [node.mode])]
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
        "mode": node.mode,
        "group": node.group,
        "position": _numbers(node.position),
        "params": Table({name: with_lines(node.params[name]) for name in sorted(node.params)}),
    }
    for key in ("title", "mode", "group", "params"):
        if not table[key]:
            del table[key]
    return Table(_with_extra(table, node.extra, NODE_KEYS))


def _group_table(group: Group) -> Table:
    group = keepable_group(group)
    table: dict[str, Any] = {"id": group.id, "title": group.title}
    table |= {"group": group.group} if group.group else {}
    table["position"] = _numbers(group.position)
    return Table(_with_extra(table, group.extra, GROUP_KEYS))


def _note_table(note: Note) -> Table:
    note = keepable_note(note)
    table: dict[str, Any] = {"id": note.id, "kind": note.kind, "text": with_lines(note.text)}
    table["colour"] = note.colour
    table |= {"group": note.group} if note.group else {}
    table |= {"position": _numbers(note.position), "size": _numbers(note.size)}
    return Table(_with_extra(table, note.extra, NOTE_KEYS))


def _numbers(pair: tuple[float, float]) -> list[float]:
    return [int(x) if x.is_integer() and abs(x) < 2**53 else x for x in pair]


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


def _newest_form(data: Any, migrations: tuple[Migration, ...]) -> Part:
    """The file's object, in the newest format."""
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        hint = "Open a file that was saved by Alphintra Desktop; its name ends in .alphintra."
        raise Misread("is not a graph of Alphintra Desktop", hint=hint)
    top, newest = Part(data), 1 + len(migrations)
    version = top.has("version", int, "a whole number")
    if version > newest:
        what = f"has the format version {brief(version)}, and this program knows up to {newest}"
        raise top.wrong(what, "version", hint="Update Alphintra Desktop, and open it again.")
    if version < 1:
        raise top.wrong(f"has the format version {brief(version)}, which never was", "version")
    try:
        return Part(migrated(data, version, migrations))
    except (LookupError, TypeError, ValueError, AttributeError) as problem:
        what = f"is damaged: it cannot be brought up to date from format version {version}"
        raise Misread(what) from problem
