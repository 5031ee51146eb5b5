"""One thing to say: what it is called, an editor with what is known of it, and how sure that is.

A problem is told right under the editor.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel, tool_button
from alphintra_desktop.workspace.import_fields import Options

LABEL_WIDTH, MARK_WIDTH = 92, 78


@dataclass(frozen=True)
class Shown:
    """What a row shows. `mark` says how sure a guess is, `why` what told it; `said` is whether a
    user said it, who may take it back."""

    value: str
    options: Options = ()
    mark: str = ""
    why: str = ""
    tone: Tone = Tone.FAINT
    said: bool = False
    problem: str = ""


class FieldRow(QWidget):
    """`said` announces a new value at once when it is chosen, and when it was typed to its end;
    `left` that it is left to a guess again."""

    said = Signal(str)
    left = Signal()

    def __init__(
        self, title: str, look: Look, *, free: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shown = Shown("")
        self.title = ToneLabel(look, Tone.TEXT, title, self)
        self.editor = QComboBox(self)
        self.mark = ToneLabel(look, Tone.FAINT, "", self)
        self.reset = tool_button(look, "mdi6.undo-variant", f"Let {title.lower()} be found again")
        self.problem = ToneLabel(look, Tone.ERROR, "", self)
        self.editor.setEditable(free)
        self.editor.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.editor.setAccessibleName(title)
        self._lay_out()
        self._connect()

    @property
    def line(self) -> QLineEdit | None:
        """Where a free value is typed."""
        return self.editor.lineEdit() if self.editor.isEditable() else None

    @property
    def value(self) -> str:
        """The value that the editor says now."""
        text = self.editor.currentText()
        words = {word: value for value, word in self._shown.options}
        return words.get(text, text)

    def say_plainly(self) -> None:
        """Without a mark and a way back: nothing is guessed here."""
        self.mark.hide()
        self.reset.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.reset.hide()

    def describe(self, help: str) -> None:
        """Say what the field is about."""
        for part in (self.editor, self.title):
            part.setToolTip(help)
        self.editor.setAccessibleDescription(help)

    def show_field(self, shown: Shown) -> None:
        """Show this, unless somebody is typing another value."""
        typing = self.line is not None and self.line.hasFocus() and self.line.isModified()
        before, self._shown = self._shown, shown
        blocker = QSignalBlocker(self.editor)
        if shown.options != before.options or not self.editor.count():
            self.editor.clear()
            self.editor.addItems([word for _, word in shown.options])
        if not typing:
            self._show_value(shown)
        blocker.unblock()
        self.mark.setText(shown.mark)
        self.mark.setToolTip(shown.why)
        self.mark.set_tone(shown.tone)
        self.reset.setVisible(shown.said)
        self.problem.setText(shown.problem)
        self.problem.setVisible(bool(shown.problem))

    def _show_value(self, shown: Shown) -> None:
        words = dict(shown.options)
        word = words.get(shown.value, shown.value)
        at = self.editor.findText(word, Qt.MatchFlag.MatchExactly)
        self.editor.setCurrentIndex(at)
        if self.line is not None:
            self.line.setText(word)
            self.line.setModified(False)
            self.line.setCursorPosition(0)
            self.line.setPlaceholderText(shown.why if not shown.value else "")

    def _on_typed(self) -> None:
        if self.line is not None and self.line.isModified():
            self.line.setModified(False)
            self._say()

    def _say(self) -> None:
        if self.value != self._shown.value or self._shown.problem:
            self.said.emit(self.value)

    def _connect(self) -> None:
        self.editor.activated.connect(lambda _: self._say())
        if self.line is not None:
            self.line.editingFinished.connect(self._on_typed)
        self.reset.clicked.connect(self.left)

    def _lay_out(self) -> None:
        self.title.setFixedWidth(LABEL_WIDTH)
        self.title.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.title.setBuddy(self.editor)
        self.mark.setFixedWidth(MARK_WIDTH)
        self.mark.setWordWrap(False)
        self.reset.setIconSize(QSize(14, 14))
        keep = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        keep.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(keep)
        self.editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.editor.setMinimumWidth(110)
        self.problem.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 1, 0, 1)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        parts: tuple[QLabel | QWidget, ...] = (self.title, self.editor, self.mark, self.reset)
        for column, part in enumerate(parts):
            grid.addWidget(part, 0, column)
        grid.addWidget(self.problem, 1, 1, 1, 3)
