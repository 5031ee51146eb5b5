"""Labels and icons that keep the colour of their meaning when the look changes."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QLabel, QToolButton, QWidget

from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.watch import watch


class Tone(Enum):
    """What a colour means; the value is its name among the `Colours`."""

    TEXT = "text"
    FAINT = "faint"
    ACCENT = "accent"
    WARNING = "warning"
    ERROR = "error"
    DONE = "done"


def colour_of(colours: Colours, tone: Tone) -> str:
    """The colour that a tone has now."""
    return str(getattr(colours, tone.value))


def keep_toned(owner: QObject, look: Look, paint: Callable[[Colours], object]) -> None:
    """Paint now, and again whenever the look changes."""
    paint(look.colours)
    watch(owner, look.changed, paint)


class ToneLabel(QLabel):
    """Text in the colour of its meaning, wrapped, to be selected with the mouse."""

    def __init__(
        self, look: Look, tone: Tone, text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._tone, self._look = tone, look
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        keep_toned(self, look, self._paint)

    def set_tone(self, tone: Tone) -> None:
        """Give the text another meaning."""
        self._tone = tone
        self._paint(self._look.colours)

    def _paint(self, colours: Colours) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour_of(colours, self._tone)))
        self.setPalette(palette)
        # A style sheet on the application wins over a palette, unless the widget has one too.
        self.setStyleSheet(f"color: {colour_of(colours, self._tone)};")


def keep_icon(
    button: QAbstractButton | QAction, look: Look, name: str, tone: Tone = Tone.FAINT
) -> None:
    """Give a button or an action an icon in the colour of a tone, whatever the look."""

    def paint(colours: Colours) -> None:
        button.setIcon(icon(name, colour_of(colours, tone)))

    keep_toned(button, look, paint)


def tool_button(look: Look, icon_name: str, title: str, tone: Tone = Tone.FAINT) -> QToolButton:
    """A flat button with an icon; `title` is its tooltip and what a screen reader says."""
    button = QToolButton()
    button.setToolTip(title)
    button.setAccessibleName(title)
    button.setAutoRaise(True)
    keep_icon(button, look, icon_name, tone)
    return button


def tone_icon(look: Look, name: str, tone: Tone) -> QIcon:
    """An icon in the colour of a tone as it is now."""
    return icon(name, colour_of(look.colours, tone))
