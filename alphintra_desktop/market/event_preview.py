"""What an import of a table of events would store, before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.event_import import KNOWN, TIMES, read_events, read_table
from alphintra_desktop.market.events import Events
from alphintra_desktop.market.times import shown

ROWS = 50
_LONGEST = 80
_OWN = ("known from", "time", "symbol")


@dataclass(frozen=True)
class EventPreview:
    """The first rows of a file as they are and as they would be stored, of `rows` in all.

    `says_known` is whether a column says from when rows were known, and `problem` why the file
    cannot be imported like this.
    """

    path: Path
    names: tuple[str, ...] = ()
    raw: tuple[tuple[str, ...], ...] = ()
    heads: tuple[str, ...] = ()
    stored: tuple[tuple[str, ...], ...] = ()
    rows: int = 0
    says_known: bool = False
    remarks: tuple[str, ...] = ()
    problem: AlphintraError | None = None


def preview_events(path: Path, known_after_s: float | None = None) -> EventPreview:
    """Read a file as `import_events` would, and store nothing.

    Raises no `AlphintraError`: it is the `problem`.
    """
    seen = EventPreview(path)
    try:
        table = read_table(path)
        rows = zip(*(column.to_pylist() for column in table.slice(0, ROWS).columns), strict=True)
        seen = EventPreview(
            path,
            tuple(table.column_names),
            tuple(tuple(_cell(value) for value in row) for row in rows),
            says_known=any(is_known_from(name) for name in table.column_names),
        )
        events, notes = read_events(table, path.name, known_after_s)
    except AlphintraError as error:
        return EventPreview(path, seen.names, seen.raw, says_known=seen.says_known, problem=error)
    except OSError as error:
        problem = AlphintraError(
            f"{path} cannot be read: {error.strerror or error}.", hint="Check that you may read it."
        )
        return EventPreview(path, problem=problem)
    heads = (*_OWN, *events.fields)
    return EventPreview(
        path, seen.names, seen.raw, heads, _stored(events), len(events.times),
        seen.says_known, tuple(notes),
    )  # fmt: skip


def is_known_from(name: str) -> bool:
    """Whether a column of that name says from when rows were known."""
    return name.lower().strip() in KNOWN


def looks_like_events(names: tuple[str, ...]) -> bool:
    """Whether columns are those of events rather than of bars."""
    plain = {name.lower().strip() for name in names}
    return bool(plain.intersection(KNOWN)) or (
        bool(plain.intersection(TIMES)) and not plain.intersection(("open", "close", "high"))
    )


def _stored(events: Events) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            shown(events.known_from[row], intraday=True),
            shown(events.times[row], intraday=True),
            str(events.symbols[row]),
            *(f"{values[row]:.10g}" for values in events.fields.values()),
        )
        for row in range(min(ROWS, len(events.times)))
    )


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
