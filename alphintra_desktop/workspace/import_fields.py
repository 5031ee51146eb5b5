"""What may be said of a file that is imported: every guess as a field, and where a problem belongs.

A field's values are in the words of `Corrections`; `said_with` makes corrections of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ir.markets import MARKETS

if TYPE_CHECKING:
    from alphintra_desktop.market.corrections import Corrections

Options = tuple[tuple[str, str], ...]

FILE, TIME, COLUMNS, BARS = "File", "Time", "Columns", "Bars"
GROUPS = (FILE, TIME, COLUMNS, BARS)


@dataclass(frozen=True)
class ImportField:
    """One thing about a file. `options` pairs values with words for them; if `free`, others may be
    typed. `columns` says that it is a meaning, whose values are names of columns."""

    name: str
    title: str
    group: str
    help: str
    options: Options = ()
    free: bool = True
    columns: bool = False


def _plain(*values: str) -> Options:
    return tuple((value, value) for value in values)


ENCODINGS = _plain(
    "utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251", "shift_jis", "gb18030"
)
DELIMITERS = ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar  |"), (" ", "space"))
HEADERS = (("0", "no line does"), ("1", "line 1"), ("2", "line 2"), ("3", "line 3"))
TIMES = _plain(
    *("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%Y-%m-%d %H:%M:%S"),
    *("%d.%m.%Y %H:%M:%S", "epoch s", "epoch ms", "epoch us", "epoch ns"),
)
ZONES = _plain(
    *("UTC", "America/New_York", "America/Chicago", "Europe/London", "Europe/Berlin"),
    *("Europe/Athens", "Asia/Tokyo", "Asia/Hong_Kong", "Australia/Sydney", "UTC+2", "UTC+3"),
)
STAMPS = (("open", "open of the bar"), ("close", "close of the bar"))
TIMEFRAMES = _plain("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w", "1mo")
MARKET_NAMES = tuple((name, market.title) for name, market in MARKETS.items())

FIELDS = (
    ImportField("sheet", "Sheet", FILE, "Of a workbook, the sheet that holds the bars", free=False),
    ImportField("encoding", "Encoding", FILE, "How letters are written as bytes", ENCODINGS),
    ImportField("delimiter", "Delimiter", FILE, "What stands between two cells", DELIMITERS),
    ImportField(
        *("decimal", "Decimal mark", FILE, "What stands before the fraction of a number"),
        ((".", "point  1.5"), (",", "comma  1,5")),
        free=False,
    ),
    ImportField("header_line", "Header", FILE, "The line that names the columns", HEADERS),
    ImportField(
        *(
            "time_format",
            "Format",
            TIME,
            "A pattern such as %d/%m/%Y %H:%M, or epoch s, ms, us, ns",
        ),
        TIMES,
    ),
    ImportField("time_zone", "Zone", TIME, "Where clocks show these times", ZONES),
    ImportField(
        *("bar_stamp", "Bar stamp", TIME, "Which moment of its bar a time is"), STAMPS, free=False
    ),
    *(
        ImportField(name, title, COLUMNS, f"The column that holds {what}", free=False, columns=True)
        for name, title, what in (
            ("timestamp", "Time", "the date, or the date and time"),
            ("clock", "Time of day", "the time of day, where it is beside the date"),
            ("open", "Open", "the first price"),
            ("high", "High", "the highest price"),
            ("low", "Low", "the lowest price"),
            ("close", "Close", "the last price"),
            ("volume", "Volume", "how many shares or contracts changed hands"),
            ("symbol", "Symbol", "whose bar a row is, where there are several symbols"),
            ("adj_close", "Adjusted close", "the close, adjusted for splits and dividends"),
            ("split", "Split", "new shares for an old one"),
            ("dividend", "Dividend", "money paid for a share"),
        )
    ),
    ImportField("symbol", "Symbol", BARS, "What the bars are of"),
    ImportField("timeframe", "Timeframe", BARS, "How long a bar is", TIMEFRAMES),
    ImportField(
        "market", "Market", BARS, "Says how many bars a year has", MARKET_NAMES, free=False
    ),
)


def said_with(base: Corrections, field: ImportField, value: str) -> Corrections:
    """What is said, with `value` for a field; "" leaves it to a guess again.

    Raises `AlphintraError` if it can be no such thing.
    """
    text = value if field.name == "delimiter" else value.strip()
    if field.columns:
        others = tuple(pair for pair in base.columns if pair[0] != field.name)
        return replace(base, columns=(*others, (field.name, text)))
    if field.name == "header_line":
        return replace(base, header_line=_line(text))
    return replace(base, **{field.name: text})  # type: ignore[arg-type]


def without(base: Corrections, field: ImportField) -> Corrections:
    """What is said, with nothing about a field."""
    if field.columns:
        return replace(base, columns=tuple(p for p in base.columns if p[0] != field.name))
    nothing = None if field.name == "header_line" else ""
    return replace(base, **{field.name: nothing})  # type: ignore[arg-type]


def is_said(said: Corrections, field: ImportField) -> bool:
    """Whether something is said about a field."""
    if field.columns:
        return any(meaning == field.name for meaning, _ in said.columns)
    return getattr(said, field.name) not in ("", None)


def _line(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise AlphintraError(
            f"{text[:40]!r} is no number of a line.", hint="Type 1 for the first line, 0 for none."
        )
    return int(text)


def key_of(field: ImportField) -> str:
    """What tells the field from all others: a meaning of a column may be called as a field is."""
    return f"column {field.name}" if field.columns else field.name


# Words of a problem, and the field at which it is told.
_WORDS = (
    ("from when its rows", "known_after"),
    ("time zone", "time_zone"),
    ("clocks", "time_zone"),
    ("twice in", "time_zone"),
    ("time that can be read", "time_format"),
    ("begins as", "encoding"),
    ("line that names", "header_line"),
    ("sheet", "sheet"),
    ("evenly spaced", "timeframe"),
    ("how long a bar is", "timeframe"),
    ("too close for", "timeframe"),
    ("timeframe", "timeframe"),
    ("no market", "market"),
    ("calendar", "calendar"),
    ("is not a bar", "bad_rows"),
    ("be a symbol", "symbol"),
    ("symbols, so that", "symbol"),
    ("dataset", "dataset"),
)
_COLUMN = re.compile(r"no column .*?\bfor (?:an? )?(\w+)|no column .*?\bfor (\w+)")
_HINTS = {
    "bad_rows": "Choose to leave bad rows out, or correct the file.",
    "known_after": "Say how long after their time they were, or name that column known_from.",
    "header_line": "Say which line does, or that none does; then choose the columns below.",
    "timeframe": "Say here how long a bar is, such as 1m, 1h or 1d.",
}


_COLUMN_HINT = "Choose which column it is."


def field_of(problem: AlphintraError, last: str = "") -> str:
    """The key of the field at which a problem is to be told: by its words, else what was said last.

    Empty if neither is known.
    """
    text = problem.message
    column = _COLUMN.search(text)
    if column is not None:
        meaning = column[1] or column[2]
        known = {"time": "timestamp", "date": "timestamp"}.get(meaning, meaning)
        if any(field.columns and field.name == known for field in FIELDS):
            return f"column {known}"
    return next((field for words, field in _WORDS if words in text), last)


def hint_at(problem: AlphintraError, key: str) -> str:
    """What to do about it, where the field itself can be changed."""
    return _COLUMN_HINT if key.startswith("column ") else _HINTS.get(key, problem.hint)
