"""Which keys do what: the commands' own shortcuts, changed by the user, and where they collide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alphintra_desktop.workspace.command import Command
from alphintra_desktop.workspace.settings import Settings

NOTE = "shortcuts"


def shortcut_of(command: Command[Any], settings: Settings) -> str:
    """The keys of a command: the user's, or its own; "" for none."""
    changed = settings.note(NOTE, {})
    return str(changed.get(command.id, command.shortcut))


def set_shortcut(command: Command[Any], keys: str, settings: Settings) -> None:
    """Give a command other keys, or with its own ones forget the change."""
    changed: dict[str, str] = {**settings.note(NOTE, {}), command.id: keys}
    if keys == command.shortcut:
        del changed[command.id]
    settings.set_note(NOTE, changed or None)


def conflicts(
    commands: Sequence[Command[Any]], settings: Settings
) -> Mapping[str, tuple[Command[Any], ...]]:
    """For the id of every command whose keys do something else as well: those other commands.

    Two commands collide when their keys are the same and one's scope includes the other's.
    """
    by_keys: dict[str, list[Command[Any]]] = {}
    for command in commands:
        keys = shortcut_of(command, settings)
        if keys:
            by_keys.setdefault(keys.lower(), []).append(command)
    found = {
        one.id: tuple(other for other in rivals if other is not one and _meet(one, other))
        for rivals in by_keys.values()
        for one in rivals
    }
    return {id: others for id, others in found.items() if others}


def rivals_for(
    command: Command[Any], keys: str, commands: Sequence[Command[Any]], settings: Settings
) -> tuple[Command[Any], ...]:
    """The other commands that `keys` would do as well if `command` got them."""
    return tuple(
        other
        for other in commands
        if other.id != command.id
        and keys
        and shortcut_of(other, settings).lower() == keys.lower()
        and _meet(command, other)
    )


def _meet(one: Command[Any], other: Command[Any]) -> bool:
    return one.scope == other.scope or "" in (one.scope, other.scope)
