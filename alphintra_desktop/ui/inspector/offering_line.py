"""A line to write a name in, which shows all there are when it is clicked, or by the Down key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCompleter, QLineEdit


class OfferingLine(QLineEdit):
    """A line that completes what is written in it. `list` is its list of names."""

    def __init__(self) -> None:
        super().__init__()
        self._names = QStringListModel(self)
        self.list = QCompleter(self._names, self)
        self.list.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(self.list)

    @property
    def offered(self) -> list[str]:
        """The names to choose from."""
        return self._names.stringList()

    @property
    def listing(self) -> bool:
        """Whether the list is open."""
        popup = self.list.popup()
        return popup is not None and popup.isVisible()

    def offer(self, names: Sequence[str]) -> None:
        """Let the user choose among these."""
        if list(names) != self.offered:
            self._names.setStringList(list(names))

    def show_all(self) -> None:
        """Open the list with all names, whatever is written."""
        self.list.setCompletionPrefix("")
        if self.offered:
            self.list.complete()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.listing:
            self.show_all()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and not self.listing:
            self.show_all()
        else:
            super().keyPressEvent(event)
