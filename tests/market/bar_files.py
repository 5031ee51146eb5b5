"""Small files of bars, made for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

HEADER = "date,open,high,low,close,volume"
ROWS = (
    "2004-08-19,10,12,9,11,100",
    "2004-08-20,11,13,10,12,200",
    "2004-08-23,12,14,11,13,300",
    "2004-08-24,13,15,12,14,400",
)


def written(folder: Path, text: str | bytes, name: str = "ACME.csv") -> Path:
    """A file with exactly that content."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def csv(rows: Sequence[str] = ROWS, header: str = HEADER) -> str:
    """Lines as a file."""
    return "\n".join([header, *rows, ""])
