"""An answer of a vendor, and getting at what is in it without trusting it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from alphintra_desktop.market.bars import Floats
from alphintra_desktop.market.snapshots import Stamps
from alphintra_desktop.market.sources.faults import Unreadable

_SHOWN = 160
_BAR = ("open", "high", "low", "close", "volume")
# No price is later or earlier, and a stamp in nanoseconds could not hold it.
_FIRST_YEAR, _LAST_YEAR = 1700, 2250


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer. `date` is when the vendor gave it, by the vendor's clock;
    `cached` whether it came from the disk."""

    status: int
    body: bytes
    date: datetime | None = None
    cached: bool = False

    @property
    def text(self) -> str:
        """The body as text. Raises `Unreadable` if it is none."""
        try:
            return self.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreadable from None

    def json(self) -> Any:
        """The body as JSON. Raises `Unreadable` if it is something else."""
        text = self.text
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            what = "a web page" if text.lstrip()[:1] == "<" else "broken data"
            raise Unreadable(f"gave {what} in place of an answer") from None


def found(data: Any, *path: str | int) -> Any:
    """What lies under those names and numbers. Raises `Unreadable` if nothing does."""
    for step in path:
        fits = isinstance(data, dict) if isinstance(step, str) else isinstance(data, list)
        try:
            data = data[step] if fits else None
        except (KeyError, IndexError):
            data = None
        if data is None:
            raise Unreadable
    return data


def rows_of(data: Any, *path: str | int) -> list[Any]:
    """The list that lies there."""
    rows = found(data, *path)
    if not isinstance(rows, list):
        raise Unreadable
    return rows


def record(data: Any) -> dict[str, Any]:
    """The names and values that lie there; none where there is nothing."""
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Unreadable
    return data


def cells(rows: Sequence[Any], key: str | int) -> list[Any]:
    """One cell of each row, None where it is missing."""
    if isinstance(key, int):
        if not all(isinstance(row, list) and len(row) > key for row in rows):
            raise Unreadable
        return [row[key] for row in rows]
    if not all(isinstance(row, dict) for row in rows):
        raise Unreadable
    return [row.get(key) for row in rows]


def bar_columns(rows: Sequence[Any], keys: Sequence[str | int]) -> dict[str, Floats]:
    """Open, high, low, close and volume out of rows, each under its key."""
    return {name: numbers(cells(rows, key)) for name, key in zip(_BAR, keys, strict=True)}


def numbers(values: Sequence[Any]) -> Floats:
    """(R,): numbers, also those written as text; NaN where there is none."""
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: Any) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable
    try:
        return float(value)
    except (ValueError, OverflowError):
        raise Unreadable from None


def from_epoch(values: Sequence[Any], unit: str = "s") -> Stamps:
    """(R,) nanosecond UTC stamps of seconds or milliseconds since 1970."""
    per_second = {"s": 1, "ms": 1000}[unit]
    seconds = numbers(values) / per_second
    years = seconds / (365.2425 * 86400) + 1970
    if not ((years > _FIRST_YEAR) & (years < _LAST_YEAR)).all():
        raise Unreadable
    return np.round(seconds * 1000).astype("datetime64[ms]").astype("datetime64[ns]")


def from_iso(values: Sequence[Any]) -> Stamps:
    """(R,) nanosecond stamps of ISO dates or times, UTC where they name a zone."""
    return np.array([_moment(value) for value in values], dtype="datetime64[ns]")


def _moment(value: Any) -> np.datetime64:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unreadable from None
    if not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise Unreadable
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(moment, "ns")


def said(text: object) -> str:
    """What a vendor says of itself, as part of a sentence of ours: one line, not for ever."""
    line = " ".join(str(text).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
