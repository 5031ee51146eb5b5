"""The centre of the Research activity: the list on the left, what is chosen on the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.charts.blending import badge
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.research.empty_view import EmptyView
from alphintra_desktop.ui.research.running_view import RunningView
from alphintra_desktop.ui.research.runs_list import ResearchList
from alphintra_desktop.ui.research.setup_form import SetupForm
from alphintra_desktop.ui.research.showing import RESULT_VIEWS, ResultView
from alphintra_desktop.ui.sheet_pane import fill_background
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.research_runs import ResearchRun
from alphintra_desktop.workspace.research_work import ResearchWork
from alphintra_desktop.workspace.workspace import Workspace


def build(workspace: Workspace, look: Look) -> QWidget:
    """The centre of the Research activity."""
    return ResearchPage(workspace, look)


class ResearchPage(QWidget):
    """Shows what is being set up, what goes on, or what was found."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._look = workspace, look
        self.research: ResearchWork = workspace.research
        self.list = ResearchList(workspace, look)
        self.shown, self.empty = QStackedWidget(), EmptyView(workspace, look)
        self.running, self.marks = RunningView(look), QLabel()
        self.marks.setWordWrap(True)
        self.marks.setAccessibleName("Marks of this research")
        self.form: SetupForm | None = None
        self.view: ResultView | None = None
        self._reading: Reading[Any] = Reading()
        self._read_run = ""
        self._lay_out()
        self._connect()
        self._colour()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Other windows and the command line may have found something meanwhile."""
        super().showEvent(event)
        self.research.refresh()

    # ------------------------------------------------------------------ what is shown

    def _show(self) -> None:
        """Whatever is to be seen now: a form, how a run is doing, what it found, or nothing."""
        kind, sheet, run = self.research.drafting, self._workspace.current, self.research.shown
        if kind is not None and sheet is not None:
            self._show_form()
        elif run is None:
            self._front(self.empty)
            self.empty.welcome()
        elif run.running:
            self.running.show_run(run, self._workspace.jobs.entry(run.id))
            self._front(self.running)
        elif run.result is not None:
            self._ask_for(run)
        else:
            self.empty.tell(run)
            self._front(self.empty)

    def _front(self, part: QWidget) -> None:
        if part is not self.form and self.form is not None:
            self.shown.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
        self.shown.setCurrentWidget(part)
        self._tell_marks(part)

    def _tell_marks(self, part: QWidget) -> None:
        """What the bars under a result have to say, such as that they were cut."""
        run = self.research.shown
        result = run.result if run is not None and part is self.view else None
        marks = (result or {}).get("marks", ())
        self.marks.setText("\n".join(marks))
        self.marks.setVisible(bool(marks))

    def _colour(self) -> None:
        self.marks.setStyleSheet(badge(self._look.colours.error, self._look.colours))

    def _show_form(self) -> None:
        kind, sheet = self.research.drafting, self._workspace.current
        assert kind is not None
        assert sheet is not None
        if self.form is not None and (self.form.kind, self.form.sheet) == (kind, sheet):
            return
        before, self.form = self.form, SetupForm(self._workspace, self._look, kind, sheet)
        self.form.left.connect(lambda: self.research.draft(None))
        self.shown.addWidget(self.form)
        self.shown.setCurrentWidget(self.form)
        self._tell_marks(self.form)
        if before is not None:
            self.shown.removeWidget(before)
            before.deleteLater()

    def _ask_for(self, run: ResearchRun) -> None:
        """Read a finished run, unless it is in sight."""
        if self._read_run == run.id and self.view is not None:
            self._front(self.view)
            return
        self._read_run = run.id
        load = RESULT_VIEWS[run.kind.task].load
        self._reading.ask(lambda: (run, load(run)))

    def _on_read(self, read: tuple[ResearchRun, Any]) -> None:
        run, found = read
        if run.id != self._read_run:
            return
        make = RESULT_VIEWS[run.kind.task].make
        before, self.view = self.view, make(self._workspace, self._look, found)
        self.shown.addWidget(self.view)
        self._front(self.view)
        if before is not None:
            self.shown.removeWidget(before)
            before.deleteLater()

    def _on_unread(self, error: AlphintraError) -> None:
        self._read_run = ""
        self._workspace.notices.error(error)

    def _cancel(self) -> None:
        run = self.research.shown
        if run is not None:
            self.research.cancel(run)

    def _resume(self) -> None:
        run = self.research.shown
        if run is not None:
            try:
                self.research.resume(run)
            except AlphintraError as error:
                self._workspace.notices.error(error)

    # ------------------------------------------------------------------ making

    def _connect(self) -> None:
        watch(self, self.research.changed, lambda _: self._show())
        watch(self, self.research.shown_changed, lambda _: self._show())
        watch(self, self.research.drafted, lambda _: self._show())
        watch(self, self._workspace.switched, lambda _: self._show())
        watch(self, self._reading.done, self._on_read)
        watch(self, self._look.changed, lambda _: self._colour())
        watch(self, self._reading.failed, self._on_unread)
        self.running.cancelled.connect(self._cancel)
        self.empty.resume_asked.connect(self._resume)

    def _lay_out(self) -> None:
        fill_background(self)
        self.setFocusProxy(self.list)
        for part in (self.empty, self.running):
            self.shown.addWidget(part)
        split = QSplitter(Qt.Orientation.Horizontal)
        right = QWidget()
        found = QVBoxLayout(right)
        found.setContentsMargins(0, 0, 0, 0)
        found.setSpacing(0)
        found.addWidget(self.marks)
        found.addWidget(self.shown, 1)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setSizes([430, 900])
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
