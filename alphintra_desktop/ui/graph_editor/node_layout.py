"""Where things are in a node's box, in its own coordinates."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from alphintra_desktop.ui.graph_editor.faces import Face, Kind

WIDTH = 180.0
GROUP_WIDTH = 220.0
HEADER = 28.0
ROW = 20.0
SUMMARY = 20.0
PAD = 6.0
RADIUS = 7.0
MARGIN = 9.0
"""Around the box: room for what reaches over its edge, such as ports and its shadow."""

PORTAL_WIDTH = 160.0
PORTAL_HEIGHT = 24.0


def size_of(face: Face) -> tuple[float, float]:
    """How large the box is."""
    if face.kind is Kind.PORTAL:
        return PORTAL_WIDTH, PORTAL_HEIGHT
    summary = SUMMARY if face.summary else 0.0
    width = GROUP_WIDTH if face.kind is Kind.GROUP else WIDTH
    return width, HEADER + PAD + rows_of(face) * ROW + summary + PAD


def rows_of(face: Face) -> int:
    """How many rows of ports there are; a lone output without a name shares the summary's."""
    if face.summary and not face.inputs and len(face.outputs) == 1 and not face.outputs[0].label:
        return 0
    return max(len(face.inputs), len(face.outputs))


def row_centre(face: Face, row: int) -> float:
    """How far down the ports of a row are."""
    if face.kind is Kind.PORTAL:
        return PORTAL_HEIGHT / 2
    return HEADER + PAD + ROW * (row + 0.5)


def jack_spots(face: Face) -> tuple[QPointF, ...]:
    """Where the ports are, in the order of `face.jacks`."""
    width, _ = size_of(face)
    lefts = (QPointF(0.0, row_centre(face, row)) for row in range(len(face.inputs)))
    rights = (QPointF(width, row_centre(face, row)) for row in range(len(face.outputs)))
    return (*lefts, *rights)


def bounds_of(face: Face) -> QRectF:
    """Everything that is ever painted of the box."""
    width, height = size_of(face)
    return QRectF(-MARGIN, -MARGIN, width + 2 * MARGIN, height + 2 * MARGIN)
