"""How a box is painted: from afar as a plain block, from near with title, ports and summary."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from alphintra_desktop.graph.node_type import Arity
from alphintra_desktop.ui.graph_editor.appearance import Appearance
from alphintra_desktop.ui.graph_editor.faces import Jack, Kind, Side
from alphintra_desktop.ui.graph_editor.node_layout import (
    HEADER,
    PAD,
    RADIUS,
    ROW,
    SUMMARY,
    jack_spots,
    row_centre,
    rows_of,
)
from alphintra_desktop.ui.graph_editor.paints import (
    ANY_ICON,
    CATEGORY_ICONS,
    Paints,
    Type,
    faded,
    mixed,
)
from alphintra_desktop.ui.icons import icon

FAR, MIDDLE = 0.28, 0.42
"""Below these scales a box is a plain block, and has a title but no labels."""

LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
ICON = 14.0
DOT = 4.0
INSET = 13.0


class NodeBrush:
    """Paints one box once."""

    def __init__(self, shown: Appearance, paints: Paints, painter: QPainter) -> None:
        self.shown, self.face, self.paints = shown, shown.face, paints
        self.painter = painter
        self.box = shown.box
        self.scale = painter.worldTransform().m11()

    def paint(self) -> None:
        """Everything, at the level of detail that can be seen."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.scale >= FAR)
        if self.face.mode == "muted":
            self.painter.setOpacity(0.42)
        if self.scale < FAR:
            self._block()
            return
        if self.face.kind is Kind.PORTAL:
            self._portal()
        else:
            self._body()
            self._title()
            if self.scale >= MIDDLE:
                self._details()
        self._jacks()
        self._badge()

    # ------------------------------------------------------------------ from afar

    def _block(self) -> None:
        paints = self.paints
        fill = mixed(paints.port(self.face.carries), paints.node, 0.5)
        self.painter.fillRect(self.box, paints.accent if self.shown.selected else fill)
        if self.shown.badge.text:
            worst = paints.error if self.shown.badge.blocking else paints.warning
            self.painter.fillRect(self.box.adjusted(0, 0, 0, -self.box.height() / 2), worst)

    # ------------------------------------------------------------------ from near

    def _body(self) -> None:
        paints, painter = self.paints, self.painter
        painter.setPen(Qt.PenStyle.NoPen)
        if self.scale >= MIDDLE:
            for spread in (4.0, 2.0):
                painter.setBrush(faded(paints.shadow, paints.shadow.alphaF() * 0.5))
                shadow = self.box.adjusted(-spread / 2, 1, spread / 2, spread + 1)
                painter.drawRoundedRect(shadow, RADIUS + spread / 2, RADIUS + spread / 2)
        if self.face.kind is Kind.GROUP:
            painter.setBrush(mixed(paints.header(self.face.carries), paints.canvas, 0.7))
            painter.setPen(QPen(paints.edge, 1.0))
            painter.drawRoundedRect(self.box.translated(4, 4), RADIUS, RADIUS)
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(paints.node)
        painter.drawRoundedRect(self.box, RADIUS, RADIUS)
        painter.setBrush(paints.header(self.face.carries))
        painter.drawPath(_rounded_above(QRectF(0, 0, self.box.width(), HEADER)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._edge())
        painter.drawRoundedRect(self.box, RADIUS, RADIUS)

    def _edge(self) -> QPen:
        paints = self.paints
        if self.shown.selected:
            pen = QPen(paints.accent, 2.2)
        elif self.shown.badge.text and self.shown.badge.blocking:
            pen = QPen(faded(paints.error, 0.85), 1.4)
        elif self.shown.hovered:
            pen = QPen(mixed(paints.text, paints.node, 0.55), 1.4)
        else:
            pen = QPen(paints.edge, 1.0)
        if self.face.mode == "bypassed" or not self.face.known:
            pen.setStyle(Qt.PenStyle.DashLine)
        return pen

    def _title(self) -> None:
        paints = self.paints
        left = 9.0
        if self.scale >= MIDDLE:
            self._icon(QRectF(left, (HEADER - ICON) / 2, ICON, ICON))
            left += ICON + 6
        right = self._lamp()
        area = QRectF(left, 0, self.box.width() - left - right, HEADER)
        self._text(area, self.face.title, paints.title, paints.text)

    def _icon(self, area: QRectF) -> None:
        name = CATEGORY_ICONS.get(self.face.category, ANY_ICON)
        if self.face.kind is Kind.GROUP:
            name = "mdi6.folder-outline"
        tint = mixed(self.paints.port(self.face.carries), self.paints.text, 0.7)
        icon(name, tint.name()).paint(self.painter, area.toAlignedRect())

    def _lamp(self) -> float:
        """Paints the traffic light and its time; how much room that took from the right."""
        lamp, paints, painter = self.shown.lamp, self.paints, self.painter
        if not lamp.state:
            return 9.0
        centre = QPointF(self.box.width() - 12, HEADER / 2)
        colour = self._lamp_colour(lamp.state)
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush if lamp.state == "stale" else colour)
        if lamp.state == "running" and lamp.progress is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(centre.x() - 6, centre.y() - 6, 12, 12)
            painter.drawArc(ring, 90 * 16, -round(360 * 16 * lamp.progress))
            painter.setBrush(colour)
            painter.drawEllipse(centre, 2.2, 2.2)
        else:
            painter.drawEllipse(centre, DOT, DOT)
        if not lamp.time or self.scale < MIDDLE:
            return 24.0
        wide = paints.small.metrics.horizontalAdvance(lamp.time)
        area = QRectF(self.box.width() - 22 - wide, 0, wide + 2, HEADER)
        self._text(area, lamp.time, paints.small, paints.faint)
        return 28.0 + wide

    def _lamp_colour(self, state: str) -> QColor:
        paints = self.paints
        by_state = {"ready": paints.done, "running": paints.accent, "failed": paints.error}
        return by_state.get(state, paints.faint)

    def _details(self) -> None:
        paints = self.paints
        inner = self.box.width() - 2 * INSET
        for row, jack in enumerate(self.face.outputs):
            area = QRectF(INSET + inner * 0.4, self._row_top(row), inner * 0.6, ROW)
            self._label(area, jack, True)
        for row, jack in enumerate(self.face.inputs):
            taken = self._wide(self.face.outputs[row]) if row < len(self.face.outputs) else 0.0
            self._label(QRectF(INSET, self._row_top(row), inner - taken, ROW), jack, False)
        if self.face.summary:
            top = self.box.height() - SUMMARY - PAD / 2
            line = QPointF(10, top), QPointF(self.box.width() - 10, top)
            if rows_of(self.face):
                self.painter.setPen(QPen(faded(paints.edge, 0.6), 1.0))
                self.painter.drawLine(*line)
            area = QRectF(13, top, self.box.width() - 26, SUMMARY + PAD / 2)
            self._text(area, self.face.summary, paints.small, paints.faint)

    def _row_top(self, row: int) -> float:
        return row_centre(self.face, row) - ROW / 2

    def _wide(self, jack: Jack) -> float:
        """How much room the label of a port takes, with some space beside it."""
        if not jack.label:
            return 0.0
        inner = self.box.width() - 2 * INSET
        return min(self.paints.label.metrics.horizontalAdvance(jack.label), inner * 0.6) + 10.0

    def _label(self, area: QRectF, jack: Jack, right: bool) -> None:
        paints = self.paints
        optional = jack.arity is not Arity.ONE and jack.end not in self.shown.connected
        colour = mixed(paints.text, paints.node, 0.55 if optional else 0.82)
        self._text(area, jack.label, paints.label, colour, right)

    def _text(
        self, area: QRectF, text: str, type_: Type, colour: QColor, right: bool = False
    ) -> None:
        self.painter.setFont(type_.font)
        self.painter.setPen(colour)
        shown = type_.metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        self.painter.drawText(area, int(RIGHT if right else LEFT), shown)

    # ------------------------------------------------------------------ ports

    def _jacks(self) -> None:
        for jack, spot in zip(self.face.jacks, jack_spots(self.face), strict=True):
            self._jack(jack, spot)
        if self.face.mode == "bypassed" and self.face.inputs and self.face.outputs:
            self._bypass()

    def _jack(self, jack: Jack, spot: QPointF) -> None:
        painter, paints = self.painter, self.paints
        colour = paints.port(jack.type)
        calling = self.shown.calling == jack.end
        offered = self.shown.offered
        if offered is not None and jack.end not in offered:
            colour = mixed(colour, paints.node, 0.25)
        size = 6.6 if calling else 5.6 if offered and jack.end in offered else 4.6
        if calling:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(colour, 0.28))
            painter.drawEllipse(spot, 11, 11)
        filled = jack.end in self.shown.connected or calling
        painter.setPen(QPen(colour, 1.8))
        painter.setBrush(colour if filled else mixed(colour, paints.node, 0.12))
        if jack.arity is Arity.MANY and jack.end.side is Side.INPUT:
            pill = QRectF(spot.x() - size * 0.85, spot.y() - size * 1.5, size * 1.7, size * 3)
            painter.drawRoundedRect(pill, size * 0.85, size * 0.85)
        else:
            painter.drawEllipse(spot, size, size)

    def _bypass(self) -> None:
        painter = self.painter
        colour = self.paints.port(self.face.outputs[0].type)
        pen = QPen(faded(colour, 0.8), 1.6, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        middle = row_centre(self.face, 0)
        start = INSET + self._wide(self.face.inputs[0])
        stop = self.box.width() - INSET - self._wide(self.face.outputs[0])
        painter.drawLine(QPointF(start, middle), QPointF(max(start, stop), middle))

    def _portal(self) -> None:
        painter, paints = self.painter, self.paints
        pen = QPen(paints.accent if self.shown.selected else paints.edge, 1.2)
        painter.setPen(pen)
        painter.setBrush(mixed(paints.port(self.face.carries), paints.canvas, 0.16))
        painter.drawRoundedRect(self.box, self.box.height() / 2, self.box.height() / 2)
        area = self.box.adjusted(14, 0, -14, 0)
        self._text(area, self.face.title, paints.label, paints.text)

    def _badge(self) -> None:
        badge, painter, paints = self.shown.badge, self.painter, self.paints
        if not badge.text:
            return
        centre = QPointF(self.box.width() - 3, 1)
        painter.setOpacity(1.0)
        painter.setPen(QPen(paints.canvas, 2.0))
        painter.setBrush(paints.error if badge.blocking else paints.warning)
        painter.drawEllipse(centre, 8, 8)
        painter.setPen(paints.panel if paints.colours.dark else paints.on_accent)
        painter.setFont(paints.title.font)
        area = QRectF(centre.x() - 8, centre.y() - 8, 16, 16)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), "!")


def _rounded_above(area: QRectF) -> QPainterPath:
    """A rectangle with round corners at its top alone."""
    path = QPainterPath()
    path.moveTo(area.bottomLeft())
    path.lineTo(area.left(), area.top() + RADIUS)
    path.quadTo(area.topLeft(), QPointF(area.left() + RADIUS, area.top()))
    path.lineTo(area.right() - RADIUS, area.top())
    path.quadTo(area.topRight(), QPointF(area.right(), area.top() + RADIUS))
    path.lineTo(area.bottomRight())
    path.closeSubpath()
    return path
