"""Colouring Python in a small editor, a line at a time, with the tokens Python itself sees."""

from __future__ import annotations

import builtins
import keyword
import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import keep_toned

_TOKENS = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<text>[rbfu]{0,2}(?:'(?:\\.|[^'\\])*'?|\"(?:\\.|[^\"\\])*\"?))"
    r"|(?P<number>\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b)"
    r"|(?P<word>\b[A-Za-z_]\w*\b)",
    re.IGNORECASE,
)
_LONG = '"""'
_SERIES = ("Numbers", "Flags", "np", "pd", "talib")


class PythonHighlighter(QSyntaxHighlighter):
    """Keywords, names that are there, texts, numbers and comments in the colours of the look."""

    def __init__(self, document: QTextDocument, look: Look) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        keep_toned(self, look, self._paint)

    def highlightBlock(self, text: str) -> None:
        """Colour one line; a docstring goes on from the line before."""
        start = 0
        self.setCurrentBlockState(0)
        if self.previousBlockState() == 1:
            start = self._docstring(text, 0)
        while start < len(text):
            found = _TOKENS.search(text, start)
            if found is None:
                return
            if text.startswith(_LONG, found.start()):
                start = self._docstring(text, found.start(), len(_LONG))
                continue
            self._token(found)
            start = found.end()

    def _docstring(self, text: str, start: int, skip: int = 0) -> int:
        """Colour a long text from `start`; returns where it ends."""
        end = text.find(_LONG, start + skip)
        stop = len(text) if end < 0 else end + len(_LONG)
        self.setCurrentBlockState(1 if end < 0 else 0)
        self.setFormat(start, stop - start, self._formats["text"])
        return stop

    def _token(self, found: re.Match[str]) -> None:
        kind = found.lastgroup or ""
        if kind == "word":
            kind = _kind_of_word(found.group())
        if kind in self._formats:
            self.setFormat(found.start(), found.end() - found.start(), self._formats[kind])

    def _paint(self, colours: Colours) -> None:
        ports = colours.ports
        self._formats = {
            "comment": _format(colours.faint, italic=True),
            "text": _format(colours.done),
            "number": _format(ports["Flags"]),
            "keyword": _format(ports["MarketData"], bold=True),
            "known": _format(ports["Numbers"]),
        }
        self.rehighlight()


def _kind_of_word(word: str) -> str:
    if keyword.iskeyword(word):
        return "keyword"
    return "known" if word in _SERIES or hasattr(builtins, word) else ""


def _format(colour: str, *, bold: bool = False, italic: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    made.setFontItalic(italic)
    made.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made
