"""The centre of the Build activity: a tab for every open sheet, and its canvas below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.ui.actions import Actions
from alphintra_desktop.ui.graph_editor.commands import GRAPH_COMMANDS
from alphintra_desktop.ui.graph_editor.node_types import NodeTypes
from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Colours, Look
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.commands import COMMANDS
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:  # it brings NodeGraphQt, which the first window does not wait for
    from alphintra_desktop.ui.graph_editor.canvas import Canvas

DOT = "\N{BLACK CIRCLE}"
RECENT = 5


def build(workspace: Workspace, look: Look) -> QWidget:
    """The centre of the Build activity."""
    return BuildPage(workspace, look)


def add_canvas_commands(actions: Actions, window: QWidget) -> None:
    """Have menus, palette and keys do what can be done on the canvas of a window.

    To be called when the window has its build page; the keys count while the focus is there.
    """
    page = window.findChild(BuildPage)
    actions.add(GRAPH_COMMANDS, lambda: current_canvas(window), within=page)


def current_canvas(window: QWidget) -> Canvas | None:
    """The canvas that is worked on in a window; None while no graph is open."""
    page = window.findChild(BuildPage)
    return page.canvas if page is not None else None


class BuildPage(QWidget):
    """A tab bar of the open sheets, and the canvas of the current one."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.look = workspace, look
        self.types = NodeTypes()
        self.tabs = QTabBar()
        self._canvases: dict[Sheet, Canvas] = {}
        self._stack = QStackedWidget()
        self._empty = Welcome(workspace, look)
        self._stack.addWidget(self._empty)
        self._arrange()
        watch(self, workspace.sheets_changed, self._on_sheets)
        watch(self, workspace.switched, self._on_switched)
        self._on_sheets(workspace.sheets)
        self._on_switched(workspace.current)

    @property
    def canvas(self) -> Canvas | None:
        """The canvas of the current sheet."""
        sheet = self.workspace.current
        return self._canvases.get(sheet) if sheet is not None else None

    def _arrange(self) -> None:
        self.tabs.setMovable(True)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setAccessibleName("Open graphs")
        self.tabs.currentChanged.connect(self._on_tab)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tabs)
        layout.addWidget(self._stack, 1)

    # ------------------------------------------------------------------ from the workspace

    def _on_sheets(self, sheets: tuple[Sheet, ...]) -> None:
        for index in reversed(range(self.tabs.count())):
            if self.tabs.tabData(index) not in sheets:
                self._remove(index)
        for sheet in sheets:
            if sheet not in self._tabbed:
                self._add(sheet)
        self.tabs.setVisible(bool(sheets))
        if not sheets:
            self._stack.setCurrentWidget(self._empty)

    def _on_switched(self, sheet: Sheet | None) -> None:
        if sheet is None:
            self._stack.setCurrentWidget(self._empty)
            return
        self.tabs.setCurrentIndex(self._tab_of(sheet))
        self._stack.setCurrentWidget(self._canvas_of(sheet))

    def _add(self, sheet: Sheet) -> None:
        self.tabs.blockSignals(True)
        index = self.tabs.addTab("")
        self.tabs.setTabData(index, sheet)
        self.tabs.blockSignals(False)
        button = self._close_button(sheet)
        self.tabs.setTabButton(index, QTabBar.ButtonPosition.RightSide, button)
        self._retitle(sheet)
        watch(button, sheet.document.edited, lambda _: self._retitle(sheet))
        watch(button, sheet.document.saved, lambda _: self._retitle(sheet))

    def _canvas_of(self, sheet: Sheet) -> Canvas:
        """The canvas of a sheet, made when it is first shown."""
        if sheet not in self._canvases:
            from alphintra_desktop.ui.graph_editor.canvas import Canvas  # noqa: PLC0415 - see above
            from alphintra_desktop.ui.graph_editor.context_menu import (  # noqa: PLC0415
                ContextMenus,
            )

            canvas = Canvas(sheet, self.look, self.workspace.settings, self.types)
            ContextMenus(canvas)
            self._canvases[sheet] = canvas
            self._stack.addWidget(canvas)
        return self._canvases[sheet]

    def _close_button(self, sheet: Sheet) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setToolTip("Close the graph")
        button.setAccessibleName(f"Close {sheet.title}")
        button.clicked.connect(lambda: self._close(sheet))

        def recolour(colours: Colours) -> None:
            button.setIcon(icon("mdi6.close", colours.faint))

        recolour(self.look.colours)
        watch(button, self.look.changed, recolour)
        return button

    def _remove(self, index: int) -> None:
        canvas = self._canvases.pop(self.tabs.tabData(index), None)
        self.tabs.blockSignals(True)
        self.tabs.removeTab(index)
        self.tabs.blockSignals(False)
        if canvas is not None:
            self._stack.removeWidget(canvas)
            canvas.deleteLater()

    @property
    def _tabbed(self) -> list[Sheet]:
        return [self.tabs.tabData(index) for index in range(self.tabs.count())]

    def _retitle(self, sheet: Sheet) -> None:
        index = self._tab_of(sheet)
        dot = f" {DOT}" if sheet.document.modified else ""
        self.tabs.setTabText(index, sheet.title + dot)
        unsaved = "\nNot saved yet." if sheet.document.modified else ""
        self.tabs.setTabToolTip(index, f"{sheet.path}{unsaved}")

    # ------------------------------------------------------------------ from the user

    def _on_tab(self, index: int) -> None:
        sheet = self.tabs.tabData(index)
        if isinstance(sheet, Sheet):
            self.workspace.switch_to(sheet)

    def _close(self, sheet: Sheet) -> None:
        if self.workspace.can_close(sheet):
            self.workspace.close_sheet(sheet)

    def _tab_of(self, sheet: Sheet) -> int:
        return self._tabbed.index(sheet)


