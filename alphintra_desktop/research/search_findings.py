"""What to make of a search that has ended: the winner, checked cold, and how far luck explains it.

1. The best trial, the one with the best neighbourhood and a random hundredth of all run again
   through the generated file. A difference in any number is an error.
2. The probability of backtest overfitting is that of choosing among the trials that were made, or
   among as many of them, drawn at random, as `research.overfitting` takes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from alphintra_desktop.backtest.luck import luck
from alphintra_desktop.backtest.result import BacktestResult
from alphintra_desktop.report import Report
from alphintra_desktop.research.measure import Measures
from alphintra_desktop.research.overfitting import BLOCKS, OverfittingFound, PointReturns
from alphintra_desktop.research.search import Search, SearchGround
from alphintra_desktop.research.search_ledger import StudyLedger
from alphintra_desktop.research.search_plateau import Neighbourhood, lone_peak
from alphintra_desktop.research.search_result import (
    asked_of,
    axes_of,
    counts_of,
    front_of,
    importance_of,
    pointed,
    trial_row,
)
from alphintra_desktop.research.search_space import Point, number_of
from alphintra_desktop.research.search_spec import PLATEAU
from alphintra_desktop.research.studies import DONE
from alphintra_desktop.research.sweep import (
    CHECKED,
    cold,
    left_of,
    measures_of,
    refuse_difference,
)
from alphintra_desktop.runs.canonical import finite
from alphintra_desktop.simulation.sharpe_inference import backtest_overfitting


def findings_of(
    search: Search, ground: SearchGround, counted: StudyLedger, report: Report
) -> dict[str, Any]:
    """All of a result but its head: see `research.search_result`.

    Raises `Cancelled`, and `AlphintraError` where a trial comes out different through its file.
    """
    history, spec, space = search.history, ground.spec, ground.space
    peak, plateau = search.peak(), search.plateau() if spec.prefer == PLATEAU else None
    chosen = plateau or peak
    checked = _checked(search, ground, [one for one in (peak, plateau) if one], report)
    winner = checked[chosen.point] if chosen else None
    tried = counted.tried()
    found = {
        **asked_of(spec),
        "ended_by": search.ended_by,
        "seconds": search.seconds,
        "slow_because": ground.points.slow_because,
        "marks": list(winner.marks if winner else ground.loaded.marks),
        "axes": axes_of(space),
        "counts": counts_of(history),
        "trials": [trial_row(trial) for trial in history.trials],
        "peak": pointed(space, history.of(peak.point), peak) if peak else None,
        "plateau": pointed(space, history.of(plateau.point), plateau) if plateau else None,
        "winner": ("plateau" if plateau else "peak") if chosen else "",
        "front": front_of(history, spec.objectives),
        "warning": _warning(search, peak),
        "importance": importance_of(space, history.values()),
        "luck": luck(winner, tried) if winner else None,
        "overfitting": _overfitting(search, ground, report).as_dict(),
        "checked": len(checked),
    }
    return {name: finite(value) for name, value in found.items()}


def _warning(search: Search, peak: Neighbourhood | None) -> str:
    if peak is None:
        return "No trial has a number and keeps to the constraints: there is nothing to choose."
    return lone_peak(peak, search.history.values().values())


def _checked(
    search: Search, ground: SearchGround, best: list[Neighbourhood], report: Report
) -> dict[Point, BacktestResult]:
    """The backtests of the best trials and of a random hundredth, each as it was measured."""
    points = list(dict.fromkeys([*(one.point for one in best), *_some(search, ground)]))
    found = {}
    for done, point in enumerate(points):
        report.progress(done, of=len(points), doing="Checking with the generated file")
        number, trial = number_of(ground.space, point), search.history.of(point)
        assert trial.measures is not None
        found[point] = cold(ground.graph, ground.space, number, ground.loaded)
        expected = measures_of(found[point])
        measured, left = Measures(*trial.measures), left_of(found[point])
        refuse_difference(ground.space, number, expected, measured, left)
    return found


def _some(search: Search, ground: SearchGround) -> list[Point]:
    if ground.points.slow_because:  # every trial ran through its file
        return []
    return _drawn(search, ground, math.ceil(len(search.history.measured()) / CHECKED))


def _drawn(search: Search, ground: SearchGround, most: int) -> list[Point]:
    """Some of the points that were measured to the end, in the order of their trials."""
    points = [trial.point for trial in search.history.measured() if trial.state == DONE]
    places = np.random.default_rng(ground.spec.seed).permutation(len(points))[:most]
    return [points[place] for place in sorted(places)]


def _overfitting(search: Search, ground: SearchGround, report: Report) -> OverfittingFound:
    source = PointReturns(ground.graph, ground.space, ground.loaded)
    chosen = _drawn(search, ground, source.most)
    table = np.empty((ground.loaded.bars.count - 1, len(chosen)))
    for column, point in enumerate(chosen):
        report.progress(column, of=len(chosen), doing="Judging the choice")
        table[:, column] = source.of(number_of(ground.space, point))
    return OverfittingFound(backtest_overfitting(table, BLOCKS).probability, len(chosen))
