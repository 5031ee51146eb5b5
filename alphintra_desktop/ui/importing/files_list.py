"""The files on the desk, with how far each is."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, tone_icon
from alphintra_desktop.workspace.import_desk import ImportDesk
from alphintra_desktop.workspace.import_file import ImportFile, Stage

ICONS = {
    Stage.READING: ("mdi6.dots-horizontal", Tone.FAINT),
    Stage.READY: ("mdi6.circle-outline", Tone.FAINT),
    Stage.PROBLEM: ("mdi6.close-octagon", Tone.ERROR),
    Stage.WAITING: ("mdi6.clock-outline", Tone.FAINT),
    Stage.IMPORTING: ("mdi6.progress-clock", Tone.ACCENT),
    Stage.DONE: ("mdi6.check-circle", Tone.DONE),
}


class FilesList(QListWidget):
    """Shows the files of a desk; the selected one is its current one. Delete takes one off."""

    def __init__(self, desk: ImportDesk, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._look = desk, look
        self.setAccessibleName("Files to import")
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentRowChanged.connect(self._on_row)

    def refresh(self) -> None:
        """List the files as they are now."""
        files, now = self._desk.files, self._desk.current
        blocker = QSignalBlocker(self)
        while self.count() > len(files):
            self.takeItem(self.count() - 1)
        while self.count() < len(files):
            self.addItem(QListWidgetItem())
        for row, file in enumerate(files):
            self._show(self.item(row), file)
            if now is not None and file.path == now.path:
                self.setCurrentRow(row)
        blocker.unblock()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the selected file off the list."""
        now = self._desk.current
        if event.key() == Qt.Key.Key_Delete and now is not None:
            self._desk.remove(now.path)
        else:
            super().keyPressEvent(event)

    def _show(self, item: QListWidgetItem, file: ImportFile) -> None:
        item.setText(file.path.name)
        item.setIcon(tone_icon(self._look, *ICONS[file.stage]))
        problem = file.problem.message if file.problem is not None else ""
        item.setToolTip("\n".join(filter(None, (str(file.path), file.told or problem))))

    def _on_row(self, row: int) -> None:
        files = self._desk.files
        if 0 <= row < len(files):
            self._desk.choose(files[row].path)
