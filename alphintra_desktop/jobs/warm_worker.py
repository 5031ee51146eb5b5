"""Workers kept warm, so that a job starts at once, and a handle on the job that each one runs.

1. A few workers wait, their libraries loaded. A job takes the one that was used last; if that
   leaves too few, another is started a moment later.
2. Its events come back over a pipe; a thread a job follows them.
3. Cancelling, and a time limit, kill the worker's process group; a spare takes over.
4. Whatever happens, the job's folder ends with a true last event: the worker's own, or ours when
   the worker could not write one.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from alphintra_desktop.jobs.events import (
    Cancelled,
    Ending,
    Failed,
    Finished,
    JobEvent,
    Started,
    from_line,
    shortened,
    too_long,
)
from alphintra_desktop.jobs.job import Spec, append, row_of, write_spec
from alphintra_desktop.jobs.worker_process import WorkerProcess

# Without the current folder among the places to import from: a user's `random.py` may lie there.
COLD_WORKER = (sys.executable, "-P", "-m", "alphintra_desktop.worker")
WORKER = (*COLD_WORKER, "--warm")
START_SECONDS = 120.0  # for a cold worker to load everything and take the job
REFILL_SECONDS = 1.5  # a spare that warms up at once slows the job that has just begun
GONE_SECONDS = 5.0  # for a killed worker to be gone; the system needs a few milliseconds
FOREVER = float("inf")


def _nobody_listens(_: JobEvent) -> None:
    """Drops the event: it is in the job's folder."""


