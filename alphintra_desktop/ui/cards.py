"""What a result comes to at a glance: a few figures, each with what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from alphintra_desktop.ui.heading import SMALL, sized
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone
from alphintra_desktop.ui.watch import watch

VALUE = 1.3


@dataclass(frozen=True)
class Figure:
    """One card: a title, the figure, and lines below; `help` is its tooltip."""

    title: str
    value: str
    lines: tuple[str, ...] = ()
    tone: Tone = Tone.TEXT
    help: str = ""


class Cards(QWidget):
    """Figures beside each other."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.figures: tuple[Figure, ...] = ()
        self._cards: list[_Card] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        watch(self, look.changed, lambda _: self._colour())

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these."""
        self.figures = tuple(figures)
        while len(self._cards) < len(figures):
            card = _Card()
            self._row.insertWidget(len(self._cards), card)
            self._cards.append(card)
        for number, card in enumerate(self._cards):
            card.setVisible(number < len(figures))
            if number < len(figures):
                card.show_figure(figures[number])
        self._colour()

    def _colour(self) -> None:
        for card in self._cards:
            card.colour(self._look)


class _Card(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self._title, self._value, self._lines = QLabel(), QLabel(), QLabel()
        self._tone = Tone.TEXT
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 26, 2)
        column.setSpacing(1)
        for label in (self._title, self._value, self._lines):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addStretch(1)

    def show_figure(self, figure: Figure) -> None:
        self._tone = figure.tone
        self._title.setText(figure.title)
        self._value.setText(figure.value)
        self._lines.setText("\n".join(figure.lines))
        self._lines.setVisible(bool(figure.lines))
        self.setToolTip(figure.help)
        self.setAccessibleName(" ".join((figure.title, figure.value, *figure.lines)))

    def colour(self, look: Look) -> None:
        self._value.setStyleSheet(sized(look, VALUE, self._tone, strong=True))
        for label in (self._title, self._lines):
            label.setStyleSheet(sized(look, SMALL, Tone.FAINT))
