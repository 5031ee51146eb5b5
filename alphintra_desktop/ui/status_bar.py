"""The line at the bottom: which project, what runs and how far it is, what was told."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from alphintra_desktop.jobs.board import JobBoard, JobEntry
from alphintra_desktop.jobs.events import State
from alphintra_desktop.ui.holdout_badge import HoldoutBadge
from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.problems.badge import ProblemsBadge
from alphintra_desktop.ui.read_only_badge import ReadOnlyBadge
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.notices import Notice, Weight
from alphintra_desktop.workspace.workspace import Workspace


def fill_status_bar(bar: QStatusBar, workspace: Workspace, look: Look) -> None:
    """Put the line's parts in their places."""
    bar.setSizeGripEnabled(False)
    bar.addWidget(ProjectName(workspace))
    bar.addWidget(ReadOnlyBadge(workspace, look))
    bar.addWidget(HoldoutBadge(workspace, look))
    bar.addPermanentWidget(RunningJobs(workspace.jobs, workspace, look))
    bar.addPermanentWidget(ProblemsBadge(workspace, look))
    bar.addPermanentWidget(Bell(workspace, look))


class ProjectName(QLabel):
    """The open project; its folder as a tooltip."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setContentsMargins(8, 0, 8, 0)
        watch(self, workspace.opened, lambda _: self._show(workspace))
        self._show(workspace)

    def _show(self, workspace: Workspace) -> None:
        project = workspace.project
        self.setText(project.name if project is not None else "No project is open")
        self.setToolTip(str(project.folder) if project is not None else "")


class RunningJobs(QWidget):
    """The job that runs, how far it is, and a way to stop it. Hidden while nothing runs."""

    def __init__(self, jobs: JobBoard, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._jobs, self._workspace = jobs, workspace
        self.label = QToolButton()
        self.label.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.label.setAccessibleName("Running jobs")
        self.label.clicked.connect(lambda: workspace.ask_for("jobs"))
        self.bar = QProgressBar()
        self.bar.setFixedSize(120, 7)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.cancel = QToolButton()
        self.cancel.setAccessibleName("Cancel the job")
        self.cancel.setToolTip("Cancel the job")
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        for part in (self.label, self.bar, self.cancel):
            row.addWidget(part)
        watch(self, jobs.changed, lambda _: self._show())
        watch(self, look.changed, self._recolour)
        self._recolour(look.colours)
        self._show()

    @property
    def _running(self) -> list[JobEntry]:
        going = (State.WAITING, State.RUNNING)
        return [entry for entry in self._jobs.entries if entry.row.state in going]

    def _show(self) -> None:
        running = self._running
        self.setVisible(bool(running))
        if not running:
            return
        entry, progress = running[0], running[0].row.progress
        more = f" and {len(running) - 1} more" if len(running) > 1 else ""
        doing = f": {progress.doing}" if progress.doing else ""
        self.label.setText(f"{entry.title}{doing}{more}")
        self.bar.setRange(0, progress.total)  # 0 of 0 is Qt's "busy"
        self.bar.setValue(progress.done)

    def _cancel(self) -> None:
        for entry in self._running[:1]:
            self._jobs.cancel(entry.id)

    def _recolour(self, colours: Colours) -> None:
        self.cancel.setIcon(icon("mdi6.close-circle-outline", colours.faint))


class Bell(QToolButton):
    """Opens what was told, and counts what was told since it was last opened."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._unread, self._worst = 0, Weight.INFO
        self._look = look
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip("What the program has told you")
        self.clicked.connect(lambda: self._open(workspace))
        watch(self, workspace.notices.told, self._count)
        watch(self, look.changed, lambda _: self._show())
        self._show()

    def _count(self, notice: Notice) -> None:
        self._unread += 1
        order = list(Weight)
        self._worst = max(self._worst, notice.weight, key=order.index)
        self._show()

    def _open(self, workspace: Workspace) -> None:
        self._unread, self._worst = 0, Weight.INFO
        self._show()
        workspace.ask_for("notices")

    def _show(self) -> None:
        colours = self._look.colours
        loud = {Weight.WARNING: colours.warning, Weight.ERROR: colours.error}
        self.setIcon(icon("mdi6.bell-outline", loud.get(self._worst, colours.faint)))
        self.setText(str(self._unread) if self._unread else "")
        self.setAccessibleName(f"Notices, {self._unread} unread")
