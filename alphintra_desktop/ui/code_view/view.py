"""The Python file of one sheet, in step with its graph."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from alphintra_desktop.codegen.problem import Problem
from alphintra_desktop.errors import AlphintraError, Place
from alphintra_desktop.ui.code_view.code_lines import CodeLines, body_line
from alphintra_desktop.ui.code_view.commands import copy_code, export_code, file_name, has_code
from alphintra_desktop.ui.code_view.python_text import PythonText
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import Tone, ToneLabel, keep_toned, tool_button
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.command import Command
from alphintra_desktop.workspace.live_code import Compiled
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

NOTHING_YET = "Once the graph is whole, its Python file stands here."


class CodeView(QWidget):
    """The file of one sheet. What is selected in the graph is marked, and a click on a line
    selects its node. While problems block the file, the last good one stays, in grey."""

    def __init__(self, workspace: Workspace, sheet: Sheet, look: Look) -> None:
        super().__init__()
        self._workspace, self._sheet = workspace, sheet
        self._lines: CodeLines | None = None
        self._clicking = False
        self.bar = BlockedBar(sheet, look)
        self.text = PythonText(look)
        self.text.clicked.connect(self._on_click)
        self.name = ToneLabel(look, Tone.FAINT, NOTHING_YET)
        buttons = [
            self._button(look, "mdi6.content-copy", copy_code),
            self._button(look, "mdi6.export-variant", export_code),
        ]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(10, 3, 6, 3)
        line.addWidget(self.name, 1)
        for button in buttons:
            line.addWidget(button)
        layout.addLayout(line)
        layout.addWidget(self.bar)
        layout.addWidget(self.text, 1)
        self.setFocusProxy(self.text)
        watch(self, sheet.live_code.changed, self._show)
        watch(self, sheet.selection.changed, lambda _: self._mark(follow=not self._clicking))
        watch(self, sheet.selection.revealed, self._on_revealed)
        if sheet.live_code.latest is not None:
            self._show(sheet.live_code.latest)

    def _show(self, compiled: Compiled) -> None:
        self.bar.show_problems(compiled.blocking)
        self.text.fade(compiled.code is None)
        if compiled.code is None:
            return
        # The lines of what is selected may be new, or elsewhere than they were.
        other = compiled.code.text != self.text.text
        self._lines = CodeLines(compiled.code)
        self.name.setText(file_name(compiled.code))
        self.text.show_text(compiled.code.text)
        self._mark(follow=other)

    def _mark(self, *, follow: bool) -> None:
        if self._lines is None:
            return
        lines = self._lines.of_nodes(self._sheet.selection.ids)
        self.text.mark(lines)
        line = body_line(lines, self._lines.code)
        if follow and line is not None:
            self.text.reveal(line)

    def _on_click(self, line: int) -> None:
        node = self._lines.nodes.get(line) if self._lines is not None else None
        if node is None or node not in self._sheet.document.graph.nodes:
            return
        # The user looks at this line: scrolling to another one of the node would take it away.
        self._clicking = True
        try:
            self._sheet.selection.choose([node])
        finally:
            self._clicking = False

    def _on_revealed(self, place: Place) -> None:
        if self._lines is None or place.node is None or place.param is None:
            return
        line = self._lines.of_param(place.node, place.param)
        if line is not None:
            self.text.reveal(line)

    def _button(self, look: Look, icon: str, made: Command[Workspace]) -> QToolButton:
        button = tool_button(look, icon, made.title.removesuffix("..."))
        button.setToolTip(f"{made.title.removesuffix('...')}: {made.help}")
        button.clicked.connect(lambda: self._do(made))
        return button

    def _do(self, made: Command[Workspace]) -> None:
        if not has_code(self._workspace):
            self._workspace.notices.info(f"{made.title}: not now.", made.why_not)
            return
        try:
            made.run(self._workspace)
        except AlphintraError as error:
            self._workspace.notices.error(error)


class BlockedBar(QFrame):
    """Says what keeps the file from being written, and leads there. Hidden when nothing does."""

    def __init__(self, sheet: Sheet, look: Look) -> None:
        super().__init__()
        self.setObjectName("blocked")
        self._sheet = sheet
        self._problem: Problem | None = None
        self.told = ToneLabel(look, Tone.TEXT)
        self.go = QToolButton()
        self.go.setText("Show")
        self.go.setToolTip("Go to what blocks the code")
        self.go.clicked.connect(self._reveal)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 5, 6, 5)
        layout.addWidget(self.told, 1)
        layout.addWidget(self.go)
        self.hide()
        keep_toned(self, look, self._paint)

    def show_problems(self, blocking: tuple[Problem, ...]) -> None:
        """Name the first of the problems, and how many others there are."""
        self._problem = blocking[0] if blocking else None
        self.setVisible(bool(blocking))
        if blocking:
            others = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
            self.told.setText(f"Not up to date: {blocking[0].message}{others}")
            self.go.setVisible(blocking[0].place.node is not None)

    def _reveal(self) -> None:
        if self._problem is not None:
            self._sheet.selection.reveal(self._problem.place)

    def _paint(self, colours: Colours) -> None:
        self.setStyleSheet(
            f"QFrame#blocked {{ background: {colours.raised}; border: none;"
            f" border-left: 3px solid {colours.warning}; }}"
            f"QToolButton {{ color: {colours.accent}; }}"
        )
