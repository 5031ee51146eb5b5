"""Research that goes on: how far it is, how long it will still take, and how to stop it."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.research_estimate import duration_of, time_left
from alphintra_desktop.workspace.research_runs import ResearchRun

EVERY_MS = 500
STEPS = 1000


class RunningView(QWidget):
    """Follows one run. `cancelled` asks for its end."""

    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: ResearchRun | None = None
        self._step, self._since = "", time.monotonic()
        self.title, self.doing = Heading(look), QLabel()
        self.left, self.best = ToneLabel(look, Tone.FAINT), QLabel()
        self.bar, self.cancel = QProgressBar(), QPushButton("Cancel")
        self._clock = QTimer(self, interval=EVERY_MS)
        self._clock.timeout.connect(self._tell_time)
        self.cancel.clicked.connect(self.cancelled)
        self._lay_out()

    def show_run(self, run: ResearchRun, entry: JobEntry | None) -> None:
        """Show how a run is doing."""
        if self._run is None or run.id != self._run.id:
            self._step = ""
        self._run = run
        progress = run.row.progress
        if progress.doing != self._step:
            self._step, self._since = progress.doing, time.monotonic()
        self.title.setText(f"{run.kind.title} of {run.name}")
        self.doing.setText(progress.doing or "Waiting for a worker")
        self.bar.setRange(0, STEPS if progress.total else 0)
        self.bar.setValue(STEPS * progress.done // progress.total if progress.total else 0)
        self.best.setText(best_so_far(entry) if entry is not None else "")
        self.best.setVisible(bool(self.best.text()))
        self._tell_time()
        self._clock.start()

    def _tell_time(self) -> None:
        if self._run is None or not self._run.running or not self.isVisible():
            self._clock.stop()
            return
        progress = self._run.row.progress
        parts = [f"{progress.done:,} of {progress.total:,}"] if progress.total else []
        left = time_left(progress.done, progress.total, time.monotonic() - self._since)
        if math.isfinite(left):
            parts.append(f"about {duration_of(left)} left for this step")
        self.left.setText("  ·  ".join(parts))

    def _lay_out(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(7)
        self.bar.setAccessibleName("How far the research is")
        inner = QWidget()
        inner.setMaximumWidth(520)
        column = QVBoxLayout(inner)
        column.setSpacing(8)
        for part in (self.title, self.doing, self.bar, self.left, self.best):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.cancel)
        row.addStretch(1)
        column.addSpacing(6)
        column.addLayout(row)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(inner, 4)
        middle.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(middle)
        whole.addStretch(3)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def best_so_far(entry: JobEntry) -> str:
    """The numbers that a job has told on its way, in words."""
    told = [
        f"{name.replace('_', ' ').capitalize()} so far: {found.value:,.3f}"
        for (name, _), found in entry.measures.items()
        if name.startswith("best")
    ]
    return "  ·  ".join(told)
