"""Editing the Python function of a custom node."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontDatabase,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from alphintra_desktop.ui.inspector.param_editor import ParamEditor
from alphintra_desktop.ui.inspector.python_highlighter import PythonHighlighter
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import keep_toned

REST = 600
"""Milliseconds without a key after which what was typed is one change."""

INDENT = "    "
LINES = 14


class CodeField(QPlainTextEdit):
    """A small editor for Python: line numbers, colours, indenting, and a mark on a wrong line."""

    left = QtSignal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._wrong: int | None = None
        self._colours = look.colours
        self._numbers = _LineNumbers(self)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * len(INDENT))
        self.setAccessibleName("Python function of the node")
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * LINES)
        self.highlighter = PythonHighlighter(self.document(), look)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scroll_numbers)
        self._make_room()
        keep_toned(self, look, self._paint)

    @property
    def wrong_line(self) -> int | None:
        """The line that is marked, from 1."""
        return self._wrong

    def mark(self, line: int | None) -> None:
        """Mark a line as wrong, or none."""
        self._wrong = line
        marks = []
        if line is not None:
            mark = QTextEdit.ExtraSelection()
            colour = QColor(self._colours.error)
            colour.setAlpha(48)
            mark.format.setBackground(colour)
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            block = self.document().findBlockByNumber(line - 1)
            mark.cursor = QTextCursor(block)
            marks.append(mark)
        self.setExtraSelections(marks)
        self._numbers.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab writes blanks, Enter keeps the indent; Shift+Tab leaves the editor."""
        if event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.insertPlainText(INDENT)
            return
        if event.key() == Qt.Key.Key_Backtab:
            self.focusNextPrevChild(False)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            line = self.textCursor().block().text()
            deeper = INDENT if line.rstrip().endswith(":") else ""
            indent = line[: len(line) - len(line.lstrip())]
            self.insertPlainText("\n" + indent + deeper)
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that the user has gone elsewhere."""
        super().focusOutEvent(event)
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the line numbers beside the text."""
        super().resizeEvent(event)
        area = self.contentsRect()
        self._numbers.setGeometry(
            QRect(area.left(), area.top(), self._numbers.wanted_width(), area.height())
        )

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines that can be seen."""
        painter = QPainter(self._numbers)
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        area = self.blockBoundingGeometry(block).translated(self.contentOffset())
        while block.isValid() and area.top() <= event.rect().bottom():
            line = block.blockNumber() + 1
            wrong = line == self._wrong
            painter.setPen(QColor(self._colours.error if wrong else self._colours.faint))
            place = QRect(0, round(area.top()), self._numbers.width() - 8, round(area.height()))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, str(line))
            block = block.next()
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
        painter.end()

    def _make_room(self) -> None:
        self.setViewportMargins(self._numbers.wanted_width(), 0, 0, 0)

    def _scroll_numbers(self, area: QRect, by: int) -> None:
        if by:
            self._numbers.scroll(0, by)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())

    def _paint(self, colours: Colours) -> None:
        self._colours = colours
        self.mark(self._wrong)


class _LineNumbers(QWidget):
    """The margin with the numbers of the lines."""

    def __init__(self, field: CodeField) -> None:
        super().__init__(field)
        self._field = field

    def wanted_width(self) -> int:
        """As wide as the last number."""
        digits = len(str(max(self._field.blockCount(), 10)))
        return self._field.fontMetrics().horizontalAdvance("9") * digits + 16

    def sizeHint(self) -> QSize:
        """As wide as the last number."""
        return QSize(self.wanted_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Have the field draw them: it knows where its lines are."""
        self._field.paint_numbers(event)


class CodeEditor(ParamEditor):
    """The text of a custom node's function. A rest while typing settles it."""

    def __init__(self, look: Look) -> None:
        self._field = CodeField(look)
        super().__init__(self._field)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self.settled)
        self._typed = False
        self._field.textChanged.connect(self._on_change)
        self._field.left.connect(self._on_left)

    def value(self) -> str:
        """The code."""
        return self._field.toPlainText()

    def show_value(self, value: Any) -> None:
        """Show other code, unless it is there already: the cursor stays where it is."""
        text = "" if value is None else str(value)
        if text != self._field.toPlainText():
            self._field.blockSignals(True)
            self._field.setPlainText(text)
            self._field.blockSignals(False)
            self._field.highlighter.rehighlight()
        self._rest.stop()

    def mark_line(self, line: int | None) -> None:
        """Mark the line that is wrong."""
        if line != self._field.wrong_line:
            self._field.mark(line)

    def _on_change(self) -> None:
        self.drafted.emit()
        self._rest.start()

    def _on_left(self) -> None:
        if self._rest.isActive():
            self._rest.stop()
            self.settled.emit()
