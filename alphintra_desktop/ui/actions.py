"""From commands to Qt: every command becomes one action, with its menu entry and its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.command import Command
from alphintra_desktop.workspace.notices import Notices
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.shortcuts import NOTE, shortcut_of

T = TypeVar("T")

MENUS = ("File", "Edit", "Graph", "Run", "View", "Help")


@dataclass(frozen=True)
class Entry:
    """A command in this window, with what it works on."""

    command: Command[Any]
    target: Callable[[], Any]
    action: QAction

    @property
    def possible(self) -> bool:
        """Whether it can be done now."""
        target = self.target()
        return target is not None and bool(self.command.enabled(target))

    def show_checked(self) -> None:
        """Tick a switch that is on."""
        target = self.target()
        if self.command.checked is not None and target is not None:
            self.action.setChecked(self.command.checked(target))


class Actions:
    """All commands of a window. `entries` is what the command palette offers, and `begun`
    announces the id of a command that is about to be done.
    """

    def __init__(self, window: QMainWindow, settings: Settings, notices: Notices) -> None:
        self.begun: Signal[str] = Signal()
        self._window, self._settings, self._notices = window, settings, notices
        self._entries: list[Entry] = []
        self._menus: dict[str, QMenu] = {}
        self._parts: dict[str, list[tuple[int, QAction]]] = {}
        for title in MENUS:
            self._menu(title)
        watch(window, settings.changed, self._on_setting)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every command, in the order in which they were added."""
        return tuple(self._entries)

    def add(
        self,
        commands: Sequence[Command[T]],
        target: Callable[[], T | None],
        within: QWidget | None = None,
    ) -> None:
        """Make actions of commands that work on what `target` gives.

        With `within`, their keys count only while that widget, or one inside it, has the focus.
        """
        for command in commands:
            self._add(command, target, within)
        for path in {command.menu for command in commands if command.menu}:
            self._lay_out(path)

    def menu(self, path: str, section: int = 0) -> QMenu:
        """A menu, for what is no command, such as a list of recent projects.

        It stands in its own menu where commands of that section stand.
        """
        made = self._menu(path, section)
        above = path.rpartition("/")[0]
        if above:
            self._lay_out(above)
        return made

    def trigger(self, id: str) -> None:
        """Do the command of that id, as its menu entry would."""
        self.action(id).trigger()

    def action(self, id: str) -> QAction:
        """The action of the command of that id."""
        return next(entry for entry in self._entries if entry.command.id == id).action

    def _add(
        self, command: Command[T], target: Callable[[], T | None], within: QWidget | None
    ) -> None:
        action = QAction(command.title, self._window)
        action.setObjectName(command.id)
        action.setCheckable(command.checked is not None)
        action.setStatusTip(command.help)
        action.setToolTip(command.help or command.title)
        entry = Entry(command, target, action)
        action.triggered.connect(lambda: self._run(entry))
        self._set_keys(entry)
        if within is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        (within or self._window).addAction(action)
        if command.menu:
            self._into_menu(command, action)
        self._entries.append(entry)

    def _into_menu(self, command: Command[Any], action: QAction) -> None:
        self._menu(command.menu, command.section)
        self._parts[command.menu].append((command.section, action))

    def _lay_out(self, path: str) -> None:
        """Fill a menu by sections, with a line between them."""
        menu, before = self._menus[path], None
        for action in menu.actions():
            menu.removeAction(action)  # clearing the menu would destroy its submenus
        for section, action in sorted(self._parts[path], key=lambda part: part[0]):
            if before is not None and section != before:
                menu.addSeparator()
            menu.addAction(action)
            before = section

    def _menu(self, path: str, section: int = 0) -> QMenu:
        if path not in self._menus:
            above, _, title = path.rpartition("/")
            parent = self._menu(above, section) if above else self._window.menuBar()
            made = parent.addMenu(title if above else f"&{title}")
            made.aboutToShow.connect(self._show_what_is_possible)
            # Keys must work again whatever was greyed out: a command says itself why it cannot.
            made.aboutToHide.connect(self._enable_all)
            self._menus[path], self._parts[path] = made, []
            if above:
                self._parts[above].append((section, made.menuAction()))
                self._lay_out(above)
        return self._menus[path]

    def _show_what_is_possible(self) -> None:
        for entry in self._entries:
            entry.action.setEnabled(entry.possible)
            entry.show_checked()

    def _enable_all(self) -> None:
        for entry in self._entries:
            entry.action.setEnabled(True)

    def _run(self, entry: Entry) -> None:
        if not entry.possible:
            self._notices.info(f"{entry.command.title}: not now.", entry.command.why_not)
            return
        self.begun.emit(entry.command.id)
        try:
            entry.command.run(entry.target())
        except AlphintraError as error:
            self._notices.error(error)

    def _set_keys(self, entry: Entry) -> None:
        entry.action.setShortcut(QKeySequence(shortcut_of(entry.command, self._settings)))

    def _on_setting(self, key: str) -> None:
        if key == f"notes.{NOTE}":
            for entry in self._entries:
                self._set_keys(entry)

    def commands(self) -> Iterator[Command[Any]]:
        """Every command."""
        return (entry.command for entry in self._entries)
