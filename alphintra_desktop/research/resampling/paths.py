"""Many paths of the same work, in this process or spread over workers, with the same numbers.

Work knows how to do a path on a subject; it is small, for the subject is sent to each worker once
for all work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.report import Progress, Report
from alphintra_desktop.research.executors.choice import THIS_PROCESS, Spread, staff
from alphintra_desktop.research.executors.dealing import Staff
from alphintra_desktop.research.resampling.subject import Subject

WHOLE = 1000  # steps of progress over several things
PARTS = 4  # of the paths, a worker: so that none waits long for the last one

Path = Callable[[int], Floats]


class Work(Protocol):
    """Something to do for every path; it is sent to other processes as it is."""

    def prepared(self, subject: Subject) -> Path:
        """What is done for a path, given its number; made once for some paths."""


Part = tuple[Work, range]


@dataclass(frozen=True)
class Paths:
    """How many paths are asked for, from which seed, and who does them (None: this process).

    A path's numbers depend on the seed and on its own number alone.
    """

    seed: int
    paths: int
    report: Report = field(default_factory=Report)
    staff: Staff | None = None
    workers: int = 1

    def within(self, number: int, count: int) -> Paths:
        """The same for one of several things: progress goes on from each to the next."""

        def send(progress: Progress) -> None:
            share = progress.done / progress.total if progress.total else 0.0
            done = round((number + share) * WHOLE / count)
            self.report.progress(done, of=WHOLE, doing=progress.doing)

        def stopped() -> bool:
            self.report.stop_if_asked()
            return False

        return replace(self, report=Report(send, stopped, self.report.message))

    def measured(
        self, work: Work, subject: Subject, doing: str, paths: int | None = None
    ) -> Floats:
        """(paths, numbers): what the work found for each path. Raises `Cancelled`."""
        count = self.paths if paths is None else paths
        if self.staff is not None:
            return self._elsewhere(self.staff, work, doing, count)
        found, one = [], work.prepared(subject)
        for number in range(count):
            self.report.progress(number, of=count, doing=doing)
            found.append(one(number))
        return np.array(found)

    def _elsewhere(self, workers: Staff, work: Work, doing: str, count: int) -> Floats:
        step = max(1, -(-count // (self.workers * PARTS)))
        parts = [(work, range(n, min(n + step, count))) for n in range(0, count, step)]
        done = 0

        def told(number: int, _: object) -> None:
            nonlocal done
            done += len(parts[number][1])
            self.report.progress(done, of=count, doing=doing)

        self.report.progress(0, of=count, doing=doing)
        found = workers.map(parts, self.report, told)
        return np.array([values for part in found for values in part])


@contextmanager
def shared(asked: Paths, subject: Subject, spread: Spread) -> Iterator[Paths]:
    """The same paths, done by an executor's workers as long as this is entered."""
    if spread.executor == THIS_PROCESS:
        yield asked
        return
    with staff(spread, SubjectWork(subject)) as workers:
        count = spread.workers or os.cpu_count() or 1
        yield replace(asked, staff=workers, workers=count)


@dataclass(frozen=True, eq=False)
class SubjectWork:
    """All work on a subject: what is sent to a worker once."""

    subject: Subject

    def begin(self) -> Callable[[Part], list[Floats]]:
        """What does a part: some paths of some work."""
        return self._some

    def _some(self, part: Part) -> list[Floats]:
        work, numbers = part
        one = work.prepared(self.subject)
        return [one(number) for number in numbers]
