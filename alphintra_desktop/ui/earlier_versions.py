"""Going back to an earlier version of a graph, as a step that can be undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.chooser import Choice, Chooser
from alphintra_desktop.ui.main_window import MainWindow
from alphintra_desktop.workspace.backups import Backup, restore
from alphintra_desktop.workspace.command import command
from alphintra_desktop.workspace.sheet import Sheet

STEPS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def has_sheet(window: MainWindow) -> bool:
    """Whether a graph is open."""
    return window.workspace.current is not None


@command(
    "file.earlier_versions",
    "Earlier versions…",
    menu="File",
    enabled=has_sheet,
    why_not="Open a graph first.",
    section=3,
)
def earlier_versions(window: MainWindow) -> None:
    """Go back to what the graph was when it was saved before; you can undo that."""
    sheet = window.workspace.current
    assert sheet is not None
    kept = window.workspace.keeping.backups.of(sheet.path)
    if not kept:
        window.workspace.notices.info(
            f"There is no earlier version of {sheet.title}.", "One is kept with every save."
        )
        return
    choices = [_choice(window, sheet, backup) for backup in kept]
    Chooser(choices, f"Earlier versions of {sheet.title}", window).open()


def ago(time: timedelta) -> str:
    """How long ago that is, roughly."""
    for seconds, unit in STEPS:
        count = int(time.total_seconds()) // seconds
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def _choice(window: MainWindow, sheet: Sheet, backup: Backup) -> Choice:
    def take() -> None:
        try:
            restore(sheet.document, backup)
        except AlphintraError as error:
            window.workspace.notices.error(error)

    when = backup.saved.astimezone().strftime("%A, %d %B %Y, %H:%M:%S")
    return Choice(when, take, aside=ago(datetime.now(UTC) - backup.saved))
