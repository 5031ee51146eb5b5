"""Following whichever sheet is the current one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

Attach = Callable[[Sheet | None, QObject], object]


class Following(QObject):
    """Calls `attach` with the current sheet and an object that lives as long as it is current.

    What `attach` watches with that object as the owner ends by itself.
    """

    def __init__(self, workspace: Workspace, attach: Attach, parent: QObject) -> None:
        super().__init__(parent)
        self._attach = attach
        self._follower = QObject(self)
        watch(self, workspace.switched, self._follow)
        self._attach(workspace.current, self._follower)

    def _follow(self, sheet: Sheet | None) -> None:
        self._follower.deleteLater()
        self._follower = QObject(self)
        self._attach(sheet, self._follower)
