"""What stands in the activity bar: a centre and the panes around it, declared as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.workspace import Workspace

Build = Callable[[Workspace, Look], QWidget]


@dataclass(frozen=True)
class Pane:
    """A dock: what is in it, and where it lies until the user moves it.

    Panes of one area that share `tabs` lie behind each other as tabs.
    """

    id: str
    title: str
    icon: str
    area: Qt.DockWidgetArea
    build: Build
    tabs: str = ""
    size: int = 0
    shown: bool = True


@dataclass(frozen=True)
class Activity:
    """One thing to be busy with: its own page, with its own docks and layout."""

    id: str
    title: str
    icon: str
    centre: Build
    panes: tuple[Pane, ...] = ()
    shortcut: str = ""
