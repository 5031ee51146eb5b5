"""Editing a number: anything can be typed, and steps stay within the bounds."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QAction, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QLineEdit

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.node_type import Param
from alphintra_desktop.nodes.params import parse_value
from alphintra_desktop.ui.inspector.param_editor import SEVERAL, ParamEditor
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import keep_icon

REST = 350
"""Milliseconds without another step after which the steps before count as one change."""

STEP_BUTTONS = 64
"""Pixels that the two buttons and the frame of a field take."""

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}


class NumberField(QLineEdit):
    """A field for one number, with buttons, keys and the wheel to step. Unlike Qt's own it lets
    the user write what is wrong, so that it can be said why."""

    stepped = QtSignal()

    def __init__(self, param: Param, look: Look) -> None:
        super().__init__()
        self._param = param
        for icon, text, steps in (("plus", "More", 1), ("minus", "Less", -1)):
            action = QAction(text, self)
            action.triggered.connect(partial(self.step, steps))
            self.addAction(action, QLineEdit.ActionPosition.TrailingPosition)
            keep_icon(action, look, f"mdi6.{icon}")
        room = self.fontMetrics().horizontalAdvance("1000000")
        self.setMinimumWidth(room + STEP_BUTTONS)

    def step(self, steps: int, _: bool = False) -> None:
        """Go up or down from what is written, as far as the bounds allow."""
        try:
            now = parse_value(self._param, self.text())
        except AlphintraError:
            return
        if math.isfinite(now):
            self.write(bounded(now + steps * step_of(now, self._param), self._param))
            self.stepped.emit()

    def write(self, value: Any) -> None:
        """Show a number, or with None that there are several."""
        self.setPlaceholderText(SEVERAL if value is None else "")
        text = "" if value is None else written(value)
        if text != self.text():
            self.setText(text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only where the user works: scrolling the pane must change no number."""
        turned = event.angleDelta().y()
        if not self.hasFocus() or not turned:
            event.ignore()
            return
        self.step(1 if turned > 0 else -1)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down step; Ctrl, or a page, takes ten steps at once."""
        steps = _STEPS.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        ten = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self.step(steps * 10 if ten else steps)


class NumberEditor(ParamEditor):
    """A number with its unit. Steps in quick succession settle together."""

    def __init__(self, param: Param, look: Look) -> None:
        self._param = param
        self._number = NumberField(param, look)
        super().__init__(self._number)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self.settled)
        self._number.textEdited.connect(self._on_typed)
        self._number.editingFinished.connect(self._on_done)
        self._number.stepped.connect(self._on_step)
        if param.unit:
            unit = QLabel(param.unit)
            unit.setForegroundRole(unit.palette().ColorRole.PlaceholderText)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(unit)

    def value(self) -> Any:
        """The number that is written. Raises `AlphintraError` when it is none."""
        return parse_value(self._param, self._number.text())

    def show_value(self, value: Any) -> None:
        """Show another number."""
        self._number.write(value)

    def scrub(self, steps: int, *, done: bool) -> None:
        """Step as the mouse is dragged; the change is settled when it is let go."""
        if steps:
            self._number.step(steps)
        self._rest.stop()
        if done:
            self.settled.emit()

    def _on_typed(self) -> None:
        self._rest.stop()
        self.drafted.emit()

    def _on_step(self) -> None:
        self.drafted.emit()
        self._rest.start()

    def _on_done(self) -> None:
        """Leaving the field without having changed it settles nothing."""
        if self._number.isModified() or self._rest.isActive():
            self._rest.stop()
            self.settled.emit()


def written(value: Any) -> str:
    """A number as it is shown: no more digits than it has."""
    if not isinstance(value, float):
        return str(value)
    short = f"{value:.12g}"
    return short if float(short) == value and "e" not in short else repr(value)


def step_of(value: float, param: Param) -> float:
    """How far a step goes: 1 for whole numbers, else a tenth of the number's own size."""
    if param.kind is int:
        return 1
    size = abs(value) or abs(param.default) or 1.0
    return float(10.0 ** (math.floor(math.log10(size) + 1e-9) - 1))


def bounded(value: float, param: Param) -> Any:
    """The nearest allowed value, without the dust of floating point."""
    low = -math.inf if param.low is None else param.low
    high = math.inf if param.high is None else param.high
    kept = min(max(value, low), high)
    return int(kept) if param.kind is int else float(f"{kept:.10g}")