class RunningJob:
    """A job that a worker has begun, or is about to."""

    def __init__(
        self,
        folder: Path,
        spec: Spec,
        worker: WorkerProcess,
        on_event: Callable[[JobEvent], None],
        give_back: Callable[[WorkerProcess], None],
    ) -> None:
        self.folder = folder
        self._spec, self._worker = spec, worker
        self._on_event, self._give_back = on_event, give_back
        self._ending: Future[Ending] = Future()
        self._lock = threading.Lock()
        self._over = False  # from then on, the worker may be running somebody else's job
        self._stopped: Ending | None = None
        self._started = False
        threading.Thread(target=self._follow, daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether the job has ended."""
        return self._ending.done()

    def cancel(self) -> None:
        """Stop the job: its worker is killed with all its children. Harmless when it has ended."""
        self._stop(Cancelled())

    def wait(self, timeout: float | None = None) -> Ending:
        """How the job ended, once it has. Raises TimeoutError, or what `on_event` raised."""
        return self._ending.result(timeout)

    def _stop(self, ending: Ending) -> None:
        with self._lock:
            if self._over:
                return
            self._stopped = self._stopped or ending
        self._worker.kill()

    def _follow(self) -> None:
        self._worker.send(self.folder)
        try:
            ending = self._true_ending(self._events())
            self._on_event(ending)
        except BaseException as error:  # noqa: BLE001 - of a listener; raised again by `wait`
            self._abandon()
            self._ending.set_exception(error)
        else:
            self._ending.set_result(ending)

    def _abandon(self) -> None:
        """Nobody can be told any more: end the job, and leave its folder with the truth."""
        self._stop(Cancelled())
        if not self._over:
            while self._worker.next_line(FOREVER) is not None:
                pass
            self._true_ending(None)

    def _events(self) -> Ending | None:
        """Pass the worker's events on, until one ends the job or the worker is dead."""
        deadline, said = time.monotonic() + START_SECONDS, None
        while True:
            try:
                line = self._worker.next_line(deadline)
            except queue.Empty:
                self._stop(self._late())
                deadline = FOREVER
                continue
            if line is None:
                return said
            event = from_line(line)
            if isinstance(event, Finished | Failed | Cancelled):
                said = event
                if self._let_go():
                    return said
            elif event is not None:
                if isinstance(event, Started):
                    self._started, deadline = True, self._deadline()
                self._on_event(event)

    def _let_go(self) -> bool:
        """Whether the worker lives on, for the next job; not when it has been killed meanwhile."""
        with self._lock:
            self._over = self._stopped is None
        if self._over:
            self._give_back(self._worker)
        return self._over

    def _deadline(self) -> float:
        return FOREVER if self._spec.timeout_s is None else time.monotonic() + self._spec.timeout_s

    def _late(self) -> Failed:
        if self._started and self._spec.timeout_s is not None:
            return too_long(self._spec.timeout_s)
        return Failed(
            f"The worker did not start within {START_SECONDS:.0f} s.",
            hint="Close other programs that keep this machine busy, then run again.",
        )

    def _true_ending(self, said: Ending | None) -> Ending:
        """How it ended, which the folder then says as well, whatever was done to its files."""
        written = self._written()
        ending = said or written or self._stopped or self._death()
        if written is None:
            with suppress(OSError):  # a full disk; whoever listens is told all the same
                append(self.folder, ending)
        return ending

    def _written(self) -> Ending | None:
        try:
            return row_of(self.folder).ending
        except OSError:  # a task can do anything to its folder
            return None

    def _death(self) -> Failed:
        how = self._worker.how_it_died()
        if not self._started:
            return Failed(
                f"The worker died before it began ({how}).",
                hint="Run again; if it happens again, the traceback says why.",
                traceback=shortened(self._worker.first_words()),
            )
        return Failed(f"The worker died ({how}).", hint=_why(how))


class WarmWorkers:
    """Workers for jobs, `spares` of them waiting at any time. To be closed, or used by `with`.

    `command` starts a worker. `spares` of 0 keeps none in advance, but keeps the one it had to
    start for the next job.
    """

    def __init__(self, command: Sequence[str] = WORKER, spares: int = 1) -> None:
        self._command, self._spares = tuple(command), spares
        self._idle: list[WorkerProcess] = []
        self._lock = threading.Lock()
        self._closed = False
        with self._lock:
            self._fill()

    def start(
        self, folder: Path, spec: Spec, on_event: Callable[[JobEvent], None] = _nobody_listens
    ) -> RunningJob:
        """Begin the job `spec` in `folder`. `on_event` is called from a thread of the job's."""
        write_spec(folder, spec)
        return RunningJob(folder, spec, self._take(), on_event, self._take_back)

    def run(
        self, folder: Path, spec: Spec, on_event: Callable[[JobEvent], None] = _nobody_listens
    ) -> Ending:
        """Run the job and wait for its end. Interrupting the wait cancels it.

        Then its process is gone, and its folder says so, before the interruption goes on.
        """
        job = self.start(folder, spec, on_event)
        try:
            return job.wait()
        except BaseException:
            job.cancel()
            with suppress(Exception):  # it was about to raise something more important
                job.wait(GONE_SECONDS)
            raise

    def close(self) -> None:
        """Let the idle workers go. Jobs that run go on to their end."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.dismiss()

    def __enter__(self) -> WarmWorkers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self) -> WorkerProcess:
        with self._lock:
            self._idle = [worker for worker in self._idle if worker.alive]
            worker = self._idle.pop() if self._idle else WorkerProcess(self._command)
        later = threading.Timer(REFILL_SECONDS, self._refill)
        later.daemon = True
        later.start()
        return worker

    def _refill(self) -> None:
        with self._lock:
            self._fill()

    def _take_back(self, worker: WorkerProcess) -> None:
        with self._lock:
            # One more than the spares, or every job would start a process only to end one.
            if keep := not self._closed and len(self._idle) <= self._spares:
                self._idle.append(worker)
        if not keep:
            worker.dismiss()

    def _fill(self) -> None:
        """New ones go to the front: they are still warming up."""
        while not self._closed and len(self._idle) < self._spares:
            self._idle.insert(0, WorkerProcess(self._command))


def _why(how: str) -> str:
    if how == "signal 9":
        return (
            "Most often the system ends a process like this when memory has run out: take a "
            "shorter period or fewer symbols."
        )
    return "Custom code or a library ended its process: log.txt of the job may say where."
