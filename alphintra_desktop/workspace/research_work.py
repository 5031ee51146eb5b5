"""Research in a window: what is being set up, what goes on, what was found, which is looked at."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alphintra_desktop.jobs.board import JobBoard, JobEntry
from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import Project, home_folder, home_project
from alphintra_desktop.workspace.notices import Notice, Notices, Weight
from alphintra_desktop.workspace.research_runs import (
    BY_TASK,
    SEARCH,
    Kind,
    ResearchRun,
    is_over,
    of_entry,
    read_run,
)


class ResearchWork:
    """The research of the open project.

    `changed` announces that some has begun, come further or ended, or that the list was read,
    `shown_changed` the run that is looked at, and `drafted` the kind of research that is being set
    up. All may come from any thread.
    """

    def __init__(self, jobs: JobBoard, notices: Notices, opened: Signal[Project | None]) -> None:
        self.changed: Signal[None] = Signal()
        self.shown_changed: Signal[ResearchRun | None] = Signal()
        self.drafted: Signal[Kind | None] = Signal()
        self._jobs, self._notices = jobs, notices
        self._project: Project | None = None
        self._recorded: dict[str, ResearchRun] = {}
        self._others: set[str] = set()  # folders of other work, which need not be read again
        self._shown = ""
        self._draft: Kind | None = None
        self._point: Mapping[tuple[str, str], Any] = {}
        self._reading = threading.Lock()
        opened.subscribe(self._on_opened)
        jobs.changed.subscribe(self._on_job)

    # ------------------------------------------------------------------ the list

    @property
    def runs(self) -> tuple[ResearchRun, ...]:
        """All research of the project, the latest first."""
        found = {**self._recorded, **{run.id: run for run in self._of_this_window()}}
        return tuple(sorted(found.values(), key=lambda run: run.id, reverse=True))

    def refresh(self) -> None:
        """Read the list anew, in a thread: others may have worked on the project."""
        threading.Thread(target=self._read, args=(self._project,), daemon=True).start()

    def run(self, id: str) -> ResearchRun | None:
        """A run as it is now."""
        entry = self._jobs.entry(id)
        found = of_entry(entry) if entry is not None else None
        return found or self._recorded.get(id)

    @property
    def shown(self) -> ResearchRun | None:
        """The run that is looked at, as it is now."""
        return self.run(self._shown) if self._shown else None

    def show(self, run: ResearchRun | None) -> None:
        """Look at a run, and leave what was being set up."""
        self.draft(None)
        id = run.id if run is not None else ""
        if id != self._shown:
            self._shown, self._point = id, {}
            self.shown_changed.emit(run)

    @property
    def point(self) -> Mapping[tuple[str, str], Any]:
        """The chosen point of the run that is looked at: values by node id and param."""
        return self._point

    def choose(self, point: Mapping[tuple[str, str], Any]) -> None:
        """Choose a point, for commands that use it."""
        self._point = dict(point)

    # ------------------------------------------------------------------ setting up, working

    @property
    def drafting(self) -> Kind | None:
        """What is being set up."""
        return self._draft

    def draft(self, kind: Kind | None) -> None:
        """Set up research of a kind, or leave that."""
        if kind != self._draft:
            self._draft = kind
            self.drafted.emit(kind)

    def start(self, spec: Spec, title: str) -> JobEntry:
        """Begin a job, and look at it. Raises `AlphintraError` where the project is not to be
        written."""
        project = self._project or home_project()
        folder = project.new_job_folder()
        name = f"{BY_TASK[spec.task].title} of {title}"

        def listen(event: JobEvent) -> None:
            self._on_event(folder, name, spec.task, event)

        entry = self._jobs.start(folder, spec, name, listen)
        self.show(of_entry(entry))
        return entry

    def resume(self, run: ResearchRun, trials: int = 0) -> JobEntry:
        """Go on with a search where it was stopped, to so many trials in all where that is given.

        Raises `AlphintraError`.
        """
        arguments = {"study": run.study, "where": run.name}
        return self.start(Spec(run.kind.task, {**arguments, "trials": trials}), run.name)

    def cancel(self, run: ResearchRun) -> None:
        """Stop a run that goes on."""
        self._jobs.cancel(run.id)

    def remove(self, run: ResearchRun) -> None:
        """Take a run that has ended off the list, with its files. The ledger keeps its trials."""
        if run.running:
            return
        self._jobs.forget(run.id)
        self._recorded.pop(run.id, None)
        shutil.rmtree(run.folder, ignore_errors=True)
        if self._shown == run.id:
            self.show(None)
        self.changed.emit(None)

    # ------------------------------------------------------------------ in other threads

    def _on_event(self, folder: Path, name: str, task: str, event: JobEvent) -> None:
        match event:
            case Finished():
                self._notices.done(f"{name} is done.")
            case Failed(message=message, hint=hint, traceback=detail, place=place):
                self._notices.tell(Notice(Weight.ERROR, message, hint, detail, place))
                shutil.rmtree(folder / "artifacts", ignore_errors=True)
            case Cancelled() if task == SEARCH.task:
                self._notices.info(f"{name} was stopped.", "It can be resumed: nothing is lost.")
            case Cancelled():
                self._notices.info(f"{name} was cancelled.")
                shutil.rmtree(folder, ignore_errors=True)
            case _:
                pass

    def _on_job(self, entry: JobEntry) -> None:
        if entry.spec.task in BY_TASK:
            self.changed.emit(None)

    def _of_this_window(self) -> Iterator[ResearchRun]:
        """Of this project alone: jobs outlive a project."""
        own = self._project.jobs if self._project is not None else home_folder() / "jobs"
        for entry in self._jobs.entries:
            if entry.folder.parent == own and (run := of_entry(entry)) is not None:
                yield run

    def _read(self, project: Project | None) -> None:
        if project is None:
            return
        with self._reading:
            folders = _folders(project)
            there = {folder.name for folder in folders}
            for gone in [id for id in self._recorded if id not in there]:
                self._recorded.pop(gone, None)
            for folder in folders:
                known = self._recorded.get(folder.name)
                if folder.name in self._others or (known is not None and is_over(known)):
                    continue
                run = read_run(folder)
                if self._project != project:
                    return
                if run is None:
                    self._others.add(folder.name)
                else:
                    self._recorded[folder.name] = run
        self.changed.emit(None)

    def _on_opened(self, project: Project | None) -> None:
        self._project, self._recorded, self._others = project, {}, set()
        self.show(None)
        self.refresh()


def _folders(project: Project) -> list[Path]:
    """The folders of all jobs, the latest first."""
    try:
        found = [path for path in project.jobs.iterdir() if path.is_dir()]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name, reverse=True)
