"""Looking for a node type by a few letters, with the keyboard alone, and seeing what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from alphintra_desktop.graph.node_type import NodeType
from alphintra_desktop.observe import Signal
from alphintra_desktop.ui.graph_editor.finding import found
from alphintra_desktop.ui.graph_editor.paints import ANY_ICON, CATEGORY_ICONS, Paints, mixed
from alphintra_desktop.ui.graph_editor.words import in_words
from alphintra_desktop.ui.icons import icon

Take = Callable[[NodeType], object]
Index = QModelIndex | QPersistentModelIndex
SIZE = QSize(620, 380)
KIND = Qt.ItemDataRole.UserRole
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class SearchPopup(QFrame):
    """A line to type in, what fits, and what the highlighted one is. Enter takes it.

    `dismissed` announces that it is gone, with or without something taken.
    """

    def __init__(self, parent: QWidget, paints: Paints, recent: Sequence[str], take: Take) -> None:
        super().__init__(parent)
        self.dismissed: Signal[None] = Signal()
        self._parent = parent
        self._paints, self._recent, self._take = paints, recent, take
        self._kinds: tuple[NodeType, ...] = ()
        self.line = QLineEdit()
        self.list = QListWidget()
        self._help = QLabel()
        self._title = QLabel()
        self._arrange()
        self._colour()

    @property
    def shown(self) -> list[NodeType]:
        """What is offered now, the best first."""
        return [self.list.item(row).data(KIND) for row in range(self.list.count())]

    @property
    def highlighted(self) -> NodeType | None:
        """What Enter would take."""
        item = self.list.currentItem()
        kind: NodeType | None = item.data(KIND) if item is not None else None
        return kind

    def offer(self, kinds: Iterable[NodeType], title: str = "") -> None:
        """Offer these types; `title` says what they have in common."""
        self._kinds = tuple(kinds)
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._search(self.line.text())

    def open_at(self, at: QPoint) -> None:
        """Show it at a place of its parent, wholly inside."""
        inside = self._parent.rect().adjusted(8, 8, -8, -8)
        self.resize(SIZE.boundedTo(inside.size()))
        x = max(inside.left(), min(at.x() - 24, inside.right() - self.width()))
        y = max(inside.top(), min(at.y() - 22, inside.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Take nothing."""
        self.hide()
        self.deleteLater()
        self._parent.setFocus()
        self.dismissed.emit(None)

    def choose(self) -> None:
        """Take what is highlighted."""
        kind = self.highlighted
        self.dismiss()
        if kind is not None:
            self._take(kind)

    # ------------------------------------------------------------------ inside

    def _arrange(self) -> None:
        self.setAccessibleName("Add a node")
        self.line.setPlaceholderText("Search node types\N{HORIZONTAL ELLIPSIS}")
        self.line.setAccessibleName("Search node types")
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list.setAccessibleName("Node types that fit")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Row(self._paints, self.list))
        self.list.setUniformItemSizes(True)
        self.list.currentItemChanged.connect(self._describe)
        self.list.itemClicked.connect(lambda _: self.choose())
        self._help.setWordWrap(True)
        self._help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._help.setTextFormat(Qt.TextFormat.RichText)
        self._help.setMinimumWidth(230)
        below = QHBoxLayout()
        below.setSpacing(10)
        below.addWidget(self.list, 5)
        below.addWidget(self._help, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self.line)
        layout.addLayout(below, 1)

    def _colour(self) -> None:
        colours = self._paints.colours
        edge = mixed(self._paints.text, self._paints.panel, 0.22).name()
        self.setObjectName("search_popup")
        self.setStyleSheet(
            f"#search_popup {{ background: {colours.panel}; border: 1px solid {edge};"
            f"border-radius: 9px; }} QLabel {{ color: {colours.text}; }}"
            f"QListWidget {{ background: {colours.panel}; border: none; }}"
            f"QLineEdit {{ font-size: 14px; padding: 6px 9px; }}"
        )
        self._title.setStyleSheet(f"color: {colours.faint};")

    def _search(self, text: str) -> None:
        self.list.clear()
        for kind in found(text, self._kinds, self._recent):
            item = QListWidgetItem(kind.title)
            item.setData(KIND, kind)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._describe()

    def _describe(self) -> None:
        kind = self.highlighted
        if kind is None:
            words = escape(self.line.text())
            self._help.setText(f"Nothing fits <b>{words}</b>." if words else "Nothing fits here.")
        else:
            self._help.setText(_description(kind, self._paints))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            return self._on_key(event)
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self._left(event.reason())
        return bool(super().eventFilter(watched, event))

    def _left(self, reason: Qt.FocusReason) -> None:
        """Another window may come before this one without an end to the search."""
        if self.isVisible() and reason != Qt.FocusReason.ActiveWindowFocusReason:
            self.dismiss()

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no key is the canvas's while one is typing here
            return True
        return event.type() == QEvent.Type.KeyPress and self._pressed(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        if event.key() in MOVES:
            self.list.keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() == Qt.Key.Key_Tab:
            self._step()
        else:
            return False
        return True

    def _step(self) -> None:
        self.list.setCurrentRow((self.list.currentRow() + 1) % max(1, self.list.count()))


def _description(kind: NodeType, paints: Paints) -> str:
    """A node type for somebody who has to choose: what it does, what it takes and gives."""
    faint = paints.faint.name()
    parts = [
        f"<b>{escape(kind.title)}</b><br>"
        f"<span style='color:{faint}'>{escape(kind.category)}</span>",
        escape(kind.help.split("\n\n")[0]).replace("\n", " "),
    ]
    if kind.formula:
        parts.append(f"<code>{escape(kind.formula)}</code>")
    ports = [_port(port.name, port.type.__name__, paints) for port in kind.inputs.values()]
    if ports:
        parts.append(f"<span style='color:{faint}'>Takes</span><br>" + "<br>".join(ports))
    gives = [_port(name, type_.__name__, paints) for name, type_ in kind.outputs.items()]
    parts.append(f"<span style='color:{faint}'>Gives</span><br>" + "<br>".join(gives))
    return "<br><br>".join(parts)


def _port(name: str, type_: str, paints: Paints) -> str:
    colour = paints.port(type_).name()
    called = "" if name == "value" else f"{escape(name.replace('_', ' '))}: "
    return f"<span style='color:{colour}'>\N{BLACK CIRCLE}</span> {called}{in_words(type_)}"


class _Row(QStyledItemDelegate):
    """A row of the list: icon, title, and the category in faint letters."""

    def __init__(self, paints: Paints, parent: QObject) -> None:
        super().__init__(parent)
        self._paints = paints

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, 26)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        kind: NodeType = index.data(KIND)
        paints, area = self._paints, QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(paints.accent)
            painter.drawRoundedRect(area.adjusted(0, 1, -2, -1), 5, 5)
        carried = next(iter(kind.outputs.values())).__name__
        text = paints.on_accent if chosen else paints.text
        tint = text if chosen else paints.port(carried)
        drawn = icon(CATEGORY_ICONS.get(kind.category, ANY_ICON), tint.name())
        drawn.paint(painter, QRect(area.left() + 7, area.top() + 5, 16, 16))
        painter.setFont(option.font)
        painter.setPen(text)
        where = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        wide = option.fontMetrics.horizontalAdvance(kind.category)
        room = area.adjusted(30, 0, -14 - wide, 0)
        title = option.fontMetrics.elidedText(kind.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, where, title)
        painter.setPen(text if chosen else paints.faint)
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(area.adjusted(0, 0, -8, 0), right, kind.category)
        painter.restore()
