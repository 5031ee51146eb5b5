"""The cards of the templates, to be looked through with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from alphintra_desktop.ui.look import Look
from alphintra_desktop.ui.templates.offered import Offered
from alphintra_desktop.ui.templates.picture import GraphPicture
from alphintra_desktop.ui.watch import watch

WIDTH, PICTURE, GAP = 258, 118, 10
LINES = 3


class TemplateCards(QListWidget):
    """One card a template."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: tuple[Offered, ...] = ()
        self.setAccessibleName("Templates")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(_CardDelegate(look, self))
        watch(self, look.changed, lambda _: self.viewport().update())

    def show_templates(self, templates: Sequence[Offered]) -> None:
        """Show these, the first one chosen."""
        self._offered = tuple(templates)
        self.clear()
        for template in templates:
            item = QListWidgetItem(template.title)
            told = f"{template.title}. {template.about} {template.more}"
            item.setToolTip(f"{template.about}\n{template.more}".strip())
            item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
            self.addItem(item)
        self.setCurrentRow(0)

    @property
    def chosen(self) -> Offered | None:
        """The template of the current card."""
        row = self.currentRow()
        return self._offered[row] if 0 <= row < len(self._offered) else None

    def template(self, row: int) -> Offered:
        """The template of one card."""
        return self._offered[row]


class _CardDelegate(QStyledItemDelegate):
    """Draws a card: the picture of the graph, its title, and what it does."""

    def __init__(self, look: Look, cards: TemplateCards) -> None:
        super().__init__(cards)
        self._look, self._cards = look, cards

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """All cards are of one size."""
        line = option.fontMetrics.lineSpacing()
        return QSize(WIDTH + GAP, PICTURE + line * (LINES + 1) + 30 + GAP)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the card."""
        colours = self._look.colours
        template = self._cards.template(index.row())
        half = GAP / 2
        rect: QRect = option.rect
        card = QRectF(rect).adjusted(half, half, -half, -half)
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(card, 7, 7)
        painter.fillPath(shape, QColor(colours.raised))
        painter.setClipPath(shape)
        picture = QRectF(card.left(), card.top(), card.width(), PICTURE)
        painter.fillRect(picture, QColor(colours.canvas))
        GraphPicture(template.graph, template.types).paint(painter, picture, colours)
        painter.setClipping(False)
        edge = colours.accent if chosen or hovered else colours.line
        painter.setPen(QPen(QColor(edge), 2.0 if chosen else 1.0))
        painter.drawPath(shape)
        self._paint_words(painter, option, card.adjusted(12, PICTURE + 9, -12, -8), template)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRectF, template: Offered
    ) -> None:
        colours = self._look.colours
        line = option.fontMetrics.lineSpacing()
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(colours.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft, template.title)
        painter.setFont(option.font)
        painter.setPen(QColor(colours.faint))
        words = _wrapped(template.about, option.font, area.width(), LINES)
        for number, text in enumerate(words):
            at = QPointF(area.left(), area.top() + line * (number + 2))
            painter.drawText(at, text)


def _wrapped(text: str, font: QFont, width: float, lines: int) -> list[str]:
    """`text` in lines of that width, the last one shortened."""
    layout = QTextLayout(text, font)
    layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
    layout.beginLayout()
    found: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        found.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    if len(found) > lines:
        last = found[lines - 1].rstrip(" .,")
        found = [*found[: lines - 1], f"{last}\N{HORIZONTAL ELLIPSIS}"]
    return found
