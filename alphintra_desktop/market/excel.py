"""A sheet of an Excel workbook as the text that an import reads: cells as they are, dates in ISO.

Formulas are not computed: what Excel last saved as their results is taken.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.market.columns import is_header

_LOOKED_AT = 30
_HALF_A_SECOND = timedelta(milliseconds=500)
_FAULTS = (KeyError, ValueError, TypeError, zipfile.BadZipFile, EOFError, SyntaxError)


def write_sheet(path: Path, sheet: str, target: Path) -> None:
    """Write a sheet as CSV: the one that is named, or else the first that names columns of bars.

    Raises `AlphintraError` if there is no such sheet or the workbook is damaged.
    """
    with _opened(path) as book:
        chosen = book[_chosen(book, sheet, path.name)]
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([_text(cell) for cell in row] for row in chosen.values)


def sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets with cells. Raises `AlphintraError` if the workbook is damaged."""
    with _opened(path) as book:
        return tuple(sheet.title for sheet in book.worksheets)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import openpyxl  # noqa: PLC0415 - heavy, and only for workbooks

    try:
        # As a file and not by its name: openpyxl believes endings.
        with (
            path.open("rb") as file,
            closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book,
        ):
            yield book
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(path) from error  # openpyxl's own: no disk has refused anything
    except _FAULTS as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> AlphintraError:
    return AlphintraError(
        f"{path.name} is damaged: it cannot be read as an Excel workbook.",
        hint="Open it in Excel and save it again, or save its sheet as CSV.",
    )


def _chosen(book: Any, sheet: str, name: str) -> str:
    titles = [one.title for one in book.worksheets]
    if sheet and sheet not in titles:
        raise AlphintraError(
            f"{name} has no sheet {sheet!r}.", hint=f"It has {', '.join(map(repr, titles))}."
        )
    if not titles:
        raise AlphintraError(f"{name} has no sheet with cells.", hint="Check the workbook.")
    return sheet or next((one.title for one in book.worksheets if _names_bars(one)), titles[0])


def _names_bars(sheet: Any) -> bool:
    rows: Iterator[Sequence[Any]] = islice(sheet.values, _LOOKED_AT)
    return any(is_header([_text(cell) for cell in row]) for row in rows)


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return _moment(cell)
        case date() | time():
            return cell.isoformat()
        case float():
            return repr(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
        case _:
            return str(cell)


def _moment(cell: datetime) -> str:
    """To the second: Excel keeps fractions of days, so that a minute may come out a bit early."""
    moment = (cell + _HALF_A_SECOND).replace(microsecond=0)
    return moment.isoformat(sep=" ").removesuffix(" 00:00:00")
