"""An autopsy as a job: a recorded run is repeated, put under stress, and judged on one page.

Nothing of it is a trial: the run counts already, and no variant is chosen.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from alphintra_desktop.backtest.run import backtest
from alphintra_desktop.backtest.task import trial_of
from alphintra_desktop.codegen.module import generate
from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.report import Report
from alphintra_desktop.research.autopsy.findings import Dissected, findings
from alphintra_desktop.research.autopsy.held_out import holdout_of
from alphintra_desktop.research.causality_task import CausalitySpec, run_causality, said_of
from alphintra_desktop.research.executors.choice import THIS_PROCESS
from alphintra_desktop.research.resampling.paths import Paths, shared
from alphintra_desktop.research.resampling.stress import stress
from alphintra_desktop.research.resampling.stress_task import (
    StressSpec,
    check_spec,
    loaded_for,
    spec_of_run,
    without_values,
)
from alphintra_desktop.research.resampling.subject import Subject
from alphintra_desktop.runs.canonical import finite
from alphintra_desktop.runs.ledger import find_run, ledger, trials_on
from alphintra_desktop.runs.manifest import equity_hash
from alphintra_desktop.runs.project import Project, open_project

PAGE, RESULT = "autopsy.html", "autopsy.json"


@dataclass(frozen=True)
class AutopsySpec:
    """Which run of which project (its folder), and how thoroughly."""

    project: str
    run: str
    seed: int = 0
    paths: int = 500
    executor: str = THIS_PROCESS
    workers: int = 0
    address: str = ""

    def how(self) -> dict[str, Any]:
        """What its stress test is asked."""
        return {n: v for n, v in asdict(self).items() if n not in ("project", "run")}

    def arguments(self) -> dict[str, Any]:
        """The spec as a job's JSON arguments."""
        return asdict(self)


def run_autopsy(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: leave the page and the findings in the folder.

    Returns the findings without the single values of paths, with `page`. What fails or is
    cancelled leaves no file.
    """
    from alphintra_desktop.research.autopsy.page import autopsy_page  # noqa: PLC0415 - draws charts

    spec = AutopsySpec(**arguments)
    project = open_project(Path(spec.project))
    asked = spec_of_run(project, spec.run, **spec.how())
    check_spec(asked)
    steps = [Paths(spec.seed, spec.paths, report).within(n, 4) for n in range(4)]
    run, subject = _dissected(project, asked, steps[0].report)
    with shared(steps[1], subject, asked.spread) as paths:
        kills = stress(subject, (), paths)
    held = holdout_of(project, asked.run, run.data)
    known = {"causality": _causality(asked, folder, steps[2].report), "holdout": held}
    found = findings(run, kills, known, steps[3].report)
    report.progress(1, of=1, doing="Drawing the page")
    kept = folder / "artifacts"
    try:
        kept.mkdir(parents=True, exist_ok=True)
        write_file(kept / PAGE, autopsy_page(found))
        write_file(kept / RESULT, json.dumps(finite(found), indent=1) + "\n")
    except BaseException:
        shutil.rmtree(kept, ignore_errors=True)
        raise
    return {**without_values(finite(found)), "page": str(kept / PAGE)}


def _dissected(project: Project, asked: StressSpec, report: Report) -> tuple[Dissected, Subject]:
    """The run again on exactly its bars, and what the ledger knows around it."""
    graph = graph_from_text(asked.graph, asked.where)
    code = generate(graph)
    loaded = loaded_for(asked, code, report)
    result = backtest(code, loaded, run=asked.run, report=report)
    with closing(project.database()) as database:
        run, rows = find_run(database, asked.run), tuple(ledger(database))
        data = trial_of(result, code, result.manifest).data
        counted = trials_on(database, data)
    same = equity_hash(result.equity) == run.equity_hash
    return (
        Dissected(result, graph, loaded, same, data, counted, rows),
        Subject(graph, result.bars),
    )


def _causality(asked: StressSpec, folder: Path, report: Report) -> dict[str, Any]:
    """What the causality check finds, or why that is unknown."""
    spec = CausalitySpec(asked.graph, asked.where, seed=asked.seed)
    try:
        found = run_causality(spec.arguments(), folder, report)
    except AlphintraError as error:
        return _unknown(f"the causality check could not be made: {error.message}")
    if not found["nodes"] and not found["looks_ahead"]:
        return _unknown("there is no node that could be tested")
    blamed = [one["message"] for one in found["findings"] if one["looks_ahead"]]
    return {
        "looks_ahead": found["looks_ahead"],
        "unknown": "",
        "said": [*blamed, *said_of(found)],
    }


def _unknown(why: str) -> dict[str, Any]:
    return {"looks_ahead": False, "unknown": why, "said": [f"Unknown: {why}."]}
