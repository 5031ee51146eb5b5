"""What stands under the import dialog: where to, what to remember, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.import_desk import ImportDesk
from alphintra_desktop.workspace.import_file import ImportFile, Kind, Stage


def read_datasets() -> tuple[str, ...]:
    """The names of all datasets there are. Raises `AlphintraError`."""
    from alphintra_desktop.market.store import list_series  # noqa: PLC0415 - brings pyarrow

    return tuple(sorted({one.dataset for one in list_series()}, key=str.lower))


class Foot(QWidget):
    """Shows and changes what holds for all files of a desk. `closed` asks to close the dialog."""

    closed = Signal()

    def __init__(self, desk: ImportDesk, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._datasets: Reading[tuple[str, ...]] = Reading()
        self.dataset, self.together = QComboBox(), QCheckBox()
        self.remember, self.name = QCheckBox("Remember as a named format"), QLineEdit()
        self.progress, self.told = QProgressBar(), ToneLabel(look, Tone.FAINT)
        self.importing, self.cancel = QPushButton("Import"), QPushButton("Cancel")
        self._lay_out()
        self._connect()
        self._datasets.ask(read_datasets)

    def refresh(self) -> None:
        """Show the desk as it is now."""
        desk, file = self._desk, self._desk.current
        ready = sum(one.ready for one in desk.files)
        many = "1 file" if ready == 1 else f"{ready} files"
        self.importing.setText("Import" if len(desk.files) < 2 else f"Import {many}")
        self.importing.setEnabled(bool(ready) and not desk.busy and not desk.reading)
        self.progress.setVisible(desk.busy)
        self.progress.setValue(round(100 * desk.share))
        bars = file is None or file.kind is Kind.BARS
        for part in (self.dataset, self.remember):
            part.setEnabled(bars and not desk.busy)
        self.name.setVisible(self.remember.isChecked() and self.remember.isEnabled())
        self._show_together()
        self._tell(file)

    def _show_together(self) -> None:
        alike = len(self._desk.alike)
        self.together.setVisible(alike > 0)
        many = "the other file" if alike == 1 else f"the {alike} other files"
        self.together.setText(f"Same for {many} with these columns")

    def _tell(self, file: ImportFile | None) -> None:
        if self._desk.busy:
            now = next((f for f in self._desk.files if f.stage is Stage.IMPORTING), None)
            self._say(f"Importing {now.path.name}…" if now is not None else "", Tone.FAINT)
        elif file is not None and file.problem is not None and file.stage is not Stage.READING:
            self._say(file.problem.message, Tone.ERROR)
        elif file is not None and file.stage is Stage.READY:
            self._say("Nothing is stored yet.", Tone.FAINT)
        else:
            self._say(file.told if file is not None else "", Tone.FAINT)

    def _say(self, text: str, tone: Tone) -> None:
        self.told.set_tone(tone)
        self.told.setText(text)

    # ------------------------------------------------------------------ what is done

    def _import(self) -> None:
        self._desk.choose_dataset(self.dataset.currentText().strip())
        if self.remember.isChecked() and self.remember.isEnabled():
            try:
                self._desk.remember(self.name.text().strip())
            except AlphintraError as error:
                self._say(f"{error.message} {error.hint}", Tone.ERROR)
                self.name.setFocus()
                return
        self._desk.start()

    def _cancel(self) -> None:
        if self._desk.busy:
            self._desk.cancel()
        else:
            self.closed.emit()

    def _on_datasets(self, names: tuple[str, ...]) -> None:
        now = self.dataset.currentText()
        blocker = QSignalBlocker(self.dataset)
        self.dataset.clear()
        self.dataset.addItems(list(dict.fromkeys((*names, now))))
        self.dataset.setCurrentText(now)
        blocker.unblock()

    def _on_remember(self, wanted: bool) -> None:
        self.name.setVisible(wanted)
        if wanted:
            self.name.setFocus()

    # ------------------------------------------------------------------ making

    def _connect(self) -> None:
        watch(self, self._datasets.done, self._on_datasets)
        self.dataset.currentTextChanged.connect(
            lambda text: self._desk.choose_dataset(text.strip())
        )
        self.together.toggled.connect(self._on_together)
        self.remember.toggled.connect(self._on_remember)
        self.importing.clicked.connect(self._import)
        self.cancel.clicked.connect(self._cancel)

    def _on_together(self, wanted: bool) -> None:
        self._desk.together = wanted

    def _lay_out(self) -> None:
        self.dataset.setEditable(True)
        self.dataset.setCurrentText(self._desk.dataset)
        self.dataset.setMinimumWidth(150)
        self.dataset.setAccessibleName("Dataset to import into")
        self.dataset.setToolTip("Series of a dataset are used together; a new name makes a new one")
        self.together.setChecked(True)
        self.name.setPlaceholderText("Name, such as my broker")
        self.name.setAccessibleName("Name of the format")
        self.name.hide()
        self.remember.setToolTip("Files with the same columns are then read so by themselves")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName("How far the import is")
        self.importing.setDefault(True)
        self.cancel.setAutoDefault(False)
        self.told.setWordWrap(True)
        choices = QHBoxLayout()
        for part in (QLabel("Into dataset"), self.dataset, self.remember, self.name, self.together):
            choices.addWidget(part)
            choices.addSpacing(6)
        choices.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.told, 1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.importing)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.addWidget(self.progress)
        column.addLayout(choices)
        column.addLayout(buttons)
