"""A model card to be read: its Markdown as text with room between its parts."""

from __future__ import annotations

from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextTable
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

ABOVE, BELOW, PADDING = 16.0, 6.0, 4.0


class CardView(QTextBrowser):
    """Shows a card; links go nowhere."""

    def __init__(self, card: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Model card")
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMarkdown(card)
        self._give_tables_room()
        self._give_headings_room()

    def _give_tables_room(self) -> None:
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                rules = frame.format().toTableFormat()
                rules.setBorder(0)
                rules.setCellPadding(PADDING)
                frame.setFormat(rules)

    def _give_headings_room(self) -> None:
        block = self.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            if level:
                room = QTextBlockFormat()
                room.setTopMargin(ABOVE if level > 1 else 0.0)
                room.setBottomMargin(BELOW)
                QTextCursor(block).mergeBlockFormat(room)
            block = block.next()
