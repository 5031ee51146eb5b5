"""The part of a strategy that has the same form at every point of a grid, built once with holes.

1. A node that a point changes and that gives numbers or flags is a hole: what plugs there differs
   from point to point, and is built and computed once for each combination of the axes it depends
   on. Conditions and logic that all axes reach are none: they are computed in the same pass as the
   trades (see `research.program`). `OPAQUE` names them: they build the same op whatever is plugged
   into them, which a test holds them to.
2. Everything else is built with holes in its place. Its own params (a stop's fraction, a fee, when
   orders fill) may change the rules of trading: there is one skeleton for each combination of
   their axes, the outer ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.codegen.trading import Trading, trading
from alphintra_desktop.ir import ops
from alphintra_desktop.research.points import Points, Varied

MOST_SKELETONS = 256
OPAQUE = (
    *("conditions.above", "conditions.below", "conditions.at_least", "conditions.at_most"),
    *("conditions.equal", "conditions.between", "conditions.between_levels"),
    *("conditions.above_level", "conditions.below_level"),
    *("conditions.crosses_above", "conditions.crosses_below"),
    *("conditions.crosses_above_level", "conditions.crosses_below_level"),
    *("logic.all_of", "logic.any_of", "logic.not_"),
)


@ops.op
class NumbersHole(ops.Numbers):
    """Numbers that differ from point to point: output `place` of hole number `hole`."""

    hole: int
    place: int


@ops.op
class FlagsHole(ops.Flags):
    """Flags that differ from point to point: output `place` of hole number `hole`."""

    hole: int
    place: int


Hole = NumbersHole | FlagsHole


@dataclass(frozen=True)
class _Split:
    """The varied nodes: those that are holes, and all others. The axes that change the others."""

    holes: tuple[Varied, ...]
    rest: tuple[Varied, ...]
    outer: tuple[int, ...]


class Skeletons:
    """The skeletons of a grid's points, and what fills their holes."""

    def __init__(self, points: Points) -> None:
        self._points = points
        self._split = _split(points)
        self.outer = self._split.outer
        self._known: dict[tuple[Any, ...], Trading] = {}

    def order(self) -> npt.NDArray[np.int64] | None:
        """The points with the outer axes moving slowest; None where that is the grid's order."""
        shape = self._points.grid.shape
        inner = tuple(axis for axis in range(len(shape)) if axis not in self.outer)
        if (*self.outer, *inner) == tuple(range(len(shape))):
            return None
        numbers = np.arange(self._points.grid.size).reshape(shape)
        return numbers.transpose(*self.outer, *inner).ravel()

    def sorted(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Some points in that order."""
        if not self.outer:
            return numbers
        return numbers[np.argsort(self._outer_places(numbers), kind="stable")]

    def groups(self, numbers: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
        """Some points, split where the outer axes move."""
        if not self.outer:
            return [numbers]
        return np.split(numbers, np.flatnonzero(np.diff(self._outer_places(numbers))) + 1)

    def _outer_places(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        shape = self._points.grid.shape
        places = np.unravel_index(numbers, shape)
        outer = np.ravel_multi_index(
            [places[axis] for axis in self.outer], [shape[axis] for axis in self.outer]
        )
        return np.asarray(outer)

    def at(self, number: int) -> Trading:
        """What a point trades on, with holes for what the inner axes change."""
        point = self._points.grid.point(number)
        key = tuple(point[axis] for axis in self.outer)
        if key not in self._known:
            if len(self._known) >= MOST_SKELETONS:
                self._known.clear()
            self._known[key] = self._built(point)
        return self._known[key]

    def axes(self, hole: Hole) -> tuple[int, ...]:
        """The axes that change what fills a hole."""
        return self._split.holes[hole.hole].axes

    def filling(self, hole: Hole, number: int) -> ops.Expr:
        """The op in place of a hole at a point."""
        node = self._split.holes[hole.hole].node
        return self._points.made_at(number, upto=node)[node][hole.place]

    def _built(self, point: tuple[Any, ...]) -> Trading:
        made: dict[str, tuple[ops.Expr, ...]] = {
            varied.node: self._holes(number, varied.node)
            for number, varied in enumerate(self._split.holes)
        }
        for varied in self._split.rest:
            made[varied.node] = self._points.built(varied, point, made)
        return trading(self._points.strategy(made), self._points.data)

    def _holes(self, number: int, node: str) -> tuple[ops.Expr, ...]:
        kinds = self._points.outputs(node).values()
        return tuple(
            NumbersHole(number, place)
            if issubclass(kind, ops.Numbers)
            else FlagsHole(number, place)
            for place, kind in enumerate(kinds)
        )


def _split(points: Points) -> _Split:
    series = {varied.node for varied in points.varied if _is_series(points, varied)}
    own = (varied.own for varied in points.varied if varied.node not in series)
    outer = {axis for some in own for axis, _ in some}
    inner = set(range(len(points.grid.axes))) - outer
    holes, rest = list[Varied](), list[Varied]()
    for varied in points.varied:
        is_open = points.type_of(varied.node) in OPAQUE and not varied.own
        if varied.node not in series or (is_open and inner <= set(varied.axes)):
            rest.append(varied)
        else:
            holes.append(varied)
    return _Split(tuple(holes), tuple(rest), tuple(sorted(outer)))


def _is_series(points: Points, varied: Varied) -> bool:
    kinds = points.outputs(varied.node).values()
    return all(issubclass(kind, ops.Numbers | ops.Flags) for kind in kinds)


def holes_of(op: ops.Expr) -> Mapping[Hole, None]:
    """The holes at and below an op, in reading order."""
    found: dict[Hole, None] = {}
    seen, waiting = set[ops.Expr](), [op]
    while waiting:
        part = waiting.pop()
        if isinstance(part, NumbersHole | FlagsHole):
            found[part] = None
        elif part not in seen:
            seen.add(part)
            waiting.extend(part.inputs())
    return found
