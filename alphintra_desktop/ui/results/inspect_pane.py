"""What one output of a node says: the pane for a wire that was clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from alphintra_desktop.codegen.lower import title_of
from alphintra_desktop.errors import AlphintraError
from alphintra_desktop.nodes.catalog import node_type_of
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.reading import Reading
from alphintra_desktop.ui.results.following import Following
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.sheet import Sheet
from alphintra_desktop.workspace.value_store import Key
from alphintra_desktop.workspace.workspace import Workspace

if TYPE_CHECKING:
    from alphintra_desktop.ui.results.series_view import Inspected, SeriesView

NOTHING = "Click a wire, or an output of a node, to see all its values here."
NOT_YET = "{name} has no values yet: run up to its node."


def build_inspect(workspace: Workspace, look: Look) -> QWidget:
    """The pane of a wire's values."""
    return InspectPane(workspace, look)


class InspectPane(QWidget):
    """Shows `values.inspecting` of the current sheet, and marks the bar that is looked at.

    The view of the values is made when there are some: it brings all that draws charts.
    """

    def __init__(self, workspace: Workspace, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._sheet: Sheet | None = None
        self._reading: Reading[Inspected] = Reading()
        self.view: SeriesView | None = None
        self.shown: Inspected | None = None
        self.title = QLabel(NOTHING)
        self.title.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.title)
        self._column.addStretch(0)
        watch(self, self._reading.done, self._on_read)
        watch(self, look.changed, lambda _: self._colour())
        self._colour()
        Following(workspace, self._follow, self)

    def _follow(self, sheet: Sheet | None, follower: QObject) -> None:
        self._sheet = sheet
        if sheet is not None:
            watch(follower, sheet.values.inspected, lambda _: self._read())
            watch(follower, sheet.values.changed, self._on_changed)
            watch(follower, sheet.values.scrubbed, self._mark)
        self._read()

    def _on_changed(self, nodes: frozenset[str]) -> None:
        key = self._sheet.values.inspecting if self._sheet is not None else None
        if key is not None and key[0] in nodes:
            self._read()

    def _read(self) -> None:
        """Look at what is inspected anew, in a thread."""
        sheet = self._sheet
        key = sheet.values.inspecting if sheet is not None else None
        if sheet is None or key is None or key[0] not in sheet.document.graph.nodes:
            self._show_nothing(NOTHING)
            return
        values, stamps = sheet.values.series(*key), sheet.values.timestamps
        if values is None or stamps is None:
            self._show_nothing(NOT_YET.format(name=_name(sheet, key)))
            return

        def read() -> Inspected:
            from alphintra_desktop.ui.results.series_view import inspected  # noqa: PLC0415

            return inspected(key, values, stamps)

        self._reading.ask(read)

    def _show_nothing(self, why: str) -> None:
        self._reading.forget()
        self.shown = None
        self.title.setText(why)
        if self.view is not None:
            self.view.hide()
        self._colour()

    def _on_read(self, found: Inspected) -> None:
        sheet = self._sheet
        if sheet is None or found.key[0] not in sheet.document.graph.nodes:
            return
        self.shown = found
        self.title.setText(f"{_name(sheet, found.key)}   ·   {sheet.values.symbol}")
        view = self.view or self._made_view()
        view.show_values(found, self._look.colours, self._look.font)
        view.show()
        self._colour()
        self._mark(sheet.values.bar)

    def _made_view(self) -> SeriesView:
        # Loaded already by the thread that read the values.
        from alphintra_desktop.ui.results.series_view import SeriesView  # noqa: PLC0415

        self.view = SeriesView()
        self.view.bar_chosen.connect(self._scrub)
        self._column.insertWidget(1, self.view, 1)
        return self.view

    def _scrub(self, bar: int) -> None:
        if self._sheet is not None:
            self._sheet.values.scrub(bar)

    def _mark(self, bar: int | None) -> None:
        if self.view is not None and self.shown is not None:
            self.view.mark(bar)

    def _colour(self) -> None:
        colours = self._look.colours
        shown = self.shown is not None
        told = f"color: {colours.text}; font-weight: 600" if shown else f"color: {colours.faint}"
        self.title.setStyleSheet(f"{told}; padding: 6px 10px")
        if self.view is not None:
            self.view.colour(colours, self._look.font)


def _name(sheet: Sheet, key: Key) -> str:
    """The node's title, with the output's name where there are several."""
    node = sheet.document.graph.nodes[key[0]]
    try:
        title = title_of(node, node_type_of(node))
    except AlphintraError:  # custom code that cannot be read
        title = node.type
    return title if key[1] == "value" else f"{title}: {key[1].replace('_', ' ')}"
