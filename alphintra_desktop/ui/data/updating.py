"""Bringing series up to date from where they came, asking for the keys that are missing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.data.key_field import KeyField
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.fetch_task import UpdateSpec
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.vendor_keys import KeyState, keep_key, key_states
from alphintra_desktop.workspace.vendor_work import VendorWork, vendors_of


@dataclass(frozen=True)
class Asked:
    """Whom an update has to ask, and whose keys are missing. Without those, it has begun."""

    spec: UpdateSpec
    vendors: tuple[str, ...]
    missing: tuple[KeyState, ...]


class Updating(QObject):
    """Begins updates in a thread, where a keyring may be slow; only for a missing key it asks."""

    def __init__(self, work: VendorWork, notices: Notices, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._work, self._look, self._over = work, look, parent
        self._reading: Reading[Asked] = Reading()
        self.dialog: KeysDialog | None = None
        watch(self, self._reading.done, self._on_asked)
        watch(self, self._reading.failed, notices.error)

    def begin(self, spec: UpdateSpec) -> None:
        """Bring this up to date."""
        work = self._work

        def ask() -> Asked:
            names = vendors_of(spec)
            missing = tuple(state for state in key_states(names, work.secrets) if state.missing)
            if not missing:
                work.update(spec, names, lambda _: None)
            return Asked(spec, names, missing)

        self._reading.ask(ask)

    def _on_asked(self, asked: Asked) -> None:
        if asked.missing:
            self.dialog = KeysDialog(asked.missing, self._work, self._look, self._over)
            self.dialog.accepted.connect(lambda: self.begin(asked.spec))
            self.dialog.open()


class KeysDialog(QDialog):
    """Asks for keys, and closes once they are kept."""

    def __init__(
        self, states: tuple[KeyState, ...], work: VendorWork, look: Look, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._keeping: Reading[str] = Reading()
        self.fields = [KeyField(look) for _ in states]
        self.told = ToneLabel(look, Tone.ERROR)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.setWindowTitle("A key is needed")
        self.setMinimumWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        for field, state in zip(self.fields, states, strict=True):
            column.addWidget(field)
            field.show_state(state)
        column.addWidget(self.told)
        column.addWidget(self.buttons)
        self.buttons.accepted.connect(self._keep)
        self.buttons.rejected.connect(self.reject)
        watch(self, self._keeping.done, self._on_kept)
        watch(self, self._keeping.failed, self._on_failed)

    def _keep(self) -> None:
        work = self._work
        given = [(field.state, *field.given) for field in self.fields]

        def keep() -> str:
            told = (
                keep_key(state, key, words, work.secrets) for state, key, words in given if state
            )
            return next((one for one in told if one.endswith("wants a key.")), "")

        self._keeping.ask(keep)

    def _on_kept(self, trouble: str) -> None:
        self.told.setText(trouble)
        if not trouble:
            self.accept()

    def _on_failed(self, error: AlphintraError) -> None:
        self.told.setText(f"{error.message} {error.hint}")
