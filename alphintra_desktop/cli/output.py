"""What the command line says: tables for people, JSON for programs, progress on stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.report import Progress, Report


class Console:
    """Prints results to stdout and everything else to stderr."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def result(self, value: Any) -> None:
        """The result as JSON. Numbers that JSON does not have become null."""
        print(json.dumps(_plain(value), indent=2))

    def line(self, text: str = "") -> None:
        """A line for people; left out when JSON is wanted."""
        if not self.as_json:
            print(text)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Columns as wide as they need to be; all but the first to the right where numeric."""
        lines = [list(head), *(list(row) for row in rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        numeric = [all(_is_number(line[i]) for line in lines[1:]) for i in range(len(head))]
        for number, line in enumerate(lines):
            cells = zip(line, widths, numeric, strict=True)
            self.line("  ".join(_cell(*cell) for cell in cells).rstrip())
            if number == 0:
                self.line("  ".join("─" * width for width in widths))

    def note(self, text: str) -> None:
        """Something beside the result."""
        print(text, file=sys.stderr)

    def error(self, error: AlphintraError) -> None:
        """What is wrong, where, and what to do."""
        if self.as_json:
            place = error.place
            where = (
                {"node": place.node, "param": place.param, "line": place.line} if place else None
            )
            self.result({"error": {"message": error.message, "hint": error.hint, "place": where}})
        self.note(f"error: {error.message}")
        self.note(f"  hint: {error.hint}")

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """A report that draws a bar on a terminal and is silent elsewhere."""
        bar = _Bar()
        try:
            yield Report(send=bar.show if sys.stderr.isatty() and not self.as_json else bar.skip)
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


def _cell(text: str, width: int, numeric: bool) -> str:
    return text.rjust(width) if numeric else text.ljust(width)


def _is_number(text: str) -> bool:
    return text.lstrip("-+").replace(",", "").replace(".", "").rstrip(" %").isdigit() or text == "-"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
