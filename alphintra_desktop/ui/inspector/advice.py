"""What the library lacks of what a param names, and a button that uses what it has."""

from __future__ import annotations

from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from alphintra_desktop.ui.inspector.section import link
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.missing_series import Missing


class Advice(QWidget):
    """Shown below a param as long as something is missing; `taken` announces the other value."""

    taken = QtSignal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._value = ""
        self.told = ToneLabel(look, Tone.WARNING)
        self.use = link(look, "", "", lambda: self.taken.emit(self._value))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 2)
        layout.setSpacing(1)
        layout.addWidget(self.told)
        layout.addWidget(self.use)

    def show_missing(self, missing: Missing) -> None:
        """Say what is missing."""
        self._value = missing.value
        self.told.setText(missing.message)
        self.use.setText(f"Use '{missing.instead}'")
        self.use.setToolTip(f"Use '{missing.instead}', which the library has")
