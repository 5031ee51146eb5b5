"""How a box looks right now, as a value: its face, and what comes and goes beside it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from alphintra_desktop.ui.graph_editor.faces import End, Face


@dataclass(frozen=True)
class Lamp:
    """What a run says of a node: "stale", "ready", "running" or "failed"; how long it took."""

    state: str = ""
    time: str = ""
    progress: float | None = None


@dataclass(frozen=True)
class Badge:
    """What is wrong with a node."""

    text: str = ""
    blocking: bool = True


NO_LAMP = Lamp()
NO_BADGE = Badge()


@dataclass(frozen=True)
class Appearance:
    """Everything that is painted of a box. `calling` is the port at which a wire would begin
    or end now, `offered` are those to which the wire that is being drawn could go."""

    face: Face
    box: QRectF
    lamp: Lamp
    badge: Badge
    hovered: bool
    selected: bool
    calling: End | None
    offered: frozenset[End] | None
    connected: frozenset[End]
