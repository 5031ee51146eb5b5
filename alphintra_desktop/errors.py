"""The one family of errors a user may see: what is wrong, what to do, and where it happened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A spot the user can be taken to: a node, one of its params, a line of a file."""

    node: str | None = None
    param: str | None = None
    line: int | None = None


class AlphintraError(Exception):
    """Something the user can understand and act on: one sentence, and the next thing to do."""

    def __init__(self, message: str, *, hint: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place
