"""The plain parts of a page: headings, blocks of text, links to nodes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import Tone, ToneLabel, keep_toned


def heading(look: Look, text: str) -> QLabel:
    """The name of a part of the page."""
    label = ToneLabel(look, Tone.FAINT, text)
    font = label.font()
    font.setWeight(QFont.Weight.DemiBold)
    font.setPointSizeF(font.pointSizeF() * 0.92)
    label.setFont(font)
    label.setContentsMargins(0, 8, 0, 0)
    return label


class Block(QFrame):
    """Text on a ground of its own, with a bar in the colour of a tone on its left."""

    def __init__(self, look: Look, tone: Tone, text: str = "") -> None:
        super().__init__()
        self.setObjectName("block")
        self.label = ToneLabel(look, Tone.TEXT, text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 7, 8, 7)
        layout.addWidget(self.label)

        def paint(colours: Colours) -> None:
            bar = getattr(colours, tone.value)
            self.setStyleSheet(
                f"QFrame#block {{ background: {colours.raised}; border: none;"
                f" border-left: 3px solid {bar}; border-radius: 3px; }}"
            )

        keep_toned(self, look, paint)


def formula_block(look: Look, formula: str) -> Block:
    """A formula, as one writes formulas."""
    block = Block(look, Tone.ACCENT, formula)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setItalic(True)
    block.label.setFont(font)
    return block


class Dot(QWidget):
    """A dot in the colour of what a port carries."""

    def __init__(self, look: Look, port: str) -> None:
        super().__init__()
        self._look, self._port = look, port
        self.setFixedSize(QSize(9, max(9, self.fontMetrics().height() + 6)))
        keep_toned(self, look, lambda _: self.update())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        colours = self._look.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.ports.get(self._port, colours.faint)))
        painter.drawEllipse(QPointF(self.rect().toRectF().center()), 3.5, 3.5)
        painter.end()


def link(look: Look, text: str, help_: str, go: Callable[[], object]) -> QToolButton:
    """A button that looks like a link."""
    button = QToolButton()
    button.setObjectName("link")
    button.setText(text)
    button.setToolTip(help_)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.clicked.connect(go)

    def paint(colours: Colours) -> None:
        button.setStyleSheet(
            f"QToolButton#link {{ color: {colours.accent}; padding: 1px 2px; }}"
            "QToolButton#link:hover { text-decoration: underline; background: transparent; }"
        )

    keep_toned(button, look, paint)
    return button
