"""A window on a workspace with two small activities, and answers written down beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.ui.activity import Activity, Pane
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.main_window import MainWindow
from alphintra_desktop.ui.window_commands import WINDOW_COMMANDS
from alphintra_desktop.workspace.commands import COMMANDS
from alphintra_desktop.workspace.questions import Option
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class WrittenAnswers:
    """Answers in the order in which they will be wanted; without one, nothing is answered."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def _next(self, asked: str) -> object:
        self.asked.append(asked)
        return self.answers.pop(0) if self.answers else None

    def choose(self, title: str, text: str, options: Sequence[Option]) -> str | None:
        return self._next(text)

    def text(self, title: str, label: str, value: str = "") -> str | None:
        return self._next(label)

    def folder(self, title: str, start: Path) -> Path | None:
        return self._next(title)

    def file_to_open(self, title: str, start: Path, kinds: str) -> Path | None:
        return self._next(title)

    def file_to_save(self, title: str, start: Path, kinds: str) -> Path | None:
        return self._next(title)


def line(name: str):
    def build(workspace: Workspace, look: Look) -> QWidget:
        made = QLineEdit(name)
        made.setObjectName(f"inside {name}")
        return made

    return build


BUILD = Activity(
    "build",
    "Build",
    "mdi6.graph-outline",
    line("centre"),
    (
        Pane("nodes", "Nodes", "mdi6.shape-outline", LEFT, line("nodes"), tabs="left", size=200),
        Pane("history", "History", "mdi6.history", LEFT, line("history"), tabs="left"),
        Pane("inspector", "Inspector", "mdi6.tune", RIGHT, line("inspector"), size=300),
    ),
)
RESULTS = Activity("results", "Results", "mdi6.chart-line", line("results"))


def small_desktop(folder: Path, answers: WrittenAnswers) -> MainWindow:
    """The window, shown, with its commands."""
    settings = Settings(folder / "settings.json")
    look = Look(settings, QApplication.instance())
    workspace = Workspace(settings, answers, JobBoard(WarmWorkers))
    window = MainWindow(workspace, look, (BUILD, RESULTS))
    window.actions_of_commands.add(COMMANDS, lambda: workspace)
    window.actions_of_commands.add(WINDOW_COMMANDS, lambda: window)
    window.show_activity("build")
    window.restore()
    return window
