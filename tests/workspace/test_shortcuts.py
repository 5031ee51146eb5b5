"""Keys can be changed, and keys that do two things are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from alphintra_desktop.workspace.command import Command
from alphintra_desktop.workspace.commands import COMMANDS
from alphintra_desktop.workspace.settings import Settings
from alphintra_desktop.workspace.shortcuts import conflicts, set_shortcut, shortcut_of


def made(id: str, keys: str, scope: str = "") -> Command[object]:
    return Command(id, id.capitalize(), lambda _: None, shortcut=keys, scope=scope)


SAVE, SORT, MUTE = made("save", "Ctrl+S"), made("sort", "Ctrl+Alt+S"), made("mute", "M", "graph")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


def test_that_a_command_has_its_own_keys_until_they_are_changed(settings: Settings):
    set_shortcut(SORT, "F7", settings)
    assert (shortcut_of(SAVE, settings), shortcut_of(SORT, settings)) == ("Ctrl+S", "F7")


def test_that_giving_back_its_own_keys_forgets_the_change(settings: Settings):
    set_shortcut(SORT, "F7", settings)
    set_shortcut(SORT, "Ctrl+Alt+S", settings)
    assert settings.note("shortcuts") is None


def test_that_a_command_can_be_left_without_keys(settings: Settings):
    set_shortcut(SAVE, "", settings)
    assert shortcut_of(SAVE, settings) == ""


def test_that_two_commands_with_the_same_keys_are_each_told_of_the_other(settings: Settings):
    set_shortcut(SORT, "ctrl+s", settings)
    assert conflicts([SAVE, SORT, MUTE], settings) == {"save": (SORT,), "sort": (SAVE,)}


def test_that_the_same_keys_in_two_views_do_not_collide(settings: Settings):
    other = made("merge", "M", "table")
    everywhere = made("move", "M")
    assert conflicts([MUTE, other], settings) == {}
    assert set(conflicts([MUTE, other, everywhere], settings)) == {"mute", "merge", "move"}


def test_that_our_own_commands_do_not_collide(settings: Settings):
    assert conflicts(COMMANDS, settings) == {}
