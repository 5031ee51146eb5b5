"""What can be done with the generated file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from alphintra_desktop.codegen.names import snake_case
from alphintra_desktop.disk import write_file
from alphintra_desktop.workspace.command import Command, command
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:  # the writer of code brings pandas, and menus are made before the first window
    from alphintra_desktop.codegen.module import StrategyCode

BLOCKED = "The graph has problems to solve first, or none is open."


def code_of(workspace: Workspace) -> StrategyCode | None:
    """The file of the current graph; None while there is none."""
    sheet = workspace.current
    latest = sheet.live_code.latest if sheet is not None else None
    return latest.code if latest is not None else None


def has_code(workspace: Workspace) -> bool:
    """Whether the current graph is whole."""
    return code_of(workspace) is not None


@command("code.copy", "Copy code", menu="Graph", enabled=has_code, why_not=BLOCKED, section=80)
def copy_code(workspace: Workspace) -> None:
    """Put the whole generated file on the clipboard."""
    code = code_of(workspace)
    assert code is not None
    QGuiApplication.clipboard().setText(code.text)
    workspace.notices.done(f"Copied {file_name(code)}.")


@command(
    "code.export", "Export code...", menu="Graph", enabled=has_code, why_not=BLOCKED, section=80
)
def export_code(workspace: Workspace) -> None:
    """Write the generated file somewhere; it runs without this program."""
    code, project = code_of(workspace), workspace.project
    assert code is not None
    assert workspace.current is not None
    folder = project.code if project is not None else workspace.current.path.parent
    wanted = folder / file_name(code)
    path = workspace.questions.file_to_save("Export code", wanted, "Python (*.py)")
    if path is not None:
        write_file(path, code.text)
        workspace.notices.done(f"Wrote {path}.", "It runs with Python, NumPy, pandas and TA-Lib.")


CODE_COMMANDS: tuple[Command[Workspace], ...] = (copy_code, export_code)


def file_name(code: StrategyCode) -> str:
    """What the file is called."""
    return f"{snake_case(code.name or 'a strategy')}.py"
