"""Training in a window: what goes on, what has been trained, and which is looked at."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable
from pathlib import Path

from alphintra_desktop.jobs.board import JobBoard, JobEntry
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import Project, home_folder
from alphintra_desktop.workspace.training_runs import (
    TASK,
    Measures,
    TrainingRun,
    of_entry,
    read_training,
)


class TrainingWork:
    """The trainings of the open project.

    `changed` announces that one has begun, come further or ended, or that the list was read, and
    `shown_changed` the one that is looked at: None also where several are `compared`. Both may come
    from any thread.
    """

    def __init__(self, jobs: JobBoard, opened: Signal[Project | None]) -> None:
        self.changed: Signal[None] = Signal()
        self.shown_changed: Signal[TrainingRun | None] = Signal()
        self._jobs = jobs
        self._project: Project | None = None
        self._read: dict[str, TrainingRun | None] = {}  # by folder; None is other work
        self._measures: dict[str, Measures] = {}
        self._shown, self._compared = "", tuple[str, ...]()
        self._reading = threading.Lock()
        opened.subscribe(self._on_opened)
        jobs.changed.subscribe(self._on_job)

    @property
    def runs(self) -> tuple[TrainingRun, ...]:
        """All trainings of the project, the latest first."""
        found = {run.id: run for run in tuple(self._read.values()) if run is not None}
        own = self._project.jobs if self._project is not None else home_folder() / "jobs"
        for entry in self._jobs.entries:
            run = of_entry(entry) if entry.folder.parent == own else None
            if run is not None:
                found[run.id] = run
        return tuple(sorted(found.values(), key=lambda run: run.id, reverse=True))

    def refresh(self) -> None:
        """Read the list anew, in a thread: others may have worked on the project."""
        threading.Thread(target=self._read_all, args=(self._project,), daemon=True).start()

    def run(self, id: str) -> TrainingRun | None:
        """A training as it is now."""
        entry = self._jobs.entry(id)
        found = of_entry(entry) if entry is not None else None
        return found or self._read.get(id)

    @property
    def shown(self) -> TrainingRun | None:
        """The training that is looked at, as it is now."""
        return self.run(self._shown) if self._shown else None

    def show(self, run: TrainingRun | None) -> None:
        """Look at a training, alone."""
        self._look_at(run, ())

    @property
    def compared(self) -> tuple[TrainingRun, ...]:
        """The trainings that are looked at beside each other; none where it is one, or none."""
        found = (self.run(id) for id in self._compared)
        return tuple(run for run in found if run is not None)

    def compare(self, runs: Iterable[TrainingRun]) -> None:
        """Look at trainings beside each other: those that are done, where there are several."""
        done = [run for run in runs if run.result is not None]
        if len(done) > 1:
            self._look_at(None, tuple(sorted(run.id for run in done)))
        elif done:
            self.show(done[0])

    def _look_at(self, run: TrainingRun | None, compared: tuple[str, ...]) -> None:
        id = run.id if run is not None else ""
        if (id, compared) != (self._shown, self._compared):
            self._shown, self._compared = id, compared
            self.shown_changed.emit(run)

    def measures(self, run: TrainingRun) -> dict[str, tuple[tuple[float, float], ...]]:
        """What a training of this window has measured so far: see `Measures.lines`."""
        found = self._measures.get(run.id)
        return found.lines() if found is not None else {}

    def cancel(self, run: TrainingRun) -> None:
        """Stop a training that goes on."""
        self._jobs.cancel(run.id)

    def remove(self, run: TrainingRun) -> None:
        """Take a training that has ended off the list, with its files.

        Its predictions stay in the library, where strategies read them.
        """
        if run.running:
            return
        self._jobs.forget(run.id)
        self._read.pop(run.id, None)
        self._measures.pop(run.id, None)
        shutil.rmtree(run.folder, ignore_errors=True)
        if run.id in {self._shown, *self._compared}:
            self.show(None)
        self.changed.emit(None)

    # ------------------------------------------------------------------ in other threads

    def _on_job(self, entry: JobEntry) -> None:
        if entry.spec.task == TASK:
            self._measures.setdefault(entry.id, Measures()).take(entry.measures)
            self.changed.emit(None)

    def _read_all(self, project: Project | None) -> None:
        if project is None:
            return
        with self._reading:
            folders = {folder.name: folder for folder in _folders(project)}
            kept = {id: run for id, run in self._read.items() if id in folders and _is_over(run)}
            fresh = {id: read_training(folders[id]) for id in folders.keys() - kept.keys()}
            if self._project != project:
                return
            self._read = {**kept, **fresh}
        self.changed.emit(None)

    def _on_opened(self, project: Project | None) -> None:
        self._project, self._read = project, {}
        self.show(None)
        self.refresh()


def _is_over(run: TrainingRun | None) -> bool:
    """Whether a folder need not be read again: other work, or a training that has ended."""
    return run is None or run.row.ending is not None


def _folders(project: Project) -> list[Path]:
    try:
        return [path for path in project.jobs.iterdir() if path.is_dir()]
    except OSError:
        return []
