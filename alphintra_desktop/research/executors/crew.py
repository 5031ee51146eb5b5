"""What a crew of workers is, and what its workers say: the seam between dealing out and doing."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from alphintra_desktop.errors import AlphintraError, Place


class Work(Protocol):
    """Something to do for every payload; it is sent to other processes as it is."""

    def begin(self) -> Callable[[Any], Any]:
        """Prepare whatever all payloads need, and give what does one."""


@dataclass(frozen=True)
class Ready:
    """A worker has begun the work."""


@dataclass(frozen=True)
class Done:
    """What a payload came to."""

    value: Any


@dataclass(frozen=True)
class Refused:
    """An `AlphintraError` in parts: with its hint it does not survive pickling."""

    message: str
    hint: str
    place: Place | None = None

    def error(self) -> Exception:
        """The error again."""
        return AlphintraError(self.message, hint=self.hint, place=self.place)


@dataclass(frozen=True)
class Mistaken:
    """A mistake of the program, as the worker's traceback tells it."""

    told: str

    def error(self) -> Exception:
        """The mistake as an error of this process."""
        return RuntimeError(f"a worker failed:\n{self.told}")


@dataclass(frozen=True)
class Lost:
    """The worker is gone, and why if that is known."""

    why: str


Answer = Done | Refused | Mistaken
Heard = Ready | Answer | Lost


class Crew(Protocol):
    """Workers of one kind, known by something hashable. Each has one thing to do at a time."""

    @property
    def most(self) -> int:
        """How many workers there may be at once."""

    def hire(self) -> Hashable:
        """Start a worker; it is `Ready` once it has begun the work."""

    def give(self, worker: Any, payload: Any) -> None:
        """Let a worker that is free do a payload."""

    def heard(self, seconds: float) -> Iterable[tuple[Hashable, Heard]]:
        """What workers have said by now, waiting so long at most for the first of them."""

    def stop(self) -> None:
        """End all workers at once, whatever they are doing."""


class Worker:
    """What one worker of another process does: begin, then a payload at a time."""

    def __init__(self) -> None:
        self._do: Callable[[Any], Any]

    def begin(self, work: Work) -> Heard:
        """Begin the work: `Ready`, or why it cannot be begun."""
        answer = _answered(lambda _: work.begin(), None)
        if not isinstance(answer, Done):
            return answer
        self._do = answer.value
        return Ready()

    def answer(self, payload: Any) -> Heard:
        """What a payload comes to, as it can be sent."""
        return _answered(self._do, payload)


def _answered(do: Callable[[Any], Any], payload: Any) -> Answer:
    try:
        return Done(do(payload))
    except AlphintraError as error:
        return Refused(error.message, error.hint, error.place)
    except Exception:  # noqa: BLE001 - a mistake, which whoever asked has to hear of
        return Mistaken(traceback.format_exc())
