"""What a run earned on bars that were held out, if they were opened for its strategy.

Only the one run that was stamped when the holdout was opened tells it, by the equity it left
behind: nothing is read again for it. Bars that trials had looked at before they were held out
prove nothing, and neither does a holdout that does not agree with the ledger.
"""

from __future__ import annotations

import math
from contextlib import closing
from typing import Any

import numpy as np

from alphintra_desktop.backtest.stored_run import StoredRun, stored_run
from alphintra_desktop.research.holdout import HoldoutStatus, statuses
from alphintra_desktop.runs.ledger import DataRange, Run, find_run
from alphintra_desktop.runs.ledger import runs as recorded_runs
from alphintra_desktop.runs.project import Project
from alphintra_desktop.simulation.metrics import bar_returns, deviation, mean, ratio


def holdout_of(project: Project, run_id: str, data: DataRange) -> dict[str, Any]:
    """The Sharpe ratio on the held-out bars, or why it is unknown: see `findings`."""
    found = [one for one in statuses(project) if _covers(one, data)]
    if not found:
        return _unknown("no bars of its symbols are held out in this project")
    with closing(project.database()) as database:
        run, all_runs = find_run(database, run_id), recorded_runs(database)
    status = found[-1]
    why = _useless(status, run)
    if why:
        return _unknown(why)
    opened = _opened_run(status, all_runs)
    if opened is None:
        return _unknown("the run that was made when the holdout was opened is not there any more")
    return _told(status, stored_run(project.folder / opened.job_folder), opened)


def _covers(status: HoldoutStatus, data: DataRange) -> bool:
    held = status.holdout
    return not held.released and any(held.covers(data.dataset, symbol) for symbol in data.symbols)


def _useless(status: HoldoutStatus, run: Run) -> str:
    """Why a holdout says nothing about a run, or ""."""
    held = status.holdout
    if status.trouble:
        return f"the holdout cannot be trusted: {status.trouble}"
    if status.seen_before:
        return f"{status.seen_before:,} trials had seen the bars before they were held out"
    if not held.openings:
        return f"{held.told} is held out, and was never opened"
    if held.openings[0].graph != run.graph_hash:
        return f"the holdout was opened for {held.openings[0].name}, another strategy"
    return ""


def _opened_run(status: HoldoutStatus, all_runs: list[Run]) -> Run | None:
    """The first run that carries the stamp of an opening."""
    stamps = {opening.stamp for opening in status.holdout.openings}
    found = (run for run in all_runs if stamps.intersection(run.manifest.get("marks", ())))
    return min(found, key=lambda run: run.created, default=None)


def _told(status: HoldoutStatus, run: StoredRun, opened: Run) -> dict[str, Any]:
    curves, held = run.curves, status.holdout
    first = int(np.searchsorted(curves.timestamps, np.datetime64(held.start)))
    equity = curves.equity[max(first - 1, 0) :]
    returns = bar_returns(equity)
    year = math.sqrt(opened.settings["bars_per_year"])
    sharpe = ratio(mean(returns) * year, deviation(returns))
    said = [
        f"On {held.told}, which nobody had seen, the Sharpe ratio is {sharpe:.2f} over "
        f"{len(returns):,} bars."
    ]
    if len(held.openings) > 1:
        said.append(f"It was opened {len(held.openings)} times for this strategy.")
    return {"sharpe": sharpe, "unknown": "", "said": said}


def _unknown(why: str) -> dict[str, Any]:
    return {"sharpe": math.nan, "unknown": why, "said": [f"Unknown: {why}."]}
