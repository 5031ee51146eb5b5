"""A line to type in and a list below it that narrows: for commands, files, nodes, anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from alphintra_desktop.workspace.fuzzy import best

WIDTH, ROWS, MARGIN = 620, 12, 12
Index = QModelIndex | QPersistentModelIndex
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True)
class Choice:
    """One thing to choose: what it is called, what stands beside it, and what choosing it does."""

    title: str
    run: Callable[[], object]
    aside: str = ""
    help: str = ""
    possible: bool = True


class _Choices(QAbstractListModel):
    """The choices that fit what was typed."""

    def __init__(self, choices: Sequence[Choice], parent: QObject) -> None:
        super().__init__(parent)
        self._all = tuple(choices)
        self.fitting: list[Choice] = list(choices)

    def narrow(self, text: str) -> None:
        self.beginResetModel()
        self.fitting = best(text, self._all, lambda choice: choice.title)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.fitting)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        choice = self.fitting[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return choice.title
            case Qt.ItemDataRole.ToolTipRole:
                return choice.help or None
            case Qt.ItemDataRole.UserRole:
                return choice
            case _:
                return None


class _Row(QStyledItemDelegate):
    """Title on the left, the aside on the right, faint."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        choice: Choice = index.data(Qt.ItemDataRole.UserRole)
        option.text = ""
        style = QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette: QPalette = option.palette
        role = QPalette.ColorRole
        front = role.HighlightedText if chosen else role.Text
        faint = role.HighlightedText if chosen else role.PlaceholderText
        group = QPalette.ColorGroup.Active if choice.possible else QPalette.ColorGroup.Disabled
        inside = QRect(option.rect).adjusted(MARGIN, 0, -MARGIN, 0)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        metrics = painter.fontMetrics()
        room = inside.width() - metrics.horizontalAdvance(choice.aside) - MARGIN
        shown = metrics.elidedText(choice.title, Qt.TextElideMode.ElideRight, room)
        painter.setPen(palette.color(group, front))
        painter.drawText(inside, int(left), shown)
        painter.setPen(palette.color(group, faint))
        painter.drawText(inside, int(right), choice.aside)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), round(1.25 * size.height()))


class Chooser(QDialog):
    """The dialog, at the top of its window. Enter takes the marked choice, Escape none."""

    def __init__(self, choices: Sequence[Choice], placeholder: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("chooser")
        self.setAccessibleName(placeholder)
        self.setWindowTitle(placeholder)
        self._focused = QApplication.focusWidget()
        self.finished.connect(lambda _: self._give_focus_back())
        self._choices = _Choices(choices, self)
        self.line = QLineEdit()
        self.line.setPlaceholderText(placeholder)
        self.line.setAccessibleName(placeholder)
        self.line.setClearButtonEnabled(True)
        self.list = QListView()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setModel(self._choices)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Choices")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self.line.textChanged.connect(self._narrow)
        self.line.installEventFilter(self)
        self.list.clicked.connect(lambda _: self._take())
        self._mark_first()

    def open(self) -> None:
        """Show it where the eye is: at the top, in the middle of the window."""
        parent = self.parentWidget()
        assert parent is not None
        width = min(WIDTH, parent.width() - 40)
        height = self.line.sizeHint().height() + 40 + ROWS * self.list.sizeHintForRow(0)
        self.resize(width, min(height, parent.height() - 80))
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - width) // 2, corner.y() + 48)
        self.show()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that move in the list while the line keeps the focus."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.key() in MOVES:
            QApplication.sendEvent(self.list, event)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
            return True
        return super().eventFilter(watched, event)

    def _give_focus_back(self) -> None:
        """To where it was; what is chosen may take it from there."""
        if self._focused is not None and isValid(self._focused):  # type: ignore[no-untyped-call]
            self._focused.setFocus()

    def _narrow(self, text: str) -> None:
        self._choices.narrow(text)
        self._mark_first()

    def _mark_first(self) -> None:
        self.list.setCurrentIndex(self._choices.index(0))

    def _take(self) -> None:
        row = self.list.currentIndex().row()
        if row < 0:
            return
        choice = self._choices.fitting[row]
        # Closed first: what was chosen may open a dialog of its own.
        self.accept()
        choice.run()
