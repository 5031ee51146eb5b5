"""Colours between two colours."""

from __future__ import annotations

from PySide6.QtGui import QColor


def blend(front: str, back: str, part: float) -> QColor:
    """So much of a colour over another: opaque, because what shines through is slow to draw."""
    ours, theirs = QColor(front).getRgb()[:3], QColor(back).getRgb()[:3]
    pairs = zip(ours, theirs, strict=True)
    return QColor(*(round(part * a + (1 - part) * b) for a, b in pairs))
