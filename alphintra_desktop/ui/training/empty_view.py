"""What is said where there is no training to show: how to begin, or why one came to nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.events import Failed, State
from alphintra_desktop.ui.heading import Heading
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.training.train_button import TrainButton
from alphintra_desktop.workspace.training_runs import TrainingRun
from alphintra_desktop.workspace.workspace import Workspace

WELCOME = "Let a model find it"
ABOUT = (
    "A Model node learns a label from features. What it foretells is judged on bars that it had "
    "not seen, and feeds the strategy like any indicator."
)


class EmptyView(QWidget):
    """Words in the middle, and below them how to begin."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.words = Heading(look), ToneLabel(look, Tone.FAINT)
        self.train = TrainButton(workspace)
        self._lay_out()
        self.welcome()

    def welcome(self) -> None:
        """Say what training is for."""
        self._say(WELCOME, ABOUT)

    def tell(self, run: TrainingRun) -> None:
        """Say why a training has nothing to show."""
        title, ending = f"Training of {run.name}: {run.state}", run.row.ending
        if isinstance(ending, Failed):
            self._say(title, f"{ending.message}\n{ending.hint}".strip())
        elif run.row.state is State.CANCELLED:
            self._say(title, "It was stopped, and nothing of it is kept.")
        else:
            self._say(title, "It was begun, and whoever worked on it has gone. Train it again.")

    def say_of(self, error: AlphintraError) -> None:
        """Say why what a training has left cannot be shown."""
        self._say(error.message, error.hint)

    def _say(self, title: str, words: str) -> None:
        self.train.look_again()
        self.title.setText(title)
        self.words.setText(words)

    def _lay_out(self) -> None:
        for label in (self.title, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMinimumWidth(460)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.title)
        for part, room in ((self.words, 2), (self.train, 0)):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(part, room)
            row.addStretch(1)
            column.addLayout(row)
            column.addSpacing(12)
        column.addStretch(3)
