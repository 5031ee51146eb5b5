"""The node types that a user has at hand: the favourites, and those placed last."""

from __future__ import annotations

from alphintra_desktop.observe import Signal
from alphintra_desktop.workspace.settings import Settings

FAVOURITES = "favourite_nodes"
RECENT = "recent_nodes"
KEPT = 8


class NodeShelf:
    """Names of node types, kept with the settings. `changed` announces that they are others."""

    def __init__(self, settings: Settings) -> None:
        self.changed: Signal[None] = Signal()
        self._settings = settings
        self._subscription = settings.changed.subscribe(self._on_setting)

    @property
    def favourites(self) -> tuple[str, ...]:
        """What the user marked, in that order."""
        return tuple(self._settings.note(FAVOURITES, []))

    @property
    def recent(self) -> tuple[str, ...]:
        """What was placed last, the latest first."""
        return tuple(self._settings.note(RECENT, []))

    def used(self, name: str) -> None:
        """Say that a node of that type was placed."""
        others = [other for other in self.recent if other != name]
        self._settings.set_note(RECENT, [name, *others][:KEPT])

    def toggle(self, name: str) -> None:
        """Make it a favourite, or no longer."""
        kept = list(self.favourites)
        if name in kept:
            kept.remove(name)
        else:
            kept.append(name)
        self._settings.set_note(FAVOURITES, kept)

    def close(self) -> None:
        """Watch the settings no more."""
        self._subscription.cancel()

    def _on_setting(self, key: str) -> None:
        if key in (f"notes.{FAVOURITES}", f"notes.{RECENT}"):
            self.changed.emit(None)
