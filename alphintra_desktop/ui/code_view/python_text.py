"""Python shown by Scintilla: coloured, numbered, folded, and not to be written in.

Scintilla counts lines from 0 and wants colours as integers with blue first; outside this file,
lines count from 1 and colours are those of the look.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable

import lexilla
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QColor, QFontDatabase, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pyside6_scintilla import ScintillaEdit

from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import keep_toned

NUMBERS, FOLDS = 0, 2
NUMBER_MARGIN = 1
MARKED = 1
BACKGROUND_MARK, NO_MARK, CLOSED_MARK, OPEN_MARK = 22, 5, 2, 6
FOLD_MARKS = {25: CLOSED_MARK, 26: OPEN_MARK, 27: NO_MARK, 28: NO_MARK, 29: NO_MARK, 30: 2, 31: 6}
ALL_FOLD_MARKS = -33554432
FOLD_ON_CLICK = 7
DEFAULT_STYLE, NUMBER_STYLE = 32, 33
SELECTION_BACK, INACTIVE_BACK, CARET = 10, 16, 40
# What Scintilla's lexer calls the parts of Python, by the name of our colour for them.
COMMENTS, NUMBER_LITERALS, KEYWORDS, NAMES = (1, 12), (2,), (5,), (8, 9, 14, 15)
TEXTS = (3, 4, 6, 7, 13, 16, 17, 18, 19)


class PythonText(QWidget):
    """Shows a Python text. `clicked` carries the line that was clicked, or chosen with Enter."""

    clicked = QtSignal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._faded = look, False
        self._text = ""
        self._marked: tuple[int, ...] = ()
        self._edit = ScintillaEdit(self)
        self._edit.setAccessibleName("Generated Python")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._edit)
        self.setFocusProxy(self._edit)
        self._set_up()
        self._edit.viewport().installEventFilter(self)
        self._edit.installEventFilter(self)
        keep_toned(self, look, self._paint)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    @property
    def marked(self) -> tuple[int, ...]:
        """The lines that are marked."""
        return self._marked

    @property
    def faded(self) -> bool:
        """Whether the text is grey, because it is not what would run."""
        return self._faded

    @property
    def first_line(self) -> int:
        """The topmost line that can be seen."""
        return int(self._edit.docLineFromVisible(self._edit.firstVisibleLine())) + 1

    def show_text(self, text: str) -> None:
        """Show another text. Only what differs is replaced: place and folds stay as they are."""
        if text == self._text:
            return
        old, new = self._text.encode(), text.encode()
        start, end_old, end_new = _difference(old, new)
        top = self._edit.firstVisibleLine()
        self._edit.setReadOnly(False)
        self._edit.setTargetRange(start, end_old)
        piece = new[start:end_new]
        self._edit.replaceTarget(len(piece), piece.decode())
        self._edit.emptyUndoBuffer()
        self._edit.setReadOnly(True)
        self._edit.setFirstVisibleLine(top)
        self._text = text
        digits = max(3, len(str(text.count("\n") + 1)))
        width = self._edit.textWidth(NUMBER_STYLE, "9" * digits)
        self._edit.setMarginWidthN(NUMBERS, int(width) + 14)

    def mark(self, lines: Iterable[int]) -> None:
        """Mark these lines and no others."""
        self._marked = tuple(lines)
        self._edit.markerDeleteAll(MARKED)
        for line in self._marked:
            self._edit.markerAdd(line - 1, MARKED)

    def reveal(self, line: int) -> None:
        """Scroll to a line, unless it can be seen."""
        self._edit.ensureVisible(line - 1)
        shown = int(self._edit.visibleFromDocLine(line - 1))
        top, count = int(self._edit.firstVisibleLine()), int(self._edit.linesOnScreen())
        if not top <= shown < top + count:
            self._edit.setFirstVisibleLine(max(0, shown - count // 3))

    def fade(self, faded: bool) -> None:
        """Grey the text, or give it its colours."""
        if faded != self._faded:
            self._faded = faded
            self._paint(self._look.colours)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell of clicks on a line, and of Enter."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self._on_mouse(event)
        elif isinstance(event, QKeyEvent) and _is_enter(event):
            self.clicked.emit(self._caret_line())
            return True
        return super().eventFilter(watched, event)

    def _on_mouse(self, event: QMouseEvent) -> None:
        """A click is one that selects no text, and not one on the folds."""
        margins = sum(int(self._edit.marginWidthN(margin)) for margin in (NUMBERS, 1, FOLDS))
        plain = event.button() == Qt.MouseButton.LeftButton and self._edit.selectionEmpty()
        if plain and event.position().x() >= margins:
            self.clicked.emit(self._caret_line())

    def _caret_line(self) -> int:
        return int(self._edit.lineFromPosition(self._edit.currentPos())) + 1

    # --------------------------------------------------------------------- Scintilla

    def _set_up(self) -> None:
        edit = self._edit
        lexer = lexilla.create_lexer("python")
        lexer.property_set("fold", "1")
        lexer.property_set("fold.compact", "0")
        lexer.word_list_set(0, " ".join(keyword.kwlist))
        edit.setILexer(lexer.detach())
        edit.setReadOnly(True)
        edit.setMarginTypeN(NUMBERS, NUMBER_MARGIN)
        edit.setMarginWidthN(1, 0)
        edit.setMarginMaskN(FOLDS, ALL_FOLD_MARKS)
        edit.setMarginSensitiveN(FOLDS, True)
        edit.setMarginWidthN(FOLDS, 14)
        edit.setAutomaticFold(FOLD_ON_CLICK)
        for number, symbol in FOLD_MARKS.items():
            edit.markerDefine(number, symbol)
        edit.markerDefine(MARKED, BACKGROUND_MARK)
        edit.setTabWidth(4)
        edit.setScrollWidth(1)
        edit.setScrollWidthTracking(True)
        edit.setEndAtLastLine(False)
        edit.setCaretWidth(1)
        edit.setExtraAscent(1)
        edit.setExtraDescent(1)
        edit.usePopUp(0)

    def _paint(self, colours: Colours) -> None:
        edit = self._edit
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        edit.styleSetFont(DEFAULT_STYLE, font.family())
        edit.styleSetSizeFractional(DEFAULT_STYLE, round(self._look.font.pointSizeF() * 100))
        edit.styleSetFore(DEFAULT_STYLE, _bgr(colours.faint if self._faded else colours.text))
        edit.styleSetBack(DEFAULT_STYLE, _bgr(colours.panel))
        edit.styleClearAll()
        edit.styleSetFore(NUMBER_STYLE, _bgr(colours.faint))
        edit.styleSetBack(NUMBER_STYLE, _bgr(colours.panel))
        if not self._faded:
            self._paint_python(colours)
        for number in FOLD_MARKS:
            edit.markerSetFore(number, _bgr(colours.panel))
            edit.markerSetBack(number, _bgr(colours.faint))
        edit.setFoldMarginColour(True, _bgr(colours.panel))
        edit.setFoldMarginHiColour(True, _bgr(colours.panel))
        edit.markerSetBack(MARKED, _bgr(_mixed(colours.accent, colours.panel, 0.24)))
        selection = _bgr(_mixed(colours.accent, colours.panel, 0.4)) | 0xFF000000
        for element in (SELECTION_BACK, INACTIVE_BACK):
            edit.setElementColour(element, selection)
        edit.setElementColour(CARET, _bgr(colours.text) | 0xFF000000)

    def _paint_python(self, colours: Colours) -> None:
        parts = (
            (COMMENTS, colours.faint),
            (NUMBER_LITERALS, colours.ports["Flags"]),
            (KEYWORDS, colours.ports["MarketData"]),
            (NAMES, colours.ports["Numbers"]),
            (TEXTS, colours.done),
        )
        for styles, colour in parts:
            for style in styles:
                self._edit.styleSetFore(style, _bgr(colour))
        for style in COMMENTS:
            self._edit.styleSetItalic(style, True)


def _is_enter(event: QKeyEvent) -> bool:
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and event.type() == QEvent.Type.KeyPress


def _bgr(colour: str) -> int:
    shade = QColor(colour)
    return shade.blue() << 16 | shade.green() << 8 | shade.red()


def _mixed(front: str, back: str, share: float) -> str:
    a, b = QColor(front), QColor(back)
    parts = (
        round(share * x + (1 - share) * y)
        for x, y in ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    )
    return "#{:02x}{:02x}{:02x}".format(*parts)


def _difference(old: bytes, new: bytes) -> tuple[int, int, int]:
    """Where two texts begin to differ, and where that ends in each; whole lines."""
    old_lines, new_lines = old.splitlines(True), new.splitlines(True)
    most = min(len(old_lines), len(new_lines))
    same = next((i for i in range(most) if old_lines[i] != new_lines[i]), most)
    after = 0
    while after < most - same and old_lines[-1 - after] == new_lines[-1 - after]:
        after += 1
    start = sum(map(len, old_lines[:same]))
    tail = sum(map(len, old_lines[len(old_lines) - after :]))
    return start, len(old) - tail, len(new) - tail
