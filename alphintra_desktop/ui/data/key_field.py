"""Asking for the key of a vendor in place, and where it will be kept."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.vendor_keys import KeyState

IN_KEYRING = "It is kept in the keyring of this system, never in a project or a file of its own."
IN_VAULT = (
    "This system has no keyring that encrypts. With a passphrase the key is kept in an encrypted"
    " vault; without one it is forgotten when the program ends."
)
LOCKED = "It may be in the vault: its passphrase opens it. Or type the key."


class KeyField(QWidget):
    """Visible only while a key is missing."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state: KeyState | None = None
        self.key, self.passphrase = QLineEdit(), QLineEdit()
        self.asked, self.told = ToneLabel(look, Tone.TEXT), ToneLabel(look, Tone.FAINT)
        for line, name in ((self.key, "Key"), (self.passphrase, "Passphrase of the vault")):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setAccessibleName(name)
        self._rows = QFormLayout()
        self._rows.addRow("Key", self.key)
        self._rows.addRow("Passphrase", self.passphrase)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.addWidget(self.asked)
        column.addLayout(self._rows)
        column.addWidget(self.told)
        self.hide()

    @property
    def given(self) -> tuple[str, str]:
        """The key and the passphrase as typed."""
        return self.key.text().strip(), self.passphrase.text()

    def show_state(self, state: KeyState | None) -> None:
        """Ask for the key that this vendor wants, if it is missing."""
        self.state = state
        self.setVisible(state is not None and state.missing)
        if state is None or not state.missing:
            return
        self.key.clear()
        where = state.where.removeprefix("https://")
        self.asked.setText(f"{state.title} wants a key. It gives one at {where}.")
        self._rows.setRowVisible(self.passphrase, state.locked or not state.keyring)
        self.told.setText(LOCKED if state.locked else IN_KEYRING if state.keyring else IN_VAULT)
