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


def _nobody_listens(_: Progress) -> None:
    """Drops the message: the work runs unwatched."""


def _never() -> bool:
    return False


class Report:
    """Given to long work, which calls `progress` once a step; that is also where it is cancelled."""

    def __init__(
        self,
        send: Callable[[Progress], None] = _nobody_listens,
        cancelled: Callable[[], bool] = _never,
    ) -> None:
        self._send, self._cancelled = send, cancelled

    def progress(self, done: int, *, of: int, doing: str = "") -> None:
        """Tell how far the work is. Raises `Cancelled` when it should stop."""
        if self._cancelled():
            raise Cancelled
        self._send(Progress(done, of, doing))
