"""The smallest pieces of the HTML report: tables, scrolling parts, names with their help.

Every text passes through `escape` here, where it enters the page; nothing that comes from a user,
a file or a strategy is trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from alphintra_desktop.backtest.figures import signed


class Cell(NamedTuple):
    """One cell of a table: its text, its classes, and whether it heads the row."""

    text: str
    style: str = "number"
    head: bool = False


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], style: str = ""
) -> str:
    """A table with a caption; a column is aligned as its first row is."""
    body = [list(row) for row in rows]
    first = body[0] if body else [Cell("", "")] * len(heads)
    head = "".join(
        f'<th scope="col" class="{"number" * cell.style.startswith("number")}">{escape(text)}</th>'
        for text, cell in zip(heads, first, strict=True)
    )
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in body)
    return (
        f'<table class="{style}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    )


def _cell(cell: Cell) -> str:
    style = f' class="{cell.style}"' if cell.style else ""
    text = escape(cell.text)
    return f'<th scope="row"{style}>{text}</th>' if cell.head else f"<td{style}>{text}</td>"


def scrolling(content: str, label: str, style: str = "wide") -> str:
    """A part of the page that scrolls by itself, by keyboard too."""
    name = escape(label)
    return f'<div class="{style}" role="region" aria-label="{name}" tabindex="0">{content}</div>'


def gain(value: float, kind: str) -> Cell:
    """A signed figure, coloured by its sign."""
    side = " gain" if value > 0 else " loss" if value < 0 else ""
    return Cell(signed(value, kind), "number" + side)


def helped(title: str, help_text: str) -> str:
    """A name that explains itself on pointing at it, or on reaching it by keyboard."""
    return (
        f'<span class="help" tabindex="0" data-help="{escape(help_text)}"'
        f' aria-description="{escape(help_text)}">{escape(title)}</span>'
    )
