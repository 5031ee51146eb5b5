"""The research of a project as its job folders tell it: what was asked, and what came of it.

A job's folder says what was asked (`spec.json`) and all that has happened (`events.jsonl`), so a
window finds again what another one, or an earlier one, has found.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.jobs.events import Finished, JobRow, Started, State, after
from alphintra_desktop.jobs.job import SPEC, Spec, read_events, read_spec


@dataclass(frozen=True)
class Kind:
    """A kind of research: the worker's task, and what a user calls it.

    `asks` are the parts of its form: `PARAMS`, `MEASURE`, `WINDOWS`, `SEARCHING`, `PATHS`, `BARS`,
    `RUN` and `EXECUTOR`.
    `best` is where its result keeps the number that a list shows, key by key; `about` says what
    that number is, and `help` what the research is good for.
    """

    task: str
    title: str
    help: str
    asks: tuple[str, ...]
    best: tuple[str, ...] = ()
    about: str = ""


PARAMS, MEASURE, WINDOWS, SEARCHING, PATHS, BARS, RUN, EXECUTOR = (
    *("params", "measure", "windows", "searching", "paths", "bars", "run", "executor"),
)
SWEEP = Kind(
    "run_sweep",
    "Sweep",
    "Runs the strategy at every point of a grid of its params. What is proposed is not the best "
    "point but the best neighbourhood: what holds when a param moves by a step.",
    (PARAMS, MEASURE, EXECUTOR),
    ("plateau", "sharpe"),
    "Sharpe ratio of the plateau",
)
SEARCH = Kind(
    "run_search",
    "Search",
    "Tries points where good ones are likely, for spaces that are too large for a sweep. It can "
    "be stopped and goes on later; every trial is counted once.",
    (PARAMS, SEARCHING, EXECUTOR),
    ("plateau", "sharpe"),
    "Sharpe ratio of the plateau",
)
WALK_FORWARD = Kind(
    "run_walk_forward",
    "Walk-forward",
    "Chooses params on one window of time and judges them on the next, until the bars end. What "
    "is stitched together was never seen by the choice.",
    (PARAMS, MEASURE, WINDOWS, EXECUTOR),
    ("out_of_sample", "sharpe"),
    "Sharpe ratio out of sample",
)
STRESS = Kind(
    "run_stress",
    "Stress test",
    "Resamples, delays, disturbs and taxes the strategy as it is drawn: how sure its figures are, "
    "what kills it, and whether it earns even where nothing can be earned.",
    (PATHS, EXECUTOR),
    ("base", "sharpe"),
    "Sharpe ratio of the run as it was",
)
CAUSALITY = Kind(
    "run_causality",
    "Causality check",
    "Changes the future of the real data and looks whether any node's past changes with it, a "
    "node at a time. The first guilty one is shown in the drawing.",
    (BARS,),
)
AUTOPSY = Kind(
    "run_autopsy",
    "Autopsy",
    "Takes a recorded run apart: what was tried before it was liked, where its edge lives, what "
    "kills it, and how much of it can be believed.",
    (RUN, PATHS, EXECUTOR),
    ("integrity", "score"),
    "Integrity score, of 100",
)
KINDS = (SWEEP, SEARCH, WALK_FORWARD, STRESS, CAUSALITY, AUTOPSY)
BY_TASK = {kind.task: kind for kind in KINDS}


@dataclass(frozen=True)
class ResearchRun:
    """One piece of research. `here` says that a job of this window works, or worked, on it."""

    id: str
    folder: Path
    kind: Kind
    spec: Spec
    name: str
    row: JobRow
    asked: datetime
    started: datetime | None = None
    ended: datetime | None = None
    here: bool = False

    @property
    def running(self) -> bool:
        """Whether this window is at work on it."""
        return self.here and self.row.ending is None

    @property
    def result(self) -> Mapping[str, Any] | None:
        """What the task returned, once it is done."""
        ending = self.row.ending
        return ending.result if isinstance(ending, Finished) else None

    @property
    def state(self) -> str:
        """How it is doing, in a word or two."""
        if self.row.ending is None and not self.here:
            return "not finished"
        return self.row.state.value

    @property
    def best(self) -> float:
        """The number that a list shows of it; NaN where there is none."""
        found: Any = self.result
        for key in self.kind.best:
            found = found.get(key) if isinstance(found, Mapping) else None
        return float(found) if isinstance(found, int | float) else math.nan

    @property
    def seconds(self) -> float:
        """How long it took; NaN where that is not known."""
        if self.started is None or self.ended is None:
            return math.nan
        return (self.ended - self.started).total_seconds()

    @property
    def axes(self) -> tuple[tuple[str, str], ...]:
        """Node id and param of all that was varied."""
        asked = self.spec.arguments.get("axes", ())
        if asked:
            return tuple((node, param) for node, param, _ in asked)
        found = (self.result or {}).get("axes", ())
        return tuple((axis["node"], axis["param"]) for axis in found)

    @property
    def study(self) -> str:
        """The study that a search works on; "" for other kinds."""
        return str(self.spec.arguments.get("study") or self.id) if self.kind is SEARCH else ""

    @property
    def can_resume(self) -> bool:
        """Whether it is a search that was stopped before its end."""
        return self.kind is SEARCH and not self.running and self.result is None


def of_entry(entry: JobEntry) -> ResearchRun | None:
    """A job of this window as a piece of research; None for other jobs."""
    kind = BY_TASK.get(entry.spec.task)
    if kind is None:
        return None
    return ResearchRun(
        id=entry.id,
        folder=entry.folder,
        kind=kind,
        spec=entry.spec,
        name=strategy_name(entry.spec) or entry.title.removeprefix(f"{kind.title} of "),
        row=entry.row,
        asked=entry.asked,
        started=entry.started,
        ended=entry.ended,
        here=True,
    )


def read_run(folder: Path) -> ResearchRun | None:
    """The research in a job's folder; None when there is other work, or nothing readable."""
    try:
        spec = read_spec(folder)
    except AlphintraError:
        return None
    kind = BY_TASK.get(spec.task)
    if kind is None:
        return None
    row, started, ended = JobRow(), None, None
    for event in read_events(folder):
        row = after(row, event)
        if isinstance(event, Started):
            started = _time(event.time)
        if event is row.ending:
            ended = _time(row.ending.time)
    asked = started or datetime.fromtimestamp((folder / SPEC).stat().st_mtime, UTC)
    name = strategy_name(spec) or _name_of_result(row) or "Strategy"
    return ResearchRun(folder.name, folder, kind, spec, name, row, asked, started, ended)


def strategy_name(spec: Spec) -> str:
    """What the strategy is called that a job works on; "" where it does not say."""
    try:
        name = json.loads(spec.arguments["graph"]).get("name")
    except (KeyError, TypeError, ValueError, AttributeError):
        name = ""
    return str(name or spec.arguments.get("where", ""))


def _name_of_result(row: JobRow) -> str:
    result = row.ending.result if isinstance(row.ending, Finished) else None
    return str(result.get("name", "")) if isinstance(result, Mapping) else ""


def is_over(run: ResearchRun) -> bool:
    """Whether nothing more will happen to it."""
    return run.row.state in (State.DONE, State.FAILED, State.CANCELLED)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
