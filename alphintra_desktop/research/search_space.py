"""What a search may turn: the params that are marked tunable, or named, with the values to try.

The space is a `Grid` whose numbers are sorted, so that a place on an axis and the next one are
values next to each other. It may be far larger than what a sweep can measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.tunable import tunable_of
from alphintra_desktop.research.grid import Axis, Grid, axis_of

MOST_POINTS = 2**62  # points are numbered with 64 bits

Point = tuple[int, ...]  # a place on each axis


def tunable_axes(graph: Graph) -> tuple[tuple[str, str, str], ...]:
    """Node id, param and range of every param that is marked tunable, in reading order."""
    nodes = sorted(graph.nodes.values(), key=lambda node: (node.position[::-1], node.id))
    return tuple(
        (node.id, param, ":".join(map(_spelt, (range.low, range.high, range.step))))
        for node in nodes
        for param, range in tunable_of(node).items()
    )


def space_of(graph: Graph, axes: Sequence[tuple[str, str, str]]) -> Grid:
    """The space of node ids, params and values as text; all that is tunable where none are named.

    Raises `AlphintraError` where there is nothing to turn, and as `axis_of` does.
    """
    found = [_sorted(axis_of(graph, *axis)) for axis in axes or tunable_axes(graph)]
    if not found:
        raise AlphintraError(
            "There is nothing to search: no param is marked tunable.",
            hint="Mark one in the inspector, or name it and its values, for example "
            '--tune "Fast average.period=5:50:5".',
        )
    names = [(axis.node, axis.param) for axis in found]
    for axis in found:
        if names.count((axis.node, axis.param)) > 1:
            raise AlphintraError(
                f"{axis.name} is named twice.", hint="Put all of its values into one range or list."
            )
    space = Grid(tuple(found))
    if space.size > MOST_POINTS:
        raise AlphintraError(
            "The space has more points than can be numbered.",
            hint="Take fewer params, or larger steps.",
        )
    return space


def number_of(space: Grid, point: Point) -> int:
    """The number of a point in the space."""
    number = 0
    for place, length in zip(point, space.shape, strict=True):
        number = number * length + place
    return number


def _sorted(axis: Axis) -> Axis:
    return replace(axis, values=tuple(sorted(axis.values))) if axis.is_ordered else axis


def _spelt(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else repr(number)
