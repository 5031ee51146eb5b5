"""What research has found, read for a page. All of this is slow at first: for a thread."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alphintra_desktop.backtest.luck import luck_in_words
from alphintra_desktop.research.overfitting import overfitting_in_words
from alphintra_desktop.research.search_task import ARTIFACT
from alphintra_desktop.research.task import TABLE
from alphintra_desktop.research.walk_forward_task import TABLE as WALK_TABLE
from alphintra_desktop.simulation.metrics import format_metric
from alphintra_desktop.workspace.research_points import (
    Floats,
    PointTable,
    points_of,
    read_json,
    read_points,
    read_table,
    told,
)
from alphintra_desktop.workspace.research_runs import ResearchRun


@dataclass(frozen=True)
class Judgement:
    """What stands beside a Sharpe ratio: probabilities as text, and sentences in full.

    `of` says which Sharpe ratio it is, `record` how many bars it takes to be sure of it.
    """

    of: str
    trials: int
    probabilistic: str
    deflated: str
    overfitting: str
    record: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SweepFound:
    """A sweep: all points, which of them are the best and the plateau, and how far to trust it."""

    run: ResearchRun
    table: PointTable
    measure: str
    best: int | None
    plateau: int | None
    facts: str
    warning: str
    judgement: Judgement

    def keyed(self, point: int) -> dict[tuple[str, str], Any]:
        """The params of a point by node id and param, as an edit wants them."""
        values = self.table.values_at(point).values()
        return dict(zip(self.run.axes, values, strict=True))

    @property
    def stands_alone(self) -> bool:
        """Whether the best point is a lone peak."""
        return bool(self.warning)


def load_sweep(run: ResearchRun) -> SweepFound:
    """Read a finished sweep. Raises `AlphintraError`."""
    result = run.result or {}
    table = read_points(run.folder / "artifacts" / TABLE)
    best, plateau = result["best"], result["plateau"]
    return SweepFound(
        run,
        table,
        result["metric"],
        table.find(best["params"]) if best else None,
        table.find(plateau["params"]) if plateau else None,
        _facts(result),
        result["warning"],
        judgement_of(result, "of the best point"),
    )


def load_search(run: ResearchRun) -> SweepFound:
    """Read a finished search: its trials that came to something, each point once.

    Raises `AlphintraError`.
    """
    result = run.result or {}
    whole = read_json(run.folder / "artifacts" / ARTIFACT)
    trials = [t for t in whole["trials"] if t["repeats"] is None and t["state"] == "done"]
    trials = [trial for trial in trials if trial["feasible"]]
    table = points_of(whole["axes"], [t["point"] for t in trials], trials)
    peak, plateau = result["peak"], result["plateau"]
    return SweepFound(
        run,
        table,
        result["objectives"][0],
        table.find(peak["params"]) if peak else None,
        table.find(plateau["params"]) if plateau else None,
        _search_facts(result),
        result["warning"],
        judgement_of(result, _winner_told(result)),
    )


def _winner_told(result: Mapping[str, Any]) -> str:
    """Which point luck is told of."""
    return "of the plateau" if result["winner"] == "plateau" else "of the best point"


def _search_facts(result: Mapping[str, Any]) -> str:
    counts = result["counts"]
    parts = [f"{counts['measured']:,} points measured by {result['sampler']}"]
    parts += [
        f"{counts[name]:,} {name}" for name in ("pruned", "failed", "infeasible") if counts[name]
    ]
    if result["front"]:
        parts.append(f"{len(result['front']):,} on the front, beaten by none in all objectives")
    if result["importance"]:
        parts.append("most depends on " + _most_important(result["importance"]))
    parts.append(f"{result['seconds']:.1f} s, ended by {result['ended_by']}")
    return "  ·  ".join(parts)


def _most_important(importance: Mapping[str, float]) -> str:
    name = max(importance, key=lambda key: importance[key])
    return f"{name} ({importance[name]:.0%} of the variance)"


def judgement_of(result: Mapping[str, Any], of: str) -> Judgement:
    """How far a Sharpe ratio can be trusted, by luck and the probability of overfitting."""
    luck, overfitting = (_numbers(result.get(name)) for name in ("luck", "overfitting"))
    sentences = list(luck_in_words(luck)) if luck else []
    if overfitting:
        sentences.append(overfitting_in_words(overfitting))
    return Judgement(
        of,
        int(luck["trials"]) if luck else 0,
        percent(luck["probabilistic_sharpe"]) if luck else "",
        percent(luck["deflated_sharpe"]) if luck else "",
        percent(overfitting["probability"]) if overfitting else "",
        _record(luck) if luck else "",
        tuple(sentences),
    )


def _record(luck: Mapping[str, float]) -> str:
    shortest = luck["minimum_bars"]
    if not math.isfinite(shortest):
        return ""
    return f"sure of it after {shortest:,.0f} bars, has {luck['bars']:,.0f}"


def _numbers(found: Mapping[str, float | None] | None) -> dict[str, float]:
    """The same with NaN for what JSON could not hold."""
    return {name: math.nan if v is None else v for name, v in (found or {}).items()}


def percent(probability: float | None) -> str:
    """A probability in whole percents, never quite certain; empty where there is none."""
    if probability is None or math.isnan(probability):
        return ""
    if probability > 0.995:
        return ">99%"
    return "<1%" if probability < 0.005 else f"{probability:.0%}"


def metric_text(name: str, value: float | None) -> str:
    """A measure as it is printed; empty where there is none."""
    return "" if value is None else format_metric(name, float(value))


def _facts(result: Mapping[str, Any]) -> str:
    seconds = result["seconds"] + result["seconds_checking"]
    way = (
        f"every point ran through the generated file: {result['slow_because']}"
        if result["slow_because"]
        else f"{result['checked']:,} of them ran again through the generated file"
    )
    return f"{result['points']:,} points in {seconds:.1f} s  ·  {way}"


@dataclass(frozen=True, eq=False)
class WalkFound:
    """A walk-forward: the account stitched of what was never seen, its folds, and their params.

    `fold` (T,) is the fold of each bar, from 1 on, 0 before the first.
    """

    run: ResearchRun
    timestamps: Any
    equity: Floats
    fold: Any
    folds: tuple[Mapping[str, Any], ...]
    names: tuple[str, ...]
    judgement: Judgement

    @property
    def borders(self) -> list[int]:
        """The bars at which a fold begins."""
        return [int(row) + 1 for row in np.flatnonzero(np.diff(self.fold))]

    def chosen(self, name: str) -> list[Any]:
        """The values that a param had, a fold; None where the fold failed."""
        return [fold["params"].get(name) for fold in self.folds]

    @property
    def latest(self) -> dict[tuple[str, str], Any]:
        """The params of the last fold that went well, by node id and param."""
        well = [fold["params"] for fold in self.folds if not fold["failure"]]
        if not well:
            return {}
        return dict(zip(self.run.axes, well[-1].values(), strict=True))


def load_walk_forward(run: ResearchRun) -> WalkFound:
    """Read a finished walk-forward. Raises `AlphintraError`."""
    table = read_table(run.folder / "artifacts" / WALK_TABLE)
    result = run.result or {}
    folds = tuple(result["folds"])
    names = next((tuple(fold["params"]) for fold in folds if not fold["failure"]), ())
    return WalkFound(
        run,
        table["timestamp"].to_numpy(),
        table["equity"].to_numpy().astype(np.float64),
        table["fold"].to_numpy(),
        folds,
        names,
        judgement_of(result, "out of sample"),
    )


def fold_rows(found: WalkFound) -> list[list[str]]:
    """The folds as a table: when, what was chosen, and how it did in and out of sample."""
    return [_fold_row(number, fold, found.names) for number, fold in enumerate(found.folds, 1)]


def fold_heads(found: WalkFound) -> list[str]:
    """What stands above `fold_rows`."""
    return ["Fold", "Out of sample", *found.names, "Sharpe in", "Sharpe out", "Return out", "Note"]


def _fold_row(number: int, fold: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    head = [str(number), " to ".join(fold["out_of_sample"])]
    if fold["failure"]:
        return [*head, *("" for _ in names), "", "", "", f"failed: {fold['failure']}"]
    figures = (
        ("sharpe", fold["in"]["sharpe"]),
        ("sharpe", fold["out"]["sharpe"]),
        ("total_return", fold["out"]["total_return"]),
    )
    params = (told(fold["params"][name]) for name in names)
    note = "the best point was a lone peak" if fold["warning"] else ""
    return [*head, *params, *(format_metric(*figure) for figure in figures), note]


def drift_in_words(result: Mapping[str, Any]) -> list[str]:
    """How much the chosen params moved from fold to fold, a sentence each."""
    told_ = []
    for name, drift in result["drift"].items():
        if len(drift["values"]) < 2:
            told_.append(f"{name} was chosen once.")
            continue
        way = f", on average by {drift['moved']:.0%} of its range" if drift["moved"] > 0 else ""
        told_.append(f"{name} changed in {drift['changes']:.0%} of the folds{way}.")
    return told_
