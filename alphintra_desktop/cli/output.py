"""What the command line says: tables for people, JSON for programs, progress on stderr."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import sys
import textwrap
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TextIO

from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.report import Progress, Report


class Told(Protocol):
    """What an error and a problem of a drawing have in common."""

    @property
    def message(self) -> str:
        """What is wrong."""

    @property
    def hint(self) -> str:
        """What to do."""

    @property
    def place(self) -> Place | None:
        """Where it is."""


_NUMBER = re.compile(r"[-+]?[\d,]+(\.\d+)?(e[-+]?\d+)?( ?%)?|-|n/a|nan|")
_NARROWEST = 8


class Console:
    """Prints results to stdout and everything else to stderr."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def result(self, value: Any) -> None:
        """The result as JSON. Numbers that JSON does not have become null, times ISO texts."""
        print(json.dumps(_plain(value), indent=2))

    def line(self, text: str = "") -> None:
        """A line for people; left out when JSON is wanted."""
        if not self.as_json:
            print(text)

    def sentence(self, text: str, indent: str = "") -> None:
        """Prose for people, wrapped to the terminal; in a file or a pipe one line."""
        self.line(_wrapped(text, sys.stdout, indent))

    def pairs(self, *pairs: tuple[str, str]) -> None:
        """Lines of a word and what there is to say, below each other. Never broken: it is typed."""
        width = max(len(name) for name, _ in pairs) + 2
        for name, value in pairs:
            self.line(f"{name + ':':<{width}}{value}")

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Columns as wide as they need to be, numbers to the right.

        On a terminal that is too narrow the last column is cut short.
        """
        lines = [list(head), *(list(row) for row in rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        widths[-1] = _room_for_the_last(widths)
        numeric = [all(_is_number(line[i]) for line in lines[1:]) for i in range(len(head))]
        for number, line in enumerate(lines):
            cells = zip(line, widths, numeric, strict=True)
            self.line("  ".join(_cell(*cell) for cell in cells).rstrip())
            if number == 0:
                self.line("  ".join("─" * width for width in widths))

    def note(self, text: str) -> None:
        """Something beside the result."""
        print(_wrapped(text, sys.stderr), file=sys.stderr)

    def error(self, error: Told, *others: Told) -> None:
        """What is wrong, where, and what to do; `others` are more problems of the same drawing."""
        if self.as_json:
            self.result({"error": {**as_plain(error), "more": list(map(as_plain, others))}})
        for number, told in enumerate((error, *others)):
            before = "error: " if number == 0 else "   and: "
            print(_wrapped(told.message, sys.stderr, before, "       "), file=sys.stderr)
            print(_wrapped(told.hint, sys.stderr, "  hint: ", "        "), file=sys.stderr)

    def mistake(self, error: Exception) -> None:
        """An error of the program itself: everything that helps to find it."""
        traceback.print_exception(error)
        self.error(
            AlphintraError(
                f"This is a mistake in Alphintra: {type(error).__name__}: {error}",
                hint="Please report it with the lines above.",
            )
        )

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """A report that draws a bar on a terminal, and passes on what the work has to say."""
        bar = _Bar()

        def say(text: str) -> None:
            bar.clear()
            self.note(text)

        show = bar.show if sys.stderr.isatty() and not self.as_json else bar.skip
        try:
            yield Report(send=show, say=say)
        finally:
            bar.clear()


class _Bar:
    """One line of progress that is drawn over itself."""

    def __init__(self) -> None:
        self._drawn = 0

    def show(self, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else 0.0
        filled = "█" * int(share * 24)
        text = f"{progress.doing:<28.28} {filled:░<24} {share:4.0%}"
        sys.stderr.write("\r" + text.ljust(self._drawn))
        sys.stderr.flush()
        self._drawn = len(text)

    def skip(self, progress: Progress) -> None:
        """Nobody watches."""

    def clear(self) -> None:
        if self._drawn:
            sys.stderr.write("\r" + " " * self._drawn + "\r")
            sys.stderr.flush()
            self._drawn = 0


def shown_path(path: Path) -> str:
    """A path as a user would type it: from the current folder when it lies inside."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links
    here = Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def counted_things(count: int, thing: str) -> str:
    """ "1 run", "2 runs"."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def aligned(values: Sequence[float], decimals: int = 6) -> list[str]:
    """Numbers below each other: as many decimals for all as one of them needs."""
    texts = [f"{value:.{decimals}f}".rstrip("0") for value in values if math.isfinite(value)]
    needed = max((len(text.partition(".")[2]) for text in texts), default=0)
    return [f"{value:,.{needed}f}" if math.isfinite(value) else "-" for value in values]


def _wrapped(text: str, stream: TextIO, indent: str = "", after: str | None = None) -> str:
    later = indent if after is None else after
    if not stream.isatty():
        return f"{indent}{text}"
    return textwrap.fill(
        text,
        _width(),
        initial_indent=indent,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width() -> int:
    return max(shutil.get_terminal_size().columns, 40)


def _room_for_the_last(widths: Sequence[int]) -> int:
    if not sys.stdout.isatty():
        return widths[-1]
    left = _width() - sum(width + 2 for width in widths[:-1])
    return min(widths[-1], max(left, _NARROWEST))


def _cell(text: str, width: int, numeric: bool) -> str:
    if len(text) > width:
        text = text[: width - 1] + "…"
    return text.rjust(width) if numeric else text.ljust(width)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def as_plain(told: Told) -> dict[str, Any]:
    """An error or a problem for programs."""
    place = told.place or Place()
    where = {"node": place.node, "param": place.param, "line": place.line}
    return {"message": told.message, "hint": told.hint, "place": where}


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one answer a kind
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return _plain(float(value))
        case date() | time():
            return value.isoformat()
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)
