"""Making a project from a graph, and opening it."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.codegen.names import snake_case
from alphintra_desktop.disk import write_file
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.runs.project import create_project
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace

NOTE = "projects_folder"
SUFFIX = ".alphintra"


def projects_folder(settings: Settings) -> Path:
    """Where the last project was made; at first a folder of its own in the user's home."""
    noted = settings.note(NOTE)
    return Path(noted) if isinstance(noted, str) and noted else Path.home() / "Alphintra"


def folder_for(folder: Path, name: str) -> Path:
    """The folder of a project of that name within `folder`."""
    return folder / (snake_case(name) if name.strip() else "")


def why_not_here(folder: Path, name: str) -> str:
    """What keeps a project of that name from being made within `folder`; empty if nothing does."""
    if not name.strip():
        return "Give the project a name."
    place = folder_for(folder, name)
    if not folder.is_absolute():
        return f"{folder} is not a whole path."
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        return f"{place} is already there. Choose another name."
    return ""


def start_project(workspace: Workspace, text: str, folder: Path, name: str) -> None:
    """Make a project of that name within `folder`, with the graph of `text` in it, and open it.

    Raises `AlphintraError`; then what was open before stays open.
    """
    wrong = why_not_here(folder, name)
    if wrong:
        raise AlphintraError(wrong, hint="Change name or folder.")
    project = create_project(folder_for(folder, name), name.strip())
    write_file(project.graphs / f"{snake_case(name)}{SUFFIX}", text)
    workspace.settings.set_note(NOTE, str(folder))
    workspace.open(project.folder)
