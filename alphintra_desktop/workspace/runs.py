"""Running strategies: what runs now, what has been run, and which run is looked at."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from alphintra_desktop.codegen.problem import GraphHasProblems
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.files import content_hash, graph_to_text
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.jobs.board import JobBoard, JobEntry
from alphintra_desktop.jobs.events import Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import ARTIFACTS, LOG, Spec
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.ledger import Run, find_run
from alphintra_desktop.runs.ledger import runs as recorded_runs
from alphintra_desktop.runs.project import Project, home_project
from alphintra_desktop.workspace.custom_code import time_limit_of
from alphintra_desktop.workspace.notices import Notice, Notices, Weight
from alphintra_desktop.workspace.run_differences import Difference, differences
from alphintra_desktop.workspace.sheet import Sheet


class Runs:
    """The runs of the open project.

    `changed` announces that one has begun, come further or ended, or that the list was read;
    `finished` a run that somebody has waited for, `shown_changed` the run that is looked at,
    `compared_changed` those that are compared. They may come from any thread.
    """

    def __init__(self, jobs: JobBoard, notices: Notices, opened: Signal[Project | None]) -> None:
        self.changed: Signal[None] = Signal()
        self.finished: Signal[Run] = Signal()
        self.shown_changed: Signal[Run | None] = Signal()
        self.compared_changed: Signal[tuple[Run, ...]] = Signal()
        self._jobs, self._notices = jobs, notices
        self._project: Project | None = None
        self._recorded: tuple[Run, ...] = ()
        self._shown: Run | None = None
        self._compared: tuple[Run, ...] = ()
        self._current = ""
        self._hashed: tuple[Graph, str] | None = None
        opened.subscribe(self._on_opened)

    # ------------------------------------------------------------------------ running

    @property
    def current(self) -> JobEntry | None:
        """The run that goes on now."""
        return self._jobs.entry(self._current) if self._current else None

    def execute(self, sheet: Sheet, *, ignore_quality: bool = False) -> JobEntry:
        """Run a sheet's strategy. Data with errors is refused unless they are to be ignored, which
        marks the result.

        Raises `AlphintraError` when something keeps it from running, or another run goes on.
        """
        self._refuse(sheet)
        graph = sheet.document.graph
        project = self._project or home_project()
        arguments = {
            "graph": graph_to_text(graph),
            "where": sheet.path.name,
            "with_report": False,
            "ignore_quality": ignore_quality,
        }
        folder = project.new_job_folder()
        self._current = folder.name
        listener = partial(self._on_event, project, folder, sheet.title)
        spec = Spec("run_backtest", arguments, time_limit_of(graph))
        return self._jobs.start(folder, spec, sheet.title, listener)

    def cancel(self) -> None:
        """Stop the run that goes on."""
        self._jobs.cancel(self._current)

    def _refuse(self, sheet: Sheet) -> None:
        if self._current:
            raise AlphintraError(
                "Another run is going on.", hint="Wait until it is done, or cancel it."
            )
        if sheet.read_only:
            raise AlphintraError(
                f"{sheet.title} cannot be run: {sheet.read_only}.",
                hint="Runs are kept in the project: take it over, or open a copy of it.",
            )
        compiled = sheet.live_code.latest
        if compiled is None or compiled.graph is not sheet.document.graph:
            return  # the worker will say what is wrong, if anything is
        if compiled.blocking:
            raise GraphHasProblems(compiled.problems)

    # ----------------------------------------------------------------------- recorded

    @property
    def recorded(self) -> tuple[Run, ...]:
        """The runs of the project, the latest first, as they were last read."""
        return self._recorded

    def refresh(self) -> None:
        """Read the list anew, in a thread: others may have written to it."""
        threading.Thread(target=self._read, args=(self._project,), daemon=True).start()

    @property
    def shown(self) -> Run | None:
        """The run that is looked at."""
        return self._shown

    def show(self, run: Run | None) -> None:
        """Look at a run."""
        if run != self._shown:
            self._shown = run
            self.shown_changed.emit(run)

    def show_latest(self) -> None:
        """Look at the latest run, unless one is looked at."""
        if self._shown is None and self._recorded:
            self.show(self._recorded[0])

    @property
    def compared(self) -> tuple[Run, ...]:
        """The runs that are held against each other: none, or two and more."""
        return self._compared

    def compare(self, runs: Iterable[Run]) -> None:
        """Hold these against each other; fewer than two are nothing to compare."""
        chosen = tuple(runs)
        chosen = chosen if len(chosen) > 1 else ()
        if chosen != self._compared:
            self._compared = chosen
            self.compared_changed.emit(chosen)

    def folder_of(self, run: Run) -> Path:
        """The job's folder of a run: see `backtest.stored_run`."""
        return (self._project or home_project()).folder / run.job_folder

    def stale(self, run: Run, graph: Graph) -> bool:
        """Whether the graph no longer computes what the run did."""
        if self._hashed is None or self._hashed[0] is not graph:
            self._hashed = (graph, content_hash(graph))
        return self._hashed[1] != run.graph_hash

    def differences(self, first: Run, second: Run) -> tuple[Difference, ...]:
        """What differs between two runs: graph, params, settings, data, engine, versions."""
        return differences(first, second, (self._project or home_project()).folder)

    def export_report(self, run: Run, path: Path) -> None:
        """Write the HTML report of a run to a file, in a job; then tell."""
        project = self._project or home_project()
        arguments = {"project": str(project.folder), "run": run.id, "path": str(path.absolute())}
        folder = project.new_job_folder()
        self._jobs.start(
            folder,
            Spec("run_report", arguments),
            f"Report of {run.name}",
            partial(self._on_report, folder, path),
        )

    # ------------------------------------------------------------------ in job threads

    def _on_event(self, project: Project, folder: Path, title: str, event: JobEvent) -> None:
        match event:
            case Finished(result=result):
                self._current = ""
                self._add(project, folder.name)
                self._notices.done(f"{title} has run: {_in_short(result)}.")
            case Failed():
                self._current = ""
                self._notices.tell(_failure(event, _clear_away(folder)))
            case Cancelled():
                self._current = ""
                _clear_away(folder)
                self._notices.info(f"The run of {title} was cancelled.")
            case _:
                pass
        self.changed.emit(None)

    def _on_report(self, folder: Path, path: Path, event: JobEvent) -> None:
        if not isinstance(event, Finished | Failed | Cancelled):
            return
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(event, Failed):
            self._notices.tell(_failure(event, ""))
        elif isinstance(event, Finished):
            self._notices.done(f"The report is written: {path}.", file=path)
            if not event.result["identical"]:
                self._notices.warning(
                    "The report differs from the run in the last bits.",
                    hint="It was made with other versions than the run; execute the graph again.",
                )

    def _add(self, project: Project, run: str) -> None:
        """Put a new run on the list, and look at nothing but it, unless another project is open."""
        if self._project in (project, None):
            with closing(project.database()) as database:
                new = find_run(database, run)
            self._recorded = (new, *(old for old in self._recorded if old.id != run))
            self.compare(())
            self.show(new)
            self.finished.emit(new)

    def _read(self, project: Project | None) -> None:
        found: tuple[Run, ...] = ()
        if project is not None:
            try:
                with closing(project.database()) as database:
                    found = tuple(recorded_runs(database))
            except AlphintraError as error:
                self._notices.error(error)
        if project == self._project:
            self._recorded = found
            self.changed.emit(None)

    def _on_opened(self, project: Project | None) -> None:
        self._project, self._recorded = project, ()
        self.show(None)
        self.compare(())
        self.refresh()


def _clear_away(folder: Path) -> str:
    """A run that came to nothing leaves nothing, but what custom code printed. Tells where."""
    log = folder / LOG
    if log.is_file() and log.stat().st_size > 0:
        shutil.rmtree(folder / ARTIFACTS, ignore_errors=True)
        return f"What it printed is in {log}."
    shutil.rmtree(folder, ignore_errors=True)
    return ""


def _failure(event: Failed, printed: str) -> Notice:
    hint = " ".join(filter(None, (event.hint, printed)))
    return Notice(Weight.ERROR, event.message, hint, event.traceback, event.place)


def _in_short(result: Mapping[str, Any]) -> str:
    metrics = result["metrics"]
    trades = int(metrics["trades"])
    many = "1 trade" if trades == 1 else f"{trades:,} trades"
    return f"{metrics['total_return']:+.1%}, {many}"
