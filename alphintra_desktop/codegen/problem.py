"""A mistake in a drawing: not an exception, because a user wants to see them all at once."""

from __future__ import annotations

from dataclasses import dataclass

from alphintra_desktop.errors import AlphintraError, Place


@dataclass(frozen=True)
class Problem:
    """What is wrong, what to do, and where. Only `blocking` ones keep the strategy from running."""

    code: str
    message: str
    hint: str
    place: Place
    blocking: bool = True


class GraphHasProblems(AlphintraError):
    """The graph cannot be compiled. `problems` holds all of them, the message the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first, *others = [p for p in problems if p.blocking]
        more = f" ({len(others)} more)" if others else ""
        super().__init__(f"{first.message}{more}", hint=first.hint, place=first.place)
        self.problems = problems
