"""All node types by category, what the user has at hand first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import (
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QColor, QDrag, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.node_library.tooltip import tooltip

MIME_TYPE = "application/x-alphintra-node"
NAME = Qt.ItemDataRole.UserRole
PORT = Qt.ItemDataRole.UserRole + 1
FAVOURITES, RECENT, FOUND = "Favourites", "Recent", "Found"

Section = tuple[str, Sequence[NodeType]]


class NodeTree(QTreeWidget):
    """Sections of node types. `chosen` carries the name of one that the user wants placed,
    `dropped` that of one that the user has dragged to where it was taken."""

    chosen = QtSignal(str)
    dropped = QtSignal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setAccessibleName("Node types")
        self.setHeaderHidden(True)
        self.setIndentation(12)
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setItemDelegate(_PortDelegate(look, self))
        self.itemActivated.connect(self._on_activated)
        self.setExpandsOnDoubleClick(False)
        self.itemClicked.connect(self._on_clicked)

    def show_sections(self, sections: Iterable[Section], *, everything_open: bool) -> None:
        """Show these sections; the user's opening and closing of them is kept."""
        chosen = self.name_of(self.currentItem())
        closed = {item.text(0) for item in self.sections() if not item.isExpanded()}
        opened = {item.text(0) for item in self.sections() if item.isExpanded()}
        self.clear()
        for title, types in sections:
            section = self._section(title, types)
            known = title in closed or title in opened
            section.setExpanded(everything_open or (title in opened if known else _starts(title)))
        self._choose(chosen)

    def sections(self) -> list[QTreeWidgetItem]:
        """The items of the sections."""
        found = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [item for item in found if item is not None]

    def name_of(self, item: QTreeWidgetItem | None) -> str:
        """The name of the node type of an item; empty for a section."""
        return str(item.data(0, NAME) or "") if item is not None else ""

    def choose_first(self) -> None:
        """Make the first node type the current one."""
        for section in self.sections():
            if section.childCount():
                self.setCurrentItem(section.child(0))
                return

    def mimeTypes(self) -> list[str]:
        """What is dragged: the name of a node type."""
        return [MIME_TYPE]

    def mimeData(self, items: Iterable[QTreeWidgetItem]) -> QMimeData:
        """The node type that is dragged, as the canvas takes it."""
        data = QMimeData()
        names = [self.name_of(item) for item in items]
        data.setData(MIME_TYPE, QByteArray("\n".join(filter(None, names)).encode()))
        return data

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag the current node type, under the pointer its title."""
        item = self.currentItem()
        name = self.name_of(item)
        if not name:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        picture = self._picture(item.text(0))
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(12, round(picture.deviceIndependentSize().height() / 2)))
        if drag.exec(Qt.DropAction.CopyAction) == Qt.DropAction.CopyAction:
            self.dropped.emit(name)

    def _picture(self, title: str) -> QPixmap:
        colours, metrics, ratio = self._look.colours, self.fontMetrics(), self.devicePixelRatioF()
        size = QSize(metrics.horizontalAdvance(title) + 26, metrics.height() + 12)
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.accent), 1.4))
        painter.setBrush(QColor(colours.node))
        area = QRect(QPoint(0, 0), size)
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 5, 5)
        painter.setFont(self.font())
        painter.setPen(QColor(colours.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, title)
        painter.end()
        return picture

    def _section(self, title: str, types: Sequence[NodeType]) -> QTreeWidgetItem:
        section = QTreeWidgetItem([title])
        font = section.font(0)
        font.setBold(True)
        section.setFont(0, font)
        section.setFlags(Qt.ItemFlag.ItemIsEnabled)
        section.addChildren([_item(made) for made in types])
        self.addTopLevelItem(section)
        return section

    def _choose(self, name: str) -> None:
        for section in self.sections() if name else ():
            for row in range(section.childCount()):
                if self.name_of(section.child(row)) == name:
                    self.setCurrentItem(section.child(row))
                    return

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        name = self.name_of(item)
        if name:
            self.chosen.emit(name)

    def _on_clicked(self, item: QTreeWidgetItem) -> None:
        if not self.name_of(item):
            item.setExpanded(not item.isExpanded())


def by_category(types: Mapping[str, NodeType]) -> list[Section]:
    """Sections in the order in which the catalog comes to their categories."""
    gathered: dict[str, list[NodeType]] = {}
    for made in types.values():
        gathered.setdefault(made.category, []).append(made)
    return list(gathered.items())


def _item(made: NodeType) -> QTreeWidgetItem:
    item = QTreeWidgetItem([made.title])
    item.setData(0, NAME, made.name)
    outputs = list(made.outputs.values())
    item.setData(0, PORT, outputs[0].__name__ if outputs else "")
    item.setToolTip(0, tooltip(made))
    item.setFlags(
        Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
    )
    return item


def _starts(title: str) -> bool:
    """Whether a section is open at first: what is at hand, and where every strategy begins."""
    return title in (FAVOURITES, RECENT, FOUND, "Market data", "Prices")


class _PortDelegate(QStyledItemDelegate):
    """Draws a dot in the colour of what a node gives before its title."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Leave room for the dot."""
        super().initStyleOption(option, index)
        if index.data(PORT):
            option.text = f"    {option.text}"

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the item, and its dot."""
        super().paint(painter, option, index)
        port = index.data(PORT)
        if not port:
            return
        colours = self._look.colours
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.ports.get(port, colours.faint)))
        painter.drawEllipse(area.left() + 8, area.center().y() - 3, 7, 7)
        painter.restore()
