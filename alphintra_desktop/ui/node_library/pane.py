"""All node types: searched by words, dragged to the canvas, or placed with Enter."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedLayout, QVBoxLayout, QWidget

from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.nodes.catalog import catalog, search
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.node_library.tree import FAVOURITES, FOUND, RECENT, NodeTree, by_category
from alphintra_desktop.ui.sheet_pane import fill_background
from alphintra_desktop.ui.toned import Tone, ToneLabel
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.node_shelf import NodeShelf
from alphintra_desktop.workspace.placing import place_node
from alphintra_desktop.workspace.workspace import Workspace

AFTER_THE_WINDOW = 100
"""Milliseconds between being shown and loading: TA-Lib brings pandas, and the window goes first."""


def build(workspace: Workspace, look: Look) -> QWidget:
    """The node library of a window."""
    return NodeLibrary(workspace, look)


class NodeLibrary(QWidget):
    """A search field over the tree of all node types, which are loaded in a thread."""

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._look = workspace, look
        self._shelf = NodeShelf(workspace.settings)
        self._types: Mapping[str, NodeType] = {}
        self._loaded: Signal[Mapping[str, NodeType]] = Signal()
        self.search = self._search_field()
        self.tree = NodeTree(look)
        self.tree.chosen.connect(self.place)
        self.tree.dropped.connect(self._shelf.used)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.told = ToneLabel(look, Tone.FAINT, "Loading node types ...")
        self.told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        watch(self, self._loaded, self._on_loaded)
        watch(self, self._shelf.changed, lambda _: self._fill())
        self._start = QTimer(self, singleShot=True, interval=AFTER_THE_WINDOW)
        self._start.timeout.connect(self._start_loading)

    @property
    def loaded(self) -> bool:
        """Whether the node types are there."""
        return bool(self._types)

    def place(self, name: str) -> None:
        """Add a node of that type to the current graph."""
        sheet = self._workspace.current
        if sheet is None:
            hint = "Open a project, or make one with File > New project."
            self._workspace.notices.info("There is no graph to add a node to.", hint)
            return
        try:
            place_node(sheet, self._types[name])
        except AlphintraError as error:
            self._workspace.notices.error(error)
            return
        self._shelf.used(name)

    def showEvent(self, event: QShowEvent) -> None:
        """Load the node types once there is somebody to see them."""
        super().showEvent(event)
        if not self.loaded:
            self._start.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down leads from the search into the list, Enter places the current one, Esc clears."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_search_key(Qt.Key(event.key())) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    def _on_search_key(self, key: Qt.Key) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            name = self.tree.name_of(self.tree.currentItem())
            if name:
                self.place(name)
            return True
        if key == Qt.Key.Key_Down:
            self.tree.setFocus()
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return False

    def _start_loading(self) -> None:
        threading.Thread(target=self._load, name="node types", daemon=True).start()

    def _load(self) -> None:
        self._loaded.emit(catalog())

    def _on_loaded(self, types: Mapping[str, NodeType]) -> None:
        self._types = types
        self._fill()

    def _fill(self) -> None:
        if not self.loaded:
            return
        text = self.search.text().strip()
        if text:
            found = search(text)
            self.tree.show_sections([(FOUND, found)] if found else [], everything_open=True)
            self.tree.choose_first()
            self.told.setText(f"No node type has all of these words: {text}")
            self._stack.setCurrentIndex(1 if found else 0)
            return
        at_hand = ((FAVOURITES, self._shelf.favourites), (RECENT, self._shelf.recent))
        sections = [
            (title, [self._types[name] for name in names if name in self._types])
            for title, names in at_hand
        ]
        filled = [section for section in sections if section[1]]
        self.tree.show_sections([*filled, *by_category(self._types)], everything_open=False)
        self._stack.setCurrentIndex(1)

    def _show_menu(self, at: QPoint) -> None:
        name = self.tree.name_of(self.tree.itemAt(at))
        if not name:
            return
        menu = self.menu_of(name)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.tree.viewport().mapToGlobal(at))

    def menu_of(self, name: str) -> QMenu:
        """What can be done with a node type."""
        menu = QMenu(self)
        menu.addAction("Add to the graph", lambda: self.place(name))
        kept = name in self._shelf.favourites
        title = "No longer a favourite" if kept else "Make a favourite"
        menu.addAction(title, lambda: self._shelf.toggle(name))
        return menu

    def _search_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText("Search nodes")
        field.setAccessibleName("Search nodes")
        field.setToolTip("Words of a title, a tag or the help. Enter adds the first one.")
        field.setClearButtonEnabled(True)
        field.textChanged.connect(self._fill)
        field.installEventFilter(self)
        return field

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(8, 8, 8, 6)
        top.addWidget(self.search)
        layout.addLayout(top)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.told)
        self._stack.addWidget(self.tree)
        layout.addLayout(self._stack, 1)
        self.setFocusProxy(self.search)
        fill_background(self)
