"""A crew of one: this process does everything itself, one thing after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from alphintra_desktop.research.executors.crew import Done, Heard, Ready, Work


class HereCrew:
    """This process as the only worker. What the work raises is raised as it is."""

    most = 1

    def __init__(self, work: Work) -> None:
        self._work = work
        self._do: Callable[[Any], Any] | None = None
        self._given = deque[Any]()

    def hire(self) -> Hashable:
        """Nobody new is needed."""
        return "here"

    def give(self, worker: Hashable, payload: Any) -> None:
        """Done as soon as it is asked for."""
        self._given.append(payload)

    def heard(self, seconds: float) -> Iterable[tuple[Hashable, Heard]]:
        """Do what was given."""
        if self._do is None:
            self._do = self._work.begin()
            return [("here", Ready())]
        return [("here", Done(self._do(self._given.popleft())))]

    def stop(self) -> None:
        """There is nobody to end."""
