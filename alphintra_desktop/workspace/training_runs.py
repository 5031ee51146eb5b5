"""The trainings of a project as their job folders tell them: what was asked, what came of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.jobs.events import Finished, JobRow, Measured, Started, after
from alphintra_desktop.jobs.job import SPEC, Spec, read_events, read_spec
from alphintra_desktop.learning.models import KINDS

TASK = "run_train"
TITLES = {kind.name: kind.title for kind in KINDS}
SCORES = {"direction": "auc", "return": "ic", "class": "ic"}  # the one that a list shows
SCORE_TITLES = {"auc": "AUC", "ic": "IC", "log_loss": "Log loss"}


@dataclass(frozen=True)
class TrainingRun:
    """One training. `here` says that a job of this window works, or worked, on it."""

    id: str
    folder: Path
    spec: Spec
    row: JobRow
    asked: datetime
    started: datetime | None = None
    ended: datetime | None = None
    here: bool = False

    @property
    def name(self) -> str:
        """What the model is called."""
        return str(self.spec.arguments.get("name", "model"))

    @property
    def model(self) -> str:
        """The kind of model, as a user calls it."""
        kind = str(self.spec.arguments.get("model", ""))
        return TITLES.get(kind, kind)

    @property
    def target(self) -> str:
        """What it foretells: a direction, a return or a class."""
        return str(self.spec.arguments.get("target", "direction"))

    @property
    def running(self) -> bool:
        """Whether this window is at work on it."""
        return self.here and self.row.ending is None

    @property
    def result(self) -> Mapping[str, Any] | None:
        """What the task returned, once it is done."""
        ending = self.row.ending
        return ending.result if isinstance(ending, Finished) else None

    @property
    def state(self) -> str:
        """How it is doing, in a word or two."""
        if self.row.ending is None and not self.here:
            return "not finished"
        return self.row.state.value

    @property
    def score_name(self) -> str:
        """Which score a list shows of it."""
        return SCORES.get(self.target, "auc")

    @property
    def score(self) -> float:
        """The score of what it had not seen; NaN where there is none."""
        scores = (self.result or {}).get("scores", {})
        found = scores.get(self.score_name)
        return float(found) if isinstance(found, int | float) else math.nan


def of_entry(entry: JobEntry) -> TrainingRun | None:
    """A job of this window as a training; None for other jobs."""
    if entry.spec.task != TASK:
        return None
    return TrainingRun(
        id=entry.id,
        folder=entry.folder,
        spec=entry.spec,
        row=entry.row,
        asked=entry.asked,
        started=entry.started,
        ended=entry.ended,
        here=True,
    )


def read_training(folder: Path) -> TrainingRun | None:
    """The training in a job's folder; None when there is other work, or nothing readable."""
    try:
        spec = read_spec(folder)
        asked = datetime.fromtimestamp((folder / SPEC).stat().st_mtime, UTC)
    except (AlphintraError, OSError):
        return None
    if spec.task != TASK:
        return None
    row, started, ended = JobRow(), None, None
    for event in read_events(folder):
        row = after(row, event)
        if isinstance(event, Started):
            started = _time(event.time)
        if event is row.ending:
            ended = _time(row.ending.time)
    return TrainingRun(folder.name, folder, spec, row, started or asked, started, ended)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


class Measures:
    """The numbers of one training as they come: of each measure, a value a model."""

    def __init__(self) -> None:
        self._found: dict[str, dict[int, float]] = {}

    def take(self, told: Mapping[tuple[str, str], Measured]) -> None:
        """Take the last of each number that a job has told."""
        for (name, _), one in told.items():
            if one.step is not None and name in SCORE_TITLES:
                self._found.setdefault(name, {})[one.step] = one.value

    def lines(self) -> dict[str, tuple[tuple[float, float], ...]]:
        """Of each measure, points of the number of a model, from 1, and its value."""
        return {
            name: tuple((step + 1.0, value) for step, value in sorted(dict(found).items()))
            for name, found in dict(self._found).items()
        }
