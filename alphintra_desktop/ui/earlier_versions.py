"""Going back to an earlier version of a graph, as a step that can be undone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.difference import differences
from alphintra_desktop.graph.files import read_graph
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.ui.chooser import Choice, Chooser
from alphintra_desktop.ui.main_window import MainWindow
from alphintra_desktop.workspace.backups import Backup, restore
from alphintra_desktop.workspace.command import command
from alphintra_desktop.workspace.sheet import Sheet

SECONDS_TO_READ = 0.03
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
    newer = [sheet.document.graph, *_graphs_of(kept)]
    choices = [
        _choice(window, sheet, backup, _changed(older, newest))
        for backup, older, newest in zip(kept, newer[1:], newer, strict=False)
    ]
    Chooser(choices, f"Earlier versions of {sheet.title}", window).open()


def ago(span: timedelta) -> str:
    """How long ago that is, roughly."""
    for seconds, unit in STEPS:
        count = int(span.total_seconds()) // seconds
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def _graphs_of(kept: Sequence[Backup]) -> list[Graph | None]:
    """The newest versions, as many as can be read before anybody would wait; None for others."""
    until = time.perf_counter() + SECONDS_TO_READ
    return [_graph_of(backup) if time.perf_counter() < until else None for backup in kept]


def _graph_of(backup: Backup) -> Graph | None:
    """None where the file cannot be read: going back to it will say why."""
    try:
        return read_graph(backup.file)
    except AlphintraError:
        return None


def _changed(older: Graph | None, newer: Graph | None) -> tuple[str, ...]:
    """What was done after this version, a line each."""
    return differences(older, newer) if older is not None and newer is not None else ()


def _choice(window: MainWindow, sheet: Sheet, backup: Backup, changed: tuple[str, ...]) -> Choice:
    def take() -> None:
        try:
            restore(sheet.document, backup)
        except AlphintraError as error:
            window.workspace.notices.error(error)

    when = backup.saved.astimezone().strftime("%a %d %b, %H:%M:%S")
    title = f"{when}  ·  before: {_in_short(changed)}" if changed else when
    told = "\n".join(("Changed after it:", *changed)) if changed else ""
    return Choice(title, take, aside=ago(datetime.now(UTC) - backup.saved), help=told)


def _in_short(changed: tuple[str, ...]) -> str:
    more = len(changed) - 1
    return f"{changed[0]} and {more} more" if more else changed[0]
