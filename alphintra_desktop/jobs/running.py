"""Running one job inside a worker process: from its folder to the event that ends it."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from alphintra_desktop import report
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.jobs.captured import CapturedOutput
from alphintra_desktop.jobs.events import (
    Advanced,
    Cancelled,
    Ending,
    Failed,
    Finished,
    JobEvent,
    Measured,
    Message,
    Started,
    shortened,
    to_line,
    too_long,
)
from alphintra_desktop.jobs.job import LOG, Spec, append, read_spec

Task = Callable[[Mapping[str, Any], Path, report.Report], Any]

SECONDS_BETWEEN_PROGRESS = 0.05
LONGEST_RESULT = 8_000_000  # characters of JSON; more belongs in a file among the artifacts
GRACE_SECONDS = 3.0  # for whoever started the worker to enforce a job's time limit first


class Channel:
    """Where a job's events go: to its folder for everyone, and to an echo for who started it."""

    def __init__(self, folder: Path, echo: Callable[[bytes], None]) -> None:
        self.folder = folder
        self._echo = echo
        self._told_progress_at = 0.0
        self._told_place: Place | None = None

    def tell(self, event: JobEvent) -> None:
        """Write the event down, then echo it. A full disk does not stop the work, nor the echo."""
        with suppress(OSError):
            append(self.folder, event)
        self._echo(to_line(event).encode() + b"\n")

    def new_report(self) -> report.Report:
        """What the task gets to tell how far it is."""
        return report.Report(send=self._progress, say=self._say, measured=self._measured)

    def _progress(self, progress: report.Progress) -> None:
        """A task may tell every step of millions: most are passed over, but no new place."""
        now = time.monotonic()
        moved = progress.place != self._told_place
        if moved or now - self._told_progress_at >= SECONDS_BETWEEN_PROGRESS:
            self._told_progress_at, self._told_place = now, progress.place
            done, total = int(progress.done), int(progress.total)
            self.tell(Advanced(done, total, progress.doing, progress.place))

    def _measured(self, found: report.Measure) -> None:
        step = None if found.step is None else int(found.step)
        self.tell(Measured(found.name, float(found.value), found.place, step))

    def _say(self, text: str) -> None:
        self.tell(Message(shortened(text)))


def run_job(channel: Channel, tasks: Sequence[Task], output: CapturedOutput) -> None:
    """Run the job in the channel's folder by the task of its spec's name; tell how it went."""
    try:
        spec = read_spec(channel.folder)
        task = _task_called(spec.task, tasks)
    except AlphintraError as error:
        channel.tell(Failed(error.message, error.hint, error.place))
        return
    channel.tell(Started(spec.task, os.getpid()))
    with ExitStack() as around:
        around.enter_context(_own_surroundings())
        around.enter_context(output.into(channel.folder / LOG))
        around.enter_context(_time_limit(spec.timeout_s, channel))
        ending = _ending(task, spec, channel)
    channel.tell(ending)


def _task_called(name: str, tasks: Sequence[Task]) -> Task:
    for task in tasks:
        if getattr(task, "__name__", "") == name:
            return task
    known = ", ".join(getattr(task, "__name__", "?") for task in tasks)
    raise AlphintraError(
        f"This worker knows no task {name!r}.",
        hint=f"It knows: {known}. A newer version of Alphintra may know more.",
    )


def _ending(task: Task, spec: Spec, channel: Channel) -> Ending:
    """The boundary around everything a task may do: whatever it raises becomes an event."""
    try:
        return _finished(task(dict(spec.arguments), channel.folder, channel.new_report()))
    except report.Cancelled:
        return Cancelled()
    except AlphintraError as error:
        return Failed(shortened(error.message), error.hint, error.place)
    except MemoryError:
        return Failed(
            "The job needs more memory than it may use.",
            hint="Take a shorter period or fewer symbols, or allow more memory.",
            traceback=shortened(traceback.format_exc()),
        )
    except BaseException as error:  # noqa: BLE001 - also SystemExit: the worker goes on
        return Failed(
            shortened("".join(traceback.format_exception_only(error)).strip()),
            hint="This is a mistake in custom code or in Alphintra: the traceback says where.",
            traceback=shortened(traceback.format_exc()),
        )


def _finished(result: Any) -> Finished:
    """Raises TypeError or ValueError when the result cannot be told."""
    finished = Finished(result)
    size = len(to_line(finished))
    if size > LONGEST_RESULT:
        raise ValueError(f"the result is {size:,} characters long: write it among the artifacts")
    return finished


@contextmanager
def _own_surroundings() -> Iterator[None]:
    """A task may change folders, import from its own and set arguments; the next is not to know."""
    folder, path, arguments = Path.cwd(), list(sys.path), list(sys.argv)
    try:
        yield
    finally:
        os.chdir(folder if folder.is_dir() else Path.home())
        sys.path[:], sys.argv[:] = path, arguments


@contextmanager
def _time_limit(timeout_s: float | None, channel: Channel) -> Iterator[None]:
    """End this process when the job runs too long and whoever started it is no longer there to.

    The thread cannot run while C code holds Python's lock, hence the second guard, which can.
    """
    if timeout_s is None:
        yield
        return
    guard = threading.Timer(timeout_s + GRACE_SECONDS, _give_up, (timeout_s, channel))
    guard.daemon = True
    guard.start()
    faulthandler.dump_traceback_later(timeout_s + 2 * GRACE_SECONDS, exit=True, file=2)
    try:
        yield
    finally:
        guard.cancel()
        faulthandler.cancel_dump_traceback_later()


def _give_up(timeout_s: float, channel: Channel) -> None:
    channel.tell(too_long(timeout_s))
    os._exit(1)
