"""Undo keys in a line of text: the text's own while it is being written, else the graph's."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

UNDO, REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


def yield_undo(widget: QWidget) -> None:
    """Let every line of text in `widget` leave Undo and Redo to the window unless it is changed.

    Qt's lines always take these keys for themselves, even when what was written has long become
    an edit of the graph, which is then not undone.
    """
    for line in widget.findChildren(QLineEdit):
        _Yielding(line)


class _Yielding(QObject):
    """Watches one line."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        self._line = line
        line.installEventFilter(self)
        line.editingFinished.connect(self._settle_soon)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say of Undo and Redo that the line does not want them."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and (event.matches(UNDO) or event.matches(REDO))
            and not self._line.isModified()
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _settle_soon(self) -> None:
        """After whoever else is told that the line is done, and asks whether it was changed."""
        QTimer.singleShot(0, self, lambda: self._line.setModified(False))
