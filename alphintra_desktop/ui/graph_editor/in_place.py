"""Editing a title or the words of a note where they stand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

Done = Callable[[str], object]


class TitleEdit(QLineEdit):
    """One line over a box. Enter and leaving it take what it says, Escape does not: that is done
    with what it said at first."""

    def __init__(self, parent: QWidget, text: str, done: Done) -> None:
        super().__init__(text, parent)
        self._done: Done | None = done
        self._first = text
        self.setAccessibleName("Title")
        self.selectAll()
        self.returnPressed.connect(self.take)

    def take(self) -> None:
        """Be done with what it says now."""
        done, self._done = self._done, None
        if done is not None:
            self.deleteLater()
            self.hide()
            done(self.text())

    def drop(self) -> None:
        """Be done without a change."""
        self.setText(self._first)
        self.take()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no key is the canvas's while one is typing here
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.take()


class WordsEdit(QPlainTextEdit):
    """Some lines over a comment. Ctrl+Enter and leaving it take what it says, Escape does not:
    that is done with what it said at first."""

    def __init__(self, parent: QWidget, text: str, done: Done) -> None:
        super().__init__(text, parent)
        self._done: Done | None = done
        self._first = text
        self.setAccessibleName("Comment")
        self.selectAll()

    def take(self) -> None:
        """Be done with what it says now."""
        done, self._done = self._done, None
        if done is not None:
            self.deleteLater()
            self.hide()
            done(self.toPlainText())

    def drop(self) -> None:
        """Be done without a change."""
        self.setPlainText(self._first)
        self.take()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.take()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no key is the canvas's while one is typing here
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.take()


def open_over(edit: TitleEdit | WordsEdit, area: QRect, font: QFont, scale: float) -> None:
    """Show an editor over a part of the view, in letters of the size that they have there."""
    shown = QFont(font)
    shown.setPixelSize(max(11, round(font.pixelSize() * scale)))
    edit.setFont(shown)
    edit.setGeometry(area.adjusted(0, 0, max(0, 140 - area.width()), max(0, 26 - area.height())))
    edit.show()
    edit.setFocus(Qt.FocusReason.OtherFocusReason)
