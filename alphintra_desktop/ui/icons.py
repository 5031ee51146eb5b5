"""Icons by name, in any colour: glyphs of the Material Design font that comes with QtAwesome.

QtAwesome itself would do, but importing it takes 0.15 s, and the first window waits for icons. So
only its font and its list of names are read.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPixmap,
)

PREFIX = "mdi6."
FILL = 0.9  # of the icon's square; the glyphs have margins of their own
DISABLED = 0.4


@lru_cache(maxsize=512)
def icon(name: str, colour: str) -> QIcon:
    """The icon `name`, for example "mdi6.play", in a colour "#rrggbb"."""
    return QIcon(_Glyph(glyphs()[name.removeprefix(PREFIX)], colour))


@lru_cache(maxsize=1)
def glyphs() -> dict[str, str]:
    """The character of every icon by its name."""
    (names,) = _fonts().glob("materialdesignicons6-webfont-charmap-*.json")
    codes = json.loads(names.read_bytes())
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@lru_cache(maxsize=1)
def _family() -> str:
    (font,) = _fonts().glob("materialdesignicons6-webfont-*.ttf")
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font)))[0]


def _fonts() -> Path:
    spec = find_spec("qtawesome")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "fonts"


class _Glyph(QIconEngine):
    """Paints one character of the font, sharp at every size."""

    def __init__(self, character: str, colour: str) -> None:
        super().__init__()
        self._character, self._colour = character, colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the glyph in the middle of `rect`."""
        font = QFont(_family())
        font.setPixelSize(max(round(rect.height() * FILL), 1))
        colour = QColor(self._colour)
        if mode == QIcon.Mode.Disabled:
            colour.setAlphaF(DISABLED)
        painter.save()
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon as a picture."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRectF(QPointF(0, 0), size).toRect(), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        """Another one like it."""
        return _Glyph(self._character, self._colour)
