"""What charts that paint themselves share: the look's colours, a small font, and their ticks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.watch import watch

SMALL = 0.88


class Painted(QWidget):
    """A chart that can be pointed at and walked through with the keyboard."""

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        watch(self, look.changed, lambda _: self.recolour())

    @property
    def colours(self) -> Colours:
        """The look's colours."""
        return self._look.colours

    @property
    def small(self) -> QFont:
        """The font of ticks and marks."""
        font = QFont(self._look.font)
        font.setPointSizeF(font.pointSizeF() * SMALL)
        return font

    def recolour(self) -> None:
        """Take on the look."""
        self.update()

    def paint_nothing(self, painter: QPainter, text: str) -> None:
        """Say why there is nothing to see."""
        painter.setPen(QColor(self.colours.faint))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)


def ticks_below(
    painter: QPainter, box: QRectF, places: Sequence[float], texts: Sequence[str], ink: QColor
) -> None:
    """Labels under a chart, as many as there is room for; `places` are in pixels."""
    painter.setPen(ink)
    measure = QFontMetricsF(painter.font())
    wide = max((measure.horizontalAdvance(text) for text in texts), default=0.0) + 14
    reached = -1e9
    for place, text in zip(places, texts, strict=True):
        if place - reached >= wide:
            spot = QRectF(place - wide / 2, box.bottom() + 4, wide, measure.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, text)
            reached = place


def ticks_beside(
    painter: QPainter, box: QRectF, places: Sequence[float], texts: Sequence[str], ink: QColor
) -> None:
    """Labels left of a chart, as many as there is room for, from below."""
    painter.setPen(ink)
    tall = QFontMetricsF(painter.font()).height()
    reached = 1e9
    for place, text in zip(places, texts, strict=True):
        if reached - place >= tall + 3:
            spot = QRectF(0, place - tall / 2, box.left() - 7, tall)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(spot, side, text)
            reached = place
