"""A training that goes on: how far it is, how good its models are so far, and how to stop it."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.training.measure_charts import MeasureCharts
from alphintra_desktop.workspace.research_estimate import duration_of, time_left
from alphintra_desktop.workspace.training_runs import TrainingRun

EVERY_MS = 500
STEPS = 1000


class RunningView(QWidget):
    """Follows one training. `cancelled` asks for its end."""

    cancelled = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: TrainingRun | None = None
        self._step, self._since = "", time.monotonic()
        self.title, self.left = Heading(look), ToneLabel(look, Tone.FAINT)
        self.bar, self.cancel = QProgressBar(), QPushButton("Cancel")
        self.charts = MeasureCharts(look)
        self._clock = QTimer(self, interval=EVERY_MS)
        self._clock.timeout.connect(self._tell_time)
        self.cancel.clicked.connect(self.cancelled)
        self._lay_out()

    def show_run(
        self, run: TrainingRun, lines: Mapping[str, Sequence[tuple[float, float]]]
    ) -> None:
        """Show how a training is doing, and what it has measured."""
        progress = run.row.progress
        if self._run is None or run.id != self._run.id or progress.doing != self._step:
            self._step, self._since = progress.doing, time.monotonic()
        self._run = run
        self.title.setText(f"Training {run.name}: {run.model.lower()} for a {run.target}")
        self.bar.setRange(0, STEPS if progress.total else 0)
        self.bar.setValue(STEPS * progress.done // progress.total if progress.total else 0)
        self.charts.show_lines(lines)
        self._tell_time()
        self._clock.start()

    def _tell_time(self) -> None:
        if self._run is None or not self._run.running or not self.isVisible():
            self._clock.stop()
        if self._run is None:
            return
        progress = self._run.row.progress
        parts = [progress.doing or "Waiting for a worker"]
        if progress.total:
            parts.append(f"{progress.done:,} of {progress.total:,} models")
        left = time_left(progress.done, progress.total, time.monotonic() - self._since)
        if math.isfinite(left):
            parts.append(f"about {duration_of(left)} left")
        self.left.setText("  ·  ".join(parts))

    def _lay_out(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(7)
        self.bar.setAccessibleName("How far the training is")
        self.cancel.setToolTip("Stop this training; nothing of it is kept")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.left)
        column.addWidget(self.charts, 1)
