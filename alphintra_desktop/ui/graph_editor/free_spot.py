"""Where a box can lie on no other, as near as possible to where it should."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF

from alphintra_desktop.ui.graph_editor.camera import GRID

REACH = 60
"""How many steps of the grid away it is looked for."""

AROUND = float(GRID)
"""How much room is left between boxes."""


def nearest_free(box: QRectF, taken: Iterable[QRectF]) -> QPointF:
    """Where to put the upper left corner of a box; where it is, if there is no room anywhere."""
    far = REACH * GRID + AROUND
    area = box.adjusted(-far, -far, far, far)
    near = [one.adjusted(-AROUND, -AROUND, AROUND, AROUND) for one in taken]
    near = [one for one in near if one.intersects(area)]
    for away in _spiral():
        moved = box.translated(away)
        if not any(one.intersects(moved) for one in near):
            return moved.topLeft()
    return box.topLeft()


@lru_cache(maxsize=1)
def _spiral() -> tuple[QPointF, ...]:
    """Steps of the grid, the shortest first; of equal ones, those down before those up."""
    steps = range(-REACH, REACH + 1)
    ways = ((x * x + y * y, -y, -x, QPointF(x * GRID, y * GRID)) for x in steps for y in steps)
    return tuple(way[3] for way in sorted(ways, key=lambda way: way[:3]))
