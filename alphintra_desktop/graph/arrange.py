"""Lining items up: each is one step of the history, without edits where all lie right already.

`sizes` says how large items are drawn, by id: width and height. Positions are upper left corners.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

from alphintra_desktop.graph.edits import MoveNodes, Together
from alphintra_desktop.graph.model import Graph

Sizes: TypeAlias = Mapping[str, tuple[float, float]]
Point: TypeAlias = tuple[float, float]
Side: TypeAlias = Literal["left", "right", "top", "bottom", "centre", "middle"]
Direction: TypeAlias = Literal["across", "down"]

USUAL_SIZE = (180.0, 80.0)
GRID = 20.0


def aligned(graph: Graph, sizes: Sizes, ids: Iterable[str], side: Side) -> Together:
    """Bring items into line: their left or right sides, tops or bottoms, or what is between.

    `centre` puts them under each other, `middle` beside each other.
    """
    boxes = _boxes(graph, sizes, ids)
    moved = {id: _ALIGNED[side](box, _around(boxes.values())) for id, box in boxes.items()}
    return moves(graph, moved, f"Align {side}")


def distributed(graph: Graph, sizes: Sizes, ids: Iterable[str], direction: Direction) -> Together:
    """Make the gaps between items equal, from left to right or downwards. The outer ones stay."""
    boxes = _boxes(graph, sizes, ids)
    axis = 0 if direction == "across" else 1
    order = sorted(boxes, key=lambda id: (boxes[id].start(axis), id))
    if len(order) < 3:
        return moves(graph, {}, f"Distribute {direction}")
    first, last = boxes[order[0]], boxes[order[-1]]
    room = last.start(axis) - first.end(axis)
    gap = (room - sum(boxes[id].length(axis) for id in order[1:-1])) / (len(order) - 1)
    moved: dict[str, Point] = {}
    at = first.end(axis) + gap
    for id in order[1:-1]:
        x, y = graph.items[id].position
        moved[id] = (at, y) if axis == 0 else (x, at)
        at += boxes[id].length(axis) + gap
    return moves(graph, moved, f"Distribute {direction}")


def snapped(graph: Graph, ids: Iterable[str], grid: float = GRID) -> Together:
    """Put items on the nearest points of the grid."""
    there = [graph.items[id] for id in ids if id in graph.items]
    moved = {item.id: snapped_point(item.position, grid) for item in there}
    return moves(graph, moved, "Snap to the grid")


def snapped_point(point: Point, grid: float = GRID) -> Point:
    """The point of the grid that is nearest."""
    return round(point[0] / grid) * grid, round(point[1] / grid) * grid


def moves(graph: Graph, positions: Mapping[str, Point], label: str) -> Together:
    """The step that puts items there; those that lie there already are left out."""
    moved = {id: at for id, at in positions.items() if graph.items[id].position != at}
    return Together((MoveNodes(moved),) if moved else (), label)


class Box(tuple[float, float, float, float]):
    """Where an item is drawn: left, top, right, bottom."""

    __slots__ = ()

    def start(self, axis: int) -> float:
        """Its left side, or for axis 1 its top."""
        return self[axis]

    def end(self, axis: int) -> float:
        """Its right side, or for axis 1 its bottom."""
        return self[axis + 2]

    def length(self, axis: int) -> float:
        """Its width, or for axis 1 its height."""
        return self.end(axis) - self.start(axis)

    def middle(self, axis: int) -> float:
        """What is half way between."""
        return (self.start(axis) + self.end(axis)) / 2


def box_of(graph: Graph, sizes: Sizes, id: str) -> Box:
    """Where an item is drawn."""
    x, y = graph.items[id].position
    note = graph.notes.get(id)
    width, height = sizes.get(id, note.size if note is not None else USUAL_SIZE)
    return Box((x, y, x + width, y + height))


def _boxes(graph: Graph, sizes: Sizes, ids: Iterable[str]) -> dict[str, Box]:
    return {id: box_of(graph, sizes, id) for id in sorted(set(ids)) if id in graph.items}


def _around(boxes: Iterable[Box]) -> Box:
    """The smallest box around others."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box((min(lefts), min(tops), max(rights), max(bottoms)))


_ALIGNED: Mapping[Side, Callable[[Box, Box], Point]] = {
    "left": lambda box, around: (around.start(0), box.start(1)),
    "right": lambda box, around: (around.end(0) - box.length(0), box.start(1)),
    "top": lambda box, around: (box.start(0), around.start(1)),
    "bottom": lambda box, around: (box.start(0), around.end(1) - box.length(1)),
    "centre": lambda box, around: (around.middle(0) - box.length(0) / 2, box.start(1)),
    "middle": lambda box, around: (box.start(0), around.middle(1) - box.length(1) / 2),
}
