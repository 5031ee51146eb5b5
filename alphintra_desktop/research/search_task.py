"""A search as a job: begins a study in the project or resumes one, and leaves what it found.

The arguments are those of a `SearchSpec`, or `study` with the id of one to resume and, where they
are to change, `trials` and `seconds`. Both may have `spread`, the fields of a `Spread`, which says
by what trials are measured; what is found does not depend on it. The id of a new study is the name
of the job's folder. What comes back is the summary of `research.search_result`; the whole is left
in the study's `result.json` and among the job's artifacts. A search that is cancelled leaves a
study to resume.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.choice import Spread, staff
from alphintra_desktop.research.search import Search, SearchGround, search_ground
from alphintra_desktop.research.search_findings import findings_of
from alphintra_desktop.research.search_ledger import StudyLedger
from alphintra_desktop.research.search_spec import spec_of
from alphintra_desktop.research.studies import RESULT, Study, create_study, open_study
from alphintra_desktop.runs.project import Project, find_project, home_project

ARTIFACT = "search.json"


def run_search(arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """The task of a worker: search, keep the study, count the trials, and return a summary.

    Raises `Cancelled`, and `AlphintraError`; what was measured until then is kept and counted.
    """
    spread = Spread(**arguments.get("spread", {}))
    arguments = {name: value for name, value in arguments.items() if name != "spread"}
    project = find_project(folder) or home_project()
    with closing(project.database()) as database:  # damaged, or not ours: told before the work
        if arguments.get("study"):
            ground, study = _resumed(project, arguments, report)
        else:
            ground = search_ground(spec_of(arguments), report)
            study = create_study(project, folder.name, ground.spec, ground.data)
        with study.held():
            counted = StudyLedger(database, ground)
            with staff(spread, ground.work) as workers:
                search = Search(ground, study, workers, report, counted.count)
                search.run()
            found = findings_of(search, ground, counted, report)
            result = {"format": 1, "study": study.id, "name": ground.graph.name, **found}
            text = json.dumps(result, allow_nan=False)
            write_file(study.folder / RESULT, text + "\n")
    artifact = folder / "artifacts" / ARTIFACT
    artifact.parent.mkdir(parents=True, exist_ok=True)
    artifact.write_text(text + "\n", encoding="utf-8")
    return {"run": folder.name, **summary_of(result, ground.spec.top)}


def summary_of(result: Mapping[str, Any], top: int) -> dict[str, Any]:
    """A result without its trials but the best ones."""
    metric = result["objectives"][0]
    good = [t for t in result["trials"] if t["feasible"] and t["repeats"] is None]
    good = [trial for trial in good if trial[metric] is not None]
    good.sort(key=lambda trial: -trial[metric])
    axes = result["axes"]
    rows = [
        {
            "number": trial["number"],
            "params": {
                a["name"]: a["values"][p] for a, p in zip(axes, trial["point"], strict=True)
            },
            **{name: trial[name] for name in ("total_return", "sharpe", "max_drawdown", "trades")},
        }
        for trial in good[:top]
    ]
    return {**{name: v for name, v in result.items() if name != "trials"}, "top": rows}


def _resumed(
    project: Project, arguments: Mapping[str, Any], report: Report
) -> tuple[SearchGround, Study]:
    study = open_study(project, str(arguments["study"]))
    budgets = {n: arguments[n] for n in ("trials", "seconds", "top") if arguments.get(n)}
    ground = search_ground(replace(study.spec, **budgets), report)
    if ground.data != study.data:
        raise AlphintraError(
            f"The bars have changed since the study {study.id} began.",
            hint="Begin a new search: trials on other bars do not compare.",
        )
    return ground, study
