"""Tables as text for spreadsheets: no cell of it is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA_STARTS = "=+-@\t\r"


def no_formula(text: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a quote before it."""
    return f"'{text}" if isinstance(text, str) and text and text[0] in FORMULA_STARTS else text


def as_written(text: str) -> str:
    """The text that `no_formula` was given."""
    quoted = text[:1] == "'" and text[1:] and text[1] in FORMULA_STARTS
    return text[1:] if quoted else text


def delimited(heads: Sequence[str], rows: Iterable[Sequence[Any]], separator: str = ",") -> str:
    """Heads and rows as CSV, or with a tab as what a spreadsheet takes from the clipboard."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, lineterminator="\n")
    writer.writerow([no_formula(head) for head in heads])
    writer.writerows([no_formula(cell) for cell in row] for row in rows)
    return written.getvalue()
