"""Setting research up: params, judging, windows, how much it will be, and Start."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.runs.project import home_project
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.research.form_parts import FormParts
from alphintra_desktop.ui.research.param_rows import ParamRows
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.research_estimate import DataSize, data_size
from alphintra_desktop.workspace.research_plan import Plan, plan
from alphintra_desktop.workspace.research_runs import PARAMS, RUN, Kind
from alphintra_desktop.workspace.research_setup import (
    Setup,
    VariedParam,
    read_again,
    variable_params,
)
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

TYPING_MS = 150
WIDEST = 860


class SetupForm(QWidget):
    """The form of one kind of research on one sheet. `left` announces that it is not wanted."""

    left = Signal()

    def __init__(self, workspace: Workspace, look: Look, kind: Kind, sheet: Sheet) -> None:
        super().__init__()
        self._workspace, self._look, self.kind, self.sheet = workspace, look, kind, sheet
        self._graph = sheet.document.graph
        project = workspace.project or home_project()
        self.setup = Setup(variable_params(self._graph), project=str(project.folder))
        self._size, self.plan = DataSize(), Plan()
        self._sizing: Reading[DataSize] = Reading()
        about = "a recorded run" if RUN in kind.asks else sheet.title
        self.title = Heading(look, f"{kind.title} of {about}")
        self.about, self.data = ToneLabel(look, Tone.FAINT, kind.help), ToneLabel(look, Tone.TEXT)
        self.params = ParamRows(look, self._graph, self.setup.params, self._on_param)
        self.parts = FormParts(kind, self._on_change, workspace.runs)
        self.told, self.trouble = QLabel(), ToneLabel(look, Tone.ERROR)
        self.start, self.cancel = QPushButton("Start"), QPushButton("Cancel")
        self._typed = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._edited = QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self._connect()
        self._check()
        self._sizing.ask(lambda: data_size(self._graph))

    # ------------------------------------------------------------------ what is asked

    def _on_param(self, param: VariedParam) -> None:
        self.setup = self.setup.with_param(param)
        self._on_change()

    def _on_edit(self) -> None:
        """The graph is another one now: its params are read again."""
        self._graph = self.sheet.document.graph
        graph, before = self._graph, self.params
        self._sizing.ask(lambda: data_size(graph))
        params = read_again(graph, self.setup.params)
        before.graph = graph
        if params == self.setup.params:
            return
        self.setup = replace(self.setup, params=params)
        self.params = ParamRows(self._look, graph, params, self._on_param)
        self._place.replaceWidget(before, self.params)
        before.deleteLater()
        self._on_change()

    def _on_change(self) -> None:
        self.start.setEnabled(False)
        self._typed.start()

    def _on_size(self, size: DataSize) -> None:
        self._size = size
        self.data.setText(size.about)
        self._check()

    def _check(self) -> None:
        """Say how much it is, or what is wrong."""
        self.setup = self.parts.applied(self.setup)
        self.params.check()
        runs = self._workspace.research.runs
        self.plan = plan(self.kind, self.sheet, self.setup, self._size, runs)
        self.told.setText(self.plan.words)
        self.trouble.setText(self.plan.trouble)
        self.trouble.setVisible(bool(self.plan.trouble))
        self.start.setEnabled(self.plan.spec is not None)

    def begin(self) -> None:
        """Start the work."""
        self._check()
        if self.plan.spec is not None:
            run, of_run = self.parts.runs.currentText(), RUN in self.kind.asks
            about = run.rpartition(", ")[0] if of_run else self.sheet.title
            self._workspace.research.start(self.plan.spec, about)

    # ------------------------------------------------------------------ making

    def _connect(self) -> None:
        watch(self, self._sizing.done, self._on_size)
        watch(self, self._sizing.failed, self._workspace.notices.error)
        self._typed.timeout.connect(self._check)
        if PARAMS in self.kind.asks:
            watch(self, self.sheet.document.edited, lambda _: self._edited.start())
        self._edited.timeout.connect(self._on_edit)
        self.start.clicked.connect(self.begin)
        self.cancel.clicked.connect(self.left)

    def _lay_out(self) -> None:
        self.start.setDefault(True)
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inner)
        column.setContentsMargins(22, 18, 22, 12)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self.about)
        column.addWidget(self.data)
        self.data.setVisible(RUN not in self.kind.asks)
        if PARAMS in self.kind.asks:
            box = _boxed("Params to vary", self.params)
            column.addWidget(box)
            self._place = box.layout() or column
        for name, part in self.parts.shown():
            column.addWidget(_boxed(name, part))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(self._foot())

    def _foot(self) -> QWidget:
        """How much it is, and the buttons, always in sight."""
        foot = QWidget()
        foot.setMaximumWidth(WIDEST)
        row = QHBoxLayout(foot)
        row.setContentsMargins(22, 8, 22, 14)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.told.setWordWrap(True)
        words.addWidget(self.told)
        words.addWidget(self.trouble)
        row.addLayout(words, 1)
        for button in (self.cancel, self.start):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        return foot


def _boxed(title: str, inner: QWidget) -> QGroupBox:
    box = QGroupBox(title)
    column = QVBoxLayout(box)
    column.setContentsMargins(14, 12, 14, 12)
    column.addWidget(inner)
    return box
