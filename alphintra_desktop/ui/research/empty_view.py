"""What is said where there is no result: what research can do, or why a run came to nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from alphintra_desktop.jobs.events import Failed, State
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.workspace.research_commands import SET_UP
from alphintra_desktop.workspace.research_runs import ResearchRun
from alphintra_desktop.workspace.workspace import Workspace

WELCOME = "Find what lasts"
ABOUT = (
    "Vary the params of the open strategy and see where it holds, what is overfitted, and what "
    "luck alone would have given. Every point is counted as a trial."
)


RESUME = "It was stopped before its end. What it has tried until then is kept, and it can go on."


class EmptyView(QWidget):
    """Words in the middle, and below them how to begin. `resume_asked` wants a search to go on."""

    resume_asked = Signal()

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.title, self.words = Heading(look, WELCOME), ToneLabel(look, Tone.FAINT, ABOUT)
        self.resume = QPushButton("Resume")
        self.buttons = [QPushButton(command.title) for command in SET_UP]
        self._lay_out()

    def welcome(self) -> None:
        """Say what research can do."""
        self._say(WELCOME, ABOUT)

    def tell(self, run: ResearchRun) -> None:
        """Say why a run has no result."""
        title = f"{run.kind.title} of {run.name}: {run.state}"
        ending = run.row.ending
        if isinstance(ending, Failed):
            self._say(title, f"{ending.message}\n{ending.hint}".strip())
        elif run.row.state is State.CANCELLED:
            self._say(title, "It was stopped, and nothing of it is kept.")
        else:
            self._say(title, "It was begun, and whoever worked on it has gone. Start it again.")
        if run.can_resume:
            self.words.setText(RESUME)
            self.resume.show()

    def _say(self, title: str, words: str) -> None:
        self.resume.hide()
        self.title.setText(title)
        self.words.setText(words)
        for button, command in zip(self.buttons, SET_UP, strict=True):
            possible = command.enabled(self._workspace)
            button.setEnabled(possible)
            button.setToolTip(command.help if possible else command.why_not)

    def _lay_out(self) -> None:
        self.resume.setToolTip("Go on where it was stopped; no trial is lost or counted twice")
        self.resume.clicked.connect(self.resume_asked)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.resume)
        for button, command in zip(self.buttons, SET_UP, strict=True):
            button.clicked.connect(lambda _=False, one=command: one.run(self._workspace))
            row.addWidget(button)
        row.addStretch(1)
        for label in (self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMinimumWidth(460)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.words, 2)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.title)
        column.addLayout(middle)
        column.addSpacing(12)
        column.addLayout(row)
        column.addStretch(3)
