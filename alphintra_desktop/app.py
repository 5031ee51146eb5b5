"""Builds everything and opens the window: the only module that knows all the parts."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.nodes.catalog import catalog
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.activities import ACTIVITIES
from alphintra_desktop.ui.autosave import Autosave
from alphintra_desktop.ui.code_view.commands import CODE_COMMANDS
from alphintra_desktop.ui.dialogs import Dialogs
from alphintra_desktop.ui.error_card import ErrorCards, hear_qt, offer_crash_of_before
from alphintra_desktop.ui.garbage import GarbageCollector
from alphintra_desktop.ui.graph_editor.build_page import add_canvas_commands
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.main_window import MainWindow
from alphintra_desktop.ui.recovery_dialog import asking_with_dialog
from alphintra_desktop.ui.run_button import RunButton
from alphintra_desktop.ui.status_bar import fill_status_bar
from alphintra_desktop.ui.style import apply_style
from alphintra_desktop.ui.toasts import Toasts
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.ui.window_commands import WINDOW_COMMANDS
from alphintra_desktop.ui.window_menus import activity_commands, add_menus
from alphintra_desktop.workspace.commands import COMMANDS
from alphintra_desktop.workspace.crash_report import CrashReports
from alphintra_desktop.workspace.import_commands import IMPORT_COMMANDS
from alphintra_desktop.workspace.questions import Questions
from alphintra_desktop.workspace.research_commands import RESEARCH_COMMANDS
from alphintra_desktop.workspace.run_commands import RUN_COMMANDS
from alphintra_desktop.workspace.secrets import begin_session
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.workspace import Workspace

SECONDS_OF_REST = 3.0


@dataclass(frozen=True)
class Desktop:
    """A window with all that it stands on."""

    workspace: Workspace
    look: Look
    window: MainWindow
    reports: CrashReports

    def close(self) -> None:
        """Close the window without asking, and let its workers go."""
        self.workspace.close()
        self.window.deleteLater()
        self.workspace.jobs.close()


def build(app: QApplication, questions: Questions | None = None) -> Desktop:
    """Everything put together, with no project open yet. `questions` answers instead of dialogs."""
    begin_session()  # before there are workers, which then open the keys that jobs bring them
    GarbageCollector(app)
    settings = Settings()
    look = Look(settings, app)
    look.apply_theme()
    apply_style(app, look)
    watch(look, look.changed, lambda _: apply_style(app, look))
    dialogs = Dialogs()
    workspace = Workspace(settings, questions or dialogs, JobBoard(WarmWorkers))
    window = MainWindow(workspace, look, ACTIVITIES)
    dialogs.window = window
    if questions is None:
        workspace.ask_recovery = asking_with_dialog(window, look)
    fill_status_bar(window.statusBar(), workspace, look)
    Toasts(window, workspace.notices, look)
    Autosave(workspace, window)
    reports = CrashReports(workspace.notices)
    ErrorCards(reports, workspace, look, window)
    actions = window.actions_of_commands
    actions.begun.subscribe(reports.did)
    commands = (*COMMANDS, *RUN_COMMANDS, *IMPORT_COMMANDS, *RESEARCH_COMMANDS, *CODE_COMMANDS)
    actions.add(commands, lambda: workspace)
    actions.add((*activity_commands(ACTIVITIES), *WINDOW_COMMANDS), lambda: window)
    add_menus(window)
    run, cancel = (actions.action(id) for id in ("run.execute", "run.cancel"))
    window.menuBar().setCornerWidget(RunButton(workspace, look, run, cancel))
    # What somebody has waited for comes to the front.
    watch(window, workspace.runs.finished, lambda _: window.show_activity("results"))
    watch(window, workspace.asked_for, lambda id: _show_gallery(id, workspace, look, window))
    asked = workspace.import_asked
    watch(window, asked, lambda paths: _show_import(paths, workspace, look, window))
    window.show_activity(ACTIVITIES[0].id)
    add_canvas_commands(actions, window)
    window.restore()
    if settings.trouble is not None:
        workspace.notices.error(settings.trouble)
    return Desktop(workspace, look, window, reports)


def _show_gallery(id: str, workspace: Workspace, look: Look, window: MainWindow) -> None:
    """The templates are no pane, but a dialog that goes when a project is made."""
    if id == "templates":
        from alphintra_desktop.ui.templates.gallery import open_gallery  # noqa: PLC0415

        open_gallery(workspace, look, window)


def _show_import(
    paths: Sequence[Path], workspace: Workspace, look: Look, window: MainWindow
) -> None:
    """Asked for by a command or by dropping files on the window."""
    from alphintra_desktop.ui.importing.dialog import open_import  # noqa: PLC0415

    open_import(paths, workspace, look, window)


def stand_guard(reports: CrashReports) -> None:
    """From now on, whatever goes wrong makes a report, and the program goes on."""
    reports.install()
    reports.trace_hard_crashes()
    hear_qt(reports)


def start(desktop: Desktop, folder: Path | None = None) -> None:
    """Show the window, then open `folder` or the project of last time, and get ready for the rest.

    What takes long is done in threads and other processes, the soonest needed first.
    """
    desktop.window.show()
    desktop.workspace.jobs.warm()
    open_first(desktop.workspace, folder)
    loaded: Signal[str] = Signal()
    watch(desktop.window, loaded, desktop.window.build_page)
    work = (desktop.workspace.jobs, loaded)
    threading.Thread(target=_load_meanwhile, args=work, name="loading", daemon=True).start()


def _load_meanwhile(jobs: JobBoard, loaded: Signal[str]) -> None:
    """Node types, and what other activities are shown with: nobody should wait for them later."""
    catalog()
    import alphintra_desktop.ui.results.preloading as charts  # noqa: PLC0415
    import alphintra_desktop.ui.results.results_page  # noqa: PLC0415
    import alphintra_desktop.ui.results.runs_pane  # noqa: PLC0415

    charts.load_charts()
    loaded.emit("results")
    _wait_for_rest(jobs)
    import alphintra_desktop.market.preview  # noqa: PLC0415
    import alphintra_desktop.ui.data.page  # noqa: PLC0415
    import alphintra_desktop.ui.importing.dialog  # noqa: PLC0415

    loaded.emit("data")
    import alphintra_desktop.ui.research.page  # noqa: PLC0415
    import alphintra_desktop.ui.training.page  # noqa: F401, PLC0415


def _wait_for_rest(jobs: JobBoard) -> None:
    """Until nothing has run for a while: what is loaded meanwhile would slow down what does."""
    quiet = 0.0
    while quiet < SECONDS_OF_REST:
        time.sleep(0.25)
        quiet = 0.0 if any(entry.running for entry in jobs.entries) else quiet + 0.25


def open_first(workspace: Workspace, folder: Path | None) -> None:
    """Open `folder`, or else the project that was open last."""
    wanted = [folder] if folder is not None else list(workspace.recent_projects[:1])
    for project in wanted:
        try:
            workspace.open(project)
        except AlphintraError as error:
            workspace.notices.error(error)


def main(arguments: Sequence[str] = ()) -> int:
    """Run the desktop until its window is closed. Returns the exit code."""
    app = QApplication([sys.argv[0], *arguments])
    app.setApplicationName("Alphintra")
    app.setDesktopFileName("alphintra")
    app.setStyle("Fusion")
    desktop = build(app)
    stand_guard(desktop.reports)
    offer_crash_of_before(desktop.reports)
    start(desktop, Path(arguments[0]) if arguments else None)
    try:
        return app.exec()
    finally:
        desktop.workspace.jobs.close()
        desktop.reports.uninstall()
