"""The commands of research: set it up, stop it, and take the params over that it found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.graph.edits import Together
from alphintra_desktop.graph.files import graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.nodes.param_edits import set_params
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.commands import NO_SHEET, has_sheet
from alphintra_desktop.workspace.questions import Option
from alphintra_desktop.workspace.research_runs import (
    AUTOPSY,
    CAUSALITY,
    SEARCH,
    STRESS,
    SWEEP,
    WALK_FORWARD,
    Kind,
    ResearchRun,
)
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

REMOVE = Option(
    "remove",
    "Remove",
    "Its table and figures are deleted. Its trials stay counted in the ledger.",
)
Point = Mapping[tuple[str, str], Any]
NO_POINT = "Look at a sweep first, and choose a point of it."


def set_up(workspace: Workspace, kind: Kind) -> None:
    """Show the form of a kind of research."""
    workspace.research.draft(kind)
    workspace.ask_for("research")


@command(
    "research.sweep",
    "Sweep params…",
    menu="Run/Research",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=4,
)
def new_sweep(workspace: Workspace) -> None:
    """Run the strategy at every point of a grid of its params, and see where it holds."""
    set_up(workspace, SWEEP)


@command(
    "research.walk_forward",
    "Walk forward…",
    menu="Run/Research",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=4,
)
def new_walk_forward(workspace: Workspace) -> None:
    """Choose params on one window of time and judge them on the next, again and again."""
    set_up(workspace, WALK_FORWARD)


@command(
    "research.search",
    "Search params…",
    menu="Run/Research",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=4,
)
def new_search(workspace: Workspace) -> None:
    """Try points where good ones are likely, in a space that is too large for a sweep."""
    set_up(workspace, SEARCH)


@command(
    "research.stress",
    "Stress test…",
    menu="Run/Research",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=4,
)
def new_stress(workspace: Workspace) -> None:
    """Resample, delay and tax the strategy: how sure its figures are, and what kills it."""
    set_up(workspace, STRESS)


@command(
    "research.causality",
    "Causality check…",
    menu="Run/Research",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=4,
)
def new_causality(workspace: Workspace) -> None:
    """Find the nodes that know later bars, on the real data."""
    set_up(workspace, CAUSALITY)


@command(
    "research.controls",
    "Negative controls",
    menu="Run/Research",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=4,
)
def run_controls(workspace: Workspace) -> None:
    """Run the strategy where nothing can be earned; if it still earns, something leaks."""
    sheet = workspace.current
    assert sheet is not None
    arguments = {
        "graph": graph_to_text(sheet.document.graph),
        "where": sheet.path.name,
        "only": ["controls"],
    }
    workspace.research.start(Spec(STRESS.task, arguments), sheet.title)
    workspace.ask_for("research")


def has_run(workspace: Workspace) -> bool:
    """Whether there is a run to take apart."""
    return workspace.current is not None and bool(workspace.runs.recorded)


@command(
    "research.autopsy",
    "Autopsy…",
    menu="Run/Research",
    enabled=has_run,
    why_not="Execute a graph first: an autopsy is of a recorded run.",
    section=4,
)
def new_autopsy(workspace: Workspace) -> None:
    """Take a recorded run apart: what was tried, where its edge lives, and what kills it."""
    set_up(workspace, AUTOPSY)


def can_use_params(workspace: Workspace) -> bool:
    """Whether a point of a search is chosen, and a graph is open to take it."""
    return bool(workspace.research.point) and workspace.current is not None


@command(
    "research.use_params",
    "Use these params",
    menu="Run/Research",
    enabled=can_use_params,
    why_not=NO_POINT,
    section=5,
)
def use_params(workspace: Workspace) -> None:
    """Set the params of the chosen point in the open graph, as one step that can be undone."""
    point = workspace.research.point
    sheet = sheet_for(workspace, point)
    edit = edit_to(sheet.document.graph, point)
    if edit is None:
        workspace.notices.info(f"{sheet.title} has these params already.")
        return
    workspace.switch_to(sheet)
    sheet.document.apply(edit)
    said = f"{sheet.title} has the params of the chosen point."
    workspace.notices.done(said, "Undo takes it back.")


def ask_to_remove(workspace: Workspace, run: ResearchRun) -> None:
    """Remove a run from the project, if the user agrees."""
    text = f"{run.kind.title} of {run.name}, of {run.asked.astimezone():%Y-%m-%d %H:%M}."
    if workspace.questions.choose("Remove research", text, (REMOVE,)) == REMOVE.id:
        workspace.research.remove(run)


def sheet_for(workspace: Workspace, point: Point) -> Sheet:
    """The open graph that has all nodes of a point, the current one first.

    Raises `AlphintraError` where there is none.
    """
    nodes = {node for node, _ in point}
    current = [workspace.current] if workspace.current is not None else []
    for sheet in (*current, *workspace.sheets):
        if nodes <= set(sheet.document.graph.nodes):
            return sheet
    raise AlphintraError(
        "No open graph has the nodes of this research.", hint="Open the graph that was researched."
    )


def reveal(workspace: Workspace, place: Place) -> None:
    """Take the user to a place in the open graph that has its node. Raises `AlphintraError`."""
    assert place.node is not None
    sheet = sheet_for(workspace, {(place.node, place.param or ""): None})
    workspace.switch_to(sheet)
    workspace.ask_for("build")
    sheet.selection.reveal(place)


def edit_to(graph: Graph, point: Point) -> Together | None:
    """The edit that gives a graph the params of a point; None when it has them."""
    edits = []
    for (node, name), value in point.items():
        kind = node_type_of(graph.nodes[node])
        if kind is not None and name in kind.params:
            edits.append(set_params(graph, [node], name, value, kind.params[name]))
    made = tuple(edit for edit in edits if edit is not None)
    return Together(made, "Use the params of a search") if made else None


SET_UP: tuple[Command[Workspace], ...] = (
    new_sweep,
    new_search,
    new_walk_forward,
    new_stress,
    new_causality,
    new_autopsy,
)
RESEARCH_COMMANDS: tuple[Command[Workspace], ...] = (*SET_UP, run_controls, use_params)
