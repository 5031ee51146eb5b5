"""What a form of research comes to: the job, how much it is, or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.nodes.custom import CUSTOM
from alphintra_desktop.workspace.research_estimate import DataSize, estimate, past_of, work_of
from alphintra_desktop.workspace.research_runs import SWEEP, WALK_FORWARD, Kind, ResearchRun
from alphintra_desktop.workspace.research_setup import (
    Setup,
    folds_in,
    grid_of_setup,
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
    points = grid_of_setup(graph, setup).size
    how_many = _how_many(kind, points, size, setup)
    slow = any(node.type == CUSTOM for node in graph.nodes.values())
    work = work_of(kind, points, size.bars, setup)
    took = estimate(work, past_of(runs, kind, sheet.title), size.in_all, slow=slow)
    return Plan(_spec(kind, sheet, setup), f"{how_many}. {took}.")


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


def _how_many(kind: Kind, points: int, size: DataSize, setup: Setup) -> str:
    many = "1 point" if points == 1 else f"{points:,} points"
    if kind is not WALK_FORWARD:
        return f"{many}, each counted as a trial"
    inside, outside = setup.windows.lengths()
    walks = len(inside) * len(outside)
    folds = folds_in(size.bars, setup.windows)
    if not size.bars:
        return f"{many} in every fold"
    if not folds:
        raise AlphintraError(
            f"{size.bars:,} bars do not hold one fold.", hint="Take shorter windows."
        )
    more = f", and {walks - 1} more pairs of lengths" if walks > 1 else ""
    return f"{many} in each of {folds} folds{more}"


def _spec(kind: Kind, sheet: Sheet, setup: Setup) -> Spec:
    text, where = graph_to_text(sheet.document.graph), sheet.path.name
    arguments = sweep_arguments if kind is SWEEP else walk_forward_arguments
    return Spec(kind.task, arguments(text, where, setup))
