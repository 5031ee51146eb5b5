"""Finding things by a few of their letters, as people type them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

AT_A_WORD, IN_A_ROW, ANYWHERE = 8, 5, 1
FAR = 0.03  # a letter of the title that was passed over; longer titles come later


def score(query: str, title: str) -> float | None:
    """How well `query` fits `title`; None when its letters are not all there, in order.

    Letters that begin a word count most, then those that follow one another.
    """
    wanted = [letter for letter in query.lower() if not letter.isspace()]
    if not wanted:
        return 0.0
    return _best(wanted, title.lower())


def _best(wanted: list[str], title: str) -> float | None:
    """The best way to lay the letters on the title, by dynamic programming over its places."""
    starts = [i == 0 or not title[i - 1].isalnum() for i in range(len(title))]
    row: list[float | None] = [
        (AT_A_WORD if starts[i] else ANYWHERE) if letter == wanted[0] else None
        for i, letter in enumerate(title)
    ]
    for letter in wanted[1:]:
        row = _next_row(row, letter, title, starts)
    found = [value for value in row if value is not None]
    return max(found) - FAR * len(title) if found else None


def _next_row(
    row: list[float | None], letter: str, title: str, starts: list[bool]
) -> list[float | None]:
    fresh: list[float | None] = []
    before: float | None = None
    for i, here in enumerate(title):
        adjacent = row[i - 1] if i else None
        if here == letter and (before is not None or adjacent is not None):
            jumped = None if before is None else before + (AT_A_WORD if starts[i] else ANYWHERE)
            joined = None if adjacent is None else adjacent + IN_A_ROW + 3 * starts[i]
            fresh.append(max(value for value in (jumped, joined) if value is not None))
        else:
            fresh.append(None)
        if adjacent is not None:
            before = adjacent if before is None else max(before, adjacent)
    return fresh


def best(query: str, items: Iterable[T], title: Callable[[T], str]) -> list[T]:
    """The items that fit, best first; all of them in their order while nothing is typed."""
    scored = [(score(query, title(item)), item) for item in items]
    fitting = [(value, item) for value, item in scored if value is not None]
    return [item for _, item in sorted(fitting, key=lambda pair: -pair[0])]
