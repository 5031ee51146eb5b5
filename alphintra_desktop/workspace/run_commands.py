"""The commands that make something run: a backtest, the values of nodes, an import, a report."""

from __future__ import annotations

import re
from pathlib import Path

from alphintra_desktop.disk import text_of_file, write_file
from alphintra_desktop.runs.ledger import Run
from alphintra_desktop.runs.project import home_project
from alphintra_desktop.workspace.autopsy_commands import AUTOPSY_COMMANDS
from alphintra_desktop.workspace.causality_commands import CAUSALITY_COMMANDS
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.commands import NO_SHEET, has_sheet
from alphintra_desktop.workspace.holdout_commands import HOLDOUT_COMMANDS
from alphintra_desktop.workspace.training_commands import TRAINING_COMMANDS
from alphintra_desktop.workspace.workspace import Workspace

HTML = "Reports (*.html)"
NOT_IN_FILE_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f]')


def has_selection(workspace: Workspace) -> bool:
    """Whether nodes are selected in the graph."""
    sheet = workspace.current
    return sheet is not None and not sheet.selection.ids.isdisjoint(sheet.document.graph.nodes)


def has_run(workspace: Workspace) -> bool:
    """Whether a result is shown."""
    return workspace.runs.shown is not None


def is_busy(workspace: Workspace) -> bool:
    """Whether a backtest or the values of nodes are being computed."""
    sheet = workspace.current
    return workspace.runs.current is not None or (sheet is not None and sheet.values.running)


def ask_for_report(workspace: Workspace, run: Run) -> None:
    """Ask where the report of a run is to go, and write it there."""
    start = start_of_export(workspace, f"{run.name}.html")
    path = workspace.questions.file_to_save("Export report", start, HTML)
    if path is not None:
        workspace.runs.export_report(run, path if path.suffix else path.with_suffix(".html"))


def open_graph_of(workspace: Workspace, run: Run) -> None:
    """Show the graph that ran, as a file of its own beside the others. Raises `AlphintraError`."""
    text = text_of_file(workspace.runs.folder_of(run) / "artifacts" / "graph.alphintra")
    project = workspace.project or home_project()
    name = NOT_IN_FILE_NAMES.sub("-", f"{run.name} {run.id}.alphintra")
    path = project.graphs / name
    if not path.exists():
        write_file(path, text)
    workspace.open_sheet(path)
    workspace.ask_for("build")


def start_of_export(workspace: Workspace, name: str) -> Path:
    """Where a dialog that exports something begins: in the project, with a name files may have."""
    folder = workspace.project.folder if workspace.project is not None else Path.home()
    return folder / NOT_IN_FILE_NAMES.sub("-", name)


@command(
    "run.execute",
    "Execute",
    menu="Run",
    shortcut="F5",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=1,
)
def execute(workspace: Workspace) -> None:
    """Run the strategy as it is drawn, and show what it would have earned."""
    assert workspace.current is not None
    workspace.runs.execute(workspace.current)


@command(
    "run.execute_anyway",
    "Execute despite faults of the data",
    menu="Run",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=1,
)
def execute_anyway(workspace: Workspace) -> None:
    """Run the strategy although its data is known to have errors. The result is marked."""
    assert workspace.current is not None
    workspace.runs.execute(workspace.current, ignore_quality=True)


@command(
    "run.values",
    "Compute values",
    menu="Run",
    shortcut="F6",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=2,
)
def values(workspace: Workspace) -> None:
    """Compute what every node gives, so that wires show it; only what changed runs again."""
    assert workspace.current is not None
    workspace.current.values.run()


@command(
    "run.values_up_to_here",
    "Compute values up to here",
    menu="Run",
    shortcut="Shift+F6",
    enabled=has_selection,
    why_not="Select a node first.",
    section=2,
)
def values_up_to_here(workspace: Workspace) -> None:
    """Compute the selected nodes and what leads to them, and nothing else."""
    sheet = workspace.current
    assert sheet is not None
    sheet.values.run(sorted(sheet.selection.ids.intersection(sheet.document.graph.nodes)))


@command(
    "run.cancel",
    "Cancel",
    menu="Run",
    shortcut="Shift+F5",
    enabled=is_busy,
    why_not="Nothing is running.",
    section=3,
)
def cancel(workspace: Workspace) -> None:
    """Stop what runs. Nothing of it is kept."""
    if workspace.runs.current is not None:
        workspace.runs.cancel()
    if workspace.current is not None:
        workspace.current.values.cancel()


@command(
    "run.export_report",
    "Export report…",
    menu="File",
    shortcut="Ctrl+Shift+E",
    enabled=has_run,
    why_not="Execute a graph first, or choose a run in Results.",
    section=4,
)
def export_report(workspace: Workspace) -> None:
    """Write the shown run as one HTML file, with its charts and the graph inside."""
    assert workspace.runs.shown is not None
    ask_for_report(workspace, workspace.runs.shown)


@command(
    "run.open_graph",
    "Open the graph of this run",
    menu="Run",
    enabled=has_run,
    why_not="Execute a graph first, or choose a run in Results.",
    section=3,
)
def open_graph(workspace: Workspace) -> None:
    """Open a copy of the graph exactly as it was when the shown run was made."""
    assert workspace.runs.shown is not None
    open_graph_of(workspace, workspace.runs.shown)


RUN_COMMANDS: tuple[Command[Workspace], ...] = (
    execute,
    execute_anyway,
    values,
    values_up_to_here,
    *CAUSALITY_COMMANDS,
    *HOLDOUT_COMMANDS,
    *TRAINING_COMMANDS,
    cancel,
    open_graph,
    *AUTOPSY_COMMANDS,
    export_report,
)
