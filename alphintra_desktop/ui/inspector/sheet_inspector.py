"""The inspector of one sheet: one page at a time, for what is selected."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from alphintra_desktop.errors import Place
from alphintra_desktop.graph.model import Graph
from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.ui.inspector.mixed_page import MixedPage
from alphintra_desktop.ui.inspector.node_page import NodePage
from alphintra_desktop.ui.inspector.strategy_page import StrategyPage
from alphintra_desktop.ui.inspector.subject import Subject, kind_of
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.undo_keys import yield_undo
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.known_series import KnownSeries
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.workspace import Workspace

Page: TypeAlias = NodePage | StrategyPage | MixedPage


class Inspector(QScrollArea):
    """The inspector of one sheet. `page` is made anew when something else is selected."""

    def __init__(self, workspace: Workspace, sheet: Sheet, look: Look, known: KnownSeries) -> None:
        super().__init__()
        self._workspace, self._sheet, self._look, self._known = workspace, sheet, look, known
        self.page: Page | None = None
        self._about: object = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self._show()
        watch(self, sheet.selection.changed, self._on_selection)
        watch(self, sheet.document.edited, lambda _: self._show())
        watch(self, known.changed, lambda _: self._refresh())
        watch(self, sheet.live_code.changed, lambda _: self._show())
        watch(self, sheet.selection.revealed, self._on_revealed)

    def _on_selection(self, _: object) -> None:
        if self.page is not None:
            self.page.leave()
        self._show()

    def _on_revealed(self, place: Place) -> None:
        if isinstance(self.page, NodePage):
            self.page.show_place(place)

    def _show(self) -> None:
        """Show the page for what is selected, which may be another one since an edit."""
        graph = self._sheet.document.graph
        chosen = self._chosen(graph)
        kind = _common_kind(graph, chosen)
        about = (chosen, None if kind is None else _shape(kind))
        if about == self._about:
            self._refresh()
            return
        self._about = about
        self._turn_to(self._page_for(chosen, kind))

    def _chosen(self, graph: Graph) -> tuple[str, ...]:
        """What is selected. Nothing before the graph is compiled: until then node types may be
        loading, and asking for one would wait for all."""
        if self._sheet.live_code.latest is None:
            return ()
        return tuple(sorted(id for id in self._sheet.selection.ids if _is_there(id, graph)))

    def _page_for(self, chosen: tuple[str, ...], kind: NodeType | None) -> Page:
        if not chosen:
            return StrategyPage(self._sheet, self._look)
        if kind is None:
            return MixedPage(self._sheet, chosen, self._look)
        if any(param.meaning for param in kind.params.values()):
            self._known.read()
        notices = self._workspace.notices
        return NodePage(Subject(self._sheet, chosen, kind, self._look, self._known, notices))

    def _turn_to(self, page: Page) -> None:
        old = self.widget()
        if old is not None:
            # Losing the focus would settle what is half written, amid another edit.
            for part in (old, *old.findChildren(QWidget)):
                part.blockSignals(True)
            self.takeWidget()
            old.hide()
            old.deleteLater()
        self.page = page
        yield_undo(page)
        self.setWidget(page)

    def _refresh(self) -> None:
        if self.page is not None:
            self.page.refresh()


def _is_there(id: str, graph: Graph) -> bool:
    return id in graph.nodes or id in graph.groups or id in graph.notes


def _common_kind(graph: Graph, chosen: tuple[str, ...]) -> NodeType | None:
    """The type of all that is chosen; None when there is no one type."""
    first: NodeType | None = None
    for id in chosen:
        kind = kind_of(graph.nodes[id]) if id in graph.nodes else None
        if kind is None or (first is not None and _shape(kind) != _shape(first)):
            return None
        first = first or kind
    return first


def _shape(kind: NodeType) -> object:
    """What of a type a page is built from; custom code may change it with every edit."""
    params = [(name, param) for name, param in kind.params.items() if not param.language]
    inputs = [(port.name, port.type, port.arity) for port in kind.inputs.values()]
    return (kind.name, kind.title, kind.help, params, inputs, list(kind.outputs.items()))
