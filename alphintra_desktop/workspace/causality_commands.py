"""Asking whether a node of the open graph knows later bars; the window goes to the first that does.

The check itself runs in a worker; only what it found comes here.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from alphintra_desktop.errors import Place
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.runs.project import home_project
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.commands import NO_SHEET, has_sheet
from alphintra_desktop.workspace.custom_code import time_limit_of
from alphintra_desktop.workspace.notices import Notice, Weight
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

TASK = "run_causality"


@command(
    "run.causality",
    "Check causality",
    menu="Run",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=2,
)
def check_causality(workspace: Workspace) -> None:
    """Take later bars away and see whether what any node said before changes."""
    sheet = workspace.current
    assert sheet is not None
    folder = (workspace.project or home_project()).new_job_folder()
    graph = sheet.document.graph
    arguments = {"graph": graph_to_text(graph), "where": sheet.path.name}
    spec = Spec(TASK, arguments, time_limit_of(graph))
    told = partial(_on_event, workspace, sheet, folder)
    workspace.jobs.start(folder, spec, f"Causality of {sheet.title}", told)


def _on_event(workspace: Workspace, sheet: Sheet, folder: Path, event: JobEvent) -> None:
    """Called from a thread of the job: notices may be told, and places revealed, from anywhere."""
    if not isinstance(event, Finished | Failed | Cancelled):
        return
    shutil.rmtree(folder, ignore_errors=True)
    match event:
        case Finished(result=result):
            tell(workspace, sheet, result)
        case Failed():
            text, detail = event.message, event.traceback
            workspace.notices.tell(Notice(Weight.ERROR, text, event.hint, detail, event.place))
        case Cancelled():
            workspace.notices.info(f"The check of {sheet.title} was cancelled.")


def tell(workspace: Workspace, sheet: Sheet, found: Mapping[str, Any]) -> None:
    """Tell what a check found, the first guilty node last, so that it is what is seen."""
    for one in reversed(found["findings"]):
        weight = Weight.ERROR if one["looks_ahead"] else Weight.WARNING
        place = Place(node=one["node"], param=one["param"])
        workspace.notices.tell(Notice(weight, one["message"], one["hint"], place=place))
    if not found["looks_ahead"]:
        tests = f"{found['tests']:,} tests at {found['tested_bars']} sampled bars"
        warm_up = f"Suggested warm-up: {found['warm_up']:,} bars."
        workspace.notices.done(f"{sheet.title} was not seen to look ahead: {tests}.", warm_up)
    elif found["first_guilty"] in sheet.document.graph.nodes:
        first = next(one for one in found["findings"] if one["node"] == found["first_guilty"])
        sheet.selection.reveal(Place(node=first["node"], param=first["param"]))


CAUSALITY_COMMANDS: tuple[Command[Workspace], ...] = (check_causality,)
