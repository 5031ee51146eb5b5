"""Running a task of the worker: here, or in a process of its own.

Custom code may loop for ever, print without end or end its process, so it runs in another one.
What fails or is cancelled leaves nothing behind, but what custom code printed before it failed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, assert_never

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.events import (
    Advanced,
    Cancelled,
    Failed,
    Finished,
    JobEvent,
    Message,
    Started,
)
from alphintra_desktop.jobs.job import ARTIFACTS, LOG, Spec, append, write_spec
from alphintra_desktop.jobs.running import Task
from alphintra_desktop.jobs.warm_worker import COLD_WORKER, WarmWorkers
from alphintra_desktop.report import Cancelled as WorkCancelled
from alphintra_desktop.report import Report
from alphintra_desktop.runs.project import Project


def run_task(
    task: Task,
    arguments: Mapping[str, Any],
    folder: Path,
    report: Report,
    *,
    time_limit: float | None,
) -> dict[str, Any]:
    """Run a task in `folder`; within `time_limit` seconds in another process, unless it is None.

    Raises `AlphintraError` and `Cancelled`; then the folder is gone, or holds only its log.
    """
    try:
        if time_limit is None:
            return _here(task, arguments, folder, report)
        return _guarded(task, arguments, folder, report, time_limit)
    except BaseException as error:
        if isinstance(error, AlphintraError) and _printed(folder):
            shutil.rmtree(folder / ARTIFACTS, ignore_errors=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _here(task: Task, arguments: Mapping[str, Any], folder: Path, report: Report) -> dict[str, Any]:
    """In this process. A folder that is kept says what was done, as that of a worker does."""
    name, kept = getattr(task, "__name__", ""), folder.is_dir()
    if kept:
        write_spec(folder, Spec(name, arguments))
        append(folder, Started(name, os.getpid()))
    result = dict(task(arguments, folder, report))
    if kept:
        append(folder, Finished(result))
    return result


@contextmanager
def scratch_job(project: Project, custom: bool) -> Iterator[Path]:
    """A folder for a job whose result is not kept. Only custom code needs one, for its log.

    So without custom code the project need not be writable.
    """
    if not custom:
        yield project.jobs / "none"
        return
    folder = project.new_job_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _guarded(
    task: Task, arguments: Mapping[str, Any], folder: Path, report: Report, time_limit: float
) -> dict[str, Any]:
    def show(event: JobEvent) -> None:
        if isinstance(event, Advanced):
            report.progress(event.done, of=event.total, doing=event.doing)
        elif isinstance(event, Message):
            report.message(event.text)

    report.progress(0, of=5, doing="Starting a process for it")
    name = getattr(task, "__name__", "")
    # A cold one: for a single job, nothing is gained by loading more than that job needs.
    with WarmWorkers(COLD_WORKER, spares=0) as workers:
        ending = workers.run(folder, Spec(name, arguments, timeout_s=time_limit), show)
    match ending:
        case Finished(result):
            return dict(result)
        case Failed():
            printed = f"What it printed is in {folder / LOG}." if _printed(folder) else ""
            hint = " ".join(filter(None, (ending.hint, printed)))
            raise AlphintraError(ending.message, hint=hint, place=ending.place)
        case Cancelled():
            raise WorkCancelled
        case _:
            assert_never(ending)


def _printed(folder: Path) -> bool:
    log = folder / LOG
    return log.is_file() and log.stat().st_size > 0
