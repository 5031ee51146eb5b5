"""Many paths of the same work, in this process or in several, with the same numbers.

Work knows how to do a path on a subject; it is small, for the subject is sent to other processes
once for all work.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.report import Report
from alphintra_desktop.research.resampling.subject import Subject

PARTS = 4  # of the paths, a process: so that none waits long for the last one

Path = Callable[[int], Floats]


class Work(Protocol):
    """Something to do for every path; it is sent to other processes as it is."""

    def prepared(self, subject: Subject) -> Path:
        """What is done for a path, given its number; made once for some paths."""


Part = tuple[Work, range]


class Workers(Protocol):
    """What does parts elsewhere."""

    @property
    def most(self) -> int:
        """How many parts are done at once."""

    def each(self, parts: Sequence[Part]) -> Iterator[list[Floats]]:
        """What the parts come to, in their order."""


@dataclass(frozen=True)
class Paths:
    """How many paths are asked for, from which seed, and who does them (None: this process).

    A path's numbers depend on the seed and on its own number alone.
    """

    seed: int
    paths: int
    report: Report = field(default_factory=Report)
    workers: Workers | None = None

    def measured(
        self, work: Work, subject: Subject, doing: str, paths: int | None = None
    ) -> Floats:
        """(paths, numbers): what the work found for each path. Raises `Cancelled`."""
        count = self.paths if paths is None else paths
        if self.workers is not None:
            return self._elsewhere(work, doing, count, self.workers)
        found, one = [], work.prepared(subject)
        for number in range(count):
            self.report.progress(number, of=count, doing=doing)
            found.append(one(number))
        return np.array(found)

    def _elsewhere(self, work: Work, doing: str, count: int, workers: Workers) -> Floats:
        step = max(1, -(-count // (workers.most * PARTS)))
        parts = [(work, range(n, min(n + step, count))) for n in range(0, count, step)]
        found: list[Floats] = []
        for (_, numbers), values in zip(parts, workers.each(parts), strict=True):
            self.report.progress(numbers.start, of=count, doing=doing)
            found.extend(values)
        return np.array(found)


@contextmanager
def shared(asked: Paths, subject: Subject, processes: int) -> Iterator[Paths]:
    """The same paths, done by so many processes as long as this is entered; 1 is this one."""
    if processes < 2:
        yield asked
        return
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, spawn, initializer=_begin, initargs=(subject,))
    try:
        yield replace(asked, workers=_Processes(pool, processes))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, eq=False)
class _Processes:
    pool: ProcessPoolExecutor
    most: int

    def each(self, parts: Sequence[Part]) -> Iterator[list[Floats]]:
        return self.pool.map(_some, parts)


_subjects: list[Any] = []


def _begin(subject: Subject) -> None:
    _subjects[:] = [subject]


def _some(part: Part) -> list[Floats]:
    work, numbers = part
    one = work.prepared(_subjects[0])
    return [one(number) for number in numbers]
