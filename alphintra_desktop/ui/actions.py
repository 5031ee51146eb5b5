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


class Actions:
    """All commands of a window. `entries` is what the command palette offers, and `begun`
    announces the id of a command that is about to be done.
    """

    def __init__(self, window: QMainWindow, settings: Settings, notices: Notices) -> None:
        self.begun: Signal[str] = Signal()
        self._window, self._settings, self._notices = window, settings, notices
        self._entries: list[Entry] = []
        self._menus: dict[str, QMenu] = {}
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

    def menu(self, title: str) -> QMenu:
        """A menu, for what is no command, such as a list of recent projects."""
        return self._menu(title)

    def trigger(self, id: str) -> None:
        """Do the command of that id, as its menu entry would."""
        next(entry for entry in self._entries if entry.command.id == id).action.trigger()

    def _add(
        self, command: Command[T], target: Callable[[], T | None], within: QWidget | None
    ) -> None:
        action = QAction(command.title, self._window)
        action.setObjectName(command.id)
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
        menu = self._menu(command.menu)
        before = [entry for entry in self._entries if entry.command.menu == command.menu]
        if before and before[-1].command.section != command.section:
            menu.addSeparator()
        menu.addAction(action)

    def _menu(self, path: str) -> QMenu:
        if path not in self._menus:
            above, _, title = path.rpartition("/")
            parent = self._menu(above) if above else self._window.menuBar()
            made = parent.addMenu(title)
            made.aboutToShow.connect(self._show_what_is_possible)
            # Keys must work again whatever was greyed out: a command says itself why it cannot.
            made.aboutToHide.connect(self._enable_all)
            self._menus[path] = made
        return self._menus[path]

    def _show_what_is_possible(self) -> None:
        for entry in self._entries:
            entry.action.setEnabled(entry.possible)

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
