"""How long work talks to whoever started it: how far it is, and whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far some work has come. `total` is 0 while it is not known."""

    done: int
    total: int
    doing: str = ""


class Cancelled(Exception):
    """The user asked the work to stop. Not an error."""


def _nobody_listens(_: Progress | str) -> None:
    """Drops the news: the work runs unwatched."""


def _never() -> bool:
    return False


class Report:
    """Given to long work, which calls `progress` once a step; that is also where it is cancelled.

    `send` is told how far the work is, `say` what it has to tell on the way.
    """

    def __init__(
        self,
        send: Callable[[Progress], None] = _nobody_listens,
        cancelled: Callable[[], bool] = _never,
        say: Callable[[str], None] = _nobody_listens,
    ) -> None:
        self._send, self._cancelled, self._say = send, cancelled, say

    def progress(self, done: int, *, of: int, doing: str = "") -> None:
        """Tell how far the work is. Raises `Cancelled` when it should stop."""
        if self._cancelled():
            raise Cancelled
        self._send(Progress(done, of, doing))

    def message(self, text: str) -> None:
        """Tell something in a sentence, such as why a slower way had to be taken."""
        self._say(text)
