"""What every editor of a param can do, and the plain ones: switches, choices, texts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from alphintra_desktop.graph.node_type import Param
from alphintra_desktop.ui.inspector.switch import Switch
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, keep_toned, tone_icon

SEVERAL = "several values"
ARROW = 16


class ParamEditor(QWidget):
    """Edits one value.

    `drafted` says that the user is at it, `settled` that the user is done for now. `value` raises
    `AlphintraError` when what stands in the editor means nothing. `show_value(None)` shows that
    several nodes have different values.
    """

    drafted = QtSignal()
    settled = QtSignal()

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.field = field
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(field, 1)
        self.setFocusProxy(field)

    def value(self) -> Any:
        """What stands in the editor."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show another value than what the user wrote."""
        raise NotImplementedError

    def offer(self) -> None:
        """Offer anew what there is to choose from, which may depend on other params."""

    def mark_line(self, line: int | None) -> None:
        """Show which line of a text is wrong; texts of one line have none."""


class SwitchEditor(ParamEditor):
    """Yes or no."""

    def __init__(self, look: Look) -> None:
        self._box = Switch(look)
        super().__init__(self._box)
        self._box.clicked.connect(self._on_click)

    def value(self) -> bool:
        """Whether it is on."""
        return self._box.isChecked()

    def show_value(self, value: Any) -> None:
        """Show yes, no, or that nodes differ."""
        self._box.setTristate(value is None)
        if value is None:
            self._box.setCheckState(self._box.checkState().PartiallyChecked)
        else:
            self._box.setChecked(bool(value))
        self._name()

    def _on_click(self) -> None:
        self._box.setTristate(False)
        self._name()
        self.settled.emit()

    def _name(self) -> None:
        state = "On" if self._box.isChecked() else "Off"
        self._box.setText(SEVERAL if self._box.isTristate() else state)
        self._box.updateGeometry()


class ChoiceBox(QComboBox):
    """A list to choose from, with a quiet arrow; the mouse wheel does not change it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setStyleSheet(f"QComboBox::drop-down {{ border: none; width: {ARROW + 8}px; }}")
        keep_toned(self, look, lambda _: self.update())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow, which a style sheet leaves out."""
        super().paintEvent(event)
        painter = QPainter(self)
        place = QRect(self.width() - ARROW - 7, (self.height() - ARROW) // 2, ARROW, ARROW)
        tone_icon(self._look, "mdi6.chevron-down", Tone.FAINT).paint(painter, place)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the pane, which scrolls."""
        event.ignore()


class ChoiceEditor(ParamEditor):
    """One of a few values."""

    def __init__(self, param: Param, look: Look) -> None:
        self._box = ChoiceBox(look)
        super().__init__(self._box)
        for choice in param.choices:
            self._box.addItem(in_words(choice), choice)
        self._box.setPlaceholderText(SEVERAL)
        self._box.activated.connect(self.settled)

    def value(self) -> Any:
        """What is chosen."""
        return self._box.currentData()

    def show_value(self, value: Any) -> None:
        """Choose `value`; one that is no choice is shown all the same."""
        index = self._box.findData(value)
        if index < 0 and value is not None:
            self._box.addItem(str(value), value)
            index = self._box.count() - 1
        self._box.setCurrentIndex(index)


class TextEditor(ParamEditor):
    """A line of text."""

    def __init__(self, placeholder: str = "") -> None:
        self._line = QLineEdit()
        super().__init__(self._line)
        self._empty = placeholder
        self._line.textEdited.connect(self.drafted)
        self._line.editingFinished.connect(self._on_done)

    def value(self) -> str:
        """The text."""
        return self._line.text()

    def show_value(self, value: Any) -> None:
        """Show another text."""
        self._line.setPlaceholderText(SEVERAL if value is None else self._empty)
        text = "" if value is None else str(value)
        if text != self._line.text():
            self._line.setText(text)

    def _on_done(self) -> None:
        """Leaving the line without having written in it settles nothing."""
        if self._line.isModified():
            self.settled.emit()


def in_words(name: Any) -> str:
    """A name of a declaration as a user reads it: `next_open` is "next open"."""
    return str(name).replace("_", " ")


def bounds_in_words(param: Param) -> str:
    """Which numbers are allowed; empty where all are, and for what is no number."""
    unit = f" {param.unit}" if param.unit else ""
    match param.low, param.high:
        case None, None:
            return ""
        case low, None:
            return f"At least {low:,g}{unit}."
        case None, high:
            return f"At most {high:,g}{unit}."
        case low, high:
            return f"From {low:,g} to {high:,g}{unit}."


def as_title(name: str) -> str:
    """A param's name as a label: `stops_from` is "Stops from"."""
    words = in_words(name)
    return words[:1].upper() + words[1:]
