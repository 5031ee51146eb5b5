"""The settings, by category or found by their words, and the keys of every command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.ui.keys_page import KeysPage
from alphintra_desktop.workspace.command import Command
from alphintra_desktop.workspace.settings import SETTINGS, Setting, Settings

KEYBOARD = "Keyboard"
MOST = 1_000_000


def open_settings(
    settings: Settings, commands: Sequence[Command[Any]], parent: QWidget, category: str = ""
) -> SettingsDialog:
    """Show the dialog, at a category if one is named."""
    dialog = SettingsDialog(settings, commands, parent)
    for item in dialog.categories.findItems(category, Qt.MatchFlag.MatchExactly):
        dialog.categories.setCurrentItem(item)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class SettingsDialog(QDialog):
    """Every change counts at once; there is nothing to confirm."""

    def __init__(
        self, settings: Settings, commands: Sequence[Command[Any]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.resize(860, 600)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search settings")
        self.search.setAccessibleName("Search settings")
        self.search.setClearButtonEnabled(True)
        self.rows = [_Row(setting, settings) for setting in SETTINGS]
        self.keys = KeysPage(settings, commands)
        self.categories = QListWidget()
        self.categories.setAccessibleName("Categories")
        self.categories.setFixedWidth(170)
        self.categories.setSpacing(2)
        self.categories.addItems([*dict.fromkeys(s.category for s in SETTINGS), KEYBOARD])
        self._stack = QStackedWidget()
        self._stack.addWidget(self._scrolled())
        self._stack.addWidget(self.keys)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        sides = QHBoxLayout()
        sides.addWidget(self.categories)
        sides.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addLayout(sides, 1)
        column.addWidget(close)
        self.search.textChanged.connect(lambda _: self._show())
        self.categories.currentRowChanged.connect(lambda _: self._show())
        self.categories.setCurrentRow(0)
        self.search.setFocus()

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 4, 16, 4)
        for row in self.rows:
            column.addWidget(row)
        self._nothing = QLabel("No setting says that. The keys of commands are under Keyboard.")
        column.addWidget(self._nothing)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        for part in (inside, area.viewport()):
            part.setBackgroundRole(QPalette.ColorRole.Base)
        area.setWidget(inside)
        return area

    def _show(self) -> None:
        """A search looks everywhere; without one, the chosen category is shown."""
        words = self.search.text().lower().split()
        chosen = self.categories.currentItem()
        category = chosen.text() if chosen is not None else ""
        on_keys = category == KEYBOARD
        self._stack.setCurrentIndex(int(on_keys))
        if on_keys:
            self.keys.narrow(words)
            return
        for row in self.rows:
            wanted = row.says(words) if words else row.setting.category == category
            row.setVisible(wanted)
        self._nothing.setVisible(all(row.isHidden() for row in self.rows))


class _Row(QWidget):
    """One setting: its name, what it does, and the right kind of editor."""

    def __init__(self, setting: Setting, settings: Settings) -> None:
        super().__init__()
        self.setting, self._settings = setting, settings
        title = QLabel(setting.title)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.addWidget(title)
        about = QLabel(setting.help)
        about.setWordWrap(True)
        column.addWidget(about)
        self.editor = self._editor()
        self.editor.setAccessibleName(setting.title)
        self.editor.setAccessibleDescription(setting.help)
        self.editor.setMaximumWidth(260)
        column.addWidget(self.editor)

    def says(self, words: Sequence[str]) -> bool:
        """Whether all these words stand in what the setting says of itself."""
        setting = self.setting
        text = " ".join((setting.title, setting.help, setting.category, *setting.choices)).lower()
        return all(word in text for word in words)

    def _editor(self) -> QWidget:
        value = self._settings.get(self.setting)
        if self.setting.choices:
            return self._choice(value)
        if isinstance(value, bool):
            box = QCheckBox("On")
            box.setChecked(value)
            box.toggled.connect(self._set)
            return box
        return self._text(value) if isinstance(value, str) else self._number(value)

    def _text(self, value: str) -> QWidget:
        line = QLineEdit(value)
        line.editingFinished.connect(lambda: self._set(line.text().strip()))
        return line

    def _choice(self, value: str) -> QWidget:
        box = QComboBox()
        box.addItems(list(self.setting.choices))
        box.setCurrentText(value)
        box.currentTextChanged.connect(self._set)
        return box

    def _number(self, value: float) -> QWidget:
        low, high = max(self.setting.low, -MOST), min(self.setting.high, MOST)
        if isinstance(value, int):
            whole = QSpinBox()
            whole.setRange(int(low), int(high))
            whole.setValue(value)
            whole.valueChanged.connect(self._set)
            return whole
        box = QDoubleSpinBox()
        box.setRange(low, high)
        box.setSingleStep(0.125)
        box.setDecimals(3)
        box.setValue(value)
        box.valueChanged.connect(self._set)
        return box

    def _set(self, value: object) -> None:
        self._settings.set(self.setting, value)
