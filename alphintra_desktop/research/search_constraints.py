"""What a trial has to keep to: `fast < slow` before it is measured, `trades >= 30` after.

A constraint compares two sides. A side is a number, a param of the space, a figure of the result,
or two of them with + - * / between, each with spaces around: `slow >= 2 * fast`. A param goes by
any name that fits only it: `Fast average.period`, `fast_average`, `fast`, or node id and param.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alphintra_desktop.codegen.names import snake_case
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.nodes.params import did_you_mean
from alphintra_desktop.research.grid import Axis, Grid
from alphintra_desktop.research.search_space import Point

RESULTS = ("trades", "sharpe", "total_return", "max_drawdown")
BEYOND = 1e9  # how far off something is that has no number at all
_COMPARISON = re.compile(r"(<=|>=|<|>)")
_ARITHMETIC = re.compile(r"\s([-+*/])\s")
_WITH: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else math.nan,
}
_HINT = "Write two sides and <, <=, > or >= between them, for example fast < slow or trades >= 30."


@dataclass(frozen=True)
class Side:
    """One side: what stands there, names by their numbers on the axes or by their figures."""

    parts: tuple[float | int | str, ...]
    sign: str = ""

    def value(self, known: Mapping[int | str, float]) -> float:
        """What the side comes to; NaN where a figure is missing."""
        values = [part if isinstance(part, float) else known[part] for part in self.parts]
        return _WITH[self.sign](*values) if self.sign else values[0]


@dataclass(frozen=True)
class Constraint:
    """`text` as it was written, and `smaller` that has to be below `larger`."""

    text: str
    smaller: Side
    larger: Side
    strictly: bool

    @property
    def is_of_params(self) -> bool:
        """Whether it can be told before anything is measured."""
        return not any(isinstance(p, str) for p in (*self.smaller.parts, *self.larger.parts))

    def violation(self, known: Mapping[int | str, float]) -> float:
        """How far off: 0 or less where it is kept."""
        over = self.smaller.value(known) - self.larger.value(known)
        if math.isnan(over):
            return BEYOND
        return math.ulp(0.0) if self.strictly and over == 0.0 else over


class Constraints:
    """All constraints of a search."""

    def __init__(self, space: Grid, texts: Sequence[str]) -> None:
        """Raises `AlphintraError` for a text that is no constraint."""
        self.all = tuple(_parsed(text, space.axes) for text in texts)
        self._values = {
            number: tuple(map(float, axis.values))
            for number, axis in enumerate(space.axes)
            if axis.is_ordered
        }
        self._before = tuple(one for one in self.all if one.is_of_params)
        self._after = tuple(one for one in self.all if not one.is_of_params)

    def allows(self, point: Point) -> bool:
        """Whether the params of a point keep to what can be told of params alone."""
        if not self._before:
            return True
        known = self._params(point)
        return all(one.violation(known) <= 0.0 for one in self._before)

    def violations(self, point: Point, results: Mapping[str, float]) -> tuple[float, ...]:
        """How far off a measured point is from what is asked of results; 0 or less is kept."""
        known = self._params(point)
        known.update(results)
        return tuple(one.violation(known) for one in self._after)

    def _params(self, point: Point) -> dict[int | str, float]:
        return {number: values[point[number]] for number, values in self._values.items()}


def _parsed(text: str, axes: Sequence[Axis]) -> Constraint:
    parts = [part.strip() for part in _COMPARISON.split(text)]
    if len(parts) != 3 or not parts[0] or not parts[2]:
        raise AlphintraError(f"'{text}' is not a constraint.", hint=_HINT)
    left, sign, right = _side(parts[0], text, axes), parts[1], _side(parts[2], text, axes)
    smaller, larger = (left, right) if sign in ("<", "<=") else (right, left)
    if all(isinstance(part, float) for part in (*left.parts, *right.parts)):
        raise AlphintraError(f"'{text}' compares only numbers.", hint=_HINT)
    return Constraint(text.strip(), smaller, larger, strictly=sign in ("<", ">"))


def _side(side: str, text: str, axes: Sequence[Axis]) -> Side:
    parts = _ARITHMETIC.split(side)
    if len(parts) not in (1, 3):
        raise AlphintraError(
            f"'{text}' is more than can be compared.",
            hint="A side is one name or number, or two with + - * or / between them.",
        )
    return Side(tuple(_atom(part.strip(), axes) for part in parts[::2]), "".join(parts[1:2]))


def _atom(name: str, axes: Sequence[Axis]) -> float | int | str:
    try:
        value = float(name)
    except ValueError:
        return name if name in RESULTS else _axis(name, axes)
    if not math.isfinite(value):
        raise AlphintraError(f"'{name}' is not a finite number.", hint=_HINT)
    return value


def _axis(name: str, axes: Sequence[Axis]) -> int:
    called = [number for number, axis in enumerate(axes) if _is_called(axis, name)]
    found = called or [n for n, axis in enumerate(axes) if _begins_with(axis, name)]
    if len(found) == 1:
        if not axes[found[0]].is_ordered:
            raise AlphintraError(f"{axes[found[0]].name} is not a number.", hint=_HINT)
        return found[0]
    known = (*(axis.name for axis in axes), *RESULTS)
    listed = f"There are: {', '.join(known)}."
    if len(found) > 1:
        raise AlphintraError(f"'{name}' fits more than one param.", hint=listed)
    raise AlphintraError(
        f"No param of the search and no figure is called '{name}'.",
        hint=did_you_mean(name, known, listed),
    )


def _is_called(axis: Axis, name: str) -> bool:
    names = (axis.name, f"{axis.node}.{axis.param}", axis.title, axis.param)
    return name in names or snake_case(name) in map(snake_case, names)


def _begins_with(axis: Axis, name: str) -> bool:
    return snake_case(axis.title).startswith(snake_case(name))
