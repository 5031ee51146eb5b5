"""Texts of another size than the rest, by style sheet: a font alone is lost to the window's own."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, colour_of, keep_toned

LARGE, SMALL = 1.35, 0.88


def sized(look: Look, size: float, tone: Tone = Tone.TEXT, *, strong: bool = False) -> str:
    """The style sheet of a text of `size` times the usual one."""
    points = look.font.pointSizeF() * size
    weight = 600 if strong else 400
    colour = colour_of(look.colours, tone)
    return f"color: {colour}; font-size: {points:.1f}pt; font-weight: {weight};"


class Heading(QLabel):
    """What a page is about."""

    def __init__(self, look: Look, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        keep_toned(self, look, lambda _: self.setStyleSheet(sized(look, LARGE, strong=True)))
