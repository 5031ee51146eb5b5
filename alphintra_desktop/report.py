"""How long work talks to whoever started it: how far it is, and whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alphintra_desktop.errors import Place


@dataclass(frozen=True)
class Progress:
    """How far some work has come. `total` is 0 while it is not known; `place` is where it is."""

    done: int
    total: int
    doing: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class Measure:
    """A number that some work found on its way, of a place or of a step."""

    name: str
    value: float
    place: Place | None = None
    step: int | None = None


class Cancelled(Exception):
    """The user asked the work to stop. Not an error."""


def _nobody_listens(_: Progress | str | Measure) -> None:
    """Drops the news: the work runs unwatched."""


def _never() -> bool:
    return False


class Report:
    """Given to long work, which calls `progress` once a step; that is also where it is cancelled.

    `send` is told how far the work is, `say` what it has to tell on the way, and `measured` what
    numbers it has found.
    """

    def __init__(
        self,
        send: Callable[[Progress], None] = _nobody_listens,
        cancelled: Callable[[], bool] = _never,
        say: Callable[[str], None] = _nobody_listens,
        measured: Callable[[Measure], None] = _nobody_listens,
    ) -> None:
        self._send, self._cancelled, self._say = send, cancelled, say
        self._measured = measured

    def progress(self, done: int, *, of: int, doing: str = "", place: Place | None = None) -> None:
        """Tell how far the work is, and at which place. Raises `Cancelled` when it should stop."""
        if self._cancelled():
            raise Cancelled
        self._send(Progress(done, of, doing, place))

    def stop_if_asked(self) -> None:
        """For work that waits, and has nothing new to tell. Raises `Cancelled`."""
        if self._cancelled():
            raise Cancelled

    def measure(
        self, name: str, value: float, *, place: Place | None = None, step: int | None = None
    ) -> None:
        """Tell a number found on the way: the seconds of a node, the loss of an epoch."""
        self._measured(Measure(name, value, place, step))

    def message(self, text: str) -> None:
        """Tell something in a sentence, such as why a slower way had to be taken."""
        self._say(text)
