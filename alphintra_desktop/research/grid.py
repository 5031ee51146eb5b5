"""A grid of params: every combination of the values of its axes.

Points are numbered in row-major order: the last axis moves fastest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.node_type import NodeType, Param
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.params import checked_params, did_you_mean, parse_value

MOST_POINTS = 10_000_000


@dataclass(frozen=True)
class Axis:
    """The values that one param of one node takes. `title` is what a user calls the node."""

    node: str
    param: str
    title: str
    values: tuple[Any, ...]

    @property
    def name(self) -> str:
        """What a user calls the axis."""
        return f"{self.title}.{self.param}"

    @property
    def is_ordered(self) -> bool:
        """Whether a value has neighbours: numbers have, switches and choices have not."""
        return all(type(value) in (int, float) for value in self.values)


@dataclass(frozen=True)
class Grid:
    """All combinations of the axes' values."""

    axes: tuple[Axis, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values of each axis."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """The number of points."""
        return math.prod(self.shape)

    def places(self, number: int) -> tuple[int, ...]:
        """Where point `number` lies on each axis."""
        found = []
        for length in reversed(self.shape):
            number, place = divmod(number, length)
            found.append(place)
        return tuple(reversed(found))

    def point(self, number: int) -> tuple[Any, ...]:
        """The value of each axis at point `number`."""
        return tuple(
            axis.values[place] for axis, place in zip(self.axes, self.places(number), strict=True)
        )

    def named_point(self, number: int) -> dict[str, Any]:
        """The value of each axis at point `number`, by what a user calls the axis."""
        return {axis.name: value for axis, value in zip(self.axes, self.point(number), strict=True)}

    def graph_at(self, graph: Graph, number: int) -> Graph:
        """The graph with the params of point `number`."""
        for axis, value in zip(self.axes, self.point(number), strict=True):
            node = graph.nodes[axis.node]
            graph = graph.with_node(replace(node, params={**node.params, axis.param: value}))
        return graph


def grid_of(axes: Sequence[Axis]) -> Grid:
    """The grid of some axes. Raises `AlphintraError` for none, for doubles and for too many."""
    if not axes:
        raise AlphintraError(
            "There is nothing to sweep.",
            hint='Name a param and its values, for example --sweep "Fast average.period=5:50:5".',
        )
    seen: set[tuple[str, str]] = set()
    for axis in axes:
        if (axis.node, axis.param) in seen:
            raise AlphintraError(
                f"{axis.name} is swept twice.", hint="Put all of its values into one axis."
            )
        seen.add((axis.node, axis.param))
    grid = Grid(tuple(axes))
    if grid.size > MOST_POINTS:
        raise AlphintraError(
            f"The grid has {grid.size:,} points, and {MOST_POINTS:,} are the most.",
            hint="Take fewer values, or fewer params.",
        )
    return grid


def axis_of(graph: Graph, node: str, param: str, text: str) -> Axis:
    """The axis that `text` spells for a param of a node: `5:50:5` or `20,50,100`.

    A range includes its end where a step meets it. Raises `AlphintraError` for a value that the
    param cannot have.
    """
    drawn = graph.nodes[node]
    kind = node_type_of(drawn)
    title = title_of(drawn, kind)
    declared = _declared(kind, node, param, title)
    values = tuple(parse_value(declared, part) for part in _texts(declared, text))
    if len(set(values)) < len(values):
        raise AlphintraError(
            f"{title}.{param} has the same value twice in '{text}'.", hint="Give each value once."
        )
    assert kind is not None
    for value in values:
        _, mistakes = checked_params(replace(drawn, params={**drawn.params, param: value}), kind)
        for mistake in mistakes:
            if mistake.param == param:
                raise AlphintraError(
                    f"{title}: {mistake.message}", hint=mistake.hint, place=Place(node, param)
                )
    return Axis(node, param, title, tuple(_as_kind(declared, value) for value in values))


def _declared(kind: NodeType | None, node: str, param: str, title: str) -> Param:
    known = tuple(kind.params) if kind is not None else ()
    if kind is None or param not in known:
        listed = f"Its params are: {', '.join(known) or 'none'}."
        raise AlphintraError(
            f"{title} has no param '{param}'.",
            hint=did_you_mean(param, known, listed),
            place=Place(node=node),
        )
    declared = kind.params[param]
    if declared.kind is str and not declared.choices:
        raise AlphintraError(
            f"{title}.{param} is a text, which cannot be swept.",
            hint="Sweep numbers, switches and choices.",
            place=Place(node, param),
        )
    return declared


def _texts(declared: Param, text: str) -> list[str]:
    if ":" in text and declared.kind is not str:
        return _range(text)
    return [part.strip() for part in text.split(",")]


def _range(text: str) -> list[str]:
    """Counted in decimals, so that 0.1:0.3:0.1 ends with 0.3."""
    wrong = AlphintraError(
        f"'{text}' is not a range.",
        hint="Write first:last:step with a step above 0, for example 5:50:5.",
    )
    try:
        first, last, step = (Decimal(part.strip()) for part in text.split(":"))
    except (InvalidOperation, ValueError):
        raise wrong from None
    if not (first.is_finite() and last.is_finite() and step.is_finite()):
        raise wrong
    if step <= 0 or last < first:
        raise wrong
    count = int((last - first) / step) + 1
    if count > MOST_POINTS:
        raise AlphintraError(
            f"'{text}' has {count:,} values, and {MOST_POINTS:,} are the most.",
            hint="Take a larger step.",
        )
    return [str(first + step * number) for number in range(count)]


def _as_kind(declared: Param, value: Any) -> Any:
    return float(value) if declared.kind is float else value
