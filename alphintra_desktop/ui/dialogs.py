"""The window's answers to what the workspace asks: dialogs of the system and of ours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCommandLinkButton,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.workspace.questions import Option

WIDTH = 460


class Dialogs:
    """Asks over `window`, once there is one."""

    def __init__(self) -> None:
        self.window: QWidget | None = None

    def choose(self, title: str, text: str, options: Sequence[Option]) -> str | None:
        """The id of the option that the user took."""
        dialog = OptionsDialog(title, text, options, self.window)
        return dialog.taken if dialog.exec() else None

    def text(self, title: str, label: str, value: str = "") -> str | None:
        """A line of text."""
        given, agreed = QInputDialog.getText(self.window, title, label, text=value)
        return given.strip() if agreed and given.strip() else None

    def folder(self, title: str, start: Path) -> Path | None:
        """A folder that exists."""
        chosen = QFileDialog.getExistingDirectory(self.window, title, str(start))
        return Path(chosen) if chosen else None

    def file_to_open(self, title: str, start: Path, kinds: str) -> Path | None:
        """A file that exists."""
        chosen, _ = QFileDialog.getOpenFileName(self.window, title, str(start), kinds)
        return Path(chosen) if chosen else None

    def files_to_open(self, title: str, start: Path, kinds: str) -> Sequence[Path]:
        """Files that exist."""
        chosen, _ = QFileDialog.getOpenFileNames(self.window, title, str(start), kinds)
        return [Path(path) for path in chosen]

    def file_to_save(self, title: str, start: Path, kinds: str) -> Path | None:
        """A path to write to."""
        chosen, _ = QFileDialog.getSaveFileName(self.window, title, str(start), kinds)
        return Path(chosen) if chosen else None


class OptionsDialog(QDialog):
    """A question with a few answers, each with what follows from it."""

    def __init__(
        self, title: str, text: str, options: Sequence[Option], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.taken: str | None = None
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        said = QLabel(text)
        said.setWordWrap(True)
        said.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(said)
        for option in options:
            column.addWidget(self._button(option))
        cancel = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        cancel.rejected.connect(self.reject)
        column.addWidget(cancel)

    def _button(self, option: Option) -> QCommandLinkButton:
        button = QCommandLinkButton(option.title, option.help)
        button.setObjectName(option.id)
        button.setAccessibleName(option.title)
        button.clicked.connect(lambda: self._take(option.id))
        return button

    def _take(self, id: str) -> None:
        self.taken = id
        self.accept()
