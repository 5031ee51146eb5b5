"""Holding bars out from the window, and opening them for the strategy of the open graph."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.market.holdout import Holdout, all_holdouts
from alphintra_desktop.runs.project import home_project
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.commands import NO_SHEET, has_sheet
from alphintra_desktop.workspace.custom_code import time_limit_of
from alphintra_desktop.workspace.notices import Notice, Weight
from alphintra_desktop.workspace.questions import Option
from alphintra_desktop.workspace.workspace import Workspace

MENU = "Run/Holdout"
OPEN, KEEP = "open", "keep"
WHAT_OPENING_IS = (
    "This strategy is run on the bars that are held out. The holdout is for this strategy alone "
    "from then on, the use is counted in the ledger, and the result is stamped."
)
WHAT_GIVING_UP_IS = (
    "After that, every strategy may be fitted to these bars, and they prove nothing any more."
)
OPTIONS = (
    Option(OPEN, "Open it for this strategy", "It cannot be undone."),
    Option(KEEP, "Keep it shut", "Nothing is read."),
)


def holdouts_of(workspace: Workspace) -> tuple[Holdout, ...]:
    """What the open project holds out. Raises `AlphintraError` if that cannot be read."""
    if workspace.project is None:
        return ()
    owner = workspace.project.created
    return tuple(one for one in all_holdouts() if one.owner == owner and not one.released)


def holds_out(workspace: Workspace) -> bool:
    """Whether a graph is open and its project holds bars out."""
    try:
        return has_sheet(workspace) and bool(holdouts_of(workspace))
    except AlphintraError:
        return False


@command("holdout.set", "Hold bars out…", menu=MENU, enabled=has_sheet, why_not=NO_SHEET, section=6)
def set_aside(workspace: Workspace) -> None:
    """Let nothing read this graph's bars from a day on, until they are opened for one strategy."""
    start = workspace.questions.text("Hold bars out", "From this day on (year-month-day)")
    if start:
        _start(workspace, "run_holdout_set", {"start": start.strip()}, "Holding bars out", _set)


@command(
    "holdout.open",
    "Open for this strategy…",
    menu=MENU,
    enabled=holds_out,
    why_not="This project holds no bars out.",
    section=6,
)
def open_holdout(workspace: Workspace) -> None:
    """Run this strategy on the bars that are held out; logged, and stamped on the result."""
    answer = workspace.questions.choose("Open the holdout", WHAT_OPENING_IS, OPTIONS)
    if answer == OPEN:
        _start(workspace, "run_holdout", {"sure": True}, "Opening the holdout", _opened)


@command(
    "holdout.release",
    "Give a holdout up…",
    menu=MENU,
    enabled=holds_out,
    why_not="This project holds no bars out.",
    section=6,
)
def give_up(workspace: Workspace) -> None:
    """Let every strategy read the bars again; it is written into the ledger."""
    offered = [Option(one.id, f"Give up {one.told}") for one in holdouts_of(workspace)]
    keep = Option(KEEP, "Keep it", "The bars stay held out.")
    answer = workspace.questions.choose("Give a holdout up", WHAT_GIVING_UP_IS, [*offered, keep])
    if answer not in (None, KEEP):
        arguments = {"id": answer, "sure": True}
        _start(workspace, "run_holdout_release", arguments, "Giving a holdout up", _given_up)


def _start(
    workspace: Workspace,
    task: str,
    arguments: Mapping[str, Any],
    title: str,
    done: Callable[[Workspace, Mapping[str, Any]], None],
) -> None:
    sheet = workspace.current
    assert sheet is not None
    graph = sheet.document.graph
    given = {"graph": graph_to_text(graph), "where": sheet.path.name, **arguments}
    folder = (workspace.project or home_project()).new_job_folder()
    told = partial(_on_event, workspace, folder, task, done)
    workspace.jobs.start(folder, Spec(task, given, time_limit_of(graph)), title, told)


def _on_event(
    workspace: Workspace,
    folder: Path,
    task: str,
    done: Callable[[Workspace, Mapping[str, Any]], None],
    event: JobEvent,
) -> None:
    """Called from a thread of the job; notices may be told from anywhere."""
    match event:
        case Finished(result=result):
            if task != "run_holdout":  # whose folder is that of the run
                shutil.rmtree(folder, ignore_errors=True)
            done(workspace, result)
        case Failed():
            shutil.rmtree(folder, ignore_errors=True)
            text, detail = event.message, event.traceback
            workspace.notices.tell(Notice(Weight.ERROR, text, event.hint, detail, event.place))
        case Cancelled():
            shutil.rmtree(folder, ignore_errors=True)
            workspace.notices.info("Cancelled. A holdout that was opened stays opened.")
        case _:
            pass


def _set(workspace: Workspace, made: Mapping[str, Any]) -> None:
    seen = made["seen_before"]
    trials = "1 trial was" if seen == 1 else f"{seen:,} trials were"
    before = f"{trials} on these bars before, and may have seen what is in them."
    workspace.notices.done(f"Held out: {made['told']}.", before if seen else "")
    _compute_values_again(workspace)


def _opened(workspace: Workspace, found: Mapping[str, Any]) -> None:
    metrics = found["holdout"]["metrics"]
    alone = (
        f"On the {found['holdout']['bars']:,} bars alone: return {metrics['total_return']:+.1%}, "
        f"Sharpe ratio {metrics['sharpe']:.2f}, drawdown {metrics['max_drawdown']:.1%}."
    )
    workspace.notices.done(found["holdout"]["stamp"], alone)
    workspace.runs.refresh()


def _given_up(workspace: Workspace, found: Mapping[str, Any]) -> None:
    workspace.notices.done(f"Given up: {found['told']}.")
    _compute_values_again(workspace)


def _compute_values_again(workspace: Workspace) -> None:
    """Of nodes whose values are shown: on the bars that may be read now."""
    for sheet in workspace.sheets:
        if sheet.values.bars:
            sheet.values.run()


HOLDOUT_COMMANDS: tuple[Command[Workspace], ...] = (set_aside, open_holdout, give_up)
