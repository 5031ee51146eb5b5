"""What is selected and looked at in one graph."""

from __future__ import annotations

from collections.abc import Iterable

from alphintra_desktop.errors import Place
from alphintra_desktop.observe import Signal


class Selection:
    """The selected items of a graph, by id, and the group whose inside is shown.

    `changed` announces the new set of ids. `group` is "" at the top of the graph; `entered`
    announces it. `revealed` asks every view to show a place: the canvas scrolls to the node, the
    inspector goes to the param, the code to the line.
    """

    def __init__(self) -> None:
        self.changed: Signal[frozenset[str]] = Signal()
        self.entered: Signal[str] = Signal()
        self.revealed: Signal[Place] = Signal()
        self._ids: frozenset[str] = frozenset()
        self._group = ""

    @property
    def ids(self) -> frozenset[str]:
        """What is selected: ids of nodes, groups and notes."""
        return self._ids

    @property
    def only(self) -> str | None:
        """The one selected id; None when nothing or several are selected."""
        return next(iter(self._ids)) if len(self._ids) == 1 else None

    @property
    def group(self) -> str:
        """The group whose inside is shown; "" for the whole graph."""
        return self._group

    def choose(self, ids: Iterable[str]) -> None:
        """Select exactly these."""
        chosen = frozenset(ids)
        if chosen != self._ids:
            self._ids = chosen
            self.changed.emit(chosen)

    def enter(self, group: str) -> None:
        """Show the inside of `group`, or with "" the whole graph."""
        if group != self._group:
            self._group = group
            self.entered.emit(group)

    def reveal(self, place: Place) -> None:
        """Take the user to `place`; its node is selected."""
        if place.node is not None:
            self.choose([place.node])
        self.revealed.emit(place)
