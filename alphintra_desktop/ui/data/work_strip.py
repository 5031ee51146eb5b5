"""What is coming into the library at this moment, with how far it is and a way to stop it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from alphintra_desktop.jobs.board import JobBoard, JobEntry
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.data_work import CHANGING


class WorkStrip(QWidget):
    """Shows the running import, fetch or update that was begun last; hidden while there is none."""

    def __init__(self, board: JobBoard, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.entry: JobEntry | None = None
        self.told, self.bar = ToneLabel(look, Tone.FAINT), QProgressBar()
        self.cancel = QPushButton("Cancel")
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName("How far it is")
        self.told.setWordWrap(False)
        self.told.setMinimumWidth(60)
        self.cancel.setToolTip("Stop; what was loaded so far is kept for the next time")
        self.cancel.clicked.connect(self._cancel)
        line = QHBoxLayout()
        line.addWidget(self.told, 1)
        line.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2, 6, 10)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.bar)
        watch(self, board.changed, lambda _: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Show the jobs as they are now."""
        running = (
            entry
            for entry in self._board.entries
            if entry.running and entry.spec.task.startswith(CHANGING)
        )
        self.entry = next(running, None)
        self.setVisible(self.entry is not None)
        if self.entry is None:
            return
        progress = self.entry.row.progress
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        doing = f": {progress.doing}" if progress.doing else ""
        self.told.setText(f"{self.entry.title}{doing}")
        self.told.setToolTip(self.told.text())

    def _cancel(self) -> None:
        if self.entry is not None:
            self._board.cancel(self.entry.id)
