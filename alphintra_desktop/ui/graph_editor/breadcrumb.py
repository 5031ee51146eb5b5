"""Where one is: the groups around what is shown, each a step back out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from alphintra_desktop.graph.groups import way_to
from alphintra_desktop.ui.graph_editor.desk import Desk
from alphintra_desktop.ui.watch import watch


class Breadcrumb(QWidget):
    """A row of buttons in the upper left corner of the canvas; hidden at the top of a graph."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 3, 8, 3)
        self._row.setSpacing(2)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Where you are")
        watch(self, desk.look.changed, lambda _: self._recolour())
        self._recolour()
        self.show_way()

    def show_way(self) -> None:
        """Show the groups around what is shown now."""
        graph, group = self._desk.graph, self._desk.group
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.setVisible(bool(group))
        if not group:
            return
        self._add(graph.name or "Top", "")
        for id in (*way_to(graph, group), group):
            arrow = QLabel("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}", self)
            self._row.addWidget(arrow)
            arrow.show()
            self._add(graph.groups[id].title or "Group", id)
        self.settle()

    def settle(self) -> None:
        """Lie in the corner."""
        self._row.activate()
        self.resize(self._row.sizeHint())
        self.move(12, 12)
        self.raise_()

    def _add(self, title: str, group: str) -> None:
        button = QToolButton(self)
        button.setText(title)
        button.setAutoRaise(True)
        button.setEnabled(group != self._desk.group)
        button.setToolTip(f"Go back to {title}" if button.isEnabled() else "You are here")
        button.clicked.connect(lambda: self._go_back(group))
        self._row.addWidget(button)
        button.show()

    def _go_back(self, group: str) -> None:
        """Show a group around this one, and in it the group left as selected: nobody sees what
        is inside any more."""
        selection = self._desk.sheet.selection
        way = ("", *way_to(self._desk.graph, selection.group), selection.group)
        left = way[way.index(group) + 1]
        selection.enter(group)
        selection.choose([left])

    def _recolour(self) -> None:
        colours = self._desk.look.colours
        self.setStyleSheet(
            f"Breadcrumb {{ background: {colours.panel}; border: 1px solid {colours.line};"
            f"border-radius: 7px; }} QLabel {{ color: {colours.faint}; }}"
            f"QToolButton {{ color: {colours.accent}; border: none; padding: 3px 6px; }}"
            f"QToolButton:disabled {{ color: {colours.text}; }}"
        )
