"""What is open: a project, its sheets, the jobs that run. The window shows this and commands it."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.jobs.board import JobBoard
from alphintra_desktop.jobs.warm_worker import WarmWorkers
from alphintra_desktop.observe import Signal
from alphintra_desktop.runs.project import Project, open_project
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.questions import Option, Questions
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.sheet import Sheet

RECENT = 12
SAVE = Option("save", "Save", "Write the changes to their files, then close.")
UNSAVED = (SAVE, Option("discard", "Close without saving", "The changes are gone then."))


class Workspace:
    """One window's work.

    `opened` announces the project that is open now, `sheets_changed` the open sheets, `switched`
    the current sheet. `asked_for` announces the id of an activity or pane that should be shown.
    `jobs` outlive a project; whoever made the workspace closes them with the window.
    """

    def __init__(
        self, settings: Settings, questions: Questions, jobs: JobBoard | None = None
    ) -> None:
        self.opened: Signal[Project | None] = Signal()
        self.sheets_changed: Signal[tuple[Sheet, ...]] = Signal()
        self.switched: Signal[Sheet | None] = Signal()
        self.asked_for: Signal[str] = Signal()
        self.settings = settings
        self.questions = questions
        self.notices = Notices()
        self.jobs = jobs or JobBoard(WarmWorkers)
        self._project: Project | None = None
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
        """Open a project and its graphs. Raises `AlphintraError`; what was open then stays."""
        project = open_project(folder)
        sheets = tuple(Sheet.opened(path) for path in sorted(project.graphs.glob("*.alphintra")))
        self.close()
        self._project = project
        self._remember(project.folder)
        self.opened.emit(project)
        self._show(sheets, sheets[0] if sheets else None)

    def close(self) -> None:
        """Close the project. What is not saved has been asked about before."""
        for sheet in self._sheets:
            sheet.close()
        self._project = None
        self._show((), None)
        self.opened.emit(None)

    def can_close(self, *sheets: Sheet) -> bool:
        """Whether these sheets, or all, may be closed: asks about what is not saved, and saves it.

        Raises `AlphintraError` when a sheet that should be saved cannot be.
        """
        unsaved = [sheet for sheet in sheets or self._sheets if sheet.document.modified]
        if not unsaved:
            return True
        answer = self.questions.choose("Unsaved changes", _unsaved_text(unsaved), UNSAVED)
        if answer == SAVE.id:
            for sheet in unsaved:
                sheet.save()
        return answer is not None

    def open_sheet(self, path: Path) -> Sheet:
        """Show the graph of a file, opening it if it is not open yet."""
        for sheet in self._sheets:
            if sheet.path == path:
                self.switch_to(sheet)
                return sheet
        sheet = Sheet.opened(path)
        self._show((*self._sheets, sheet), sheet)
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

    def _show(self, sheets: tuple[Sheet, ...], current: Sheet | None) -> None:
        self._sheets = sheets
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
