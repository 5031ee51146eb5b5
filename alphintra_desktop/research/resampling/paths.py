"""Many paths of the same work, in this process or in several, with the same numbers."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.report import Report

AT_ONCE = 8  # paths between two looks at whether to stop, in another process


class Work(Protocol):
    """Something to do for every path; it is sent to other processes as it is."""

    def prepared(self) -> Callable[[int], Floats]:
        """What is done for a path, given its number; made once a process."""


@dataclass(frozen=True)
class Paths:
    """How many paths are asked for, from which seed, in how many processes.

    A path's numbers depend on the seed and on its own number alone.
    """

    seed: int
    paths: int
    processes: int = 1
    report: Report = field(default_factory=Report)

    def measured(self, work: Work, doing: str, paths: int | None = None) -> Floats:
        """(paths, numbers): what the work found for each path. Raises `Cancelled`."""
        count = self.paths if paths is None else paths
        if self.processes > 1 and count > AT_ONCE:
            return self._in_processes(work, doing, count)
        found, one = [], work.prepared()
        for number in range(count):
            self.report.progress(number, of=count, doing=doing)
            found.append(one(number))
        return np.array(found)

    def _in_processes(self, work: Work, doing: str, count: int) -> Floats:
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.processes, spawn, initializer=_begin, initargs=(work,))
        parts = [range(n, min(n + AT_ONCE, count)) for n in range(0, count, AT_ONCE)]
        found: list[Floats] = []
        try:
            for part, values in zip(parts, pool.map(_some, parts), strict=True):
                self.report.progress(part.start, of=count, doing=doing)
                found.extend(values)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return np.array(found)


_doing: list[Callable[[int], Floats]] = []


def _begin(work: Work) -> None:
    _doing.append(work.prepared())


def _some(part: range) -> list[Floats]:
    return [_doing[0](number) for number in part]
