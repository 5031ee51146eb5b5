"""A backtest in a process of its own: custom code may loop for ever, or print without end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_never

from alphintra_desktop.backtest.task import BacktestSpec, spec_arguments
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.events import Advanced, Cancelled, Failed, Finished, JobEvent
from alphintra_desktop.jobs.job import Spec
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.report import Cancelled as WorkCancelled
from alphintra_desktop.report import Report


def run_guarded(
    spec: BacktestSpec, folder: Path, report: Report, time_limit: float
) -> dict[str, Any]:
    """Run `spec` in a worker process, which is killed after `time_limit` seconds.

    Raises what the work would have raised here: `AlphintraError`, or `Cancelled`.
    """

    def show(event: JobEvent) -> None:
        if isinstance(event, Advanced):
            report.progress(event.done, of=event.total, doing=event.doing)

    job = Spec("run_backtest", spec_arguments(spec), timeout_s=time_limit)
    with WarmWorkers(spares=0) as workers:
        ending = workers.run(folder, job, show)
    match ending:
        case Finished(result):
            return dict(result)
        case Failed():
            hint = ending.hint or f"What it printed is in {folder / 'log.txt'}."
            raise AlphintraError(ending.message, hint=hint, place=ending.place)
        case Cancelled():
            raise WorkCancelled
        case _:
            assert_never(ending)
