"""Menus that are no lists of commands: what differs by what is open, and by what the window has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QMenu

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.activity import Activity
from alphintra_desktop.ui.main_window import MainWindow
from alphintra_desktop.workspace.command import Command


def activity_commands(activities: Sequence[Activity]) -> tuple[Command[MainWindow], ...]:
    """A command an activity, with its keys."""
    return tuple(_showing(activity) for activity in activities)


def _showing(activity: Activity) -> Command[MainWindow]:
    return Command(
        id=f"view.show_{activity.id}",
        title=f"Show {activity.title}",
        run=lambda window: window.show_activity(activity.id),
        menu="View",
        shortcut=activity.shortcut,
        help=f"Go to {activity.title}.",
        section=0,
    )


def add_menus(window: MainWindow) -> None:
    """Fill the lists of recent projects and of panes whenever they are opened."""
    recent = window.actions_of_commands.menu("File/Open recent", section=1)
    recent.aboutToShow.connect(lambda: _list_recent(recent, window))
    panes = window.actions_of_commands.menu("View/Panes", section=3)
    panes.aboutToShow.connect(lambda: _list_panes(panes, window))


def _list_recent(menu: QMenu, window: MainWindow) -> None:
    menu.clear()
    for folder in window.workspace.recent_projects:
        action = menu.addAction(folder.name)
        action.setToolTip(str(folder))
        action.triggered.connect(_opening(window, folder))
    if menu.isEmpty():
        menu.addAction("No project has been opened yet").setEnabled(False)
    menu.setToolTipsVisible(True)


def _opening(window: MainWindow, folder: Path) -> Callable[[], None]:
    def open_it() -> None:
        try:
            if window.workspace.can_close():
                window.workspace.open(folder)
        except AlphintraError as error:
            window.workspace.notices.error(error)

    return open_it


def _list_panes(menu: QMenu, window: MainWindow) -> None:
    menu.clear()
    for dock in window.page.docks:
        menu.addAction(dock.toggleViewAction())
    if menu.isEmpty():
        menu.addAction("This activity has no panes").setEnabled(False)
