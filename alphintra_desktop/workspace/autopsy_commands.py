"""Asking for the autopsy of the shown run: a page that says how much of it can be believed.

The work is done by a worker; the page and its findings stay in the job's folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from alphintra_desktop.disk import text_of_file
from alphintra_desktop.graph.files import graph_from_text
from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.runs.ledger import Run
from alphintra_desktop.runs.project import home_project
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.custom_code import time_limit_of
from alphintra_desktop.workspace.notices import Notice, Weight
from alphintra_desktop.workspace.workspace import Workspace

TASK = "run_autopsy"
RUNS = 20  # custom code runs again for every path of some tests: it gets so many times as long


def is_shown(workspace: Workspace) -> bool:
    """Whether a result is shown."""
    return workspace.runs.shown is not None


@command(
    "run.autopsy",
    "Autopsy of this run",
    menu="Run",
    enabled=is_shown,
    why_not="Execute a graph first, or choose a run in Results.",
    section=3,
)
def autopsy(workspace: Workspace) -> None:
    """Say on one page what was tried, where the shown run's edge lives, and what kills it."""
    assert workspace.runs.shown is not None
    dissect(workspace, workspace.runs.shown)


def dissect(workspace: Workspace, run: Run) -> None:
    """Start the autopsy of a run; a notice links to the page. Raises `AlphintraError`."""
    project = workspace.project or home_project()
    text = text_of_file(workspace.runs.folder_of(run) / "artifacts" / "graph.alphintra")
    limit = time_limit_of(graph_from_text(text, f"the graph of run {run.id}"))
    limit = None if limit is None else limit * RUNS
    folder = project.new_job_folder()
    spec = Spec(TASK, {"project": str(project.folder), "run": run.id}, limit)
    told = partial(_on_event, workspace, run.name, folder)
    workspace.jobs.start(folder, spec, f"Autopsy of {run.name}", told)


def _on_event(workspace: Workspace, name: str, folder: Path, event: JobEvent) -> None:
    """Called from a thread of the job: notices may be told from anywhere."""
    match event:
        case Finished(result=result):
            tell(workspace, result)
        case Failed():
            shutil.rmtree(folder, ignore_errors=True)
            text, detail = event.message, event.traceback
            workspace.notices.tell(Notice(Weight.ERROR, text, event.hint, detail, event.place))
        case Cancelled():
            shutil.rmtree(folder, ignore_errors=True)
            workspace.notices.info(f"The autopsy of {name} was cancelled.")
        case _:
            pass


def tell(workspace: Workspace, found: Mapping[str, Any]) -> None:
    """Tell the score, with a link to the page."""
    score = found["integrity"]
    more = f", and {score['unknown']} points are unknown" if score["unknown"] else ""
    told = f"Autopsy of {found['name']}: integrity {score['score']:.0f} of {score['out_of']}{more}."
    workspace.notices.done(told, file=Path(found["page"]))


AUTOPSY_COMMANDS: tuple[Command[Workspace], ...] = (autopsy,)
