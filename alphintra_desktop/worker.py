"""What runs inside a job process: `python -m alphintra_desktop.worker`.

Reads job folders from standard input, one line of JSON each, runs each job, and echoes its events
on standard output. It ends when its input does: whoever started it is gone.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from alphintra_desktop.backtest.node_values import run_values
from alphintra_desktop.backtest.report_task import run_report
from alphintra_desktop.backtest.task import run_backtest, run_repeat, run_verify
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.captured import ERR, OUT, CapturedOutput
from alphintra_desktop.jobs.events import Message
from alphintra_desktop.jobs.running import Channel, Task, run_job
from alphintra_desktop.learning.task import run_train
from alphintra_desktop.market.import_task import run_import, run_import_events
from alphintra_desktop.research.autopsy.autopsy_task import run_autopsy
from alphintra_desktop.research.causality_task import run_causality
from alphintra_desktop.research.holdout import run_holdout, run_holdout_release, run_holdout_set
from alphintra_desktop.research.resampling.stress_task import run_stress
from alphintra_desktop.research.search_task import run_search
from alphintra_desktop.research.task import run_sweep
from alphintra_desktop.research.walk_forward_task import run_walk_forward
from alphintra_desktop.workspace.data_tasks import DATA_TASKS
from alphintra_desktop.workspace.dataset_coverage import COVERAGE_TASKS
from alphintra_desktop.workspace.fetch_task import run_fetch, run_fetch_update
from alphintra_desktop.workspace.stored_snapshots import run_delete_snapshots

# Every function that a job may name, and nothing else runs in a worker.
TASKS: tuple[Task, ...] = (
    run_backtest,
    run_verify,
    run_repeat,
    run_sweep,
    run_search,
    run_walk_forward,
    run_stress,
    run_autopsy,
    run_causality,
    run_holdout,
    run_holdout_set,
    run_holdout_release,
    run_train,
    run_report,
    run_values,
    run_import,
    run_import_events,
    run_fetch,
    run_fetch_update,
    run_delete_snapshots,
    *DATA_TASKS,
    *COVERAGE_TASKS,
)


def warm_up() -> None:
    """Load what every backtest needs, before somebody waits for one."""
    from alphintra_desktop.backtest import warm_up as backtests  # noqa: PLC0415 - heavy

    backtests.warm_up()


def serve(tasks: Sequence[Task], warm_up: Callable[[], None] | None = None) -> None:
    """Run the jobs whose folders come in on standard input, then end this process."""
    jobs, echo = _private_ends()
    faulthandler.enable(ERR)  # a crash in C code leaves its traceback in the job's log
    output = CapturedOutput()
    trouble = _trouble_with(warm_up)
    with Path(os.devnull).open("wb") as nothing:  # what a finished task's threads still print
        os.dup2(nothing.fileno(), OUT)
        os.dup2(nothing.fileno(), ERR)
    with os.fdopen(jobs, "rb") as lines:
        for line in lines:
            channel = Channel(Path(json.loads(line)), echo)
            if trouble:
                channel.tell(Message(trouble))
            run_job(channel, tasks, output)
    _end_with_all_children()


def main(arguments: Sequence[str] | None = None) -> None:
    """Be a worker, as the command line says."""
    parser = argparse.ArgumentParser(prog="alphintra_desktop.worker", description=__doc__)
    parser.add_argument("--warm", action="store_true", help="load the heavy libraries at once")
    parser.add_argument("--memory-limit-mb", type=int, help="the most data it may hold (Linux)")
    options = parser.parse_args(arguments)
    if options.memory_limit_mb:
        limit_memory(options.memory_limit_mb)
    serve(TASKS, warm_up if options.warm else None)


def limit_memory(megabytes: int) -> None:
    """Let this process hold at most so much writable memory of its own.

    Of the limits that systems offer, only Linux's on data works for us: Numba and DuckDB reserve
    far more addresses than they use, which a limit on the address space would count. Raises
    AlphintraError on other systems.
    """
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError as error:
        raise AlphintraError(
            "This system has no limit for the memory of a job.", hint="Run without a limit."
        ) from error
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))


def _private_ends() -> tuple[int, Callable[[bytes], None]]:
    """Our input and output, out of reach of what tasks read and print."""
    jobs, events = os.dup(0), os.dup(OUT)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(ERR, OUT)

    def echo(line: bytes) -> None:
        with suppress(BrokenPipeError):  # nobody listens any more; the job's folder has it all
            while line:
                line = line[os.write(events, line) :]

    return jobs, echo


def _trouble_with(warm_up: Callable[[], None] | None) -> str:
    """Why warming up failed, for the first job to tell; it will meet the same trouble, or not."""
    if warm_up is None:
        return ""
    try:
        warm_up()
    except Exception as error:  # noqa: BLE001 - told by every job of this worker
        return f"The worker could not warm up: {type(error).__name__}: {error}"
    return ""


def _end_with_all_children() -> None:
    """Also of what tasks have left running: threads, and processes of this worker's group."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
