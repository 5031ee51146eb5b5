"""The window's frame: activities on the left, their pages in the middle, the status bar below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QToolBar, QWidget

from alphintra_desktop.ui.actions import Actions
from alphintra_desktop.ui.activity import Activity
from alphintra_desktop.ui.activity_page import ActivityPage
from alphintra_desktop.ui.file_drops import dropped_files
from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.workspace import Workspace

ICON_SIZE = 22
FIRST_SIZE = QSize(1440, 900)


class MainWindow(QMainWindow):
    """One window on one workspace. It places what `activities` declare, and decides nothing."""

    def __init__(self, workspace: Workspace, look: Look, activities: Sequence[Activity]) -> None:
        super().__init__()
        self.workspace, self.look = workspace, look
        self.actions_of_commands = Actions(self, workspace.settings, workspace.notices)
        self._pages: dict[str, ActivityPage] = {}
        self._choices: dict[str, QAction] = {}
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self._bar = self._activity_bar()
        for activity in activities:
            self._add(activity)
        self.setWindowTitle("Alphintra")
        self.setAccessibleName("Alphintra Desktop")
        self.setAcceptDrops(True)
        self.resize(FIRST_SIZE)
        watch(self, workspace.asked_for, self.show_pane)
        watch(self, look.changed, self._recolour)
        watch(self, workspace.opened, lambda _: self._retitle())
        watch(self, workspace.switched, lambda _: self._retitle())

    @property
    def activity(self) -> str:
        """The id of the activity that is shown."""
        page = self._stack.currentWidget()
        return page.activity.id if isinstance(page, ActivityPage) else ""

    @property
    def page(self) -> ActivityPage:
        """The page that is shown."""
        return self._pages[self.activity]

    def show_pane(self, id: str) -> None:
        """Show an activity, or the activity of a pane with that pane in front."""
        if id in self._pages:
            self.show_activity(id)
            return
        holding = [key for key, page in self._pages.items() if page.has(id)]
        if holding:
            self.show_activity(self.activity if self.activity in holding else holding[0])
            self.page.raise_pane(id)

    def show_activity(self, id: str) -> None:
        """Show the page of an activity, which is built when it is first shown."""
        page = self._pages[id]
        page.build()
        self._stack.setCurrentWidget(page)
        self._choices[id].setChecked(True)
        if self.isVisible():
            page.focus_centre()

    def build_page(self, id: str) -> None:
        """Build the page of an activity before somebody asks for it."""
        self._pages[id].build()

    def reset_layout(self) -> None:
        """Put the docks of the shown activity back to where they were at first."""
        self.page.reset()

    def restore(self) -> None:
        """Give the window the place and size it had when it was last closed."""
        kept = self.workspace.settings.note("window")
        if isinstance(kept, str):
            self.restoreGeometry(QByteArray.fromBase64(kept.encode()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files that can be imported may be dropped anywhere."""
        if dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Show what importing the files would do."""
        event.acceptProposedAction()
        self.workspace.import_asked.emit(dropped_files(event))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close unless the user wants to keep what is not saved."""
        if not self.workspace.can_close():
            event.ignore()
            return
        for page in self._pages.values():
            page.keep_layout()
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.workspace.settings.set_note("window", geometry)
        self.workspace.close()
        event.accept()

    def _activity_bar(self) -> QToolBar:
        bar = QToolBar("Activities", self)
        bar.setObjectName("activities")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        bar.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        bar.toggleViewAction().setEnabled(False)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)
        self._group = QActionGroup(self)
        return bar

    def _add(self, activity: Activity) -> None:
        page = ActivityPage(activity, self.workspace, self.look)
        self._pages[activity.id] = page
        self._stack.addWidget(page)
        action = QAction(icon(activity.icon, self.look.colours.faint), activity.title, self)
        action.setCheckable(True)
        action.setToolTip(f"{activity.title} ({activity.shortcut})")
        action.triggered.connect(lambda: self.show_activity(activity.id))
        self._group.addAction(action)
        self._bar.addAction(action)
        self._choices[activity.id] = action
        button = self._bar.widgetForAction(action)
        assert isinstance(button, QWidget)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(activity.title)

    def _recolour(self, colours: Colours) -> None:
        for id, action in self._choices.items():
            action.setIcon(icon(self._pages[id].activity.icon, colours.faint))

    def _retitle(self) -> None:
        project, sheet = self.workspace.project, self.workspace.current
        parts = [sheet.title if sheet else "", project.name if project else "", "Alphintra"]
        self.setWindowTitle(" - ".join(part for part in parts if part))
