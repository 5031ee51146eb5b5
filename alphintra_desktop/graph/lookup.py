"""Finding what an edit is about, and naming it in the history and in errors."""

from __future__ import annotations

from typing import Any

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.model import Graph, Group, Item, Node, Note


def node_of(graph: Graph, node: str) -> Node:
    """The node with this id. Raises `AlphintraError` if there is none."""
    if node not in graph.nodes:
        raise misfit(f"There is no node {node}.", node)
    return graph.nodes[node]


def group_of(graph: Graph, group: str) -> Group:
    """The group with this id. Raises `AlphintraError` if there is none."""
    if group not in graph.groups:
        raise misfit(f"There is no group {group}.", group)
    return graph.groups[group]


def note_of(graph: Graph, note: str) -> Note:
    """The note with this id. Raises `AlphintraError` if there is none."""
    if note not in graph.notes:
        raise misfit(f"There is no note {note}.", note)
    return graph.notes[note]


def item_of(graph: Graph, item: str) -> Item:
    """The node, group or note with this id. Raises `AlphintraError` if there is none."""
    if item not in graph.items:
        raise misfit(f"There is no node, group or note {item}.", item)
    return graph.items[item]


def misfit(message: str, item: str) -> AlphintraError:
    """The error of an edit that was made for another graph than the one it is applied to."""
    hint = "The graph has changed since: look at it again and repeat the change."
    return AlphintraError(message, hint=hint, place=Place(node=item))


def called(item: Item) -> str:
    """What an item is called where only the graph is known."""
    match item:
        case Node():
            return item.title or item.type.rpartition(".")[2]
        case Group():
            return item.title or "group"
        case Note():
            return shown_value(item.text, longest=20) or item.kind


def name_of(graph: Graph, item: str) -> str:
    """What the item with this id is called; the id itself if it is not there."""
    return called(graph.items[item]) if item in graph.items else item


def counted(graph: Graph, items: tuple[str, ...]) -> str:
    """Some items for the history: the name of a single one, else how many there are."""
    if len(items) == 1:
        return name_of(graph, items[0])
    return f"{len(items)} {'nodes' if all(item in graph.nodes for item in items) else 'items'}"


def shown_value(value: Any, longest: int = 40) -> str:
    """A value for the history list: one line, and a short one."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        value = ", ".join(shown_value(item) for item in value)
    text = " ".join(str(value).split())
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
