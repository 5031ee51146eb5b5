"""What a gesture came to, as values: the canvas turns them into edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF

from alphintra_desktop.graph.model import Wire
from alphintra_desktop.ui.graph_editor.faces import End


@dataclass(frozen=True)
class Dragged:
    """Items were dropped where they lie now; `over` is the wire a single node was dropped on."""

    spots: Mapping[str, tuple[float, float]]
    over: Wire | None


@dataclass(frozen=True)
class Resized:
    """A note was pulled to another size."""

    id: str
    size: tuple[float, float]


@dataclass(frozen=True)
class NodeDropped:
    """A node type was dragged here from elsewhere."""

    name: str
    at: QPointF


@dataclass(frozen=True)
class Joined:
    """A wire was drawn between two ports; `loosened` is the one whose end was taken there."""

    start: End
    stop: End
    loosened: Wire | None


@dataclass(frozen=True)
class LetGo:
    """A wire was dropped where there is no port."""

    fixed: End
    at: QPointF
    loosened: Wire | None
