"""The centre of the Training activity: the list on the left, what is chosen on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.sheet_pane import fill_background
from alphintra_desktop.ui.training.empty_view import EmptyView
from alphintra_desktop.ui.training.running_view import RunningView
from alphintra_desktop.ui.training.trainings_list import TrainingsList
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.training_runs import TrainingRun
from alphintra_desktop.workspace.training_work import TrainingWork
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:
    from alphintra_desktop.ui.training.compare_view import CompareView
    from alphintra_desktop.ui.training.result_view import ResultView
    from alphintra_desktop.workspace.training_compare import Compared
    from alphintra_desktop.workspace.training_results import TrainingFound


def build(workspace: Workspace, look: Look) -> QWidget:
    """The centre of the Training activity."""
    return TrainingPage(workspace, look)


def _load(run: TrainingRun) -> TrainingFound:
    import alphintra_desktop.ui.training.result_view  # noqa: F401, PLC0415 - here, in a thread
    from alphintra_desktop.workspace.training_results import (  # noqa: PLC0415 - heavy
        load_training,
    )

    return load_training(run)


def _load_compared(runs: tuple[TrainingRun, ...]) -> Compared:
    import alphintra_desktop.ui.training.compare_view  # noqa: F401, PLC0415 - here, in a thread
    from alphintra_desktop.workspace.training_compare import (  # noqa: PLC0415 - heavy
        load_compared,
    )

    return load_compared(runs)


SOON_MS = 60  # quick models end many times in a second


class TrainingPage(QWidget):
    """Shows how a training is doing, what it came to, or how to begin."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._look = workspace, look
        self.training: TrainingWork = workspace.training
        self.list = TrainingsList(workspace, look)
        self.shown, self.empty = QStackedWidget(), EmptyView(workspace, look)
        self.running = RunningView(look)
        self.view: ResultView | None = None
        self._reading: Reading[TrainingFound] = Reading()
        self.comparison: CompareView | None = None
        self._comparing: Reading[Compared] = Reading()
        self._read_run, self._read_runs = "", tuple[TrainingRun, ...]()
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._lay_out()
        self._connect()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Other windows and the command line may have trained meanwhile."""
        super().showEvent(event)
        self.list.train.look_again()
        self.training.refresh()

    def _show_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _show(self) -> None:
        """Whatever is to be seen now."""
        run, compared = self.training.shown, self.training.compared
        if compared:
            self._ask_to_compare(compared)
        elif run is None:
            self.empty.welcome()
            self.shown.setCurrentWidget(self.empty)
        elif run.running:
            self.running.show_run(run, self.training.measures(run))
            self.shown.setCurrentWidget(self.running)
        elif run.result is not None:
            self._ask_for(run)
        else:
            self.empty.tell(run)
            self.shown.setCurrentWidget(self.empty)

    def _ask_for(self, run: TrainingRun) -> None:
        """Read a finished training, unless it is in sight."""
        if self._read_run != run.id:
            self._read_run = run.id
            if run.here and self.shown.currentWidget() is self.running:
                self.running.show_run(run, self.training.measures(run))  # the last of them
            self._reading.ask(lambda: _load(run))
        elif self.view is not None and self.view.found.run.id == run.id:
            self.shown.setCurrentWidget(self.view)

    def _on_read(self, found: TrainingFound) -> None:
        from alphintra_desktop.ui.training.result_view import ResultView  # noqa: PLC0415 - heavy

        if found.run.id != self._read_run:
            return
        before, self.view = self.view, ResultView(self._look, found)
        self.shown.addWidget(self.view)
        if before is not None:
            self.view.choose_tab(before.chosen_tab)
            self.shown.removeWidget(before)
            before.deleteLater()
        self._show()

    def _ask_to_compare(self, runs: tuple[TrainingRun, ...]) -> None:
        """Read several trainings, unless they are in sight."""
        ids = [run.id for run in runs]
        seen = self.comparison.compared.found if self.comparison is not None else ()
        if ids != [run.id for run in self._read_runs]:
            self._read_runs = runs
            self._comparing.ask(lambda: _load_compared(runs))
        elif self.comparison is not None and ids == [one.run.id for one in seen]:
            self.shown.setCurrentWidget(self.comparison)

    def _on_compared(self, compared: Compared) -> None:
        from alphintra_desktop.ui.training.compare_view import CompareView  # noqa: PLC0415 - heavy

        before, self.comparison = self.comparison, CompareView(self._look, compared)
        self.shown.addWidget(self.comparison)
        if before is not None:
            self.shown.removeWidget(before)
            before.deleteLater()
        self._show()

    def _on_uncompared(self, error: AlphintraError) -> None:
        self._read_runs = ()
        if self.training.compared:
            self.shown.setCurrentWidget(self.empty)
            self.empty.say_of(error)

    def _on_unread(self, error: AlphintraError) -> None:
        shown, self._read_run = self.training.shown, ""
        if shown is not None and shown.result is not None:
            self.shown.setCurrentWidget(self.empty)
            self.empty.say_of(error)

    def _cancel(self) -> None:
        run = self.training.shown
        if run is not None:
            self.training.cancel(run)

    # ------------------------------------------------------------------ making

    def _connect(self) -> None:
        self._soon.timeout.connect(self._show)
        watch(self, self.training.changed, lambda _: self._show_soon())
        watch(self, self.training.shown_changed, lambda _: self._show())
        watch(self, self._reading.done, self._on_read)
        watch(self, self._reading.failed, self._on_unread)
        watch(self, self._comparing.done, self._on_compared)
        watch(self, self._comparing.failed, self._on_uncompared)
        self.running.cancelled.connect(self._cancel)

    def _lay_out(self) -> None:
        fill_background(self)
        self.setFocusProxy(self.list)
        for part in (self.empty, self.running):
            self.shown.addWidget(part)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(self.shown)
        split.setSizes([480, 880])
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
