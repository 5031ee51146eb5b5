"""One file that is to be imported: what is said of it, what was seen in it, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.workspace.import_fields import (
    FIELDS,
    ImportField,
    field_of,
    is_said,
    key_of,
)

if TYPE_CHECKING:
    from alphintra_desktop.market.corrections import Corrections
    from alphintra_desktop.market.event_preview import EventPreview
    from alphintra_desktop.market.guesses import Guess
    from alphintra_desktop.market.preview import Preview

SUFFIXES = (".csv", ".tsv", ".txt", ".gz", ".parquet", ".pq", ".xlsx", ".zip")
BAD_ROWS = (
    ("flag", "keep them, told and unused"),
    ("drop", "leave them out"),
    ("refuse", "refuse the file"),
)


class Kind(Enum):
    """What a file is imported as."""

    BARS = "bars"
    EVENTS = "events"


class Stage(Enum):
    """How far a file is."""

    READING = "reading"
    READY = "ready"
    PROBLEM = "problem"
    WAITING = "waiting"
    IMPORTING = "importing"
    DONE = "done"


@dataclass(frozen=True)
class ImportFile:
    """A file with its choices.

    `said` is None while only guesses and saved formats speak. `calendar` is "" for a guess. `last`
    is the key of the field that was said last, `refused` what could not be said. `known_after` is
    in seconds, as text. `told` is what came of the import, and `failed` why there is none.
    """

    path: Path
    kind: Kind = Kind.BARS
    said: Corrections | None = None
    bad_rows: str = "flag"
    calendar: str = ""
    table: str = ""
    known_after: str = ""
    seen: Preview | None = None
    events: EventPreview | None = None
    stage: Stage = Stage.READING
    last: str = ""
    refused: AlphintraError | None = None
    job: str = ""
    share: float = 0.0
    told: str = ""
    failed: AlphintraError | None = None

    @property
    def corrections(self) -> Corrections:
        """What it was read with: said, or by a saved format, or nothing."""
        from alphintra_desktop.market.corrections import NOTHING_SAID  # noqa: PLC0415

        if self.said is not None:
            return self.said
        return self.seen.said if self.seen is not None else NOTHING_SAID

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns, as far as they are known."""
        seen = self.seen if self.kind is Kind.BARS else self.events
        return seen.names if seen is not None else ()

    @property
    def problem(self) -> AlphintraError | None:
        """What stands against importing it like this."""
        if self.refused is not None or self.failed is not None:
            return self.refused or self.failed
        seen = self.seen if self.kind is Kind.BARS else self.events
        return seen.problem if seen is not None else None

    @property
    def problem_at(self) -> str:
        """The key of the field where the problem is to be told; "" if that is not known."""
        if self.refused is not None:
            return self.last
        return field_of(self.problem, self.last) if self.problem is not None else ""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know about how it is read."""
        seen = self.seen if self.kind is Kind.BARS else self.events
        return seen.remarks if seen is not None else ()

    @property
    def ready(self) -> bool:
        """Whether it can be imported now."""
        return self.stage is Stage.READY

    @property
    def busy(self) -> bool:
        """Whether its import has begun and not ended."""
        return self.stage in (Stage.WAITING, Stage.IMPORTING)

    def guess(self, field: ImportField) -> Guess | None:
        """What was found out about a field."""
        guesses = self.seen.guesses if self.seen is not None else ()
        wanted = (field.name, field.columns)
        return next((guess for guess in guesses if (guess.what, guess.column) == wanted), None)

    def value(self, field: ImportField) -> str:
        """What a field says now: a guess, or what was said of it."""
        if self.refused is not None and self.last == key_of(field):
            return ""
        if is_said(self.corrections, field):
            return _said(self.corrections, field)
        guess = self.guess(field)
        if guess is not None:
            return guess.value
        return self._by_name(field) if field.columns else ""

    def _by_name(self, field: ImportField) -> str:
        """The column that its name gives away, where there are no guesses: in Parquet."""
        from alphintra_desktop.market.columns import recognised  # noqa: PLC0415 - brings NumPy

        at = recognised(self.names).get(field.name)
        return "" if at is None else self.names[at]

    @property
    def meanings(self) -> dict[str, str]:
        """What columns mean, by their names."""
        found = {self.value(field): field.title for field in FIELDS if field.columns}
        return {name: title for name, title in found.items() if name}

    @property
    def is_text(self) -> bool:
        """Whether it is letters, which are in some encoding and have delimiters."""
        binary = (".parquet", ".pq", ".xlsx")
        return self.path.suffix.lower() not in binary


def _said(said: Corrections, field: ImportField) -> str:
    if field.columns:
        return dict(said.columns).get(field.name, "")
    value = getattr(said, field.name)
    return "" if value is None else str(value)


def looked_at(file: ImportFile) -> ImportFile:
    """The file as it is seen with what is said of it. Takes as long as reading its beginning."""
    from alphintra_desktop.market.event_preview import (  # noqa: PLC0415 - brings pyarrow
        looks_like_events,
        preview_events,
    )
    from alphintra_desktop.market.preview import preview  # noqa: PLC0415

    first = file.seen is None and file.events is None
    if file.kind is Kind.BARS:
        seen = preview(file.path, file.said, file.bad_rows)
        file = _with_stage(replace(file, seen=seen, failed=None))
        heads = (*seen.names, *(seen.raw[0] if seen.raw else ()))
        if not first or seen.problem is None:
            return file
        if not looks_like_events(heads):
            return _with_header(file)
    events = preview_events(file.path, seconds(file.known_after))
    other = _with_stage(replace(file, kind=Kind.EVENTS, events=events, failed=None))
    return file if file.kind is Kind.BARS and not events.names else other


def _with_header(file: ImportFile) -> ImportFile:
    """Taken to have a header in its first line, if that line alone has no digit in it."""
    from alphintra_desktop.market.corrections import Corrections  # noqa: PLC0415 - brings NumPy
    from alphintra_desktop.market.preview import preview  # noqa: PLC0415 - brings pyarrow

    seen = file.seen
    if file.said is not None or seen is None or len(seen.raw) < len(("header", "row")):
        return file
    has_digits = [any(c.isdigit() for cell in row for c in cell) for row in seen.raw[:5]]
    if has_digits[0] or not all(has_digits[1:]) or file.problem_at != "header_line":
        return file
    said = Corrections(header_line=1)
    return _with_stage(replace(file, said=said, seen=preview(file.path, said, file.bad_rows)))


def _with_stage(file: ImportFile) -> ImportFile:
    return replace(file, stage=Stage.PROBLEM if file.problem is not None else Stage.READY)


def seconds(text: str) -> float | None:
    """So many seconds, or None if nothing is said. Raises `AlphintraError` if it is no number."""
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e10:
        raise AlphintraError(
            f"{text[:40]!r} is no number of seconds.", hint="Type 0 or more, such as 3600."
        )
    return value


def importable(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Those that an import may be tried on; of a folder, the files right in it."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found += [one for one in inside if one.suffix.lower() in SUFFIXES and one.is_file()]
    return tuple(dict.fromkeys(found))
