"""Node types at hand: favourites and recent ones, kept with the settings."""

from __future__ import annotations

from pathlib import Path

from alphintra_desktop.workspace.node_shelf import KEPT, NodeShelf
from alphintra_desktop.workspace.settings import Settings


def test_that_a_favourite_is_one_until_it_is_toggled_again(tmp_path: Path):
    shelf = NodeShelf(Settings(tmp_path / "settings.json"))
    changes: list[None] = []
    shelf.changed.subscribe(changes.append)
    shelf.toggle("talib.sma")
    shelf.toggle("talib.rsi")
    assert shelf.favourites == ("talib.sma", "talib.rsi")
    shelf.toggle("talib.sma")
    assert shelf.favourites == ("talib.rsi",)
    assert len(changes) == 3


def test_that_recent_types_come_latest_first_and_once_each(tmp_path: Path):
    settings = Settings(tmp_path / "settings.json")
    shelf = NodeShelf(settings)
    for name in ("a", "b", "a", *map(str, range(KEPT))):
        shelf.used(name)
    assert shelf.recent == tuple(str(number) for number in reversed(range(KEPT)))
    shelf.used("3")
    assert shelf.recent[0] == "3"
    assert NodeShelf(Settings(tmp_path / "settings.json")).recent == shelf.recent


def test_that_a_closed_shelf_announces_nothing(tmp_path: Path):
    shelf = NodeShelf(Settings(tmp_path / "settings.json"))
    changes: list[None] = []
    shelf.changed.subscribe(changes.append)
    shelf.close()
    shelf.used("talib.sma")
    assert changes == []
