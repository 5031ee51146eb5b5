"""What a user can do, declared once: menus, shortcuts and the palette are made from this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def always(_: Any) -> bool:
    """A command that can be done at any time."""
    return True


@dataclass(frozen=True)
class Command(Generic[T]):
    """Something a user can ask for.

    `id` is what settings and tests call it ("file.save"); its part before the dot groups it.
    `menu` is the menu it stands in, "File" or, in a submenu, "File/Open recent"; empty for a
    command that only palette and shortcut reach. `shortcut` is in Qt's portable notation
    ("Ctrl+Shift+P"). `run` and `enabled` are given what the command works on, which is the
    workspace for most, and a view for commands of that view alone. `section` numbers put a line
    between commands of a menu where they differ. `scope` names the view in which alone the keys
    count, such as "graph"; two views may use the same keys. `why_not` says what is missing when
    it cannot be done. `checked` tells of a switch whether it is on.
    """

    id: str
    title: str
    run: Callable[[T], object]
    menu: str = ""
    shortcut: str = ""
    enabled: Callable[[T], bool] = always
    help: str = ""
    why_not: str = "There is nothing to do that with."
    section: int = 0
    scope: str = ""
    checked: Callable[[T], bool] | None = None


def command(  # noqa: PLR0913 - a declaration
    id: str,
    title: str,
    *,
    menu: str = "",
    shortcut: str = "",
    enabled: Callable[[T], bool] = always,
    why_not: str = "There is nothing to do that with.",
    section: int = 0,
    scope: str = "",
    checked: Callable[[T], bool] | None = None,
) -> Callable[[Callable[[T], object]], Command[T]]:
    """Declare a command from a function. Its docstring is the help."""

    def declare(run: Callable[[T], object]) -> Command[T]:
        help_ = (run.__doc__ or "").strip()
        return Command(
            *(id, title, run, menu, shortcut, enabled, help_, why_not, section, scope, checked)
        )

    return declare
