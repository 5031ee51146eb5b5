"""Says in the status bar which bars the project holds out, and how often they were opened."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobEntry
from alphintra_desktop.market.holdout import Holdout
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, keep_icon
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.holdout_commands import holdouts_of
from alphintra_desktop.workspace.workspace import Workspace


class HoldoutBadge(QToolButton):
    """Hidden while nothing is held out. Pressing it shows what was told."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._workspace = workspace
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoRaise(True)
        self.clicked.connect(lambda: workspace.ask_for("notices"))
        keep_icon(self, look, "mdi6.safe-square-outline", Tone.FAINT)
        watch(self, workspace.opened, lambda _: self._show())
        watch(self, workspace.jobs.changed, self._on_job)
        self._show()

    def _on_job(self, entry: JobEntry) -> None:
        if not entry.running:
            self._show()

    def _show(self) -> None:
        try:
            held = holdouts_of(self._workspace)
        except AlphintraError as error:
            self._tell("Holdout damaged", f"{error.message} {error.hint}")
            return
        if held:
            self._tell(f"Held out from {held[0].start}", "\n".join(map(_line, held)))
        self.setVisible(bool(held))

    def _tell(self, text: str, help_: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(help_)
        self.setVisible(True)


def _line(held: Holdout) -> str:
    uses = len(held.openings)
    opened = "never opened" if not uses else f"opened {uses} times" if uses > 1 else "opened once"
    return f"{held.told[:1].upper()}{held.told[1:]}: {opened}"
