"""Executors by name, and doing work on one of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Report
from alphintra_desktop.research.executors.crew import Crew, Work
from alphintra_desktop.research.executors.dealing import OnResult, Staff, nobody_waits
from alphintra_desktop.research.executors.here import HereCrew
from alphintra_desktop.research.executors.processes import ProcessCrew
from alphintra_desktop.research.executors.ray_crew import RayCrew

THIS_PROCESS, PROCESSES, RAY = "this process", "processes", "ray"


@dataclass(frozen=True)
class Spread:
    """By what work is done: the name of an executor, how many workers, and where they are.

    `workers` 0 takes one a processor. `address` is that of a Ray cluster; without one Ray is
    started on this machine, for as long as the work takes. Raises `AlphintraError` for what does
    not fit together.
    """

    executor: str = THIS_PROCESS
    workers: int = 0
    address: str = ""

    def __post_init__(self) -> None:
        names = [executor.name for executor in EXECUTORS]
        if self.executor not in names:
            raise AlphintraError(
                f"There is no executor '{self.executor}'.", hint=f"Choose: {', '.join(names)}."
            )
        if self.workers < 0:
            raise AlphintraError(
                f"{self.workers} workers cannot do anything.",
                hint="Take at least one, or 0 for one a processor.",
            )
        if self.address and self.executor != RAY:
            raise AlphintraError(
                f"{self.address} is the address of a cluster, and '{self.executor}' has none.",
                hint=f"Take the executor '{RAY}', or leave the address out.",
            )


@dataclass(frozen=True)
class Executor:
    """A way to do work: what it is called, what it is, and how its workers are had."""

    name: str
    help: str
    crew: Callable[[Spread, Work], Crew]


def _here(_: Spread, work: Work) -> Crew:
    return HereCrew(work)


def _processes(spread: Spread, work: Work) -> Crew:
    return ProcessCrew(work, spread.workers or os.cpu_count() or 1)


def _ray(spread: Spread, work: Work) -> Crew:
    return RayCrew(work, spread.workers, spread.address)


EXECUTORS: tuple[Executor, ...] = (
    Executor(THIS_PROCESS, "one part after the other, in this process", _here),
    Executor(PROCESSES, "worker processes on this machine", _processes),
    Executor(RAY, "a Ray cluster, on this machine or on several", _ray),
)


@contextmanager
def staff(spread: Spread, work: Work) -> Iterator[Staff]:
    """Workers for some work, as long as they are needed. Afterwards none is left."""
    chosen = next(one for one in EXECUTORS if one.name == spread.executor)
    crew = chosen.crew(spread, work)
    try:
        yield Staff(crew)
    finally:
        crew.stop()


def spread_over(
    spread: Spread,
    work: Work,
    payloads: Sequence[Any],
    report: Report,
    on_result: OnResult = nobody_waits,
) -> list[Any]:
    """What all payloads come to, in their order: see `Staff.map`."""
    with staff(spread, work) as workers:
        return workers.map(payloads, report, on_result)
