"""The command that imports files of market data, and how files get on its way."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.workspace import Workspace

FILES = "Market data (*.csv *.txt *.tsv *.gz *.parquet *.pq *.zip *.xlsx);;All files (*)"
NOTE = "import.folder"


def ask_for_files(workspace: Workspace) -> tuple[Path, ...]:
    """The files that the user wants to import, asked for where the last ones were."""
    kept = workspace.settings.note(NOTE)
    start = Path(kept) if isinstance(kept, str) and Path(kept).is_dir() else Path.home()
    found = workspace.questions.files_to_open("Import market data", start, FILES)
    if found:
        workspace.settings.set_note(NOTE, str(found[0].parent))
    return tuple(found)


@command("data.import", "Import market data…", menu="File", section=5)
def import_data(workspace: Workspace) -> None:
    """Read bars or events from files into the library that all projects share."""
    paths = ask_for_files(workspace)
    if paths:
        workspace.import_asked.emit(paths)


IMPORT_COMMANDS: tuple[Command[Workspace], ...] = (import_data,)
