"""Says in the status bar that another window writes to this project, and takes it over."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QToolButton

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toned import Tone, colour_of, keep_icon, keep_toned
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.workspace import Workspace

EVERY_MS, PATIENCE = 200, 50
READ_ONLY = "Read-only: take over"
NO_ANSWER = AlphintraError(
    "The other window does not answer.",
    hint="Close it, or end its program; then take the project over again.",
)


class ReadOnlyBadge(QToolButton):
    """Hidden while this window may write. Pressing it asks the other window to hand over."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._workspace = workspace
        self._tries = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._try)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoRaise(True)
        self.clicked.connect(self.take_over)
        keep_icon(self, look, "mdi6.lock-outline", Tone.WARNING)
        keep_toned(
            self,
            look,
            lambda colours: self.setStyleSheet(f"color: {colour_of(colours, Tone.WARNING)};"),
        )
        watch(self, workspace.access_changed, lambda _: self._show())
        watch(self, workspace.opened, lambda _: self._show())
        self._show()

    def take_over(self) -> None:
        """Ask for the project, and go on trying for a while."""
        try:
            if self._workspace.try_to_take_over():
                return
            self._workspace.ask_to_take_over()
        except AlphintraError as error:
            self._workspace.notices.error(error)
            return
        self._tries = 0
        self._timer.start()
        self._show()

    def _try(self) -> None:
        self._tries += 1
        if self._workspace.try_to_take_over():
            self._timer.stop()
        elif self._tries >= PATIENCE:
            self._timer.stop()
            self._workspace.keeping.withdraw()
            self._workspace.notices.error(NO_ANSWER)
        self._show()

    def _show(self) -> None:
        why = self._workspace.keeping.why_not
        if not why:
            self._timer.stop()
        self.setVisible(bool(why))
        self.setText("Taking over…" if self._timer.isActive() else READ_ONLY)
        self.setAccessibleName(self.text())
        self.setToolTip(f"Nothing can be saved here: {why}. Press to write here instead.")
