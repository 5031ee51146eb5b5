"""One account out of the out-of-sample windows of a walk-forward, and what it says of the search.

With flat edges every fold trades on its own, from cash to cash, and the curves are chained by their
growth. With carried edges one account trades all along by the decisions of the fold that is in
charge, and only its positions cross the edges. A fold that failed holds nothing: with carried edges
what was held is left at the first chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.bars import Bars
from alphintra_desktop.research.grid import Axis, Grid
from alphintra_desktop.research.splits import Span
from alphintra_desktop.research.windowed_run import WindowRun, opened, rows_between, trade
from alphintra_desktop.simulation.metrics import bar_returns
from alphintra_desktop.simulation.rules import Decisions, Rules


@dataclass(frozen=True, eq=False)
class Deciding:
    """What a fold decides in its out-of-sample window, from the close of the bar before it on."""

    span: Span
    rules: Rules
    decisions: Decisions


def chained(spans: Sequence[Span], runs: Sequence[WindowRun | None], cash: float) -> WindowRun:
    """The account of flat edges: each fold's growth after the other's; None for one that failed."""
    equity, profits, exits, year = [np.array([cash])], [], [], math.nan
    for span, run in zip(spans, runs, strict=True):
        capital = equity[-1][-1]
        if run is None:
            equity.append(np.full(len(span), capital))
            continue
        place = span.first - spans[0].first
        equity.append(capital * (run.equity[1:] / run.cash))
        profits.append(run.profits * (capital / run.cash))
        exits.append(run.exits + place)
        year = run.bars_per_year
    return WindowRun(
        cash,
        np.concatenate(equity),
        np.concatenate([np.empty(0), *profits]),
        np.concatenate([np.empty(0, np.int64), *exits]),
        year,
    )


def carried(bars: Bars, spans: Sequence[Span], folds: Sequence[Deciding | None]) -> WindowRun:
    """The account of carried edges. Raises `AlphintraError` where folds trade by other rules."""
    known = [fold for fold in folds if fold is not None]
    rules = known[0].rules
    for fold in known:
        _refuse_other_rules(rules, fold.rules)
    shape = known[0].decisions.size.shape[1]
    parts = [
        _leaving(span, shape) if fold is None else fold.decisions
        for span, fold in zip(spans, folds, strict=True)
    ]
    # The decision at a window's last close is that of the next fold, which begins with it.
    kept = [Decisions._make(column[:-1] for column in part) for part in parts[:-1]] + parts[-1:]
    decisions = Decisions._make(np.concatenate(columns) for columns in zip(*kept, strict=True))
    whole = opened(Span(spans[0].first, spans[-1].end))
    return trade(rules, rows_between(bars, whole.first, whole.end), decisions, flat=False)


def _leaving(span: Span, symbols: int) -> Decisions:
    """Decisions to hold nothing."""
    shape = (len(opened(span)), symbols)
    yes, no, none = np.ones(shape, np.bool_), np.zeros(shape, np.bool_), np.full(shape, np.nan)
    return Decisions(no, yes, no, yes, none, none, none, none, np.zeros(shape), yes)


def _refuse_other_rules(rules: Rules, other: Rules) -> None:
    for name, one, another in zip(Rules._fields, rules, other, strict=True):
        if one != another:
            raise AlphintraError(
                f"Positions cannot be carried from fold to fold: {name} is {one} in one and "
                f"{another} in another.",
                hint="Let every fold end flat, or leave what changes the rules out of the grid.",
            )


def part_of(run: WindowRun, span: Span, start: int) -> WindowRun:
    """One window of a stitched account, whose first window begins at bar `start`."""
    first, end = span.first - start, span.end - start
    here = (run.exits > first) & (run.exits <= end)
    equity = run.equity[first : end + 1]
    return WindowRun(
        float(equity[0]), equity, run.profits[here], run.exits[here] - first, run.bars_per_year
    )


# ------------------------------------------------------------------------- figures


def mean_return(run: WindowRun) -> float:
    """The mean return a bar; NaN for an account that fell to nothing."""
    returns = bar_returns(run.equity)
    return float(returns.mean()) if len(returns) else math.nan


def efficiency(inside: Iterable[float], outside: Iterable[float]) -> float:
    """The mean out of sample over the mean in sample: how much of what was found is kept.

    1 keeps all; NaN where there was nothing to keep. Pardo 2008, "The Evaluation and Optimization
    of Trading Strategies", chapter 11, of annual returns.
    """
    pairs = [pair for pair in zip(inside, outside, strict=True) if np.isfinite(pair).all()]
    if not pairs:
        return math.nan
    found, kept = np.mean(pairs, axis=0)
    return float(kept / found) if found > 0.0 else math.nan


def drift(grid: Grid, points: Sequence[int]) -> dict[str, dict[str, Any]]:
    """How the chosen values wander from fold to fold, by what a user calls the axis.

    - `values`: the value of each fold.
    - `changes`: the share of folds, but the first, that chose another value than the one before.
    - `moved`: the mean distance between neighbouring folds' values, as a fraction of the axis from
      its lowest to its highest value, counted in steps; NaN for switches and choices.
    """
    chosen = [grid.point(point) for point in points]
    return {
        axis.name: _drift_of(axis, [values[number] for values in chosen])
        for number, axis in enumerate(grid.axes)
    }


def _drift_of(axis: Axis, values: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"values": list(values), "changes": math.nan, "moved": math.nan}
    if len(values) < 2:
        return found
    found["changes"] = float(np.mean([a != b for a, b in pairwise(values)]))
    if axis.is_ordered and len(axis.values) > 1:
        places = [sorted(axis.values).index(value) for value in values]
        found["moved"] = float(np.abs(np.diff(places)).mean() / (len(axis.values) - 1))
    return found
