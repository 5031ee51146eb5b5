"""What is wrong with stored bars, where, and what could be done about it: plain values.

They know the way to JSON and back, because the catalog keeps them beside the bars.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
MOST_ROWS = 1000


class Severity(Enum):
    """How much a finding should worry the reader."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True)
class BarSpan:
    """Which bars a finding is about.

    `first` and `last` are dates, or UTC times when intraday. `count` is how many bars (or missing
    bars) there are in all; `rows` are their row numbers in the series, at most `MOST_ROWS`. Of a
    hole it is the row after it.
    """

    symbol: str
    first: str
    last: str
    count: int
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Repair:
    """A change that would mend a finding: what it does to which rows.

    `action` is a name of `repair.ACTIONS`. `ranges` are half-open ranges of row numbers. `number`
    is what the action needs beside them: the ratio of a split, the factor of a volume, minutes.
    """

    action: str
    ranges: tuple[tuple[int, int], ...]
    does: str
    number: float = 1.0

    @property
    def rows(self) -> Rows:
        """Every row it is about, rising."""
        parts = [np.arange(start, stop, dtype=np.int64) for start, stop in self.ranges]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class QualityFinding:
    """One thing that is wrong, or merely worth knowing, in a sentence with what to do about it."""

    code: str
    severity: Severity
    message: str
    hint: str
    place: BarSpan
    repair: Repair | None = None


def worst_first(found: Iterable[QualityFinding]) -> tuple[QualityFinding, ...]:
    """Errors before warnings before the rest, each in the order of time."""
    return tuple(sorted(found, key=lambda one: (WORST_FIRST.index(one.severity), one.place.first)))


def ranges_of(rows: Rows) -> tuple[tuple[int, int], ...]:
    """Rising row numbers as half-open ranges."""
    starts, stops = runs_of(rows)
    return tuple(zip(starts.tolist(), stops.tolist(), strict=True))


def runs_of(rows: Rows) -> tuple[Rows, Rows]:
    """Where runs of neighbouring row numbers start and, excluded, stop."""
    if not len(rows):
        return rows, rows
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    starts = rows[np.concatenate([[0], breaks])]
    return starts, rows[np.concatenate([breaks - 1, [len(rows) - 1]])] + 1


def as_plain(found: QualityFinding) -> dict[str, Any]:
    """What JSON can hold of it."""
    return {**asdict(found), "severity": found.severity.value}


def from_plain(plain: Mapping[str, Any]) -> QualityFinding:
    """The finding that `as_plain` wrote."""
    place, repair = plain["place"], plain["repair"]
    return QualityFinding(
        code=plain["code"],
        severity=Severity(plain["severity"]),
        message=plain["message"],
        hint=plain["hint"],
        place=BarSpan(**{**place, "rows": tuple(place["rows"])}),
        repair=repair and Repair(**{**repair, "ranges": _pairs(repair["ranges"])}),
    )


def _pairs(plain: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((int(start), int(stop)) for start, stop in plain)
