"""The keys of every command: find one, change it, see what it collides with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.workspace.command import Command
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.shortcuts import (
    conflicts,
    rivals_for,
    set_shortcut,
    shortcut_of,
)

TITLE, WHERE, KEYS, TROUBLE = range(4)


class KeysPage(QWidget):
    """A table of commands; below it, the keys of the chosen one are recorded."""

    def __init__(self, settings: Settings, commands: Sequence[Command[Any]]) -> None:
        super().__init__()
        self._settings, self._commands = settings, tuple(commands)
        self.table = self._table()
        self.recorder = QKeySequenceEdit()
        self.recorder.setMaximumSequenceLength(1)
        self.recorder.setAccessibleName("New keys")
        self.recorder.editingFinished.connect(self._record)
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("The keys that the command has by itself")
        self.reset.clicked.connect(self._reset)
        self.clear = QPushButton("No keys")
        self.clear.clicked.connect(lambda: self._set(""))
        line = QHBoxLayout()
        line.addWidget(QLabel("Press the new keys:"))
        line.addWidget(self.recorder, 1)
        line.addWidget(self.reset)
        line.addWidget(self.clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 16, 4)
        column.addWidget(self.table)
        column.addLayout(line)
        column.addLayout(self._conflict_line())
        self.table.currentCellChanged.connect(lambda *_: self._show_keys())
        self._fill()
        self.table.setCurrentCell(0, TITLE)

    def _conflict_line(self) -> QHBoxLayout:
        """Asks what should become of keys that do something else already."""
        self._wanted = ""
        self.conflict = QLabel()
        self.conflict.setWordWrap(True)
        self.take = QPushButton()
        self.take.clicked.connect(self._take)
        line = QHBoxLayout()
        line.addWidget(self.conflict, 1)
        line.addWidget(self.take)
        self._tell_conflict("", ())
        return line

    def narrow(self, words: Sequence[str]) -> None:
        """Show only the commands that hold all these words."""
        for row, command in enumerate(self._commands):
            text = f"{command.title} {command.menu} {command.help}".lower()
            self.table.setRowHidden(row, not all(word in text for word in words))

    def _table(self) -> QTableWidget:
        table = QTableWidget(len(self._commands), 4)
        table.setHorizontalHeaderLabels(["Command", "Menu", "Keys", "Also does"])
        table.setAccessibleName("Commands and their keys")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(WHERE, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(KEYS, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TROUBLE, QHeaderView.ResizeMode.Stretch)
        return table

    def _fill(self) -> None:
        collisions = conflicts(self._commands, self._settings)
        for row, command in enumerate(self._commands):
            rivals = collisions.get(command.id, ())
            native = QKeySequence.SequenceFormat.NativeText
            keys = QKeySequence(shortcut_of(command, self._settings)).toString(native)
            texts = (
                command.title.rstrip("…"),
                command.menu or command.scope.capitalize(),
                keys,
                ", ".join(rival.title.rstrip("…") for rival in rivals),
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(command.help)
                self.table.setItem(row, column, item)

    @property
    def _chosen(self) -> Command[Any]:
        return self._commands[max(self.table.currentRow(), 0)]

    def _show_keys(self) -> None:
        self._tell_conflict("", ())
        self.recorder.setKeySequence(QKeySequence(shortcut_of(self._chosen, self._settings)))

    def _record(self) -> None:
        portable = QKeySequence.SequenceFormat.PortableText
        keys = self.recorder.keySequence().toString(portable)
        rivals = rivals_for(self._chosen, keys, self._commands, self._settings)
        if rivals:
            self._tell_conflict(keys, rivals)
        else:
            self._set(keys)

    def _tell_conflict(self, keys: str, rivals: Sequence[Command[Any]]) -> None:
        self._wanted = keys
        names = ", ".join(rival.title.rstrip("…") for rival in rivals)
        self.conflict.setText(f"{keys} does this already: {names}." if rivals else "")
        self.take.setText(f"Take {keys} from it")
        for part in (self.conflict, self.take):
            part.setVisible(bool(rivals))

    def _take(self) -> None:
        """Give the chosen command the keys, and leave the others without any."""
        keys = self._wanted
        for rival in rivals_for(self._chosen, keys, self._commands, self._settings):
            set_shortcut(rival, "", self._settings)
        self._set(keys)

    def _reset(self) -> None:
        self._set(self._chosen.shortcut)

    def _set(self, keys: str) -> None:
        set_shortcut(self._chosen, keys, self._settings)
        self._show_keys()
        self._fill()
