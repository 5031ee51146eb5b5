"""Colours between two colours, and what is made of them."""

from __future__ import annotations

from PySide6.QtGui import QColor

from alphintra_desktop.ui.look import Colours


def blend(front: str, back: str, part: float) -> QColor:
    """So much of a colour over another: opaque, because what shines through is slow to draw."""
    ours, theirs = QColor(front).getRgb()[:3], QColor(back).getRgb()[:3]
    pairs = zip(ours, theirs, strict=True)
    return QColor(*(round(part * a + (1 - part) * b) for a, b in pairs))


def badge(colour: str, colours: Colours) -> str:
    """A style sheet for a few words that should not be missed."""
    back = blend(colour, colours.panel, 0.16).name()
    return (
        f"color: {colour}; background: {back}; border: 1px solid {colour}; border-radius: 5px;"
        " padding: 2px 8px;"
    )
