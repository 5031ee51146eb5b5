"""What a crash left unsaved, graph by graph, and what to do with each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.toned import Tone, ToneLabel, keep_toned
from alphintra_desktop.workspace.recovery import Decision, Unsaved, warnings
from alphintra_desktop.workspace.rescue import RECOVERY, AskRecovery

SIZE = QSize(620, 520)
MOST_LINES = 6


class RecoveryDialog(QDialog):
    """One part a graph. Closing it decides nothing."""

    def __init__(
        self, unsaved: Sequence[Unsaved], look: Look, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Recover unsaved work")
        self.setAccessibleName("Recover unsaved work")
        self.parts = [_Part(one, look) for one in unsaved]
        inside = QWidget()
        stack = QVBoxLayout(inside)
        stack.setContentsMargins(0, 0, 6, 0)
        stack.setSpacing(10)
        for part in self.parts:
            stack.addWidget(part)
        stack.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        buttons = QDialogButtonBox()
        go_on = buttons.addButton("Continue", QDialogButtonBox.ButtonRole.AcceptRole)
        go_on.setDefault(True)
        buttons.accepted.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        heading = "The program ended before this was saved. What should become of it?"
        column.addWidget(ToneLabel(look, Tone.TEXT, heading))
        column.addWidget(area, 1)
        column.addWidget(buttons)
        wanted = column.sizeHint().height() + inside.sizeHint().height() - area.sizeHint().height()
        self.resize(SIZE.width(), min(SIZE.height(), wanted + 12))

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What was decided about each, in the order in which they were given."""
        return tuple(part.decision for part in self.parts)


class _Part(QFrame):
    """One graph: its name, when it was last edited, what would be recovered, and the choice."""

    def __init__(self, unsaved: Unsaved, look: Look) -> None:
        super().__init__()
        self.setObjectName("unsaved")
        when = unsaved.edited.astimezone().strftime("%A, %d %B %Y, %H:%M:%S")
        name = QLabel(unsaved.name)
        name.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        column.addWidget(name)
        column.addWidget(ToneLabel(look, Tone.FAINT, f"Last edited on {when}"))
        for sentence in warnings(unsaved):
            column.addWidget(ToneLabel(look, Tone.WARNING, sentence))
        column.addWidget(ToneLabel(look, Tone.TEXT, _lines(unsaved)))
        column.addLayout(self._choice(unsaved))

        def paint(colours: Colours) -> None:
            name.setStyleSheet(f"color: {colours.text}; font-weight: 600;")
            self.setStyleSheet(
                f"#unsaved {{ background: {colours.raised}; border: 1px solid {colours.line};"
                " border-radius: 6px; }"
            )

        keep_toned(self, look, paint)

    @property
    def decision(self) -> Decision:
        """What is chosen now."""
        checked = self._group.checkedButton()
        return Decision(checked.objectName()) if checked is not None else Decision.LATER

    def choose(self, decision: Decision) -> None:
        """Choose that."""
        button = self.findChild(QRadioButton, decision.value)
        assert isinstance(button, QRadioButton)
        button.setChecked(True)

    def _choice(self, unsaved: Unsaved) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(18)
        self._group = QButtonGroup(self)
        for option in RECOVERY:
            button = QRadioButton(option.title)
            button.setObjectName(option.id)
            button.setToolTip(option.help)
            button.setAccessibleName(f"{option.title}: {unsaved.name}")
            button.setChecked(option is RECOVERY[0])
            self._group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        return row


def _lines(unsaved: Unsaved) -> str:
    """What would be recovered, and how much more there is where that is a lot."""
    done = unsaved.differences
    more = [f"and {len(done) - MOST_LINES} more"] if len(done) > MOST_LINES else []
    return "\n".join(f"\N{BULLET} {line}" for line in [*done[:MOST_LINES], *more])


def asking_with_dialog(window: QWidget, look: Look) -> AskRecovery:
    """Ask over `window`, graph by graph; to be given to `Workspace.ask_recovery`."""

    def ask(unsaved: Sequence[Unsaved]) -> Sequence[Decision]:
        dialog = RecoveryDialog(unsaved, look, window)
        agreed = dialog.exec()
        dialog.deleteLater()
        return dialog.decisions if agreed else [Decision.LATER] * len(unsaved)

    return ask
