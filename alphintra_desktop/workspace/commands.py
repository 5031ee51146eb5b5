"""The commands that work on the workspace, in the order of their menus."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import write_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.settings import MINIMAP, SNAP, Setting
from alphintra_desktop.workspace.workspace import Workspace

SUFFIX = ".alphintra"
NO_PROJECT = "Open a project first, or make one from a template."
NO_SHEET = "Open a graph first."
GRAPHS = f"Graphs (*{SUFFIX})"
PYTHON = "Python (*.py)"


def has_project(workspace: Workspace) -> bool:
    """Whether a project is open."""
    return workspace.project is not None


def has_sheet(workspace: Workspace) -> bool:
    """Whether a graph is open."""
    return workspace.current is not None


def can_undo(workspace: Workspace) -> bool:
    """Whether the last change can be taken back."""
    return workspace.current is not None and workspace.current.document.undo_label is not None


def can_redo(workspace: Workspace) -> bool:
    """Whether something was taken back that can be done again."""
    return workspace.current is not None and workspace.current.document.redo_label is not None


@command("file.new_project", "New project…", menu="File", shortcut="Ctrl+Shift+N", section=1)
def new_project(workspace: Workspace) -> None:
    """Start a project from a template."""
    workspace.ask_for("templates")


@command("file.open_project", "Open project…", menu="File", shortcut="Ctrl+O", section=1)
def open_project(workspace: Workspace) -> None:
    """Open a project folder."""
    folder = workspace.questions.folder("Open project", _usual_place(workspace))
    if folder is not None and workspace.can_close():
        workspace.open(folder)


@command(
    "file.new_graph",
    "New graph…",
    menu="File",
    shortcut="Ctrl+N",
    enabled=has_project,
    why_not=NO_PROJECT,
    section=2,
)
def new_graph(workspace: Workspace) -> None:
    """Add an empty graph to the project."""
    assert workspace.project is not None
    name = workspace.questions.text("New graph", "What does the strategy do?", "My strategy")
    if name is None:
        return
    path = free_path(workspace.project.graphs, name)
    write_graph(path, Graph(name=name))
    workspace.open_sheet(path)


@command(
    "file.open_graph",
    "Open graph…",
    menu="File",
    enabled=has_project,
    why_not=NO_PROJECT,
    section=2,
)
def open_graph(workspace: Workspace) -> None:
    """Open a graph from anywhere."""
    assert workspace.project is not None
    start = workspace.project.graphs
    path = workspace.questions.file_to_open("Open graph", start, GRAPHS)
    if path is not None:
        workspace.open_sheet(path)


@command(
    "file.save",
    "Save",
    menu="File",
    shortcut="Ctrl+S",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=3,
)
def save(workspace: Workspace) -> None:
    """Write the graph to its file; the version before is kept as a backup."""
    assert workspace.current is not None
    workspace.save(workspace.current)


@command(
    "file.save_all",
    "Save all",
    menu="File",
    shortcut="Ctrl+Alt+S",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=3,
)
def save_all(workspace: Workspace) -> None:
    """Write every graph that has changed."""
    for sheet in workspace.sheets:
        if sheet.document.modified:
            workspace.save(sheet)


@command(
    "file.save_copy",
    "Save a copy…",
    menu="File",
    shortcut="Ctrl+Shift+S",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=3,
)
def save_copy(workspace: Workspace) -> None:
    """Write the graph to another file, and go on with this one."""
    sheet = workspace.current
    assert sheet is not None
    start = free_path(sheet.path.parent, f"{sheet.path.stem} copy")
    path = workspace.questions.file_to_save("Save a copy", start, GRAPHS)
    if path is not None:
        write_graph(path if path.suffix else path.with_suffix(SUFFIX), sheet.document.graph)
        workspace.notices.done(f"Saved a copy as {path.name}.")


@command(
    "file.close_graph",
    "Close graph",
    menu="File",
    shortcut="Ctrl+W",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=3,
)
def close_graph(workspace: Workspace) -> None:
    """Close the graph; what is not saved is asked about."""
    assert workspace.current is not None
    if workspace.can_close(workspace.current):
        workspace.close_sheet(workspace.current)


@command(
    "file.export_code",
    "Export Python file…",
    menu="File",
    enabled=has_sheet,
    why_not=NO_SHEET,
    section=4,
)
def export_code(workspace: Workspace) -> None:
    """Write the strategy as one Python file that runs without this program."""
    sheet = workspace.current
    assert sheet is not None
    code = sheet.live_code.settled().code
    if code is None:
        raise AlphintraError(
            "The graph has problems, so there is no Python file of it.",
            hint="Mend what the Problems pane lists, then export again.",
        )
    folder = workspace.project.code if workspace.project is not None else sheet.path.parent
    start = folder / f"{sheet.path.stem}.py"
    path = workspace.questions.file_to_save("Export Python file", start, PYTHON)
    if path is not None:
        write_file(path if path.suffix else path.with_suffix(".py"), code.text)
        workspace.notices.done(f"Wrote {path.name}.")


@command(
    "edit.undo",
    "Undo",
    menu="Edit",
    shortcut="Ctrl+Z",
    enabled=can_undo,
    why_not="Nothing has been changed yet.",
    section=1,
)
def undo(workspace: Workspace) -> None:
    """Take back the last change to the graph."""
    assert workspace.current is not None
    workspace.current.document.undo()


@command(
    "edit.redo",
    "Redo",
    menu="Edit",
    shortcut="Ctrl+Shift+Z",
    enabled=can_redo,
    why_not="Nothing has been taken back.",
    section=1,
)
def redo(workspace: Workspace) -> None:
    """Do again what was taken back last."""
    assert workspace.current is not None
    workspace.current.document.redo()


def shows_map(workspace: Workspace) -> bool:
    """Whether the map is shown."""
    return bool(workspace.settings.get(MINIMAP))


def snaps(workspace: Workspace) -> bool:
    """Whether nodes settle on the grid."""
    return bool(workspace.settings.get(SNAP))


@command("view.minimap", "Map", menu="View", section=4, checked=shows_map)
def minimap(workspace: Workspace) -> None:
    """A small map of the graph in the corner."""
    _switch(workspace, MINIMAP)


@command("view.snap", "Snap to grid", menu="View", section=4, checked=snaps)
def snap(workspace: Workspace) -> None:
    """Whether what is dragged settles on the grid."""
    _switch(workspace, SNAP)


def _switch(workspace: Workspace, setting: Setting) -> None:
    workspace.settings.set(setting, not workspace.settings.get(setting))


def free_path(folder: Path, name: str) -> Path:
    """A path in `folder` for a graph called `name`, where nothing is yet."""
    stem = "".join(letter if letter.isalnum() else "_" for letter in name.lower()).strip("_")
    stem = stem[:60] or "graph"
    tried = [stem, *(f"{stem}_{number}" for number in range(2, 1000))]
    return next(path for path in (folder / f"{s}{SUFFIX}" for s in tried) if not path.exists())


def _usual_place(workspace: Workspace) -> Path:
    """Beside the project that was open last."""
    recent = workspace.recent_projects
    return recent[0].parent if recent else Path.home()


COMMANDS: tuple[Command[Workspace], ...] = (
    new_project,
    open_project,
    new_graph,
    open_graph,
    save,
    save_all,
    save_copy,
    close_graph,
    export_code,
    undo,
    redo,
    minimap,
    snap,
)