class Welcome(QWidget):
    """What is shown while no graph is open: where one can come from."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._workspace, self._look = workspace, look
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._picture = QLabel()
        self._recent = QVBoxLayout()
        title = QLabel("No graph is open")
        title.setObjectName("welcome_title")
        words = QLabel("Draw a trading strategy from a template, or go on with a project.")
        template = QPushButton("New from template\N{HORIZONTAL ELLIPSIS}")
        template.setDefault(True)
        template.clicked.connect(lambda: workspace.ask_for("templates"))
        project = QPushButton("Open project\N{HORIZONTAL ELLIPSIS}")
        project.clicked.connect(self._choose_project)
        buttons = QHBoxLayout()
        for button in (template, project):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setSpacing(14)
        layout.addStretch(2)
        for widget in (self._picture, title, words):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addLayout(_centred(buttons))
        layout.addLayout(_centred(self._recent))
        layout.addStretch(3)
        self._recolour(look.colours)
        self._list_recent()
        watch(self, look.changed, self._recolour)
        watch(self, workspace.opened, lambda _: self._list_recent())

    def _recolour(self, colours: Colours) -> None:
        shown = icon("mdi6.graph-outline", colours.faint).pixmap(QSize(64, 64))
        self._picture.setPixmap(shown)
        self.setStyleSheet(
            f"Welcome {{ background: {colours.canvas}; }} QLabel {{ color: {colours.faint}; }}"
            f"QLabel#welcome_title {{ color: {colours.text}; font-size: 18px; }}"
        )

    def _list_recent(self) -> None:
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for folder in self._workspace.recent_projects[:RECENT]:
            button = QPushButton(folder.name)
            button.setFlat(True)
            button.setToolTip(str(folder))
            button.setIcon(icon("mdi6.folder-outline", self._look.colours.faint))
            button.clicked.connect(lambda _=False, folder=folder: self._open(folder))
            self._recent.addWidget(button)

    def _choose_project(self) -> None:
        command = next(one for one in COMMANDS if one.id == "file.open_project")
        try:
            command.run(self._workspace)
        except AlphintraError as error:
            self._workspace.notices.error(error)

    def _open(self, folder: Path) -> None:
        try:
            self._workspace.open(folder)
        except AlphintraError as error:
            self._workspace.notices.error(error)


def _centred(layout: QHBoxLayout | QVBoxLayout) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addLayout(layout)
    row.addStretch(1)
    return row
