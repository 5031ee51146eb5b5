"""The points of a sweep or a search as arrays: params and measures, as charts and tables ask.

What a chart of two params shows where there are more is the best, the mean or the worst over all
others, or their values at a chosen point.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from alphintra_desktop.backtest.spreadsheet_text import delimited
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.simulation.metrics import format_metric

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MEASURES = {
    "sharpe": "Sharpe ratio",
    "total_return": "Total return",
    "max_drawdown": "Drawdown",
    "trades": "Trades",
}
BEST, MEAN, WORST, AT_POINT = "best", "mean", "worst", "at the chosen point"
WAYS = (BEST, MEAN, WORST, AT_POINT)
MOST_TICKS = 200  # values of a param that a map has room for; more are gathered
FEWEST_CELLS = 6


@dataclass(frozen=True, eq=False)
class Varied:
    """One param: its values in order, and (points,) which of them each point has.

    `numbers` places the values on a line; choices and switches stand side by side.
    """

    name: str
    values: tuple[Any, ...]
    places: Integers
    numbers: Floats

    def told(self, place: int) -> str:
        """A value as text."""
        return told(self.values[place])


@dataclass(frozen=True, eq=False)
class PointTable:
    """All points: `params` in the order of the axes, `measures` (points,) by name."""

    params: tuple[Varied, ...]
    measures: Mapping[str, Floats]

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self.params[0].places)

    def values_at(self, point: int) -> dict[str, Any]:
        """The params of a point, by name."""
        return {one.name: one.values[one.places[point]] for one in self.params}

    def find(self, params: Mapping[str, Any]) -> int | None:
        """The point with these values; None where there is none."""
        matching = np.ones(self.count, dtype=bool)
        for one in self.params:
            if params.get(one.name) not in one.values:
                return None
            matching &= one.places == one.values.index(params[one.name])
        found = np.flatnonzero(matching)
        return int(found[0]) if len(found) else None

    def words(self, point: int) -> str:
        """A point and its measures in a line."""
        params = ", ".join(f"{name} {told(value)}" for name, value in self.values_at(point).items())
        measures = ", ".join(
            f"{MEASURES.get(name, name)} {format_metric(name, float(column[point]))}"
            for name, column in self.measures.items()
        )
        return f"{params}:  {measures}"


def read_points(path: Path, names: Sequence[str] = ()) -> PointTable:
    """The table that a sweep has left. Raises `AlphintraError`.

    `names` are the params; by default all columns that are no measure.
    """
    table = read_table(path)
    wanted = names or [name for name in table.column_names if name not in MEASURES]
    params = tuple(varied(name, table[name].to_numpy()) for name in wanted)
    measures = {
        name: table[name].to_numpy().astype(np.float64)
        for name in MEASURES
        if name in table.column_names
    }
    return PointTable(params, measures)


def read_table(path: Path) -> Any:
    """A table that research has left, with pyarrow. Raises `AlphintraError`."""
    from pyarrow import ArrowException, parquet  # noqa: PLC0415 - heavy

    try:
        return parquet.read_table(path)
    except (OSError, ArrowException) as error:
        raise AlphintraError(
            f"{path.name} cannot be read: {error}.", hint="Start that research again."
        ) from error


def read_json(path: Path) -> Any:
    """An object that research has left as JSON. Raises `AlphintraError`."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise AlphintraError(
            f"{path.name} cannot be read: {error}.", hint="Start that research again."
        ) from error


def points_of(
    axes: Sequence[Mapping[str, Any]],
    places: Sequence[Sequence[int]],
    measured: Sequence[Mapping[str, Any]],
) -> PointTable:
    """The table of points that are places on axes, with what was measured at each."""
    params = []
    for number, axis in enumerate(axes):
        own = np.array([point[number] for point in places], dtype=np.int64)
        params.append(_on_axis(axis["name"], tuple(axis["values"]), own))
    measures = {
        name: np.array([math.nan if one[name] is None else one[name] for one in measured])
        for name in MEASURES
    }
    return PointTable(tuple(params), measures)


def varied(name: str, column: npt.NDArray[Any]) -> Varied:
    """A param of the values that all points have."""
    found, places = np.unique(column, return_inverse=True)
    return _on_axis(name, tuple(found.tolist()), places.astype(np.int64))


