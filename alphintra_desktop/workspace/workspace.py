"""What is open: a project, its sheets, the jobs that run. The window shows this and commands it."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import Project, open_project
from alphintra_desktop.workspace.live_values import LiveValues
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.questions import Option, Questions
from alphintra_desktop.workspace.recovery import unsaved_work
from alphintra_desktop.workspace.rescue import Rescue, asking, save
from alphintra_desktop.workspace.research_work import ResearchWork
from alphintra_desktop.workspace.runs import Runs
from alphintra_desktop.workspace.safekeeping import Safekeeping
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.training_work import TrainingWork

RECENT = 12
SAVE = Option("save", "Save", "Write the changes to their files, then close.")
UNSAVED = (
    SAVE,
    Option("discard", "Close without saving", "They are kept among the earlier versions."),
)


class Workspace:
    """One window's work.

    `opened` announces the project that is open now, `sheets_changed` the open sheets, `switched`
    the current sheet. `asked_for` announces the id of an activity or pane that should be shown.
    `import_asked` announces files that somebody wants to import.
    `jobs` outlive a project; whoever made the workspace closes them with the window.
    `access_changed` announces why the project may not be written, "" when it may.
    """

    def __init__(
        self, settings: Settings, questions: Questions, jobs: JobBoard | None = None
    ) -> None:
        self.opened: Signal[Project | None] = Signal()
        self.sheets_changed: Signal[tuple[Sheet, ...]] = Signal()
        self.switched: Signal[Sheet | None] = Signal()
        self.asked_for: Signal[str] = Signal()
        self.import_asked: Signal[tuple[Path, ...]] = Signal()
        self.settings = settings
        self.questions = questions
        self.notices = Notices()
        self.jobs = jobs or JobBoard(WarmWorkers)
        self.runs = Runs(self.jobs, self.notices, self.opened)
        self.research = ResearchWork(self.jobs, self.notices, self.opened)
        self.training = TrainingWork(self.jobs, self.opened)
        self.ask_recovery = asking(questions)
        self.access_changed: Signal[str] = Signal()
        self.keeping = self._kept(None)
        self._project: Project | None = None
        self._live_values = LiveValues(settings, self.notices)
        self._sheets: tuple[Sheet, ...] = ()
        self._current: Sheet | None = None

    @property
    def project(self) -> Project | None:
        """The open project."""
        return self._project

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The open graphs, in the order of their tabs."""
        return self._sheets

    @property
    def current(self) -> Sheet | None:
        """The sheet that is worked on."""
        return self._current

    @property
    def recent_projects(self) -> tuple[Path, ...]:
        """Folders of projects opened before that are still there, the latest first."""
        kept = self.settings.note("recent_projects", [])
        return tuple(Path(folder) for folder in kept if Path(folder).is_dir())

    def open(self, folder: Path) -> None:
        """Open a project and its graphs. Raises `AlphintraError`; what was open then stays.

        A graph that cannot be read is told. What a crash left unsaved is offered.
        """
        project = open_project(folder)
        self.close()
        self.keeping = self._kept(project.folder)
        self._project = project
        self._remember(project.folder)
        self.opened.emit(project)
        self.keeping.take()
        found = (self._readable(path) for path in sorted(project.graphs.glob("*.alphintra")))
        sheets = tuple(sheet for sheet in found if sheet is not None)
        self._show(sheets, sheets[0] if sheets else None)
        self._offer_recovery()

    def close(self) -> None:
        """Close the project. What is not saved has been asked about before."""
        for sheet in self._sheets:
            sheet.close()
        self.keeping.close()
        self.keeping = self._kept(None)
        self._project = None
        self._show((), None)
        self.opened.emit(None)

    def can_close(self, *sheets: Sheet) -> bool:
        """Whether these sheets, or all, may be closed: asks about what is not saved, and saves it.

        What cannot be saved is told, and may not be closed.
        """
        unsaved = [sheet for sheet in sheets or self._sheets if sheet.document.modified]
        if not unsaved:
            return True
        answer = self.questions.choose("Unsaved changes", _unsaved_text(unsaved), UNSAVED)
        if answer == SAVE.id:
            return all([self._safe(sheet) for sheet in unsaved])
        return answer is not None

    def save(self, sheet: Sheet) -> bool:
        """Save a sheet; asks if somebody else has changed its file. Whether the work is safe now.

        Raises `AlphintraError`.
        """
        return save(sheet, self.questions, self.notices)

    def ask_to_take_over(self) -> None:
        """Ask the window that writes to the project to hand it over. Raises `AlphintraError`."""
        self.keeping.ask()

    def try_to_take_over(self) -> bool:
        """Take the project over if nobody holds it any more. Whether this window may write now.

        Graphs are read anew, and what the other window left unsaved is offered.
        """
        if self.keeping.may_write:
            return True
        if not self.keeping.take():
            return False
        for sheet in self._sheets:
            if sheet.changed_on_disk and not sheet.document.modified:
                sheet.reload()
        self._offer_recovery()
        return True

    def open_sheet(self, path: Path) -> Sheet:
        """Show the graph of a file, opening it if it is not open yet."""
        for sheet in self._sheets:
            if sheet.path == path:
                self.switch_to(sheet)
                return sheet
        sheet = Sheet.opened(path, self.keeping, self.jobs)
        self._show((*self._sheets, sheet), sheet)
        if self._project is None or not path.is_relative_to(self._project.folder):
            self._offer_recovery(only=path)
        return sheet

    def close_sheet(self, sheet: Sheet) -> None:
        """Close one graph."""
        index = self._sheets.index(sheet)
        left = tuple(other for other in self._sheets if other is not sheet)
        sheet.close()
        now = self._current if self._current is not sheet else None
        self._show(left, now or (left[min(index, len(left) - 1)] if left else None))

    def switch_to(self, sheet: Sheet) -> None:
        """Work on another of the open graphs."""
        if sheet is not self._current:
            self._current = sheet
            self.switched.emit(sheet)

    def ask_for(self, pane: str) -> None:
        """Have an activity or pane shown."""
        self.asked_for.emit(pane)

    def _kept(self, folder: Path | None) -> Safekeeping:
        keeping = Safekeeping(folder, self.settings, self.notices)
        keeping.access_changed.subscribe(self.access_changed.emit)
        return keeping

    def _safe(self, sheet: Sheet) -> bool:
        try:
            return self.save(sheet)
        except AlphintraError as error:
            self.notices.error(error)
            return False

    def _readable(self, path: Path) -> Sheet | None:
        try:
            return Sheet.opened(path, self.keeping, self.jobs)
        except AlphintraError as error:
            self.notices.error(error)
            return None

    def _offer_recovery(self, only: Path | None = None) -> None:
        if not self.keeping.may_write and only is None:
            return
        rescue = Rescue(self.ask_recovery, self.keeping, self.notices, self._sheet_to_recover)
        rescue.offer(unsaved_work(self.keeping.swap, only))

    def _sheet_to_recover(self, path: Path) -> Sheet:
        """The sheet of a graph, which need not have a file any more, or one that can be read."""
        for sheet in self._sheets:
            if sheet.path == path:
                return sheet
        sheet = Sheet(path, Graph(), self.keeping, self.jobs)
        self._show((*self._sheets, sheet), sheet)
        return sheet

    def _show(self, sheets: tuple[Sheet, ...], current: Sheet | None) -> None:
        self._sheets = sheets
        self._live_values.follow(sheets)
        self.sheets_changed.emit(sheets)
        self._current = current
        self.switched.emit(current)

    def _remember(self, folder: Path) -> None:
        kept = [str(folder), *(str(path) for path in self.recent_projects if path != folder)]
        self.settings.set_note("recent_projects", kept[:RECENT])


def _unsaved_text(sheets: list[Sheet]) -> str:
    if len(sheets) == 1:
        return f"{sheets[0].title} has changes that are not saved."
    return f"{', '.join(sheet.title for sheet in sheets)} have changes that are not saved."
