"""The page of one activity: its centre, its docks, and the layout that the user made of them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

from alphintra_desktop.ui.activity import Activity, Pane
from alphintra_desktop.ui.look import Look
from alphintra_desktop.workspace.workspace import Workspace

LAYOUT_VERSION = 1
BY_TAB = Qt.FocusPolicy.TabFocus
BESIDE = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)


class ActivityPage(QMainWindow):
    """A page with docks of its own. It is empty until `build` is called, once it is needed."""

    def __init__(self, activity: Activity, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        # The sides reach to the bottom: what lies below is about the centre.
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.activity = activity
        self._workspace, self._look = workspace, look
        self._docks: dict[str, QDockWidget] = {}
        self._first_layout = QByteArray()
        self._titles = QTimer(self)  # after Qt has laid out all docks that moved
        self._titles.setSingleShot(True)
        self._titles.timeout.connect(self._show_titles)

    @property
    def built(self) -> bool:
        """Whether the page has its content yet."""
        return self.centralWidget() is not None

    def build(self) -> None:
        """Make the centre and the docks, as the user last had them."""
        if self.built:
            return
        self.setCentralWidget(self.activity.centre(self._workspace, self._look))
        for pane in self.activity.panes:
            self._add(pane)

    def showEvent(self, event: QShowEvent) -> None:
        """Lay the docks out when there is room for the first time: sizes need a shown window."""
        super().showEvent(event)
        if self.built and self._first_layout.isEmpty():
            # Not at once: while Qt is still laying out, it leaves a second row of tabs behind.
            QTimer.singleShot(0, self, self._lay_out)

    def _lay_out(self) -> None:
        if not self._first_layout.isEmpty():
            return
        self._resize_docks()
        self._first_layout = self.saveState(LAYOUT_VERSION)
        kept = self._workspace.settings.note(self._note)
        if isinstance(kept, str):
            self.restoreState(QByteArray.fromBase64(kept.encode()), LAYOUT_VERSION)
        self._show_titles()

    def has(self, pane: str) -> bool:
        """Whether the activity has that pane."""
        return any(own.id == pane for own in self.activity.panes)

    def raise_pane(self, pane: str) -> None:
        """Show a pane, in front of those it shares a place with, and give it the focus."""
        dock = self._docks[pane]
        dock.show()
        dock.raise_()
        dock.widget().setFocus()

    def focus_next(self, step: int) -> None:
        """Give the keyboard to the next visible pane, or the one before; the centre is one."""
        parts = [self.centralWidget(), *self._docks_in_sight()]
        now = next((n for n, part in enumerate(parts) if _holds_focus(part)), 0)
        _focus_into(parts[(now + step) % len(parts)])

    def focus_centre(self) -> None:
        """Give the keyboard to the centre."""
        _focus_into(self.centralWidget())

    def _docks_in_sight(self) -> list[QWidget]:
        docks = self._docks.values()
        return [dock.widget() for dock in docks if not dock.visibleRegion().isEmpty()]

    def reset(self) -> None:
        """Put every dock back to where it was at first."""
        for dock in self._docks.values():
            dock.setFloating(False)
        self.restoreState(self._first_layout, LAYOUT_VERSION)

    def keep_layout(self) -> None:
        """Remember where the docks are."""
        if self.built and not self._first_layout.isEmpty():
            state = self.saveState(LAYOUT_VERSION)
            kept = bytes(state.toBase64().data()).decode()
            self._workspace.settings.set_note(
                self._note, None if state == self._first_layout else kept
            )

    @property
    def docks(self) -> tuple[QDockWidget, ...]:
        """The docks, for a menu that shows and hides them."""
        return tuple(self._docks.values())

    @property
    def _note(self) -> str:
        return f"layout.{self.activity.id}"

    def _add(self, pane: Pane) -> None:
        dock = QDockWidget(pane.title, self)
        dock.setObjectName(pane.id)
        dock.setAccessibleName(pane.title)
        dock.setWidget(pane.build(self._workspace, self._look))
        self.addDockWidget(pane.area, dock)
        self._place(pane, dock)
        self._docks[pane.id] = dock
        dock.setVisible(pane.shown)
        for changed in (dock.dockLocationChanged, dock.topLevelChanged, dock.visibilityChanged):
            changed.connect(lambda *_: self._titles.start())

    def _show_titles(self) -> None:
        """A dock behind a tab has its title there; a second one above it would be noise."""
        for dock in self._docks.values():
            tabbed = bool(self.tabifiedDockWidgets(dock)) and not dock.isFloating()
            bare = dock.titleBarWidget() is not None
            if tabbed and not bare:
                dock.setTitleBarWidget(QWidget(dock))
            elif bare and not tabbed:
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]
        self._hide_stray_tabs()

    def _hide_stray_tabs(self) -> None:
        """Qt 6.11 leaves a row of tabs behind where a third dock joined two: above no dock."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        tops = {(dock.x(), dock.y()) for dock in self._docks.values() if dock.isVisible()}
        for bar in self.findChildren(QTabBar, options=direct):
            below = bar.geometry().bottomLeft()
            if not any(x == below.x() and abs(y - below.y()) <= 2 for x, y in tops):
                bar.hide()

    def _place(self, pane: Pane, dock: QDockWidget) -> None:
        """Behind the panes that it shares its tabs with, which stay in front."""
        for other in self.activity.panes:
            if pane.tabs and other.tabs == pane.tabs and other.id in self._docks:
                first = self._docks[other.id]
                self.tabifyDockWidget(first, dock)
                first.raise_()
                return

    def _resize_docks(self) -> None:
        for pane in self.activity.panes:
            if pane.size:
                sideways = pane.area in BESIDE
                along = Qt.Orientation.Horizontal if sideways else Qt.Orientation.Vertical
                self.resizeDocks([self._docks[pane.id]], [pane.size], along)


def _holds_focus(part: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and (part is focused or part.isAncestorOf(focused))


def _focus_into(part: QWidget) -> None:
    """To the widget itself, or the first inside it that takes the keyboard by Tab."""
    for widget in (part, *part.findChildren(QWidget)):
        if (
            widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            return
    part.setFocus(Qt.FocusReason.TabFocusReason)