def _on_axis(name: str, values: tuple[Any, ...], places: Integers) -> Varied:
    if all(type(value) in (int, float) for value in values):
        numbers = np.asarray(values, dtype=np.float64)
    else:
        numbers = np.arange(len(values), dtype=np.float64)
    return Varied(name, values, places, numbers)


def told(value: Any) -> str:
    """A value of a param as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


# ------------------------------------------------------------------------- two params


@dataclass(frozen=True, eq=False)
class Cells:
    """A measure over two params: (y, x) values, NaN where no point lies.

    `points` is the point that stands behind a cell, -1 for none: of several the best one.
    """

    x: Varied
    y: Varied
    values: Floats
    points: Integers


def cells_of(
    table: PointTable, axes: tuple[int, int], measure: str, way: str, at: int | None = None
) -> Cells:
    """The measure over the params number `axes` (x, y), other params taken `way`."""
    most = _side(table, axes)
    x, y = (gathered(table.params[number], most) for number in axes)
    column, rows = table.measures[measure], np.arange(table.count)
    if way == AT_POINT and at is not None:
        rows = _like(table, axes, at)
    rows = rows[np.isfinite(column[rows])]
    flat = y.places[rows] * len(x.values) + x.places[rows]
    shape = len(y.values), len(x.values)
    sign = -1.0 if way == WORST else 1.0
    order = np.lexsort((sign * column[rows], flat))  # the one wanted comes last in its cell
    points = np.full(shape[0] * shape[1], -1, dtype=np.int64)
    points[flat[order]] = rows[order]
    values = np.where(points >= 0, column[points], np.nan)
    if way == MEAN and len(rows):
        sums = np.bincount(flat, column[rows], minlength=len(points))
        counts = np.bincount(flat, minlength=len(points))
        with np.errstate(invalid="ignore"):
            values = np.where(counts > 0, sums / counts, np.nan)
    return Cells(x, y, values.reshape(shape), points.reshape(shape))


def _like(table: PointTable, axes: tuple[int, int], at: int) -> Integers:
    """The points that have all other params like point `at`."""
    same = np.ones(table.count, dtype=bool)
    for number, one in enumerate(table.params):
        if number not in axes:
            same &= one.places == one.places[at]
    return np.flatnonzero(same)


def _side(table: PointTable, axes: tuple[int, int]) -> int:
    """How many cells a side: fewer where points lie so far apart that most would be empty."""
    many = math.prod(len(table.params[number].values) for number in axes)
    if 2 * table.count >= many:
        return MOST_TICKS
    return min(max(math.ceil(math.sqrt(1.5 * table.count)), FEWEST_CELLS), MOST_TICKS)


def gathered(one: Varied, most: int = MOST_TICKS) -> Varied:
    """A param of so few values that a map has room for them: neighbours are gathered."""
    if len(one.values) <= most:
        return one
    many = math.ceil(len(one.values) / most)
    values = one.values[::many]
    return Varied(one.name, values, one.places // many, one.numbers[::many])


# -------------------------------------------------------------------------- one param


@dataclass(frozen=True, eq=False)
class Slice:
    """A measure along one param: the best and the middle of all points, and through one point."""

    param: Varied
    best: Floats
    middle: Floats
    through: Floats


def slice_of(table: PointTable, number: int, measure: str, at: int | None) -> Slice:
    """The measure along param `number`, with the line through point `at`."""
    one, column = gathered(table.params[number]), table.measures[measure]
    count = len(one.values)
    best, middle, through = (np.full(count, np.nan) for _ in range(3))
    finite = np.flatnonzero(np.isfinite(column))
    order = finite[np.lexsort((column[finite], one.places[finite]))]
    starts = np.searchsorted(one.places[order], np.arange(count + 1))
    for place in range(count):
        inside = order[starts[place] : starts[place + 1]]
        if len(inside):
            best[place] = column[inside[-1]]
            middle[place] = column[inside[len(inside) // 2]]
    if at is not None:
        line = _like(table, (number, number), at)
        through[one.places[line]] = column[line]
    return Slice(one, best, middle, through)


# ------------------------------------------------------------------------- as a table


def as_text(table: PointTable, rows: Sequence[int], separator: str = ",") -> str:
    """Points as lines with a head, for a file or a spreadsheet."""
    heads = [one.name for one in table.params] + [MEASURES.get(n, n) for n in table.measures]
    lines = (
        [
            *table.values_at(row).values(),
            *(float(column[row]) for column in table.measures.values()),
        ]
        for row in rows
    )
    return delimited(heads, lines, separator)
