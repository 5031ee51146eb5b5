"""What a search found, as JSON: `result.json` of the study and `search.json` of the job.

- `format`: 1. `study`: the id to resume it by. `name`: that of the graph.
- `sampler`, `objectives`, `constraints`, `seed`, `folds`, `prefer`: as asked (see `SearchSpec`).
- `ended_by`: `trials`, `seconds`, or `exhausted` where there was hardly anything left to try.
- `seconds`: how long the search has worked, all times it was resumed together.
- `slow_because`: why every trial ran through the generated file; empty on the fast way.
- `marks`: what a reader has to know, such as that bars are held out.
- `axes`: for each `name`, `node`, `param`, `values` (a point is a place on each) and `is_ordered`.
- `counts`: `trials` asked for by the sampler, `measured` points (no repeats, neighbours included:
  what the ledger counts), `repeated`, `pruned`, `failed`, `infeasible`, `neighbours`.
- `trials`: for each, in order: `number`, `kind` (`search` or `neighbour`), `point` (places on the
  axes), `state` (`done`, `pruned` or `failed`), `feasible`, `repeats` (a number, or null),
  `total_return`, `sharpe`, `max_drawdown` and `trades` (null where it has none), `folds` (the
  objective on the early ones) and `message` (why it failed).
- `peak` and `plateau`: the best trial and the one with the best neighbourhood, by the first
  objective: `number`, `point`, `params` by name, the four measures, and `neighbourhood`, the mean
  of the objective over the box around it. Null where there is none.
- `winner`: `plateau` or `peak`, whichever was preferred and is there; empty where nothing is.
- `front`: with several objectives, the numbers of the trials that none other beats in all.
- `warning`: a sentence when the peak is a lone one, or when nothing kept to the constraints.
- `importance`: by axis name, how much of the objective's variance its values explain, 0 to 1.
- `luck`: `backtest.luck.luck` of the winner for all trials on these bars. `overfitting`:
  `probability` and `points` of `research.overfitting`. `checked`: how many trials ran again, cold.

A summary is all of it but `trials`, with `top`, the best of them as `peak` is written, instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from alphintra_desktop.research.grid import Axis, Grid
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.search_history import History
from alphintra_desktop.research.search_plateau import Neighbourhood
from alphintra_desktop.research.search_space import Point
from alphintra_desktop.research.search_spec import SearchSpec
from alphintra_desktop.research.studies import DONE, NEIGHBOUR, PRUNED, UNBUILT, TrialRecord

FORMAT = 1
BINS = 8  # of the values of an axis, to see what they explain


def asked_of(spec: SearchSpec) -> dict[str, Any]:
    """What was asked."""
    return {
        "sampler": spec.sampler,
        "objectives": list(spec.objectives),
        "constraints": list(spec.constraints),
        "seed": spec.seed,
        "folds": spec.folds,
        "prefer": spec.prefer,
    }


def axes_of(space: Grid) -> list[dict[str, Any]]:
    """The axes of a space."""
    return [
        {
            "name": axis.name,
            "node": axis.node,
            "param": axis.param,
            "values": list(axis.values),
            "is_ordered": axis.is_ordered,
        }
        for axis in space.axes
    ]


def counts_of(history: History) -> dict[str, int]:
    """How many trials there are of each kind."""
    asked, measured = history.asked, history.measured()
    return {
        "trials": len(asked),
        "measured": len(measured),
        "repeated": sum(trial.repeats is not None for trial in asked),
        "pruned": sum(trial.state == PRUNED for trial in measured),
        "failed": sum(trial.state == UNBUILT for trial in measured),
        "infeasible": sum(trial.state == DONE and not trial.is_feasible for trial in measured),
        "neighbours": sum(trial.kind == NEIGHBOUR for trial in history.trials),
    }


def trial_row(trial: TrialRecord) -> dict[str, Any]:
    """A trial among `trials`."""
    return {
        "number": trial.number,
        "kind": trial.kind,
        "point": list(trial.point),
        "state": trial.state,
        "feasible": trial.is_feasible,
        "repeats": trial.repeats,
        **_measures(trial),
        "folds": [_number(value) for value in trial.folds],
        "message": trial.message,
    }


def pointed(space: Grid, trial: TrialRecord, around: Neighbourhood | None) -> dict[str, Any]:
    """A trial by the names and values of its params."""
    values = zip(space.axes, trial.point, strict=True)
    return {
        "number": trial.number,
        "point": list(trial.point),
        "params": {axis.name: axis.values[place] for axis, place in values},
        **_measures(trial),
        "neighbourhood": _number(around.mean) if around is not None else None,
    }


def front_of(history: History, objectives: Sequence[str]) -> list[int]:
    """The numbers of the trials that none other beats in all objectives; the first of equal ones.

    Empty with one objective.
    """
    if len(objectives) < 2:
        return []
    columns = [history.values(place) for place in range(len(objectives))]
    rows = {
        point: tuple(column[point] for column in columns)
        for point in columns[0]
        if all(math.isfinite(column[point]) for column in columns)
    }
    best: list[tuple[Point, tuple[float, ...]]] = []
    for point, row in sorted(rows.items(), key=lambda item: item[1], reverse=True):
        if not any(all(a >= b for a, b in zip(other, row, strict=True)) for _, other in best):
            best.append((point, row))
    return sorted(history.of(point).number for point, _ in best)


def importance_of(space: Grid, values: Mapping[Point, float]) -> dict[str, float]:
    """How much of an objective's variance the values of each axis explain by themselves.

    The correlation ratio: the variance of the means over the values of an axis, in at most `BINS`
    groups of neighbouring ones, over the whole variance. What a sampler chose is no fair sample of
    the space, so it is a hint and no measurement.
    """
    known = {point: value for point, value in values.items() if math.isfinite(value)}
    metric = np.array([*known.values()])
    if len(metric) < 2 or not metric.std() > 0.0:
        return {}
    places = np.array([*known])
    return {
        axis.name: _explained(metric, _groups(axis, places[:, number]))
        for number, axis in enumerate(space.axes)
    }


def _groups(axis: Axis, places: Any) -> Any:
    if not axis.is_ordered or len(axis.values) <= BINS:
        return places
    return places * BINS // len(axis.values)


def _explained(metric: Any, groups: Any) -> float:
    parts = [metric[groups == group] for group in np.unique(groups)]
    between = sum(len(part) * (part.mean() - metric.mean()) ** 2 for part in parts)
    return float(between / (len(metric) * metric.var()))


def _measures(trial: TrialRecord) -> dict[str, float | None]:
    found = trial.measures or (math.nan,) * len(Measures._fields)
    return {name: _number(value) for name, value in zip(Measures._fields, found, strict=True)}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
