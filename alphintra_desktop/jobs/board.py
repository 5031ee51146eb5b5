"""The one list of jobs that this window has started: how each is doing, and how to stop it.

Everything that waits (starting processes, writing a job's folder) happens in threads, so no method
but `close` keeps its caller waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from alphintra_desktop.jobs.events import (
    Cancelled,
    Ending,
    Failed,
    JobEvent,
    JobRow,
    Measured,
    Started,
    after,
)
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.jobs.warm_worker import GONE_SECONDS, RunningJob, WarmWorkers
from alphintra_desktop.observe import Signal

Listener = Callable[[JobEvent], object]


@dataclass(frozen=True)
class JobEntry:
    """One job of the list. `id` is the name of its folder.

    `measures` holds the last of each number that the job told, by its name and its node ("" for
    none); all of them are in the job's folder.
    """

    id: str
    title: str
    folder: Path
    spec: Spec
    row: JobRow = field(default_factory=JobRow)
    asked: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: datetime | None = None
    ended: datetime | None = None
    measures: Mapping[tuple[str, str], Measured] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether the job has not ended yet."""
        return self.row.ending is None


def _nobody_listens(_: JobEvent) -> None:
    """The list is told all the same."""


class JobBoard:
    """The jobs of this window. `changed` announces every change of one, from threads of the jobs.

    `workers` makes the processes that run them, when the first job or `warm` wants them.
    """

    def __init__(self, workers: Callable[[], WarmWorkers]) -> None:
        self.changed: Signal[JobEntry] = Signal()
        self._make_workers = workers
        self._workers: WarmWorkers | None = None
        self._making = threading.Lock()
        self._lock = threading.Lock()
        self._entries: dict[str, JobEntry] = {}
        self._running: dict[str, RunningJob] = {}
        self._unwanted: set[str] = set()  # cancelled before a worker had them
        self._threads: set[threading.Thread] = set()
        self._closed = False

    @property
    def entries(self) -> tuple[JobEntry, ...]:
        """All jobs as they are now, the newest first."""
        with self._lock:
            return tuple(reversed(self._entries.values()))

    def entry(self, job: str) -> JobEntry | None:
        """The job `job` as it is now; None once it is forgotten."""
        with self._lock:
            return self._entries.get(job)

    def warm(self) -> None:
        """Start the workers now, so that the first job need not wait for them."""
        with self._lock:
            if not self._closed:
                self._in_thread(self._warm_workers)

    def start(
        self, folder: Path, spec: Spec, title: str = "", on_event: Listener = _nobody_listens
    ) -> JobEntry:
        """Put a job on the list and begin it.

        `on_event` is called from a thread of the job's, when the list knows of the event already.
        """
        entry = JobEntry(folder.name, title or spec.task, folder, spec)
        with self._lock:
            if entry.id in self._entries:
                raise ValueError(f"there is a job {entry.id} already")
            self._entries[entry.id] = entry
            if self._closed:
                self._unwanted.add(entry.id)
            self._in_thread(lambda: self._run(entry, on_event))
        return entry

    def cancel(self, job: str) -> None:
        """Stop a job. Harmless when it has ended, or is not on the list."""
        with self._lock:
            running = self._running.get(job)
            if running is None and job in self._entries:
                self._unwanted.add(job)
        if running is not None:
            running.cancel()

    def forget(self, job: str) -> None:
        """Take a job that has ended off the list; one that runs stays."""
        with self._lock:
            if job in self._entries and not self._entries[job].running:
                del self._entries[job]
                self._unwanted.discard(job)

    def close(self) -> None:
        """Cancel what runs, wait until it is gone, and let the workers go."""
        with self._lock:
            self._closed = True
            self._unwanted.update(self._entries)
            running, threads = tuple(self._running.values()), tuple(self._threads)
        for job in running:
            job.cancel()
        for thread in threads:
            thread.join(GONE_SECONDS)
        with self._making:
            if self._workers is not None:
                self._workers.close()

    def _in_thread(self, work: Callable[[], object]) -> None:
        """Do it in a thread that `close` waits for. Only to be called with the lock."""
        thread = threading.Thread(target=work, daemon=True)
        self._threads = {*filter(threading.Thread.is_alive, self._threads), thread}
        thread.start()

    # ------------------------------------------------------------------ in a job's thread

    def _run(self, entry: JobEntry, on_event: Listener) -> None:
        def tell(event: JobEvent) -> None:
            changed = self._fold(entry.id, event)
            try:
                on_event(event)
            finally:
                self.changed.emit(changed)

        self.changed.emit(entry)
        job = self._begun(entry, tell)
        if isinstance(job, RunningJob):
            self._wait_for(entry.id, job)
        else:
            tell(job)

    def _begun(self, entry: JobEntry, tell: Callable[[JobEvent], None]) -> RunningJob | Ending:
        """The job in the hands of a worker, or why it is not."""
        if entry.id in self._unwanted:
            return Cancelled()
        try:
            return self._warm_workers().start(entry.folder, entry.spec, tell)
        except OSError as error:
            return Failed(
                f"The job could not be started: {error}.",
                hint="Is the disk full, or the folder of the project not to be written to?",
            )

    def _wait_for(self, job: str, running: RunningJob) -> None:
        with self._lock:
            self._running[job] = running
            unwanted = job in self._unwanted
        if unwanted:
            running.cancel()
        try:
            running.wait()
        except BaseException:  # a listener failed, which has ended the job
            entry = self.entry(job)
            if entry is not None and entry.running:
                self.changed.emit(self._fold(job, Cancelled()))
            raise
        finally:
            with self._lock:
                del self._running[job]

    def _warm_workers(self) -> WarmWorkers:
        with self._making:
            if self._workers is None:
                self._workers = self._make_workers()
            return self._workers

    def _fold(self, job: str, event: JobEvent) -> JobEntry:
        with self._lock:
            entry = self._entries[job]
            entry = self._entries[job] = _after(entry, event)
            return entry


def _after(entry: JobEntry, event: JobEvent) -> JobEntry:
    """The entry once `event` has happened."""
    row = after(entry.row, event)
    if isinstance(event, Measured):
        key = event.name, (event.place and event.place.node) or ""
        return replace(entry, measures={**entry.measures, key: event})
    if isinstance(event, Started):
        return replace(entry, row=row, started=datetime.now(UTC))
    ended = datetime.now(UTC) if row.ending and entry.ended is None else entry.ended
    return replace(entry, row=row, ended=ended)
