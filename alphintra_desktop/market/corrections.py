"""What a user says about a file in place of what is guessed."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.times import EPOCH_UNITS

STAMPS = ("open", "close")
DECIMALS = (".", ",")
_MOST_LINES = 10_000


@dataclass(frozen=True)
class Corrections:
    """Each says one thing about how a file is written or what it holds; "" leaves it to a guess.

    `header_line` counts from 1; 0 says that no line names the columns, which are then called
    `column 1`, `column 2`, ... `columns` pairs meanings with names of columns, "" for none.
    `time_format` is a pattern such as `%d/%m/%Y %H:%M`, or `epoch s`, `epoch ms`, `epoch us`,
    `epoch ns`. `bar_stamp` is whether a time is that of the open or of the close of its bar.
    Raises `AlphintraError` for what can be no such thing.
    """

    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    header_line: int | None = None
    columns: tuple[tuple[str, str], ...] = ()
    time_format: str = ""
    time_zone: str = ""
    bar_stamp: str = ""
    symbol: str = ""
    timeframe: str = ""
    market: str = ""
    sheet: str = ""

    def __post_init__(self) -> None:
        _check(not self.encoding or _is_encoding(self.encoding), "encoding", self.encoding)
        _check(len(self.delimiter) <= 1 and self.delimiter not in ('"', "\n", "\r"),
               "delimiter", self.delimiter)  # fmt: skip
        _check(self.decimal in ("", *DECIMALS), "decimal mark", self.decimal)
        _check(self.bar_stamp in ("", *STAMPS), "bar stamp", self.bar_stamp)
        _check(_is_time_format(self.time_format), "time format", self.time_format)
        line = self.header_line
        _check(line is None or 0 <= line <= _MOST_LINES, "header line", str(line))

    def as_json(self) -> dict[str, Any]:
        """What differs from a guess, for a file."""
        said = {name: value for name, value in asdict(self).items() if value not in ("", (), None)}
        return {**said, "columns": [list(pair) for pair in self.columns]} if self.columns else said


def corrections_of(said: Mapping[str, Any]) -> Corrections:
    """The opposite of `as_json`. Raises `AlphintraError` if it is none."""
    known = {field.name: field.type for field in fields(Corrections)}
    for name, value in said.items():
        _check(name in known and _fits(name, value), "correction", f"{name}: {value!r}")
    columns = tuple((str(meaning), str(name)) for meaning, name in said.get("columns", ()))
    return Corrections(**{**said, "columns": columns})


def _fits(name: str, value: Any) -> bool:
    match name:
        case "header_line":
            return isinstance(value, int) and not isinstance(value, bool)
        case "columns":
            return isinstance(value, list | tuple) and all(
                isinstance(pair, list | tuple) and len(pair) == len(("meaning", "name"))
                for pair in value
            )
        case _:
            return isinstance(value, str)


def _is_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _is_time_format(text: str) -> bool:
    return not text or text in EPOCH_UNITS or "%" in text


def _check(sound: bool, what: str, value: str) -> None:
    if not sound:
        raise AlphintraError(
            f"{value[:60]!r} cannot be the {what} of a file.", hint="Leave it out to have it found."
        )


NOTHING_SAID = Corrections()
