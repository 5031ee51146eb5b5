"""Saving by itself, for those who want it: a moment after the last edit."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.settings import AUTOSAVE
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

QUIET_MS = 2000


class Autosave(QObject):
    """Saves every changed sheet once nobody has edited for two seconds, if the setting says so."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._watched: dict[Sheet, QObject] = {}
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self.save)
        watch(self, workspace.sheets_changed, self._follow)
        self._follow(workspace.sheets)

    def save(self) -> None:
        """Save what has changed. A sheet that cannot be saved is told, and stays as it is."""
        if not self._workspace.settings.get(AUTOSAVE):
            return
        for sheet in self._workspace.sheets:
            if sheet.document.modified and not sheet.read_only:
                try:
                    sheet.save()
                except AlphintraError as error:
                    self._workspace.notices.error(error)

    def _follow(self, sheets: tuple[Sheet, ...]) -> None:
        for sheet in set(self._watched) - set(sheets):
            self._watched.pop(sheet).deleteLater()
        for sheet in set(sheets) - set(self._watched):
            owner = QObject(self)
            watch(owner, sheet.document.edited, lambda _: self._quiet.start())
            self._watched[sheet] = owner
