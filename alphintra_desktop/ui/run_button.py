"""The button that runs the strategy, where it can be found: at the end of the menu bar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton

from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.workspace import Workspace


class RunButton(QToolButton):
    """Executes the graph; while that goes on, cancels it."""

    def __init__(self, workspace: Workspace, look: Look, execute: QAction, cancel: QAction) -> None:
        super().__init__()
        self._workspace, self._look = workspace, look
        self._execute, self._cancel = execute, cancel
        self.setObjectName("run")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._press)
        watch(self, workspace.runs.changed, lambda _: self._show())
        watch(self, workspace.jobs.changed, lambda _: self._show())
        watch(self, workspace.switched, lambda _: self._show())
        watch(self, look.changed, self._colour)
        self._colour(look.colours)

    @property
    def _running(self) -> bool:
        return self._workspace.runs.current is not None

    def _press(self) -> None:
        (self._cancel if self._running else self._execute).trigger()

    def _colour(self, _: Colours) -> None:
        self._show()

    def _show(self) -> None:
        running, colours = self._running, self._look.colours
        text, keys = ("Cancel", "Shift+F5") if running else ("Execute", "F5")
        name, colour = ("mdi6.stop", colours.error) if running else ("mdi6.play", colours.done)
        self.setIcon(icon(name, colour))
        self.setText(text)
        self.setAccessibleName(f"{text} the strategy")
        self.setToolTip(f"{text} the strategy ({keys})")
        self.setEnabled(running or self._workspace.current is not None)
