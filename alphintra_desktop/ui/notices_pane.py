"""Everything the program has told, the newest first, to be read again and copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from alphintra_desktop.ui.icons import icon
from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.toasts import ICONS, open_file, weight_colour
from alphintra_desktop.ui.watch import watch
from alphintra_desktop.workspace.notices import Notice
from alphintra_desktop.workspace.workspace import Workspace

CENTRE = int(Qt.AlignmentFlag.AlignCenter)
ROLE = Qt.ItemDataRole.UserRole


def build(workspace: Workspace, look: Look) -> QWidget:
    """The pane."""
    return NoticesPane(workspace, look)


class NoticesPane(QTreeWidget):
    """A line a notice, its hint and details below it. A double click goes to its place, or opens
    the file that it tells of."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._workspace, self._look = workspace, look
        self.setAccessibleName("Notices")
        self.setHeaderHidden(True)
        self.setColumnCount(2)
        self.setUniformRowHeights(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        copy = QAction("Copy", self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.itemActivated.connect(lambda item, _: self._go_to(item))
        watch(self, workspace.notices.told, self._add)
        watch(self, look.changed, lambda _: self._refill())
        self._refill()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say so while nothing has been told."""
        super().paintEvent(event)
        if self.topLevelItemCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._look.colours.faint))
            painter.drawText(self.viewport().rect(), CENTRE, "Nothing has been told yet.")

    def _refill(self) -> None:
        self.clear()
        for notice in self._workspace.notices.all:
            self._add(notice)

    def _add(self, notice: Notice) -> None:
        item = QTreeWidgetItem([notice.text, f"{notice.time:%H:%M:%S}"])
        colour = weight_colour(notice.weight, self._look.colours)
        item.setIcon(0, icon(ICONS[notice.weight], colour))
        item.setToolTip(0, notice.hint)
        item.setData(0, ROLE, notice)
        for text in (notice.hint, notice.detail):
            if text:
                item.addChild(QTreeWidgetItem([text]))
        self.insertTopLevelItem(0, item)
        self.setColumnWidth(0, max(self.viewport().width() - 90, 200))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(i.text(0) for i in self.selectedItems()))

    def _go_to(self, item: QTreeWidgetItem) -> None:
        notice = (item.parent() or item).data(0, ROLE)
        sheet = self._workspace.current
        if sheet is not None and notice.place is not None:
            sheet.selection.reveal(notice.place)
        elif notice.file is not None:
            open_file(notice.file)
