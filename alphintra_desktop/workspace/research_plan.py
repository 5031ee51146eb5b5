"""What a form of research comes to: the job, how much it is, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.nodes.custom import CUSTOM
from alphintra_desktop.workspace.research_estimate import (
    DataSize,
    duration_of,
    estimate,
    past_of,
    work_of,
)
from alphintra_desktop.workspace.research_runs import (
    AUTOPSY,
    CAUSALITY,
    PARAMS,
    SEARCH,
    STRESS,
    SWEEP,
    WALK_FORWARD,
    Kind,
    ResearchRun,
)
from alphintra_desktop.workspace.research_setup import (
    Setup,
    autopsy_arguments,
    causality_arguments,
    folds_in,
    grid_of_setup,
    search_arguments,
    space_of_setup,
    stress_arguments,
    sweep_arguments,
    walk_forward_arguments,
)
from alphintra_desktop.workspace.sheet import Sheet


@dataclass(frozen=True)
class Plan:
    """`spec` is None where something is in the way, which `trouble` says; `words` say how much."""

    spec: Spec | None = None
    words: str = ""
    trouble: str = ""


def plan(
    kind: Kind, sheet: Sheet, setup: Setup, size: DataSize, runs: Sequence[ResearchRun]
) -> Plan:
    """The job of a form, and how much it is."""
    try:
        return _planned(kind, sheet, setup, size, runs)
    except AlphintraError as error:
        return Plan(trouble=f"{error.message} {error.hint}".strip())


def _planned(
    kind: Kind, sheet: Sheet, setup: Setup, size: DataSize, runs: Sequence[ResearchRun]
) -> Plan:
    _refuse(sheet)
    graph = sheet.document.graph
    spec = Spec(kind.task, ARGUMENTS[kind.task](graph_to_text(graph), sheet.path.name, setup))
    points = _points(kind, sheet, setup)
    how_many = _how_many(kind, points, size, setup)
    slow = any(node.type == CUSTOM for node in graph.nodes.values())
    work = work_of(kind, _measured(kind, points, setup), size.bars, setup)
    past = past_of(runs, kind, sheet.title)
    took = estimate(work, past, size.in_all, slow=slow) if work else _of_past(past)
    if kind is SEARCH and not setup.search.trials and setup.search.minutes:
        took = "It ends when its time is over"
    return Plan(spec, f"{how_many}. {took}.")


def _refuse(sheet: Sheet) -> None:
    if sheet.read_only:
        raise AlphintraError(
            f"{sheet.title} cannot be researched: {sheet.read_only}.",
            hint="What is found is kept in the project: take it over, or open a copy of it.",
        )
    compiled = sheet.live_code.latest
    if compiled is not None and compiled.graph is sheet.document.graph and compiled.blocking:
        first = compiled.problems[0]
        raise AlphintraError(f"The graph cannot run: {first.message}", hint="See Problems.")


def _points(kind: Kind, sheet: Sheet, setup: Setup) -> int:
    """How many points there are; 0 where nothing is varied. Raises `AlphintraError`."""
    if PARAMS not in kind.asks:
        return 0
    whole = space_of_setup if kind is SEARCH else grid_of_setup
    return whole(sheet.document.graph, setup).size


def _measured(kind: Kind, points: int, setup: Setup) -> int:
    """How many of them are measured."""
    if kind is SEARCH and setup.search.sampler != "grid" and setup.search.trials:
        return min(points, setup.search.trials)
    return points


def _how_many(kind: Kind, points: int, size: DataSize, setup: Setup) -> str:
    many = "1 point" if points == 1 else f"{points:,} points"
    if kind is WALK_FORWARD:
        return _walks(many, size, setup)
    if kind is SEARCH:
        tried = _measured(kind, points, setup)
        return f"{many}, of which {tried:,} are tried" if tried < points else many
    if kind in (STRESS, AUTOPSY):
        return f"{setup.paths:,} paths"
    if kind is CAUSALITY:
        return f"Every node at {setup.bars:,} sampled bars"
    return f"{many}, each counted as a trial"


def _walks(many: str, size: DataSize, setup: Setup) -> str:
    inside, outside = setup.windows.lengths()
    walks = len(inside) * len(outside)
    if not size.bars:
        return f"{many} in every fold"
    folds = folds_in(size.bars, setup.windows)
    if not folds:
        raise AlphintraError(
            f"{size.bars:,} bars do not hold one fold.", hint="Take shorter windows."
        )
    more = f", and {walks - 1} more pairs of lengths" if walks > 1 else ""
    return f"{many} in each of {folds} folds{more}"


def _of_past(past: Sequence[tuple[float, float]]) -> str:
    """What is known of work that has no points: how long the last one took."""
    if not past:
        return "How long it takes is not known before the first one"
    return f"The last one of this strategy took {duration_of(past[0][0])}"


ARGUMENTS: dict[str, Callable[[str, str, Setup], dict[str, Any]]] = {
    SWEEP.task: sweep_arguments,
    SEARCH.task: search_arguments,
    WALK_FORWARD.task: walk_forward_arguments,
    STRESS.task: stress_arguments,
    CAUSALITY.task: causality_arguments,
    AUTOPSY.task: autopsy_arguments,
}
