"""How many problems the current graph has, for the status bar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.problems.wording import counted
from alphintra_desktop.ui.sheet_pane import SheetPane
from alphintra_desktop.ui.toned import Tone, tone_icon
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.live_code import Compiled
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

PANE = "problems"


class ProblemsBadge(QWidget):
    """Counts what is wrong with the current graph; a click shows the problems pane."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._look = workspace, look
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        pane = SheetPane(workspace, look, self._counter, "")
        pane.setAutoFillBackground(False)
        pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)
        layout.addWidget(pane)

    def _counter(self, sheet: Sheet) -> QWidget:
        return _Counter(self._workspace, sheet, self._look)


class _Counter(QToolButton):
    """The badge of one sheet."""

    def __init__(self, workspace: Workspace, sheet: Sheet, look: Look) -> None:
        super().__init__()
        self._sheet, self._look = sheet, look
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAutoRaise(True)
        self.clicked.connect(lambda: workspace.ask_for(PANE))
        watch(self, sheet.live_code.changed, self._show)
        watch(self, look.changed, lambda _: self._show(sheet.live_code.latest))
        self._show(sheet.live_code.latest)

    def _show(self, compiled: Compiled | None) -> None:
        problems = compiled.problems if compiled is not None else ()
        blocking = sum(problem.blocking for problem in problems)
        name, tone = "mdi6.check-circle-outline", Tone.DONE
        if blocking:
            name, tone = "mdi6.close-circle-outline", Tone.ERROR
        elif problems:
            name, tone = "mdi6.alert-outline", Tone.WARNING
        self.setIcon(tone_icon(self._look, name, tone))
        self.setText(str(len(problems)) if problems else "")
        self.setToolTip(f"{counted(problems)}. Click for the list.")
        self.setAccessibleName(counted(problems))
