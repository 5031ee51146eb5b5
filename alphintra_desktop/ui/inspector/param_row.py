"""One param in the inspector: its name, its editor, what is wrong with it, and its range."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.edits import SetParam
from alphintra_desktop.graph.node_type import Param
from alphintra_desktop.graph.tunable import TunableRange, set_tunable, tunable_of
from alphintra_desktop.nodes.param_edits import (
    reset_params,
    set_params,
    suggested_range,
    why_not,
)
from alphintra_desktop.nodes.params import ParamProblem
from alphintra_desktop.ui.inspector.advice import Advice
from alphintra_desktop.ui.inspector.editors import editor_for
from alphintra_desktop.ui.inspector.number_editor import NumberEditor
from alphintra_desktop.ui.inspector.param_editor import as_title, bounds_in_words
from alphintra_desktop.ui.inspector.subject import Subject
from alphintra_desktop.ui.inspector.troubles import in_full, tone_of
from alphintra_desktop.ui.inspector.tunable_row import TunableRow
from alphintra_desktop.ui.toned import Tone, ToneLabel, tool_button
from alphintra_desktop.workspace.missing_series import Missing

LABEL_WIDTH = 104
DRAG = 6
"""Pixels of dragging a number's name that make one step."""

WRONG = object()


class ParamRow(QWidget):
    """Edits one param of the subject's nodes, checks it while it is written, and sets it once the
    user is done. A wrong value stays in the editor with the reason, and out of the graph."""

    def __init__(self, subject: Subject, name: str) -> None:
        super().__init__()
        self._subject, self.name = subject, name
        self._param: Param = subject.kind.params[name]
        self._drafting = False
        self._shown: Any = WRONG
        self.editor = editor_for(self._param, subject)
        self.editor.field.setAccessibleName(as_title(name))
        self.editor.field.setToolTip(" ".join([self._param.help, bounds_in_words(self._param)]))
        self.editor.drafted.connect(self._on_drafted)
        self.editor.settled.connect(self.settle)
        self.told = ToneLabel(subject.look, Tone.ERROR)
        self.told.hide()
        self.reset = tool_button(
            subject.look, "mdi6.backup-restore", f"Reset to {_shown(self._param.default)}"
        )
        self.reset.clicked.connect(self._reset)
        self.tune = self._tune_button()
        self.range: TunableRow | None = None
        self.advice: Advice | None = None
        self._lay_out()
        self.refresh(())

    def refresh(self, problems: tuple[Problem, ...]) -> None:
        """Show the graph's value, unless the user is writing another one, and what is wrong."""
        value = self._subject.value(self.name)
        if not _same(value, self._shown):
            self._drafting, self._shown = False, value
            self.editor.show_value(value)
        if not self._drafting:
            tones = [tone_of(problem) for problem in problems]
            tone = Tone.WARNING if tones and Tone.ERROR not in tones else Tone.ERROR
            self._tell(" ".join(map(in_full, problems)), tone)
            self.editor.mark_line(None)
        self.editor.offer()
        nodes = (self._subject.graph.nodes[node] for node in self._subject.nodes)
        self.reset.setVisible(any(self.name in node.params for node in nodes))
        self._show_range()

    def advise(self, missing: Missing | None) -> None:
        """Say what the library lacks of what the param names, or nothing any more."""
        if self.advice is None and missing is not None:
            self.advice = Advice(self._subject.look)
            self.advice.taken.connect(self._take)
            self._add_below(self.advice)
        if self.advice is not None:
            self.advice.setVisible(missing is not None and not self._drafting)
            if missing is not None:
                self.advice.show_missing(missing)

    def _take(self, value: str) -> None:
        self.editor.show_value(value)
        self.settle()

    def settle(self) -> None:
        """Set what is written, if it is right."""
        value = self._checked()
        if value is WRONG:
            return
        self._drafting = False
        self._shown = value
        self.editor.show_value(value)
        self._tell("")
        graph, nodes = self._subject.graph, self._subject.nodes
        self._subject.apply(set_params(graph, nodes, self.name, value, self._param))

    def leave(self) -> None:
        """The user turns to something else. Code is kept as it is: too much to write again."""
        if not self._drafting:
            return
        self.settle()
        if self._drafting and self._param.language:
            code = self.editor.value()
            self._subject.apply(SetParam(self._subject.nodes[0], self.name, code))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up what is written, in favour of the value in force."""
        if event.key() != Qt.Key.Key_Escape or not self._drafting:
            super().keyPressEvent(event)
            return
        self._shown = WRONG
        self.refresh(())

    def _checked(self) -> Any:
        """What is written, or `WRONG` when it cannot be set; then it is told why."""
        try:
            value = self.editor.value()
        except AlphintraError as error:
            self._refuse(ParamProblem(self.name, error.message, error.hint))
            return WRONG
        if value is None:  # nodes differ, and nothing was chosen for all of them
            return WRONG
        wrong = why_not(self._subject.first, self._subject.kind, self.name, value)
        if wrong is not None:
            self._refuse(wrong)
            return WRONG
        self.editor.mark_line(None)
        return value

    def _refuse(self, wrong: ParamProblem) -> None:
        self._drafting = True
        kept = self._subject.value(self.name)
        stays = "" if kept is None or self._param.language else f" {_shown(kept)} stays in force."
        self._tell(f"{wrong.message} {wrong.hint}{stays}")
        self.editor.mark_line(wrong.line)

    def _on_drafted(self) -> None:
        self._drafting = True
        if self._checked() is not WRONG:
            self._tell("")

    def _tell(self, text: str, tone: Tone = Tone.ERROR) -> None:
        self.told.set_tone(tone)
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def _reset(self) -> None:
        self._shown = WRONG
        graph, nodes = self._subject.graph, self._subject.nodes
        self._subject.apply(reset_params(graph, nodes, self.name))

    # ---------------------------------------------------------------------- tunable

    def _tune_button(self) -> QToolButton:
        button = tool_button(self._subject.look, "mdi6.tune-variant", "Let a search tune this")
        button.setCheckable(True)
        button.setVisible(self._can_be_tuned())
        button.clicked.connect(lambda: self._toggle_range(button.isChecked()))
        return button

    def _can_be_tuned(self) -> bool:
        return self._param.kind in (int, float) and self._subject.single

    def _toggle_range(self, wanted: bool) -> None:
        value = self._subject.value(self.name)
        self._set_range(suggested_range(value, self._param) if wanted else None)

    def _on_range(self, range: object) -> None:
        assert isinstance(range, TunableRange)
        self._set_range(range)

    def _set_range(self, range: TunableRange | None) -> None:
        node = self._subject.nodes[0]
        self._subject.apply(set_tunable(self._subject.graph, node, self.name, range))

    def _show_range(self) -> None:
        range = tunable_of(self._subject.first).get(self.name) if self._can_be_tuned() else None
        self.tune.setChecked(range is not None)
        if self.range is not None:
            self.range.setVisible(range is not None)
        if range is not None:
            self._range_row().show_range(range)

    def _range_row(self) -> TunableRow:
        """The row of the range, which most params never need."""
        if self.range is None:
            self.range = TunableRow(self._subject.look, self.name, self._param)
            self.range.settled.connect(self._on_range)
            self._add_below(self.range)
        return self.range

    # ----------------------------------------------------------------------- layout

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        label = self._label()
        buttons = (self.tune, self.reset)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        if self._param.language:
            layout.addLayout(_line(label, *buttons))
            layout.addWidget(self.editor)
        else:
            label.setFixedWidth(LABEL_WIDTH)
            line = _line(label, self.editor, *buttons)
            line.setStretch(1, 1)
            layout.addLayout(line)
        self._add_below(self.told)

    def _add_below(self, widget: QWidget) -> None:
        """Put a widget under the editor."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        holder = QHBoxLayout()
        holder.setContentsMargins(0 if self._param.language else LABEL_WIDTH + 6, 0, 0, 0)
        holder.addWidget(widget)
        layout.addLayout(holder)

    def _label(self) -> QLabel:
        scrubbed = self.editor if isinstance(self.editor, NumberEditor) else None
        label: QLabel = NameLabel(as_title(self.name), scrubbed)
        label.setBuddy(self.editor.field)
        drag = "" if scrubbed is None else " Drag the name to change the number."
        label.setToolTip(self._param.help + drag)
        return label


class NameLabel(QLabel):
    """The name of a param. Dragging that of a number to the side changes it."""

    dragged = QtSignal()

    def __init__(self, text: str, editor: NumberEditor | None) -> None:
        super().__init__(text)
        self._editor = editor
        self._from: QPoint | None = None
        self._steps = 0
        self.setWordWrap(True)
        if editor is not None:
            self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag."""
        if self._editor is not None and event.button() == Qt.MouseButton.LeftButton:
            self._from, self._steps = event.globalPosition().toPoint(), 0

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Step once every few pixels."""
        if self._editor is None or self._from is None:
            return
        steps = round((event.globalPosition().toPoint().x() - self._from.x()) / DRAG)
        self._editor.scrub(steps - self._steps, done=False)
        self._steps = steps

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Set what was dragged to, as one change."""
        if self._editor is not None and self._from is not None:
            self._editor.scrub(0, done=True)
        self._from = None


def _line(*widgets: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(2)
    for widget in widgets:
        line.addWidget(widget)
    return line


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and bool(a == b)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    text = " ".join(str(value).split())
    return f"'{text[:30]}'" if isinstance(value, str) else text
